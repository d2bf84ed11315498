/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/expect.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void
expect_reply(const struct smtp *client, const char *line, const char *when)
{
	if (!smtp_replied(client, line))
		ck_abort_msg("%s\n expected: %s\n but got:  %s", when, line, client->reply);
}

void
expect_reply_code(const struct smtp *client, int code, const char *when)
{
	if (!smtp_replied_code(client, code))
		ck_abort_msg("%s\n expected: %d\n but got:  %s", when, code, client->reply);
}

void
expect_delivered(const struct postfix *postfix, const char *id, size_t times)
{
	char field[128];

	snprintf(field, sizeof field, "X-Id: %s\n", id);
	ck_assert_msg(postfix_settles(postfix), "Postfix's queue does not empty");
	size_t delivered = postfix_delivered(postfix, field);
	ck_assert_msg(delivered == times, "%s was delivered %zu times, not %zu", id, delivered, times);
}

void
expect_logged(const struct postern *postern, const char *text)
{
	size_t length;

	if (postern_logs(postern, text))
		return;
	char *log = file_read(postern->log.text, &length);
	ck_abort_msg("not in the log: %s\n%s", text, log != NULL ? log : "");
}

void
open_session(struct smtp *client, const struct rig *rig)
{
	smtp_open(client, rig->postfix.port, NULL);
	smtp_hello(client);
	expect_reply_code(client, 250, "EHLO");
}

void
open_session_from(struct smtp *client, const struct rig *rig, const char *address, const char *login)
{
	open_session(client, rig);
	smtp_command(client, "XCLIENT ADDR=%s NAME=client.example.net%s%s", address, login != NULL ? " LOGIN=" : "",
		     login != NULL ? login : "");
	expect_reply_code(client, 220, "XCLIENT");
	smtp_hello(client);
	expect_reply_code(client, 250, "EHLO after XCLIENT");
}

void
send_sample(struct smtp *client, const char *name, const char *id, const char *line)
{
	const struct sample *sample = sample_find(name);

	ck_assert_ptr_nonnull(sample);
	const struct mail mail = { id, sample->sender, sample->text };
	bool at_mail = line != NULL && sample->check != NULL && strcmp(sample->check, "null_sender") == 0;
	bool begun = smtp_begin(client, &mail);
	ck_assert_msg(begun == !at_mail, "%s (%s): MAIL to DATA ended in %s", id, sample->what, client->reply);
	if (begun) {
		smtp_write_mail(client, &mail);
		smtp_end(client);
	}
	if (line != NULL)
		expect_reply(client, line, sample->what);
	else
		expect_reply_code(client, 250, sample->what);
}
