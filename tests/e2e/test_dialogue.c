/* SPDX-License-Identifier: BSD-2-Clause */
/* Several messages, given up messages and given up connections: what was before never matters to what comes after. */
#include "tests/e2e/support/expect.h"
#include "tests/support/suite.h"

#include <string.h>

static const char null_sender_reply[] = "550 5.7.1 Empty sender not allowed";
static const char attachment_reply[] = "554 5.6.0 Attachment is empty";
static const char subject_reply[] = "554 5.6.0 Subject not present";

static struct rig rig;

START_TEST(two_messages_on_one_connection_are_both_delivered)
{
	struct smtp client;

	open_session(&client, &rig);
	send_sample(&client, "plain", "pair-1", NULL);
	send_sample(&client, "image", "pair-2", NULL);
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "pair-1", 1);
	expect_delivered(&rig.postfix, "pair-2", 1);
}
END_TEST

START_TEST(a_refused_message_is_followed_by_a_good_one)
{
	for (size_t i = 0; i < samples_count; i++) {
		struct smtp client;

		if (samples[i].check == NULL)
			continue;
		open_session(&client, &rig);
		send_sample(&client, samples[i].name, "refused-first", samples[i].reply);
		if (strcmp(samples[i].check, "null_sender") == 0)
			smtp_command(&client, "RSET");
		send_sample(&client, "plain", samples[i].check, NULL);
		smtp_quit(&client);
	}
	expect_delivered(&rig.postfix, "refused-first", 0);
	expect_delivered(&rig.postfix, "null_sender", 1);
}
END_TEST

START_TEST(a_good_message_is_followed_by_a_refused_one)
{
	struct smtp client;

	open_session(&client, &rig);
	send_sample(&client, "attachment", "good-first", NULL);
	send_sample(&client, "empty-attachment", "then-refused", attachment_reply);
	send_sample(&client, "null-sender", "then-refused", null_sender_reply);
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "good-first", 1);
	expect_delivered(&rig.postfix, "then-refused", 0);
}
END_TEST

START_TEST(rset_after_mail_and_rcpt_starts_anew)
{
	struct smtp client;

	open_session(&client, &rig);
	smtp_command(&client, "MAIL FROM:<bounces@bulk.example.net>");
	expect_reply_code(&client, 250, "MAIL of a message that is given up");
	smtp_command(&client, "RCPT TO:<%s>", smtp_recipient);
	smtp_command(&client, "RSET");
	expect_reply_code(&client, 250, "RSET");
	/* Judged with the first sender it would not be aligned. */
	send_sample(&client, "plain", "after-rset", NULL);
	smtp_command(&client, "RSET");
	send_sample(&client, "not-aligned", "after-rset",
		    "550 5.7.1 Header from domain does not align with envelope from domain");
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "after-rset", 1);
}
END_TEST

START_TEST(a_second_mail_after_a_refused_one_needs_no_rset)
{
	struct smtp client;

	open_session(&client, &rig);
	smtp_command(&client, "MAIL FROM:<>");
	expect_reply(&client, null_sender_reply, "a null sender");
	smtp_command(&client, "RCPT TO:<%s>", smtp_recipient);
	expect_reply_code(&client, 503, "RCPT after a refused MAIL");
	send_sample(&client, "plain", "second-mail", NULL);
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "second-mail", 1);
}
END_TEST

START_TEST(ehlo_in_the_middle_starts_anew)
{
	struct smtp client;

	open_session(&client, &rig);
	smtp_command(&client, "MAIL FROM:<bounces@bulk.example.net>");
	smtp_hello(&client);
	send_sample(&client, "plain", "after-ehlo", NULL);
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "after-ehlo", 1);
}
END_TEST

