/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/storm.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/samples.h"
#include "tests/e2e/support/smtp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	COME_AGAIN_MS = 20, /* before the next session of a client that was told to come again */
	LETTERS_MAX = 64
};

/* --- a client --------------------------------------------------------------------------------------------------------- */

static enum storm_answer
note(struct storm *storm, int number, enum storm_stage stage, const char *reply)
{
	enum storm_answer answer = storm_ledger_answer(&storm->ledger, number, stage, reply);

	storm->accepted += answer == STORM_ACCEPTED;
	storm->answered++;
	return answer;
}

/* A message in a session that was greeted. */
static enum storm_answer
send_letter(struct storm *storm, struct smtp *client, int number, const struct storm_letter *letter)
{
	char id[STORM_ID_MAX];

	storm_ledger_id(&storm->ledger, number, id);
	const struct mail mail = { id, letter->sender, letter->text };
	smtp_command(client, "MAIL FROM:<%s>", mail.sender);
	if (!smtp_replied_code(client, 250))
		return note(storm, number, STORM_AT_MAIL, client->reply);
	smtp_command(client, "RCPT TO:<%s>", smtp_recipient);
	if (smtp_replied_code(client, 250))
		smtp_command(client, "DATA");
	if (!smtp_replied_code(client, 354))
		return note(storm, number, STORM_BEFORE_DATA, client->reply);
	smtp_write_mail(client, &mail);
	smtp_end(client);
	return note(storm, number, STORM_AT_END, client->reply);
}

/* The next message of the session, which was greeted with this: sends it, or enters the greeting as its answer. False when
 * the session is at its end. */
static bool
go_on(struct storm_client *self, struct smtp *client, uint32_t session, bool greeted)
{
	struct storm *storm = self->storm;
	size_t letter = dice_throw(&self->dice, storm->ledger.letters_count);
	int number = storm_ledger_begin(&storm->ledger, session, letter);

	if (number < 0)
		return false;
	enum storm_answer answer = greeted ? send_letter(storm, client, number, &storm->ledger.letters[letter])
					   : note(storm, number, STORM_AT_GREETING, client->reply);
	nap_ms((int64_t)dice_throw(&self->dice, storm->options.pause_ms + 1));
	return greeted && (answer == STORM_ACCEPTED || answer == STORM_REFUSED);
}

/* False when it ended before its time. */
static bool
hold_session(struct storm_client *self)
{
	struct storm *storm = self->storm;
	uint32_t session = storm->sessions++;
	uint64_t messages = 1 + dice_throw(&self->dice, storm->options.session_max);
	struct smtp client;
	bool well = true;

	smtp_open(&client, storm->options.mta->port, NULL);
	bool greeted = smtp_replied_code(&client, 220);
	if (greeted) {
		smtp_hello(&client);
		greeted = smtp_replied_code(&client, 250);
	}
	while (well && messages-- > 0 && !storm->over)
		well = go_on(self, &client, session, greeted);
	smtp_quit(&client);
	return well;
}

static void *
send_all(void *data)
{
	struct storm_client *self = data;

	while (!self->storm->over && self->storm->ledger.begun < STORM_MESSAGES_MAX)
		if (!hold_session(self))
			nap_ms(COME_AGAIN_MS);
	return NULL;
}

/* --- all of them ------------------------------------------------------------------------------------------------------ */

/* Sendmail puts the address that it refuses behind the codes. */
static const char *
null_sender_reply(const char *reply)
{
	static char line[STORM_REPLY_MAX];
	int codes = (int)strlen("550 5.7.1 ");

	snprintf(line, sizeof line, "%.*s<>... %s", codes, reply, reply + codes);
	return line;
}

static const struct storm_letter *
sample_letters(enum mta_kind kind)
{
	static struct storm_letter letters[LETTERS_MAX];

	if (samples_count > LETTERS_MAX)
		fail("more than %d samples", LETTERS_MAX);
	for (size_t i = 0; i < samples_count; i++)
		letters[i] = (struct storm_letter){
			.name = samples[i].name,
			.sender = samples[i].sender,
			.text = samples[i].text,
			.replies = { kind == MTA_SENDMAIL && samples[i].sender[0] == '\0'
					     ? null_sender_reply(samples[i].reply)
					     : samples[i].reply },
		};
	return letters;
}

static void
fill_in(struct storm_options *options)
{
	if (options->clients == 0)
		options->clients = STORM_CLIENTS;
	if (options->session_max == 0)
		options->session_max = STORM_SESSION_MAX;
	if (options->policies == 0)
		options->policies = 1;
	if (options->letters != NULL)
		return;
	options->letters = sample_letters(options->mta->kind);
	options->letters_count = samples_count;
}

void
storm_start(struct storm *storm, const struct storm_options *options)
{
	*storm = (struct storm){ .options = *options };
	fill_in(&storm->options);
	if (storm->options.clients > STORM_CLIENTS_MAX || storm->options.policies > STORM_POLICIES_MAX)
		fail("a storm of %u clients and %u policies is too large", storm->options.clients,
		     storm->options.policies);
	storm_ledger_open(&storm->ledger, options->name, storm->options.letters, storm->options.letters_count,
			  storm->options.policies);
	for (unsigned i = 0; i < storm->options.clients; i++) {
		struct storm_client *client = &storm->clients[i];

		client->storm = storm;
		dice_init(&client->dice, options->seed, i);
		if (pthread_create(&client->thread, NULL, send_all, client) != 0)
			fail("cannot start a client: %s", strerror(errno));
	}
}

/* A long queue may take longer than a short patience, but gets shorter. */
static bool
await_deliveries(struct storm *storm)
{
	struct path maildir = mta_maildir(storm->options.mta);

	for (;;) {
		bool settled = mta_settles(storm->options.mta);
		unsigned arrived = storm_ledger_deliver(&storm->ledger, maildir.text);

		if (settled || arrived == 0)
			return settled;
	}
}

void
storm_finish(struct storm *storm)
{
	storm->over = true;
	for (unsigned i = 0; i < storm->options.clients; i++)
		pthread_join(storm->clients[i].thread, NULL);
	storm->settled = await_deliveries(storm);
}

void
storm_free(struct storm *storm)
{
	storm_ledger_close(&storm->ledger);
}
