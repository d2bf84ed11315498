/* SPDX-License-Identifier: BSD-2-Clause */
/* What the SMTP client of a real Postfix reads, octet for octet, when a check refuses; and what becomes of the mail. */
#define _DEFAULT_SOURCE
#include "tests/e2e/support/expect.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct rig rig;

START_TEST(each_sample_gets_its_documented_reply)
{
	for (size_t i = 0; i < samples_count; i++) {
		struct smtp client;

		open_session(&client, &rig);
		send_sample(&client, samples[i].name, samples[i].name, samples[i].reply);
		smtp_quit(&client);
	}
	for (size_t i = 0; i < samples_count; i++)
		expect_delivered(&rig.postfix, samples[i].name, samples[i].check == NULL ? 1 : 0);
}
END_TEST

START_TEST(what_is_delivered_is_what_was_sent)
{
	struct smtp client;

	open_session(&client, &rig);
	send_sample(&client, "attachment", "intact", NULL);
	expect_delivered(&rig.postfix, "intact", 1);
	char *delivered = postfix_delivered_mail(&rig.postfix, "X-Id: intact\n");
	ck_assert_ptr_nonnull(delivered);
	const char *text = strstr(delivered, "X-Id: intact\n");
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(text + strlen("X-Id: intact\n"), sample_find("attachment")->text);
	free(delivered);
	smtp_quit(&client);
}
END_TEST

/* The queue id that Postern's log has before this decision, which begins with the colon behind it; for free(). */
static char *
logged_queue_id(const char *decision)
{
	size_t length;

	expect_logged(&rig.postern, decision);
	char *log = file_read(rig.postern.log.text, &length);
	*strstr(log, decision) = '\0';
	const char *blank = strrchr(log, ' ');
	char *id = strdup(blank != NULL ? blank + 1 : log);
	free(log);
	return id;
}

START_TEST(a_refusal_is_logged_under_the_queue_id_that_postfix_logs)
{
	struct smtp client;
	char postfix_line[128];

	open_session(&client, &rig);
	send_sample(&client, "no-body", "logged", "554 5.6.0 Body not present");
	char *id = logged_queue_id(": refuse \"554 5.6.0 Body not present\" check=body_missing stage=message");
	ck_assert_str_ne(id, "NOQUEUE");
	snprintf(postfix_line, sizeof postfix_line, "%s: milter-reject: END-OF-MESSAGE", id);
	ck_assert_msg(file_comes_to_have(rig.postfix.log.text, postfix_line, 5000), "Postfix did not log %s",
		      postfix_line);
	free(id);
	smtp_quit(&client);
}
END_TEST

START_TEST(a_refusal_at_mail_is_logged_without_a_queue_id)
{
	struct smtp client;

	open_session_from(&client, &rig, "192.0.2.44", NULL);
	send_sample(&client, "null-sender", "noqueue", "550 5.7.1 Empty sender not allowed");
	expect_logged(&rig.postern,
		      "NOQUEUE: refuse \"550 5.7.1 Empty sender not allowed\" check=null_sender stage=mail "
		      "profile=default origin=external client=192.0.2.44 from=<>");
	smtp_quit(&client);
}
END_TEST

START_TEST(what_a_sender_writes_cannot_forge_a_log_line)
{
	const struct mail mail = {
		"forged", "a@mail.example.com",
		"From: a@example.com\nSubject: x\n"
		"Content-Type: application/pdf; name*=utf-8''x%0ANOQUEUE%3A%20accept%0D%1B%5B2J.pdf\n\n"
	};
	struct smtp client;
	size_t length;

	open_session(&client, &rig);
	smtp_send(&client, &mail);
	expect_reply(&client, "554 5.6.0 Attachment is empty", "a file name with line ends");
	expect_logged(&rig.postern, "from=<a@mail.example.com>");
	char *log = file_read(rig.postern.log.text, &length);
	ck_assert_ptr_null(strstr(log, "\nNOQUEUE: accept\n"));
	ck_assert_ptr_null(memchr(log, '\x1b', length));
	ck_assert_ptr_null(memchr(log, '\r', length));
	free(log);
	smtp_quit(&client);
}
END_TEST

RIG_MAIN(rig, replies, postern_all_checks, each_sample_gets_its_documented_reply, what_is_delivered_is_what_was_sent,
	 a_refusal_is_logged_under_the_queue_id_that_postfix_logs, a_refusal_at_mail_is_logged_without_a_queue_id,
	 what_a_sender_writes_cannot_forge_a_log_line)
