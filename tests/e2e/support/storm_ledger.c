/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/storm_ledger.h"

#include "tests/e2e/support/files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const answer_names[STORM_ANSWERS] = {
	[STORM_PENDING] = "never answered", [STORM_ACCEPTED] = "accepted", [STORM_REFUSED] = "refused",
	[STORM_DEFERRED] = "deferred",      [STORM_LOST] = "hung up on",
};
static const char *const stage_names[] = {
	[STORM_AT_GREETING] = "at the greeting",
	[STORM_AT_MAIL] = "at MAIL",
	[STORM_BEFORE_DATA] = "before its text was sent whole",
	[STORM_AT_END] = "after the final dot",
};

void
storm_ledger_open(struct storm_ledger *ledger, const char *name, const struct storm_letter *letters, size_t count,
		  unsigned policies)
{
	*ledger = (struct storm_ledger){ .letters = letters, .letters_count = count, .policies = policies };
	snprintf(ledger->name, sizeof ledger->name, "%s", name);
	ledger->messages = calloc(STORM_MESSAGES_MAX, sizeof *ledger->messages);
	if (ledger->messages == NULL)
		fail("out of memory");
}

void
storm_ledger_close(struct storm_ledger *ledger)
{
	free(ledger->messages);
	ledger->messages = NULL;
}

static unsigned
count_begun(const struct storm_ledger *ledger)
{
	unsigned begun = atomic_load(&ledger->begun);

	return begun < STORM_MESSAGES_MAX ? begun : STORM_MESSAGES_MAX;
}

int
storm_ledger_begin(struct storm_ledger *ledger, uint32_t session, size_t letter)
{
	if (atomic_load(&ledger->begun) >= STORM_MESSAGES_MAX)
		return -1;
	unsigned number = atomic_fetch_add(&ledger->begun, 1);
	if (number >= STORM_MESSAGES_MAX)
		return -1;
	ledger->messages[number] = (struct storm_message){ .session = session, .letter = (uint16_t)letter };
	return (int)number;
}

void
storm_ledger_id(const struct storm_ledger *ledger, int number, char id_out[STORM_ID_MAX])
{
	snprintf(id_out, STORM_ID_MAX, "%.40s-%d", ledger->name, number);
}

static enum storm_answer
answer_of(const char *reply)
{
	switch (reply[0]) {
	case '2':
		return STORM_ACCEPTED;
	case '4':
		return STORM_DEFERRED;
	case '\0':
		return STORM_LOST;
	default:
		return STORM_REFUSED;
	}
}

static bool
is_line(const char *reply, const char *line)
{
	size_t length = strlen(line);

	return strncmp(reply, line, length) == 0 && strcmp(reply + length, "\r\n") == 0;
}

/* Which policies answer so. A 4xx is none's own, and a lost connection says nothing. */
static unsigned
policies_that_say(const struct storm_ledger *ledger, const struct storm_letter *letter, enum storm_answer answer,
		  const char *reply)
{
	unsigned policies = 0;

	for (unsigned i = 0; i < ledger->policies; i++) {
		const char *line = letter->replies[i];
		bool says = true;

		if (answer == STORM_ACCEPTED)
			says = line == NULL;
		else if (answer == STORM_REFUSED)
			says = line != NULL && is_line(reply, line);
		policies |= says ? 1u << i : 0;
	}
	return policies;
}

enum storm_answer
storm_ledger_answer(struct storm_ledger *ledger, int number, enum storm_stage stage, const char *reply)
{
	struct storm_message *message = &ledger->messages[number];
	enum storm_answer answer = answer_of(reply);

	message->policies = (uint8_t)policies_that_say(ledger, &ledger->letters[message->letter], answer, reply);
	message->stage = (uint8_t)stage;
	snprintf(message->reply, sizeof message->reply, "%.*s", (int)strcspn(reply, "\r\n"), reply);
	message->answer = (uint8_t)answer;
	return answer;
}

/* --- what was delivered ---------------------------------------------------------------------------------------------- */

/* The number behind "X-Id: NAME-" in the message; -1 when there is none. */
static long
number_of(const struct storm_ledger *ledger, const char *message)
{
	char field[STORM_ID_MAX + 16];
	char *end;

	snprintf(field, sizeof field, "X-Id: %.40s-", ledger->name);
	const char *found = strstr(message, field);
	if (found == NULL)
		return -1;
	found += strlen(field);
	long number = strtol(found, &end, 10);
	return end != found && *end == '\n' && number >= 0 ? number : -1;
}

