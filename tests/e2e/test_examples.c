/* SPDX-License-Identifier: BSD-2-Clause */
/* Each file of conf/examples, as it stands but for its paths, behind a real Postfix: what passes, what is refused and with which words, what is only
 * looked at, and what is counted. */
#define _GNU_SOURCE
#include "tests/e2e/support/example.h"
#include "tests/support/redis.h"
#include "tests/support/suite.h"

#include <sqlite3.h>

static struct rig rig;

#define OUTSIDE .address = "192.0.2.1"
#define FROM "From: Robin <robin@example.com>\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nMessage-ID: <1@example.com>\n"
#define GOOD FROM "Subject: x\n\nGood morning.\n"
#define MIXED FROM "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText.\n--b\n"
#define EMPTY_ATTACHMENT MIXED "Content-Disposition: attachment; filename=a.pdf\n\n--b--\n"
#define QUOTA_EXCEEDED "454 Throttling failure: Daily message quota exceeded"
#define RATE_EXCEEDED "454 Throttling failure: Maximum sending rate exceeded"

#define PLAY(rows) example_play(&rig, rows, sizeof(rows) / sizeof(rows)[0])

/* --- submission.conf ------------------------------------------------------------------------------------------------ */

static const struct example_row submission_rows[] = {
	{ "in clear",
	  { OUTSIDE, .login = "robin" },
	  VISIT_AT_MAIL,
	  "530 5.7.0 Must issue a STARTTLS command first",
	  NULL },
	{ "without a login", { OUTSIDE, .tls = "TLSv1.3" }, VISIT_AT_MAIL, "530 5.7.0 Authentication required", NULL },
	{ "as it should be",
	  { OUTSIDE, .tls = "TLSv1.2", .login = "robin", .id = "passes" },
	  VISIT_ACCEPTED,
	  NULL,
	  NULL },
	{ "a blocked login",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "blocked" },
	  VISIT_AT_MAIL,
	  "550 5.7.1 Unauthorized access (account blocked by policy)",
	  "login=\"blocked\"" },
	{ "another's address",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "robin", .from = "<alice@example.com>" },
	  VISIT_AT_MAIL,
	  "550 5.7.1 Sender not allowed",
	  NULL },
	{ "an address of a domain that is one's own",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "robin", .from = "<news@robin.example.com>", .id = "passes" },
	  VISIT_ACCEPTED,
	  NULL,
	  NULL },
	{ "a null sender that is no report",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "robin", .from = "<>" },
	  VISIT_AT_END,
	  "550 5.7.1 Empty sender not allowed",
	  NULL },
	{ "an automatic answer",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "robin", .from = "<>", .id = "passes",
	    .text = "Auto-Submitted: auto-replied\n" GOOD },
	  VISIT_ACCEPTED,
	  NULL,
	  NULL },
	{ "a message that is announced as too large",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "robin", .from = "<robin@example.com> SIZE=26214401" },
	  VISIT_AT_MAIL,
	  "552 5.3.4 Message size exceeds fixed limit",
	  NULL },
	{ "From another organization",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "robin",
	    .text = "From: eve@example.net\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nSubject: x\n\nx\n" },
	  VISIT_AT_END,
	  "550 5.7.1 Header from domain does not align with envelope from domain",
	  NULL },
	{ "no Date",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "robin", .text = "From: robin@example.com\nSubject: x\n\nx\n" },
	  VISIT_AT_END,
	  "554 5.6.0 Required header field Date not present",
	  NULL },
	{ "an empty attachment",
	  { OUTSIDE, .tls = "TLSv1.3", .login = "robin", .text = EMPTY_ATTACHMENT },
	  VISIT_AT_END,
	  "554 5.6.0 Attachment is empty",
	  "check=attachment_empty stage=message profile=default origin=authenticated" },
	{ "a program on this host", { .id = "passes" }, VISIT_ACCEPTED, NULL, NULL },
	{ "which has no privilege in what it sends",
	  { .text = "From: robin@example.com\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n\nx\n" },
	  VISIT_AT_END,
	  "554 5.6.0 Subject not present",
	  "profile=host origin=trusted" },
};

