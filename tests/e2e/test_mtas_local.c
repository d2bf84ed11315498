/* SPDX-License-Identifier: BSD-2-Clause */
/* Mail that does not come from a client: what programs of the host hand over with the sendmail command of a real Postfix and of a
 * real Sendmail, and what these write themselves. */
#define _POSIX_C_SOURCE 200809L
#include "tests/e2e/support/expect.h"
#include "tests/e2e/support/mta_expect.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct mtas rig;

static const char cron[] = "cron@dest.example.org";
static const char two_readers[] = "a@dest.example.org b@dest.example.org";
/* Known to neither; Postfix finds that out where it delivers to other domains. */
static const char *const strangers[MTA_COUNT] = { "nobody@elsewhere.example.net", "nobody@dest.example.org" };

#define MESSAGE(id, subject) "X-Id: " id "\nFrom: cron@dest.example.org\n" subject "\nAll is well.\n"
#define GOOD(id) MESSAGE(id, "Subject: done\n")

static void
submit(const struct mta *mta, const char *recipients, const char *text)
{
	if (mta->kind == MTA_POSTFIX)
		postfix_submit_to(&mta->postfix, cron, recipients, text);
	else
		sendmail_submit(&mta->sendmail, cron, recipients, text);
}

static void
retry(const struct mta *mta)
{
	if (mta->kind == MTA_POSTFIX)
		postfix_retry(&mta->postfix);
	else
		sendmail_retry(&mta->sendmail);
}

/* The message with this X-Id is not delivered, but for a bounce to its sender that has it, and has this text. */
static void
expect_returned(const struct mta *mta, const char *id, const char *reason)
{
	char field[64];

	snprintf(field, sizeof field, "X-Id: %s\n", id);
	mta_expect_delivered(mta, id, 1);
	char *bounce = mta_delivered_mail(mta, field);
	ck_assert_msg(strstr(bounce, "X-Original-To: cron@dest.example.org\n") != NULL &&
			      strstr(bounce, "multipart/report") != NULL && strstr(bounce, reason) != NULL,
		      "%s, %s:\n%s", mta_names[mta->kind], id, bounce);
	free(bounce);
}

START_TEST(refused_mail_of_programs_is_returned)
{
	mtas_serve(&rig, "checks = { subject_missing = { }; null_sender = { allow = \"reports\"; }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		const struct mta *mta = &rig.mta[kind];

		submit(mta, smtp_recipient, GOOD("good"));
		submit(mta, smtp_recipient, MESSAGE("bad", ""));
		mta_expect_delivered(mta, "good", 1);
		expect_returned(mta, "bad", "Subject not present");
	}
	expect_logged(&rig.postern,
		      ": accept profile=default origin=local client=127.0.0.1 from=<cron@dest.example.org>");
	expect_logged(&rig.postern,
		      ": accept profile=default origin=trusted client=127.0.0.1 from=<cron@dest.example.org>");
	expect_logged(&rig.postern, ": accept profile=default origin=trusted client=127.0.0.1 from=<>");
	postern_kill(&rig.postern);
}
END_TEST

