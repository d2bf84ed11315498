/* SPDX-License-Identifier: BSD-2-Clause */
/* Every check, as clients of a real Postfix and of a real Sendmail meet it: the same is sent to both, and what they have to
 * answer stands side by side. The lines are those of the documents that the rows of the table of checks name; what Sendmail makes of
 * some of them is in docs/mta.md. */
#define _POSIX_C_SOURCE 200809L
#include "policy/checks.h"
#include "tests/e2e/support/mta_expect.h"
#include "tests/e2e/support/mta_visit.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/samples.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct mtas rig;

#define FROM "From: Robin <robin@example.com>\n"
#define PLAIN FROM "Subject: Good morning\n\nThe worm was early.\n"
#define FILLER "The same line again, so that it is long enough to be too much.\n"
#define FOUR(text) text text text text
#define MIXED FROM "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText.\n--b\n"

/* Each row is a profile of its own, for an address of its own. */
struct row {
	const char *check;
	const char *settings; /* of the check, in its profile */
	struct visit passes;
	struct visit refused; /* comes after it */
	unsigned held;        /* sessions that stay open meanwhile; then it is EHLO that is refused */
	enum visit_end where;
	const char *postfix;
	const char *sendmail; /* NULL: the same */
};

static const struct row rows[] = {
	{ .check = "connections_total",
	  .settings = "limit = 1;",
	  .held = 1,
	  .postfix = "421 4.3.2 Too many connections, try again later" },
	{ .check = "connections_per_client",
	  .settings = "limit = 2;",
	  .held = 2,
	  .postfix = "421 4.3.2 Client connection limit reached" },
	{ .check = "tls_required",
	  .passes = { .tls = "TLSv1.3" },
	  .where = VISIT_AT_MAIL,
	  .postfix = "530 5.7.0 Must issue a STARTTLS command first" },
	{ .check = "auth_required",
	  .passes = { .login = "robin" },
	  .where = VISIT_AT_MAIL,
	  .postfix = "530 5.7.0 Authentication required" },
	{ .check = "account_blocked",
	  .settings = "accounts = [ \"blocked\" ];",
	  .passes = { .login = "robin", .tls = "TLSv1.2" },
	  .refused = { .login = "blocked", .tls = "TLSv1.2" },
	  .where = VISIT_AT_MAIL,
	  .postfix = "550 5.7.1 Unauthorized access (account blocked by policy)",
	  .sendmail = "550 5.7.1 <robin@example.com>... Unauthorized access (account blocked by policy)" },
	{ .check = "null_sender",
	  .refused = { .from = "<>" },
	  .where = VISIT_AT_MAIL,
	  .postfix = "550 5.7.1 Empty sender not allowed",
	  .sendmail = "550 5.7.1 <>... Empty sender not allowed" },
	{ .check = "sender_invalid",
	  .refused = { .from = "<robin.@example.com>" },
	  .where = VISIT_AT_MAIL,
	  .postfix = "501 5.1.7 Bad sender address <robin.@example.com>" },
	{ .check = "sender_not_allowed",
	  .settings = "senders = [ \"@example.com\" ];",
	  .refused = { .from = "<eve@example.net>" },
	  .where = VISIT_AT_MAIL,
	  .postfix = "550 5.7.1 Sender not allowed",
	  .sendmail = "550 5.7.1 <eve@example.net>... Sender not allowed" },
	{ .check = "size_declared",
	  .settings = "limit = \"1 MiB\";",
	  .passes = { .from = "<robin@example.com> SIZE=1048576" },
	  .refused = { .from = "<robin@example.com> SIZE=1048577" },
	  .where = VISIT_AT_MAIL,
	  .postfix = "552 5.3.4 Message size exceeds fixed limit" },
	{ .check = "recipient_invalid",
	  .refused = { .to = { "<reader@dest.example.org>", "<rea..der@dest.example.org>" } },
	  .where = VISIT_AT_RCPT,
	  .postfix = "501 5.1.7 Bad recipient address <rea..der@dest.example.org>" },
	{ .check = "recipients_too_many",
	  .settings = "limit = 2;",
	  .passes = { .to = { "<a@dest.example.org>", "<b@dest.example.org>" } },
	  .refused = { .to = { "<a@dest.example.org>", "<b@dest.example.org>", "<c@dest.example.org>" } },
	  .where = VISIT_AT_RCPT,
	  .postfix = "452 4.5.3 Too many recipients" },
	{ .check = "send_rate",
	  .settings = "rate = \"1/1h\";",
	  .where = VISIT_AT_MAIL,
	  .postfix = "454 Throttling failure: Maximum sending rate exceeded",
	  .sendmail = "454 4.0.0 Throttling failure: Maximum sending rate exceeded" },
	{ .check = "daily_quota",
	  .settings = "quota = \"1/24h\";",
	  .passes = { .login = "robin" },
	  .refused = { .login = "robin" },
	  .where = VISIT_AT_MAIL,
	  .postfix = "454 Throttling failure: Daily message quota exceeded",
	  .sendmail = "454 4.0.0 Throttling failure: Daily message quota exceeded" },
	{ .check = "header_missing",
	  .refused = { .text = "Subject: Good morning\n\nWho am I?\n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Required header field From not present" },
	{ .check = "header_duplicate",
	  .refused = { .text = "Subject: Good morning\n" PLAIN },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Header field Subject present more than once" },
	{ .check = "subject_missing",
	  .refused = { .text = FROM "\nGood morning.\n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Subject not present" },
	{ .check = "subject_empty",
	  .refused = { .text = FROM "Subject: =?utf-8?Q?=C2=A0?=\n\nGood morning.\n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Subject not present" },
	{ .check = "subject_too_long",
	  .settings = "max_characters = 12;",
	  .passes = { .text = PLAIN },
	  .refused = { .text = FROM "Subject: Good morning!\n\nThe worm was early.\n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Subject too long" },
	{ .check = "address_invalid",
	  .refused = { .text = "To: reader.@dest.example.org\n" PLAIN },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Could not read the message. <Local address ends with dot>" },
	{ .check = "identity_unverified",
	  .settings = "identities = [ \"example.com\" ]; region = \"eu-west-1\";",
	  .refused = { .from = "<eve@example.net>" },
	  .where = VISIT_AT_END,
	  .postfix = "554 Message rejected: Email address is not verified. The following identities failed the check "
		     "in region eu-west-1: eve@example.net",
	  .sendmail = "554 5.0.0 Message rejected: Email address is not verified. The following identities failed the "
		      "check in region eu-west-1: eve@example.net" },
	{ .check = "alignment",
	  .refused = { .from = "<robin@example.net>" },
	  .where = VISIT_AT_END,
	  .postfix = "550 5.7.1 Header from domain does not align with envelope from domain" },
	{ .check = "mime_invalid",
	  .refused = { .text = FROM "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--b\n\nText.\n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Invalid or corrupt MIME multipart" },
	{ .check = "inline_image_empty",
	  .refused = { .text = MIXED "Content-Type: image/gif\nContent-ID: <a@example.com>\n"
				     "Content-Disposition: inline\n\n--b--\n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Inline image is empty" },
	{ .check = "attachment_empty",
	  .passes = { .text = MIXED "Content-Disposition: attachment; filename=a.txt\n\na\n--b--\n" },
	  .refused = { .text = MIXED "Content-Disposition: attachment; filename=a.txt\n\n--b--\n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Attachment is empty" },
	{ .check = "body_missing",
	  .refused = { .text = FROM "Subject: x\n\n \n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Body not present" },
	{ .check = "size_exceeded",
	  .settings = "limit = \"1 KiB\";",
	  .refused = { .text = PLAIN FOUR(FOUR(FILLER)) },
	  .where = VISIT_AT_END,
	  .postfix = "552 5.3.4 Message size exceeds fixed limit" },
	{ .check = "control_characters",
	  .refused = { .nul = true },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.6.0 Message contains NUL or bare CR or bare LF" },
	{ .check = "attachment_type",
	  .settings = "names = [ \"*.exe\" ];",
	  .passes = { .text = MIXED "Content-Disposition: attachment; filename=a.txt\n\na\n--b--\n" },
	  .refused = { .text = MIXED "Content-Disposition: attachment; filename=a.exe\n\na\n--b--\n" },
	  .where = VISIT_AT_END,
	  .postfix = "554 5.7.1 Attachment type not allowed" },
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0], HELD_MAX = 2, ADDRESS_MAX = 32, CONFIG_MAX = 16384, ID_MAX = 64 };

/* To each MTA from another address, so that what is counted is counted for each. */
static void
row_address(size_t index, enum mta_kind kind, char address_out[ADDRESS_MAX])
{
	snprintf(address_out, ADDRESS_MAX, "127.0.%d.%zu", 1 + (int)kind, index + 1);
}

static void
serve_all_rows(void)
{
	char config[CONFIG_MAX], postfix[ADDRESS_MAX], sendmail[ADDRESS_MAX];
	FILE *out = fmemopen(config, sizeof config, "w");

	fputs("profiles = (\n", out);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		row_address(i, MTA_POSTFIX, postfix);
		row_address(i, MTA_SENDMAIL, sendmail);
		fprintf(out,
			"%s{ name = \"row-%zu\"; when = { network = [ \"%s\", \"%s\" ]; };\n"
			"  checks = { %s = { %s }; }; }\n",
			i == 0 ? "" : ",", i, postfix, sendmail, rows[i].check,
			rows[i].settings != NULL ? rows[i].settings : "");
	}
	fputs(");\n", out);
	ck_assert_msg(ftell(out) < CONFIG_MAX - 1 && fclose(out) == 0, "the configuration is too long");
	mtas_serve(&rig, config);
}

/* Sessions that are over are counted until Postern has noticed. */
static void
hold_session(struct smtp *client, const struct mta *mta, const char *address, const struct row *row)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (!mta_visit_begin(client, mta, address, &row->passes))
		ck_assert_msg(deadline_nap(&deadline), "%s, %s: no session is let in", row->check,
			      mta_names[mta->kind]);
}

static void
play_connections(const struct row *row, const struct mta *mta, const char *address)
{
	struct smtp held[HELD_MAX], surplus;

	for (unsigned i = 0; i < row->held; i++)
		hold_session(&held[i], mta, address, row);
	ck_assert(!mta_visit_begin(&surplus, mta, address, &row->refused));
	mta_expect_reply(mta, &surplus, row->postfix, row->check);
	enum visit_end seen = visit_send(&held[0], &row->passes);
	ck_assert_msg(seen == VISIT_ACCEPTED, "%s: %s: who was there first: %s: %s", mta_names[mta->kind], row->check,
		      visit_end_names[seen], held[0].reply);
	for (unsigned i = 0; i < row->held; i++)
		smtp_close(&held[i]);
}

static void
play_row(size_t index, const struct mta *mta)
{
	const struct row *row = &rows[index];
	struct visit passes = row->passes, refused = row->refused;
	char address[ADDRESS_MAX], id[ID_MAX], never[ID_MAX];
	const char *line = mta->kind == MTA_SENDMAIL && row->sendmail != NULL ? row->sendmail : row->postfix;

	row_address(index, mta->kind, address);
	if (row->held > 0) {
		play_connections(row, mta, address);
		return;
	}
	snprintf(id, sizeof id, "passes-%s", row->check);
	snprintf(never, sizeof never, "refused-%s", row->check);
	passes.id = id;
	refused.id = never;
	mta_expect_visit(mta, address, &passes, VISIT_ACCEPTED, NULL, row->check);
	mta_expect_visit(mta, address, &refused, row->where, line, row->check);
}

/* A copy for each recipient of what was accepted. */
static void
expect_row_delivered(const struct row *row, const struct mta *mta)
{
	char id[ID_MAX];
	size_t recipients = 0;

	while (row->passes.to[recipients] != NULL)
		recipients++;
	snprintf(id, sizeof id, "passes-%s", row->check);
	mta_expect_delivered(mta, id, row->held > 0 ? 0 : recipients > 0 ? recipients : 1);
	snprintf(id, sizeof id, "refused-%s", row->check);
	mta_expect_delivered(mta, id, 0);
}

START_TEST(every_check_is_a_row_here)
{
	for (size_t i = 0; i < checks_count; i++)
		ck_assert_msg(i < ROW_COUNT && strcmp(rows[i].check, checks[i].name) == 0, "%s has no row",
			      checks[i].name);
	ck_assert_uint_eq(ROW_COUNT, checks_count);
}
END_TEST

static void
play_all_rows(const struct mta *mta)
{
	serve_all_rows();
	for (size_t i = 0; i < ROW_COUNT; i++)
		play_row(i, mta);
	for (size_t i = 0; i < ROW_COUNT; i++)
		expect_row_delivered(&rows[i], mta);
	postern_kill(&rig.postern);
}

START_TEST(clients_of_postfix_get_the_replies_on_the_left)
{
	play_all_rows(&rig.mta[MTA_POSTFIX]);
}
END_TEST

START_TEST(clients_of_sendmail_get_the_replies_on_the_right)
{
	play_all_rows(&rig.mta[MTA_SENDMAIL]);
}
END_TEST

/* Of the checks that samples have, Sendmail words null_sender alone in its own way. */
START_TEST(each_sample_gets_its_reply_and_the_good_ones_arrive)
{
	mtas_serve(&rig, postern_all_checks);
	for (size_t i = 0; i < samples_count * MTA_COUNT; i++) {
		const struct mta *mta = &rig.mta[i % MTA_COUNT];
		const struct sample *sample = &samples[i / MTA_COUNT];
		bool prefixed = mta->kind == MTA_SENDMAIL && sample->sender[0] == '\0';
		struct smtp client;

		mta_greet(&client, mta);
		bool accepted = smtp_send(&client, &(struct mail){ sample->name, sample->sender, sample->text });
		ck_assert_msg(accepted == (sample->check == NULL), "%s: %s", sample->what, client.reply);
		if (!accepted)
			mta_expect_reply(mta, &client,
					 prefixed ? "550 5.7.1 <>... Empty sender not allowed" : sample->reply,
					 sample->what);
		smtp_quit(&client);
	}
	for (size_t i = 0; i < samples_count * MTA_COUNT; i++)
		mta_expect_delivered(&rig.mta[i % MTA_COUNT], samples[i / MTA_COUNT].name,
				     samples[i / MTA_COUNT].check == NULL);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(what_is_delivered_is_what_was_sent)
{
	mtas_serve(&rig, postern_all_checks);
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		const struct mta *mta = &rig.mta[kind];
		const struct sample *sample = sample_find("attachment");
		struct smtp client;

		mta_greet(&client, mta);
		ck_assert(smtp_send(&client, &(struct mail){ "intact", sample->sender, sample->text }));
		smtp_quit(&client);
		mta_expect_delivered(mta, "intact", 1);
		char *delivered = mta_delivered_mail(mta, "X-Id: intact\n");
		const char *text = strstr(delivered, "X-Id: intact\n");
		ck_assert_str_eq(text + strlen("X-Id: intact\n"), sample->text);
		free(delivered);
	}
	postern_kill(&rig.postern);
}
END_TEST

MTAS_MAIN(rig, mtas_replies, (&(struct mta_options){ .logins = submission_logins, .tls = true }),
	  every_check_is_a_row_here, clients_of_postfix_get_the_replies_on_the_left,
	  clients_of_sendmail_get_the_replies_on_the_right, each_sample_gets_its_reply_and_the_good_ones_arrive,
	  what_is_delivered_is_what_was_sent)
