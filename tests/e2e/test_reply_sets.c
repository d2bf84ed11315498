/* SPDX-License-Identifier: BSD-2-Clause */
/* What an SMTP client reads of a real Postfix, octet for octet, for every row of the table of checks in every reply set, with logins and encryption
 * where a row is about them. The lines are those of the documents that the rows name. */
#define _POSIX_C_SOURCE 200809L
#include "policy/checks.h"
#include "tests/e2e/support/submission.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct rig rig;

#define FROM "From: Robin <robin@example.com>\n"
#define PLAIN FROM "Subject: Good morning\n\nThe worm was early.\n"
#define FILLER "The same line again, so that it is long enough to be too much.\n"
#define MIXED FROM "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText.\n--b\n"
#define RELATED FROM "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n\nText.\n--b\n"

/* Each row is a profile of its own, for an address of its own. */
struct row {
	const char *check;
	const char *settings; /* of the check, in its profile */
	struct visit passes;
	struct visit refused; /* comes after it; from the same address */
	unsigned held;        /* sessions that stay open meanwhile */
	enum visit_end where;
	const char *replies[REPLY_SET_COUNT]; /* NULL: as Infobip's */
};

static const struct row rows[] = {
	{ .check = "connections_total",
	  .settings = "limit = 1;",
	  .held = 1,
	  .where = VISIT_BEFORE_MAIL,
	  .replies = { "421 4.3.2 Too many connections, try again later",
		       "421 Too many concurrent SMTP connections" } },
	{ .check = "connections_per_client",
	  .settings = "limit = 2;",
	  .held = 2,
	  .where = VISIT_BEFORE_MAIL,
	  .replies = { "421 4.3.2 Client connection limit reached", "421 Too many concurrent SMTP connections",
		       "421 4.7.0 Client connection limit reached" } },
	{ .check = "tls_required",
	  .passes = { .tls = "TLSv1.2" },
	  .where = VISIT_AT_MAIL,
	  .replies = { "530 5.7.0 Must issue a STARTTLS command first" } },
	{ .check = "auth_required",
	  .passes = { .login = "robin" },
	  .where = VISIT_AT_MAIL,
	  .replies = { "530 5.7.0 Authentication required", "530 Authentication required" } },
	{ .check = "account_blocked",
	  .settings = "accounts = [ \"blocked\", \"ghost\" ];",
	  .passes = { .login = "robin", .tls = "TLSv1.3" },
	  .refused = { .login = "blocked", .tls = "TLSv1.3" },
	  .where = VISIT_AT_MAIL,
	  .replies = { "550 5.7.1 Unauthorized access (account blocked by policy)", NULL,
		       "550 5.7.13 Unauthorized access (account blocked by policy)" } },
	{ .check = "null_sender",
	  .refused = { .from = "<>" },
	  .where = VISIT_AT_MAIL,
	  .replies = { "550 5.7.1 Empty sender not allowed" } },
	{ .check = "sender_invalid",
	  .refused = { .from = "<robin.@example.com>" },
	  .where = VISIT_AT_MAIL,
	  .replies = { "501 5.1.7 Bad sender address <robin.@example.com>" } },
	{ .check = "sender_not_allowed",
	  .settings = "senders = [ \"@example.com\" ];",
	  .passes = { .login = "robin" },
	  .refused = { .login = "robin", .from = "<eve@example.net>" },
	  .where = VISIT_AT_MAIL,
	  .replies = { "550 5.7.1 Sender not allowed", "554 Access denied: User robin is not authorized to perform "
						       "ses:SendRawEmail on resource eve@example.net" } },
	{ .check = "size_declared",
	  .settings = "limit = \"1 MiB\";",
	  .passes = { .from = "<robin@example.com> SIZE=1048576" },
	  .refused = { .from = "<robin@example.com> SIZE=1048577" },
	  .where = VISIT_AT_MAIL,
	  .replies = { "552 5.3.4 Message size exceeds fixed limit" } },
	{ .check = "recipient_invalid",
	  .refused = { .to = { "<reader@dest.example.org>", "<rea..der@dest.example.org>" } },
	  .where = VISIT_AT_RCPT,
	  .replies = { "501 5.1.7 Bad recipient address <rea..der@dest.example.org>", NULL,
		       "501 5.1.3 Bad recipient address <rea..der@dest.example.org>" } },
	{ .check = "recipients_too_many",
	  .settings = "limit = 2;",
	  .passes = { .to = { "<a@dest.example.org>", "<b@dest.example.org>" } },
	  .refused = { .to = { "<a@dest.example.org>", "<b@dest.example.org>", "<c@dest.example.org>" } },
	  .where = VISIT_AT_RCPT,
	  .replies = { "452 4.5.3 Too many recipients" } },
	{ .check = "send_rate",
	  .settings = "rate = \"1/1h\";",
	  .where = VISIT_AT_MAIL,
	  .replies = { "454 Throttling failure: Maximum sending rate exceeded", NULL,
		       "454 4.7.0 Throttling failure: Maximum sending rate exceeded" } },
	{ .check = "daily_quota",
	  .settings = "quota = \"1/24h\";",
	  .passes = { .login = "robin", .tls = "TLSv1.2" },
	  .refused = { .login = "robin", .tls = "TLSv1.3" },
	  .where = VISIT_AT_MAIL,
	  .replies = { "454 Throttling failure: Daily message quota exceeded", NULL,
		       "454 4.7.0 Throttling failure: Daily message quota exceeded" } },
	{ .check = "header_missing",
	  .refused = { .text = "Subject: Good morning\n\nWho am I?\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Required header field From not present" } },
	{ .check = "header_duplicate",
	  .refused = { .text = "Subject: Good morning\n" PLAIN },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Header field Subject present more than once" } },
	{ .check = "subject_missing",
	  .refused = { .text = FROM "\nGood morning.\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Subject not present" } },
	{ .check = "subject_empty",
	  .refused = { .text = FROM "Subject: =?utf-8?Q?=C2=A0?=\n\nGood morning.\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Subject not present" } },
	{ .check = "subject_too_long",
	  .settings = "max_characters = 12;",
	  .passes = { .text = PLAIN },
	  .refused = { .text = FROM "Subject: Good morning!\n\nThe worm was early.\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Subject too long" } },
	{ .check = "address_invalid",
	  .refused = { .text = "To: reader.@dest.example.org\n" PLAIN },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Could not read the message. <Local address ends with dot>" } },
	{ .check = "identity_unverified",
	  .settings = "identities = [ \"example.com\" ]; region = \"eu-west-1\";",
	  .refused = { .from = "<eve@example.net>",
		       .text = "From: Mallory <mallory@mail.example.net>, robin@example.com\n"
			       "Sender: robin@example.com\nSubject: x\n\nGood morning.\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 Message rejected: Email address is not verified. The following identities failed the check "
		       "in "
		       "region eu-west-1: eve@example.net, mallory@mail.example.net",
		       NULL,
		       "554 5.7.1 Message rejected: Email address is not verified. The following identities failed the "
		       "check in region eu-west-1: eve@example.net, mallory@mail.example.net" } },
	{ .check = "alignment",
	  .refused = { .from = "<robin@example.net>" },
	  .where = VISIT_AT_END,
	  .replies = { "550 5.7.1 Header from domain does not align with envelope from domain" } },
	{ .check = "mime_invalid",
	  .refused = { .text = FROM "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--b\n\nText.\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Invalid or corrupt MIME multipart" } },
	{ .check = "inline_image_empty",
	  .passes = { .text = RELATED "Content-Type: image/gif\nContent-ID: <a@example.com>\n\nGIF89a\n--b--\n" },
	  .refused = { .text = RELATED "Content-Type: image/gif\nContent-ID: <a@example.com>\n\n--b--\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Inline image is empty" } },
	{ .check = "attachment_empty",
	  .passes = { .text = MIXED "Content-Disposition: attachment; filename=a.txt\n\na\n--b--\n" },
	  .refused = { .text = MIXED "Content-Disposition: attachment; filename=a.txt\n\n--b--\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Attachment is empty" } },
	{ .check = "body_missing",
	  .refused = { .text = FROM "Subject: x\n\n \n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Body not present" } },
	{ .check = "size_exceeded",
	  .settings = "limit = \"1 KiB\";",
	  .refused = { .text = PLAIN FILLER FILLER FILLER FILLER FILLER FILLER FILLER FILLER FILLER FILLER FILLER FILLER
			       FILLER FILLER FILLER FILLER },
	  .where = VISIT_AT_END,
	  .replies = { "552 5.3.4 Message size exceeds fixed limit" } },
	{ .check = "control_characters",
	  .refused = { .nul = true },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.6.0 Message contains NUL or bare CR or bare LF" } },
	{ .check = "attachment_type",
	  .settings = "names = [ \"*.exe\" ];",
	  .passes = { .text = MIXED "Content-Disposition: attachment; filename=a.txt\n\na\n--b--\n" },
	  .refused = { .text = MIXED "Content-Disposition: attachment; filename=a.exe\n\na\n--b--\n" },
	  .where = VISIT_AT_END,
	  .replies = { "554 5.7.1 Attachment type not allowed" } },
};
enum {
	ROW_COUNT = sizeof rows / sizeof rows[0],
	HELD_MAX = 2,
	HOLD_TRIES = 50,
	ADDRESS_MAX = 32,
	CONFIG_MAX = 16384,
	LABEL_MAX = 96
};

static void
row_address(size_t index, char address_out[ADDRESS_MAX])
{
	snprintf(address_out, ADDRESS_MAX, "192.0.2.%zu", index + 1);
}

static void
serve_all_rows(enum reply_set set)
{
	char config[CONFIG_MAX];
	char address[ADDRESS_MAX];
	FILE *out = fmemopen(config, sizeof config, "w");

	fprintf(out, "reply_set = \"%s\";\nprofiles = (\n", reply_set_names[set]);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const char *settings = rows[i].settings != NULL ? rows[i].settings : "";

		row_address(i, address);
		fprintf(out, "%s{ name = \"row-%zu\"; when = { network = \"%s\"; };\n  checks = { %s = { %s }; }; }\n",
			i == 0 ? "" : ",", i, address, rows[i].check, settings);
	}
	fputs(");\n", out);
	ck_assert_msg(ftell(out) < CONFIG_MAX - 1 && fclose(out) == 0, "the configuration is too long");
	submission_serve(&rig, config);
}

/* Sessions that have just ended are counted for a moment still: the MTA closes its connection to the filter after that to the client. */
static void
hold(struct smtp *client, const struct visit *visit, const char *label)
{
	bool begun = false;

	for (int i = 0; i < HOLD_TRIES && !(begun = visit_begin(client, &rig.postfix, visit)); i++) {
		ck_assert_msg(strncmp(client->reply, "421", 3) == 0, "%s: %s", label, client->reply);
		smtp_close(client);
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
	ck_assert_msg(begun, "%s: %s", label, client->reply);
}

static void
play_row(size_t index, enum reply_set set)
{
	const struct row *row = &rows[index];
	struct visit passes = row->passes, refused = row->refused;
	struct smtp held[HELD_MAX];
	char address[ADDRESS_MAX], label[LABEL_MAX], id[LABEL_MAX], never[LABEL_MAX];

	row_address(index, address);
	passes.address = refused.address = address;
	snprintf(label, sizeof label, "%s, %s", row->check, reply_set_names[set]);
	snprintf(id, sizeof id, "passes-%s-%s", row->check, reply_set_names[set]);
	snprintf(never, sizeof never, "refused-%s-%s", row->check, reply_set_names[set]);
	passes.id = id;
	refused.id = never;
	if (row->held == 0)
		expect_visit(&rig.postfix, &passes, VISIT_ACCEPTED, NULL, label);
	for (unsigned i = 0; i < row->held; i++)
		hold(&held[i], &passes, label);
	const char *line = row->replies[set] != NULL ? row->replies[set] : row->replies[REPLY_SET_INFOBIP];
	expect_visit(&rig.postfix, &refused, row->where, line, label);
	for (unsigned i = 0; i < row->held; i++) {
		ck_assert_msg(i > 0 || visit_send(&held[i], &passes) == VISIT_ACCEPTED, "%s: %s", label, held[i].reply);
		smtp_close(&held[i]);
	}
}

/* What passes counts each of its recipients: the maildir has a copy for each. */
static void
expect_row_delivered(const struct row *row, enum reply_set set)
{
	char id[LABEL_MAX];
	size_t recipients = 0;

	while (row->passes.to[recipients] != NULL)
		recipients++;
	snprintf(id, sizeof id, "passes-%s-%s", row->check, reply_set_names[set]);
	expect_delivered(&rig.postfix, id, recipients > 0 ? recipients : 1);
	snprintf(id, sizeof id, "refused-%s-%s", row->check, reply_set_names[set]);
	expect_delivered(&rig.postfix, id, 0);
}

static void
play_all_rows(enum reply_set set)
{
	serve_all_rows(set);
	for (size_t i = 0; i < ROW_COUNT; i++)
		play_row(i, set);
	for (size_t i = 0; i < ROW_COUNT; i++)
		expect_row_delivered(&rows[i], set);
	postern_kill(&rig.postern);
}

START_TEST(every_check_is_a_row_here)
{
	for (size_t i = 0; i < checks_count; i++)
		ck_assert_msg(i < ROW_COUNT && strcmp(rows[i].check, checks[i].name) == 0, "%s has no row",
			      checks[i].name);
	ck_assert_uint_eq(ROW_COUNT, checks_count);
}
END_TEST

START_TEST(replies_are_those_of_infobip)
{
	play_all_rows(REPLY_SET_INFOBIP);
}
END_TEST

START_TEST(replies_are_those_of_ses)
{
	play_all_rows(REPLY_SET_SES);
}
END_TEST

START_TEST(replies_are_those_of_the_registry)
{
	play_all_rows(REPLY_SET_STANDARD);
}
END_TEST

SUBMISSION_MAIN(rig, reply_sets, every_check_is_a_row_here, replies_are_those_of_infobip, replies_are_those_of_ses,
		replies_are_those_of_the_registry)