/* Postfix cannot refuse one recipient of such a message, so all of it is; Sendmail delivers to the others. */
START_TEST(a_refused_recipient_is_returned_and_does_not_loop)
{
	const struct mta *postfix = &rig.mta[MTA_POSTFIX], *sendmail = &rig.mta[MTA_SENDMAIL];

	mtas_serve(&rig, "checks = { recipients_too_many = { limit = 1; reply = \"552 5.5.3 One at a time\"; }; };\n");
	submit(postfix, two_readers, GOOD("two-readers"));
	expect_returned(postfix, "two-readers", "One at a time");
	submit(sendmail, two_readers, GOOD("two-readers"));
	mta_expect_delivered(sendmail, "two-readers", 2);
	ck_assert_uint_eq(mta_delivered(sendmail, "X-Original-To: a@dest.example.org\n") +
				  mta_delivered(sendmail, "X-Original-To: b@dest.example.org\n"),
			  1);
	ck_assert_uint_eq(mta_delivered(sendmail, "One at a time"), 1);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(mail_of_programs_waits_while_postern_is_away)
{
	postern_kill(&rig.postern); /* of a test that failed */
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		submit(&rig.mta[kind], smtp_recipient, GOOD("patient"));
		ck_assert_uint_eq(mta_delivered(&rig.mta[kind], "X-Id: patient\n"), 0);
	}
	ck_assert(file_comes_to_have(rig.mta[MTA_POSTFIX].postfix.log.text, "milter-reject: CONNECT", 5000));
	mtas_serve(&rig, "checks = { subject_missing = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		retry(&rig.mta[kind]);
		mta_expect_delivered(&rig.mta[kind], "patient", 1);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(deferred_mail_of_programs_is_tried_again)
{
	mtas_serve(&rig, "checks = { subject_missing = { reply = \"451 4.6.0 Think of a subject\"; }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++)
		submit(&rig.mta[kind], smtp_recipient, MESSAGE("deferred", ""));
	expect_logged(&rig.postern,
		      ": defer \"451 4.6.0 Think of a subject\" check=subject_missing stage=headers profile=default "
		      "origin=local");
	expect_logged(&rig.postern,
		      ": defer \"451 4.6.0 Think of a subject\" check=subject_missing stage=headers profile=default "
		      "origin=trusted");
	postern_kill(&rig.postern);
	mtas_serve(&rig, "checks = { };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		retry(&rig.mta[kind]);
		mta_expect_delivered(&rig.mta[kind], "deferred", 1);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(bounces_that_the_mta_writes_are_not_judged)
{
	mtas_serve(&rig, "checks = { null_sender = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		submit(&rig.mta[kind], strangers[kind], GOOD("to-nobody"));
		expect_returned(&rig.mta[kind], "to-nobody", "nobody@");
	}
	ck_assert(!file_has(rig.postern.log.text, "from=<>"));
	postern_kill(&rig.postern);
}
END_TEST

/* The sendmail command of Sendmail returns what the daemon refused by SMTP: a null sender from the loopback. */
START_TEST(without_null_senders_sendmail_cannot_return_mail_of_programs)
{
	const struct sendmail *sendmail = &rig.mta[MTA_SENDMAIL].sendmail;

	mtas_serve(&rig, "checks = { subject_missing = { }; null_sender = { }; };\n");
	sendmail_submit(sendmail, cron, smtp_recipient, MESSAGE("lost", ""));
	ck_assert(sendmail_settles(sendmail));
	ck_assert_uint_eq(sendmail_delivered(sendmail, "X-Id: lost\n"), 0);
	ck_assert_uint_eq(sendmail_lost(sendmail, ""), 1);
	postern_kill(&rig.postern);
}
END_TEST

/* A Postfix that has its own bounces judged too. */
static void
start_filtering_bounces(struct postfix *postfix, const char *name)
{
	postfix_start_with(postfix, &rig.dir,
			   &(struct postfix_options){ .name = name,
						      .milter_socket = rig.postern.socket.text,
						      .settings = "internal_mail_filter_classes = bounce\n" });
}

START_TEST(postfix_may_have_its_bounces_judged)
{
	struct postfix postfix;

	mtas_serve(&rig, "checks = { null_sender = { allow = \"reports\"; }; subject_missing = { }; };\n");
	start_filtering_bounces(&postfix, "judged-bounces");
	postfix_submit_to(&postfix, cron, strangers[MTA_POSTFIX], GOOD("judged"));
	ck_assert(postfix_settles(&postfix));
	ck_assert_uint_eq(postfix_delivered(&postfix, "X-Id: judged\n"), 1);
	expect_logged(&rig.postern, ": accept profile=default origin=local client=127.0.0.1 from=<>");
	postfix_stop(&postfix);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_bounce_that_is_refused_stays_in_the_queue_of_postfix)
{
	struct postfix postfix;

	mtas_serve(&rig, "checks = { null_sender = { }; };\n");
	start_filtering_bounces(&postfix, "refused-bounces");
	postfix_submit_to(&postfix, cron, strangers[MTA_POSTFIX], GOOD("stuck"));
	ck_assert(file_comes_to_have(postfix.log.text, "status=deferred (bounce failed)", 5000));
	ck_assert_uint_eq(postfix_delivered(&postfix, ""), 0);
	postfix_stop(&postfix);
	postern_kill(&rig.postern);
}
END_TEST

MTAS_MAIN(rig, mtas_local, (&(struct mta_options){ 0 }), refused_mail_of_programs_is_returned,
	  a_refused_recipient_is_returned_and_does_not_loop, mail_of_programs_waits_while_postern_is_away,
	  deferred_mail_of_programs_is_tried_again, bounces_that_the_mta_writes_are_not_judged,
	  without_null_senders_sendmail_cannot_return_mail_of_programs, postfix_may_have_its_bounces_judged,
	  a_bounce_that_is_refused_stays_in_the_queue_of_postfix)