START_TEST(a_pipelined_null_sender_is_refused_at_mail)
{
	static const char commands[] = "MAIL FROM:<>\r\nRCPT TO:<reader@dest.example.org>\r\nDATA\r\n";
	struct smtp client;

	open_session(&client, &rig);
	smtp_write(&client, commands, strlen(commands));
	smtp_read_reply(&client);
	expect_reply(&client, null_sender_reply, "MAIL, sent with RCPT and DATA");
	smtp_read_reply(&client);
	expect_reply_code(&client, 503, "RCPT, sent with MAIL");
	smtp_read_reply(&client);
	expect_reply_code(&client, 503, "DATA, sent with MAIL");
	send_sample(&client, "plain", "after-pipeline", NULL);
	smtp_quit(&client);
}
END_TEST

/* Where a client may hang up: with so many octets of the message sent. */
static void
hang_up_after(const char *name, size_t octets)
{
	const struct sample *sample = sample_find(name);
	struct smtp client;

	open_session(&client, &rig);
	ck_assert(smtp_begin(&client, &(struct mail){ "hung-up", sample->sender, sample->text }));
	smtp_write(&client, sample->text, octets);
	smtp_close(&client);
}

START_TEST(a_client_that_hangs_up_in_the_middle_of_data_leaves_nothing_behind)
{
	size_t length = strlen(sample_find("attachment")->text);
	struct smtp client;

	for (size_t octets = 0; octets < length; octets += length / 5)
		hang_up_after("attachment", octets);
	hang_up_after("empty-attachment", strlen(sample_find("empty-attachment")->text));
	open_session(&client, &rig);
	send_sample(&client, "plain", "after-hang-up", NULL);
	send_sample(&client, "no-subject", "after-hang-up", subject_reply);
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "after-hang-up", 1);
	expect_delivered(&rig.postfix, "hung-up", 0);
}
END_TEST

START_TEST(a_hundred_messages_on_one_connection_each_get_their_own_reply)
{
	struct smtp client;

	open_session(&client, &rig);
	for (size_t i = 0; i < 100; i++) {
		const struct sample *sample = &samples[i % samples_count];
		char id[32];

		snprintf(id, sizeof id, "hundred-%s", sample->check == NULL ? "good" : "refused");
		send_sample(&client, sample->name, id, sample->reply);
	}
	smtp_quit(&client);
	size_t good = 0;
	for (size_t i = 0; i < 100; i++)
		good += samples[i % samples_count].check == NULL;
	expect_delivered(&rig.postfix, "hundred-good", good);
	expect_delivered(&rig.postfix, "hundred-refused", 0);
}
END_TEST

START_TEST(two_connections_at_once_do_not_mix)
{
	const struct sample *good = sample_find("attachment");
	const struct sample *bad = sample_find("empty-attachment");
	const struct mail good_mail = { "at-once-good", good->sender, good->text };
	const struct mail bad_mail = { "at-once-bad", bad->sender, bad->text };
	struct smtp first, second;

	open_session(&first, &rig);
	open_session(&second, &rig);
	ck_assert(smtp_begin(&first, &good_mail));
	ck_assert(smtp_begin(&second, &bad_mail));
	smtp_write_mail(&second, &bad_mail);
	smtp_write_mail(&first, &good_mail);
	smtp_end(&first);
	smtp_end(&second);
	expect_reply_code(&first, 250, "the good one of two");
	expect_reply(&second, attachment_reply, "the bad one of two");
	smtp_quit(&first);
	smtp_quit(&second);
	expect_delivered(&rig.postfix, "at-once-good", 1);
	expect_delivered(&rig.postfix, "at-once-bad", 0);
}
END_TEST

RIG_MAIN(rig, dialogue, postern_all_checks, two_messages_on_one_connection_are_both_delivered,
	 a_refused_message_is_followed_by_a_good_one, a_good_message_is_followed_by_a_refused_one,
	 rset_after_mail_and_rcpt_starts_anew, a_second_mail_after_a_refused_one_needs_no_rset,
	 ehlo_in_the_middle_starts_anew, a_pipelined_null_sender_is_refused_at_mail,
	 a_client_that_hangs_up_in_the_middle_of_data_leaves_nothing_behind,
	 a_hundred_messages_on_one_connection_each_get_their_own_reply, two_connections_at_once_do_not_mix)