/* MAIL, and so many recipients. Returns how many were accepted; the others were told so. */
static int
name_recipients(struct smtp *client, int count, const char *surplus)
{
	int accepted = 0;

	smtp_command(client, "MAIL FROM:<robin@example.com>");
	expect_reply_code(client, 250, "MAIL");
	for (int i = 0; i < count; i++) {
		smtp_command(client, "RCPT TO:<r%d@dest.example.org>", i);
		accepted += smtp_replied_code(client, 250);
		if (!smtp_replied_code(client, 250))
			expect_reply(client, surplus, "a surplus recipient");
	}
	return accepted;
}

START_TEST(submission)
{
	static const struct visit robin = { OUTSIDE, .tls = "TLSv1.3", .login = "robin" };
	struct smtp client;

	example_table(&rig, "blocked", "blocked\nmallory\n");
	example_table(&rig, "senders",
		      "robin   robin@example.com, @robin.example.com\nalice@example.com alice@example.com\n");
	example_serve(&rig, "submission", 0);
	PLAY(submission_rows);
	expect_delivered(&rig.postfix, "passes", 4);
	postfix_submit(&rig.postfix, "robin@example.com", "X-Id: from-here\n" GOOD);
	expect_delivered(&rig.postfix, "from-here", 1);
	example_expect_used(&rig, 3, "daily_quota recipients/3600s login=robin");
	example_expect_used(&rig, 3, "daily_quota recipients/86400s login=robin");

	ck_assert(visit_begin(&client, &rig.postfix, &robin));
	ck_assert_int_eq(name_recipients(&client, 101, "452 4.5.3 Too many recipients"), 100);
	smtp_command(&client, "RSET");
	smtp_quit(&client);
	example_expect_used(&rig, 3, "daily_quota recipients/86400s login=robin");
	ck_assert_int_eq(postern_stop(&rig.postern), 0);
	example_expect_used(&rig, 3, "daily_quota recipients/86400s login=robin"); /* by the file itself */
	postern_kill(&rig.postern);
}
END_TEST

/* --- observe.conf ----------------------------------------------------------------------------------------------------- */

static const struct example_row observe_rows[] = {
	{ "good mail", { OUTSIDE, .id = "observed" }, VISIT_ACCEPTED, NULL, NULL },
	{ "no subject",
	  { OUTSIDE, .id = "observed", .text = FROM "\nx\n" },
	  VISIT_ACCEPTED,
	  NULL,
	  "findings=subject_missing(mode=observe" },
	{ "From another organization",
	  { OUTSIDE, .id = "observed", .from = "<eve@example.net>" },
	  VISIT_ACCEPTED,
	  NULL,
	  "findings=alignment(mode=observe" },
	{ "a program",
	  { OUTSIDE, .id = "observed",
	    .text = MIXED "Content-Disposition: attachment; filename=setup.exe\n\nMZ\n--b--\n" },
	  VISIT_ACCEPTED,
	  NULL,
	  "findings=attachment_type(mode=observe part=2 name=\"setup.exe\"" },
	{ "a bounce", { OUTSIDE, .id = "observed", .from = "<>" }, VISIT_ACCEPTED, NULL, NULL },
};

START_TEST(observe)
{
	example_serve(&rig, "observe", 0);
	PLAY(observe_rows);
	expect_delivered(&rig.postfix, "observed", sizeof observe_rows / sizeof observe_rows[0]);
	postern_kill(&rig.postern);
}
END_TEST

/* --- bulk.conf ---------------------------------------------------------------------------------------------------------- */

#define UNSUBSCRIBE "List-Unsubscribe: <https://example.com/u>\n"

static const struct example_row bulk_rows[] = {
	{ "without a login", { OUTSIDE }, VISIT_AT_MAIL, "530 5.7.0 Authentication required", NULL },
	{ "a null sender",
	  { OUTSIDE, .login = "robin", .from = "<>" },
	  VISIT_AT_MAIL,
	  "550 5.7.1 Empty sender not allowed",
	  NULL },
	{ "a newsletter without a way out",
	  { OUTSIDE, .login = "alice@example.com", .text = GOOD },
	  VISIT_AT_END,
	  "554 5.6.0 Required header field List-Unsubscribe not present",
	  "profile=bulk" },
	{ "a newsletter",
	  { OUTSIDE, .login = "alice@example.com", .id = "bulk",
	    .to = { "<a@dest.example.org>", "<b@dest.example.org>", "<c@dest.example.org>" },
	    .text = UNSUBSCRIBE GOOD },
	  VISIT_ACCEPTED,
	  NULL,
	  NULL },
	{ "the first of three", { OUTSIDE, .login = "robin", .id = "bulk" }, VISIT_ACCEPTED, NULL, NULL },
	{ "an address of another domain",
	  { OUTSIDE, .login = "robin", .from = "<robin@mail.example.com>" },
	  VISIT_AT_END,
	  "550 5.7.1 Header from domain does not align with envelope from domain",
	  "profile=default" },
	{ "two more, of which the table allows both",
	  { OUTSIDE, .login = "robin", .id = "bulk", .to = { "<a@dest.example.org>", "<b@dest.example.org>" } },
	  VISIT_ACCEPTED,
	  NULL,
	  "limit: 100 % of a quota reached: check=daily_quota key=\"daily_quota recipients/86400s login=robin\"" },
	{ "the fourth", { OUTSIDE, .login = "robin" }, VISIT_AT_MAIL, QUOTA_EXCEEDED, NULL },
	{ "somebody whom the table does not know",
	  { OUTSIDE, .login = "blocked", .id = "bulk" },
	  VISIT_ACCEPTED,
	  NULL,
	  NULL },
};