static void
enter_copy(struct storm_ledger *ledger, long number)
{
	if (number >= (long)count_begun(ledger))
		ledger->foreign++;
	else if (ledger->messages[number].copies < UINT8_MAX)
		ledger->messages[number].copies++;
}

unsigned
storm_ledger_deliver(struct storm_ledger *ledger, const char *maildir)
{
	unsigned count = 0;
	DIR *stream = opendir(maildir);
	const struct dirent *entry;

	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		struct path path = path_join(maildir, entry->d_name);
		size_t length;
		char *message = entry->d_name[0] != '.' ? file_read(path.text, &length) : NULL;
		long number = message != NULL ? number_of(ledger, message) : -1;

		free(message);
		if (number < 0)
			continue;
		enter_copy(ledger, number);
		count++;
		if (unlink(path.text) != 0)
			fail("cannot remove %s", path.text);
	}
	if (stream != NULL)
		closedir(stream);
	return count;
}

/* --- what it comes to ------------------------------------------------------------------------------------------------ */

/* Whether some policy accepts it, or every one. */
static bool
is_good(const struct storm_ledger *ledger, const struct storm_letter *letter, bool to_all)
{
	unsigned accepting = 0;

	for (unsigned i = 0; i < ledger->policies; i++)
		accepting += letter->replies[i] == NULL;
	return to_all ? accepting == ledger->policies : accepting > 0;
}

struct storm_tally
storm_ledger_tally(const struct storm_ledger *ledger)
{
	struct storm_tally tally = { .sent = count_begun(ledger) };

	for (unsigned i = 0; i < tally.sent; i++) {
		const struct storm_message *message = &ledger->messages[i];
		bool good = is_good(ledger, &ledger->letters[message->letter], true);

		tally.answers[message->answer]++;
		tally.good += good;
		tally.good_accepted += good && message->answer == STORM_ACCEPTED;
		tally.copies += message->copies;
	}
	return tally;
}

void
storm_ledger_print(const struct storm_ledger *ledger, FILE *out)
{
	struct storm_tally tally = storm_ledger_tally(ledger);

	fprintf(out, "%s: %u sent, %u accepted, %u refused, %u deferred, %u lost; %u delivered\n", ledger->name,
		tally.sent, tally.answers[STORM_ACCEPTED], tally.answers[STORM_REFUSED], tally.answers[STORM_DEFERRED],
		tally.answers[STORM_LOST], tally.copies);
}

static const char *
flaw_of_answer(const struct storm_message *message)
{
	switch ((enum storm_answer)message->answer) {
	case STORM_ACCEPTED:
		if (message->policies == 0)
			return "accepted, though a rule refuses it";
		return message->copies == 1 ? NULL : message->copies == 0 ? "accepted and lost" : "delivered twice";
	case STORM_REFUSED:
		if (message->policies == 0)
			return "refused with what no rule says to it";
		return message->copies == 0 ? NULL : "refused and delivered";
	case STORM_DEFERRED:
		return message->copies == 0 ? NULL : "deferred and delivered";
	default:
		if (message->copies > 1)
			return "delivered twice";
		return message->copies == 0 || message->stage == STORM_AT_END ? NULL : "not sent whole, but delivered";
	}
}

const char *
storm_ledger_flaw(const struct storm_ledger *ledger, int number)
{
	const struct storm_message *message = &ledger->messages[number];

	if (message->copies > 0 && !is_good(ledger, &ledger->letters[message->letter], false))
		return "delivered, though a rule refuses it";
	return flaw_of_answer(message);
}

void
storm_ledger_describe(const struct storm_ledger *ledger, int number, FILE *out)
{
	const struct storm_message *message = &ledger->messages[number];

	fprintf(out, "%.40s-%d (%s, session %u): %s %s%s%s, delivered %u times\n", ledger->name, number,
		ledger->letters[message->letter].name, message->session, answer_names[message->answer],
		stage_names[message->stage], message->reply[0] != '\0' ? " with " : "", message->reply,
		message->copies);
}