START_TEST(bulk)
{
	struct path accounts = path_join(rig.postern.directory.text, "accounts.db");
	sqlite3 *db;

	remove(path_join(rig.postern.directory.text, "counters.db").text);
	ck_assert_int_eq(sqlite3_open(accounts.text, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db,
				      "CREATE TABLE limits (login TEXT PRIMARY KEY, quota TEXT);"
				      "INSERT INTO limits VALUES ('robin', '3/24h');",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	example_table(&rig, "bulk-logins", "alice@example.com\nnews\n");
	example_serve(&rig, "bulk", 0);
	PLAY(bulk_rows);
	expect_delivered(&rig.postfix, "bulk", 7);
	postfix_submit(&rig.postfix, "robin@example.com", "X-Id: from-cron\n" GOOD);
	expect_delivered(&rig.postfix, "from-cron", 1);
	example_expect_used(&rig, 3, "daily_quota recipients/86400s login=alice@example.com");
	example_expect_used(&rig, 1, "daily_quota recipients/86400s login=blocked");
	postern_kill(&rig.postern);
}
END_TEST

/* --- infobip.conf and ses.conf ------------------------------------------------------------------------------------------ */

static const struct example_row infobip_rows[] = {
	{ "without a login",
	  { .from = "<robin@example.com>" },
	  VISIT_AT_MAIL,
	  "530 5.7.0 Authentication required",
	  NULL },
	{ "a blocked account",
	  { .login = "blocked" },
	  VISIT_AT_MAIL,
	  "550 5.7.1 Unauthorized access (account blocked by policy)",
	  NULL },
	{ "good mail", { .login = "robin", .id = "infobip" }, VISIT_ACCEPTED, NULL, NULL },
	{ "no sender", { .login = "robin", .from = "<>" }, VISIT_AT_MAIL, "550 5.7.1 Empty sender not allowed", NULL },
	{ "a sender that is none",
	  { .login = "robin", .from = "<robin.@example.com>" },
	  VISIT_AT_MAIL,
	  "501 5.1.7 Bad sender address <robin.@example.com>",
	  NULL },
	{ "a sender that is not allowed",
	  { .login = "robin", .from = "<robin@example.net>" },
	  VISIT_AT_MAIL,
	  "550 5.7.1 Sender not allowed",
	  NULL },
	{ "too large by its own account",
	  { .login = "robin", .from = "<robin@example.com> SIZE=20971521" },
	  VISIT_AT_MAIL,
	  "552 5.3.4 Message size exceeds fixed limit",
	  NULL },
	{ "a recipient that is none",
	  { .login = "robin", .to = { "<rea..der@dest.example.org>" } },
	  VISIT_AT_RCPT,
	  "501 5.1.7 Bad recipient address <rea..der@dest.example.org>",
	  NULL },
	{ "an empty subject",
	  { .login = "robin", .text = FROM "Subject: \n\nx\n" },
	  VISIT_AT_END,
	  "554 5.6.0 Subject not present",
	  NULL },
	{ "an empty attachment",
	  { .login = "robin", .text = EMPTY_ATTACHMENT },
	  VISIT_AT_END,
	  "554 5.6.0 Attachment is empty",
	  NULL },
	{ "no body",
	  { .login = "robin", .text = FROM "Subject: x\n\n" },
	  VISIT_AT_END,
	  "554 5.6.0 Body not present",
	  NULL },
};

START_TEST(infobip)
{
	example_serve(&rig, "infobip", 0);
	PLAY(infobip_rows);
	expect_delivered(&rig.postfix, "infobip", 1);
	postern_kill(&rig.postern);
}
END_TEST

static const struct example_row ses_rows[] = {
	{ "without a login", { .from = "<robin@example.com>" }, VISIT_AT_MAIL, "530 Authentication required", NULL },
	{ "an identity that is not verified",
	  { .login = "robin", .from = "<eve@example.net>" },
	  VISIT_AT_END,
	  "554 Message rejected: Email address is not verified. The following identities failed the check in region "
	  "us-east-1: "
	  "eve@example.net",
	  NULL },
	{ "one that is",
	  { .login = "alice@example.com",
	    .id = "ses",
	    .from = "<robin@example.org>",
	    .text = "From: robin@example.org\nSubject: x\n\nx\n" },
	  VISIT_ACCEPTED,
	  NULL,
	  NULL },
	{ "no From",
	  { .login = "blocked", .text = "Subject: x\n\nx\n" },
	  VISIT_AT_END,
	  "554 5.6.0 Required header field From not present",
	  NULL },
};

START_TEST(ses)
{
	struct smtp client;

	example_serve(&rig, "ses", 0);
	PLAY(ses_rows);
	ck_assert(visit_begin(&client, &rig.postfix, &(struct visit){ .login = "robin" }));
	ck_assert_int_eq(visit_send(&client, &(struct visit){ .id = "ses" }), VISIT_ACCEPTED);
	ck_assert_int_eq(visit_send(&client, &(struct visit){ .id = "ses" }), VISIT_AT_MAIL);
	expect_reply(&client, RATE_EXCEEDED, "two in a second");
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "ses", 2);
	example_expect_used(&rig, 1, "daily_quota recipients/86400s login=robin");
	postern_kill(&rig.postern);
}
END_TEST

/* --- fleet.conf --------------------------------------------------------------------------------------------------------- */

static const struct example_row fleet_rows[] = {
	{ "without a login", { OUTSIDE }, VISIT_AT_MAIL, "530 5.7.0 Authentication required", NULL },
	{ "good mail", { OUTSIDE, .login = "robin", .id = "fleet" }, VISIT_ACCEPTED, NULL, NULL },
	{ "to two",
	  { OUTSIDE, .login = "robin", .id = "fleet", .to = { "<a@dest.example.org>", "<b@dest.example.org>" } },
	  VISIT_ACCEPTED,
	  NULL,
	  NULL },
	{ "no subject",
	  { OUTSIDE, .login = "robin", .text = FROM "\nx\n" },
	  VISIT_AT_END,
	  "554 5.6.0 Subject not present",
	  NULL },
};

static const char robins_quota[] = "daily_quota recipients/86400s login=robin";

static void
set_used(const char *used, const char *key)
{
	const char *const argv[] = { rig.postern.program.text, "limits", "set", "-c",
				     rig.postern.config.text,  key,      used,  NULL };

	ck_assert_int_eq(process_run(argv, path_join(rig.dir.path.text, "limits").text), 0);
}

START_TEST(fleet)
{
	struct redis_server redis;

	redis_server_make(&redis, "correct horse");
	example_table(&rig, "redis-password", "correct horse\n");
	example_serve(&rig, "fleet", redis.port);
	PLAY(fleet_rows);
	expect_delivered(&rig.postfix, "fleet", 3);
	example_expect_used(&rig, 3, robins_quota);
	set_used("50000", robins_quota);
	expect_visit(&rig.postfix, &(struct visit){ OUTSIDE, .login = "robin" }, VISIT_AT_MAIL, QUOTA_EXCEEDED,
		     "robin has used it up on another host");
	expect_logged(&rig.postern, "limit: 100 % of a quota reached");
	redis_server_kill(&redis);
	expect_visit(&rig.postfix, &(struct visit){ OUTSIDE, .login = "robin" }, VISIT_ACCEPTED, NULL,
		     "while Redis is away the host counts for itself");
	expect_logged(&rig.postern, "messages are counted in this daemon's memory");
	postern_kill(&rig.postern);
	redis_server_remove(&redis);
}
END_TEST

START_TEST(each_is_played_here)
{
	ck_assert_uint_eq(directory_count("conf/examples", ""), 6);
}
END_TEST

SUBMISSION_MAIN(rig, examples, each_is_played_here, submission, observe, bulk, infobip, ses, fleet)
