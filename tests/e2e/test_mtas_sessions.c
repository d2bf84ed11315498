/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions as clients hold them with a real Postfix and with a real Sendmail: many messages, many recipients, commands in one go,
 * BDAT, logins, IPv6, addresses beyond ASCII. What is answered 250 arrives once, what is refused does not. */
#define _POSIX_C_SOURCE 200809L
#include "tests/e2e/support/mta_expect.h"
#include "tests/e2e/support/mta_visit.h"
#include "tests/e2e/support/smtp_auth.h"
#include "tests/e2e/support/smtp_tls.h"
#include "tests/e2e/support/sockets.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct mtas rig;

#define FROM "From: Robin <robin@example.com>\n"
#define GOOD FROM "Subject: Good morning\n\nThe worm was early.\n"
#define NO_SUBJECT FROM "\nThe worm was early.\n"

static const char no_subject[] = "554 5.6.0 Subject not present";
static const char bad_recipient[] = "501 5.1.7 Bad recipient address";

/* EHLO once more, and whether its reply has a line with this keyword. */
static bool
offers(struct smtp *client, const char *keyword)
{
	char separated[64], last[64];

	smtp_hello(client);
	snprintf(separated, sizeof separated, "250-%s", keyword);
	snprintf(last, sizeof last, "\n250 %s", keyword);
	return strstr(client->reply, separated) != NULL || strstr(client->reply, last) != NULL;
}

START_TEST(each_offers_what_the_manual_says)
{
	static const struct {
		const char *keyword;
		bool offered[MTA_COUNT];
	} rows[] = {
		{ "PIPELINING", { true, true } }, { "SIZE", { true, true } },      { "8BITMIME", { true, true } },
		{ "STARTTLS", { true, true } },   { "AUTH", { true, true } },      { "DSN", { true, true } },
		{ "CHUNKING", { true, false } },  { "SMTPUTF8", { true, false } }, { "XCLIENT", { true, false } },
	};

	mtas_serve(&rig, "checks = { };\n");
	for (size_t i = 0; i < MTA_COUNT * sizeof rows / sizeof rows[0]; i++) {
		struct smtp client;
		size_t kind = i % MTA_COUNT, row = i / MTA_COUNT;

		mta_greet(&client, &rig.mta[kind]);
		ck_assert_msg(offers(&client, rows[row].keyword) == rows[row].offered[kind], "%s, %s: %s",
			      mta_names[kind], rows[row].keyword, client.reply);
		smtp_quit(&client);
	}
	postern_kill(&rig.postern);
}
END_TEST

static void
reset(const struct mta *mta, struct smtp *client)
{
	smtp_command(client, "RSET");
	mta_expect_code(mta, client, 250, "RSET");
}

/* One of each kind: refused by its content, given up, refused at RCPT, and accepted. */
static void
play_round(const struct mta *mta, struct smtp *client)
{
	static const struct visit refused = { .id = "round-refused", .text = NO_SUBJECT };
	static const struct visit accepted = { .id = "round-accepted", .text = GOOD };
	static const struct visit nobody = { .to = { "<rea..der@dest.example.org>" } };

	ck_assert_int_eq(visit_send(client, &refused), VISIT_AT_END);
	mta_expect_reply(mta, client, no_subject, "refused by its content");
	smtp_command(client, "MAIL FROM:<robin@example.com>");
	mta_expect_code(mta, client, 250, "MAIL of a transaction to be given up");
	reset(mta, client);
	ck_assert_int_eq(visit_send(client, &nobody), VISIT_AT_RCPT);
	reset(mta, client);
	ck_assert_msg(visit_send(client, &accepted) == VISIT_ACCEPTED, "%s: %s", mta_names[mta->kind], client->reply);
}

START_TEST(messages_of_a_session_know_nothing_of_each_other)
{
	enum { ROUNDS = 20 };

	mtas_serve(&rig, "checks = { subject_missing = { }; recipient_invalid = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		struct smtp client;

		mta_greet(&client, &rig.mta[kind]);
		for (int i = 0; i < ROUNDS; i++)
			play_round(&rig.mta[kind], &client);
		smtp_quit(&client);
		mta_expect_delivered(&rig.mta[kind], "round-accepted", ROUNDS);
		mta_expect_delivered(&rig.mta[kind], "round-refused", 0);
	}
	postern_kill(&rig.postern);
}
END_TEST

/* Octets at once, as PIPELINING allows. */
static void
write_text(struct smtp *client, const char *text)
{
	smtp_write(client, text, strlen(text));
}

static void
read_code(const struct mta *mta, struct smtp *client, int code, const char *what)
{
	smtp_read_reply(client);
	mta_expect_code(mta, client, code, what);
}

static void
expect_pipelined(const struct mta *mta)
{
	struct smtp client;

	mta_greet(&client, mta);
	write_text(&client, "MAIL FROM:<robin.@example.com>\r\nRCPT TO:<reader@dest.example.org>\r\nDATA\r\n");
	read_code(mta, &client, 501, "MAIL");
	read_code(mta, &client, 503, "RCPT without a sender");
	read_code(mta, &client, 503, "DATA without a sender");
	write_text(&client, "MAIL FROM:<robin@example.com>\r\nRCPT TO:<a@dest.example.org>\r\n"
			    "RCPT TO:<b..b@dest.example.org>\r\nRCPT TO:<c@dest.example.org>\r\nDATA\r\n");
	read_code(mta, &client, 250, "MAIL");
	read_code(mta, &client, 250, "the first recipient");
	read_code(mta, &client, 501, "the second recipient");
	read_code(mta, &client, 250, "the third recipient");
	read_code(mta, &client, 354, "DATA");
	smtp_write_mail(&client, &(struct mail){ "pipelined", NULL, GOOD });
	write_text(&client, ".\r\nMAIL FROM:<robin@example.com>\r\nRCPT TO:<a@dest.example.org>\r\nDATA\r\n");
	read_code(mta, &client, 250, "the end of data");
	read_code(mta, &client, 250, "MAIL of the next message");
	read_code(mta, &client, 250, "its recipient");
	read_code(mta, &client, 354, "its DATA");
	smtp_write_mail(&client, &(struct mail){ "pipelined-too", NULL, NO_SUBJECT });
	write_text(&client, ".\r\nQUIT\r\n");
	smtp_read_reply(&client);
	mta_expect_reply(mta, &client, no_subject, "the end of its data");
	read_code(mta, &client, 221, "QUIT");
	smtp_close(&client);
	mta_expect_delivered(mta, "pipelined", 2);
	mta_expect_delivered(mta, "pipelined-too", 0);
	ck_assert_uint_eq(mta_delivered(mta, "X-Original-To: b..b@dest.example.org\n"), 0);
}

START_TEST(commands_in_one_go_are_answered_in_their_order)
{
	mtas_serve(&rig, "checks = { subject_missing = { }; sender_invalid = { }; recipient_invalid = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++)
		expect_pipelined(&rig.mta[kind]);
	postern_kill(&rig.postern);
}
END_TEST

enum { RECIPIENTS = 100, TENTH = 10 };

/* Every tenth is one whose address is wrong; which were accepted is then counted by name. */
static void
expect_nine_of_ten(const struct mta *mta)
{
	char address[64], line[160];
	struct smtp client;

	mta_greet(&client, mta);
	smtp_command(&client, "MAIL FROM:<robin@example.com>");
	for (int i = 0; i < RECIPIENTS; i++) {
		snprintf(address, sizeof address, "r%s%d@dest.example.org", i % TENTH == 0 ? ".." : "", i);
		snprintf(line, sizeof line, "%s <%s>", bad_recipient, address);
		smtp_command(&client, "RCPT TO:<%s>", address);
		if (i % TENTH == 0)
			mta_expect_reply(mta, &client, line, "a wrong recipient");
		else
			mta_expect_code(mta, &client, 250, "a recipient");
	}
	smtp_command(&client, "DATA");
	mta_expect_code(mta, &client, 354, "DATA");
	smtp_write_mail(&client, &(struct mail){ "to-many", NULL, GOOD });
	smtp_end(&client);
	mta_expect_code(mta, &client, 250, "the end of data");
	smtp_quit(&client);
	mta_expect_delivered(mta, "to-many", RECIPIENTS - RECIPIENTS / TENTH);
	for (int i = 0; i < RECIPIENTS; i++) {
		snprintf(line, sizeof line, "X-Original-To: r%d@dest.example.org\n", i);
		ck_assert_uint_eq(mta_delivered(mta, line), i % TENTH == 0 ? 0 : 1);
	}
}

START_TEST(of_a_hundred_recipients_the_right_ones_are_refused)
{
	mtas_serve(&rig, "checks = { recipient_invalid = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++)
		expect_nine_of_ten(&rig.mta[kind]);
	postern_kill(&rig.postern);
}
END_TEST

/* In chunks of 7 octets (RFC 3030). */
static void
send_in_chunks(const struct mta *mta, struct smtp *client, const char *text)
{
	enum { CHUNK = 7 };
	size_t left = strlen(text);

	smtp_command(client, "MAIL FROM:<robin@example.com>");
	smtp_command(client, "RCPT TO:<reader@dest.example.org>");
	for (size_t length; left > 0; text += length, left -= length) {
		char command[32];

		if (client->reply[0] != '2')
			ck_abort_msg("%s: %s", mta_names[mta->kind], client->reply);
		length = left < CHUNK ? left : CHUNK;
		snprintf(command, sizeof command, "BDAT %zu%s\r\n", length, length == left ? " LAST" : "");
		write_text(client, command);
		smtp_write(client, text, length);
		smtp_read_reply(client);
	}
}

START_TEST(a_message_in_chunks_is_judged_like_any_other)
{
	const struct mta *mta = &rig.mta[MTA_POSTFIX];
	struct smtp client;

	mtas_serve(&rig, "checks = { subject_missing = { }; };\n");
	mta_greet(&client, mta);
	for (int i = 0; i < 2; i++) {
		send_in_chunks(mta, &client,
			       "X-Id: chunked\r\nFrom: robin@example.com\r\nSubject: x\r\n\r\n.\r\nHi.\r\n");
		mta_expect_code(mta, &client, 250, "a good message");
		send_in_chunks(mta, &client, "X-Id: refused-chunks\r\nFrom: robin@example.com\r\n\r\nHi.\r\n");
		mta_expect_reply(mta, &client, no_subject, "a message without a subject");
	}
	smtp_quit(&client);
	mta_expect_delivered(mta, "chunked", 2);
	mta_expect_delivered(mta, "refused-chunks", 0);
	mta_greet(&client, &rig.mta[MTA_SENDMAIL]);
	smtp_command(&client, "BDAT 0");
	mta_expect_code(&rig.mta[MTA_SENDMAIL], &client, 500, "a command that it does not know");
	smtp_quit(&client);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_session_may_mend_what_was_refused)
{
	static const struct visit message = { .id = "mended" };

	mtas_serve(&rig, "checks = { tls_required = { }; auth_required = { }; };\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		const struct mta *mta = &rig.mta[kind];
		struct smtp client;

		mta_greet(&client, mta);
		ck_assert_int_eq(visit_send(&client, &message), VISIT_AT_MAIL);
		mta_expect_reply(mta, &client, "530 5.7.0 Must issue a STARTTLS command first", "in clear");
		smtp_start_tls(&client, "TLSv1.3");
		smtp_hello(&client);
		ck_assert_int_eq(visit_send(&client, &message), VISIT_AT_MAIL);
		mta_expect_reply(mta, &client, "530 5.7.0 Authentication required", "encrypted");
		smtp_auth_plain(&client, &(struct login){ "robin", "wrong" });
		mta_expect_code(mta, &client, 535, "a wrong password");
		smtp_auth_plain(&client, &submission_logins[0]);
		mta_expect_code(mta, &client, 235, "the right one");
		ck_assert_int_eq(visit_send(&client, &message), VISIT_ACCEPTED);
		smtp_quit(&client);
		mta_expect_delivered(mta, "mended", 1);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(the_profile_follows_login_and_address)
{
	static const struct visit refused[] = {
		{ .text = NO_SUBJECT, .login = "robin" },
		{ .text = NO_SUBJECT },
		{ .text = NO_SUBJECT },
	};
	static const char *const sources[] = { "127.0.0.1", "127.0.0.1", "127.0.7.7" };
	static const char *const lines[] = { "554 5.6.0 logged in", "554 5.6.0 near", "554 5.6.0 far" };

	mtas_serve(&rig, "trusted_networks = [ \"127.0.0.1\" ];\nchecks = { subject_missing = { }; };\nprofiles = (\n"
			 "{ name = \"a\"; when = { origin = \"authenticated\"; };\n"
			 "  checks = { subject_missing = { reply = \"554 5.6.0 logged in\"; }; }; },\n"
			 "{ name = \"t\"; when = { origin = \"trusted\"; };\n"
			 "  checks = { subject_missing = { reply = \"554 5.6.0 near\"; }; }; },\n"
			 "{ name = \"e\"; when = { origin = \"external\"; };\n"
			 "  checks = { subject_missing = { reply = \"554 5.6.0 far\"; }; }; });\n");
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		for (int kind = 0; kind < MTA_COUNT; kind++)
			mta_expect_visit(&rig.mta[kind], sources[i], &refused[i], VISIT_AT_END, lines[i], lines[i]);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_client_may_come_by_ipv6)
{
	static const struct visit refused = { .text = NO_SUBJECT }, accepted = { .id = "by-ipv6" };

	if (!have_ipv6_loopback())
		return;
	mtas_serve(&rig, "profiles = ( { name = \"six\"; when = { network = \"::1\"; };\n"
			 "               checks = { subject_missing = { }; }; } );\n");
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		mta_expect_visit(&rig.mta[kind], "::1", &refused, VISIT_AT_END, no_subject, "by IPv6");
		mta_expect_visit(&rig.mta[kind], "::1", &accepted, VISIT_ACCEPTED, NULL, "by IPv6");
		mta_expect_visit(&rig.mta[kind], NULL, &refused, VISIT_ACCEPTED, NULL, "by IPv4");
		mta_expect_delivered(&rig.mta[kind], "by-ipv6", 1);
	}
	ck_assert(postern_logs(&rig.postern, "profile=six origin=trusted client=::1 "));
	postern_kill(&rig.postern);
}
END_TEST

#define UMLAUT "r\xc3\xb6"

START_TEST(addresses_beyond_ascii_need_smtputf8)
{
	static const struct visit asked = { .from = "<" UMLAUT "bin@example.com> SMTPUTF8", .id = "beyond-ascii" };
	static const struct visit not_asked = { .from = "<" UMLAUT "bin@example.com>" };
	static const struct visit unwelcome = { .from = "<robin@example.com> SMTPUTF8",
						.to = { "<" UMLAUT "der@dest.example.org>" } };
	const struct mta *postfix = &rig.mta[MTA_POSTFIX], *sendmail = &rig.mta[MTA_SENDMAIL];

	mtas_serve(&rig, "checks = { sender_invalid = { }; recipient_invalid = { smtputf8 = false; }; };\n");
	mta_expect_visit(postfix, NULL, &asked, VISIT_ACCEPTED, NULL, "asked for");
	mta_expect_delivered(postfix, "beyond-ascii", 1);
	mta_expect_visit(postfix, NULL, &not_asked, VISIT_AT_MAIL, "501 5.1.7 Bad sender address <r??bin@example.com>",
			 "not asked for");
	mta_expect_visit(postfix, NULL, &unwelcome, VISIT_AT_RCPT,
			 "501 5.1.7 Bad recipient address <r??der@dest.example.org>", "unwelcome");
	mta_expect_visit(sendmail, NULL, &asked, VISIT_AT_MAIL, "555 5.5.4 SMTPUTF8 parameter unrecognized",
			 "a parameter that it does not know");
	mta_expect_visit(sendmail, NULL, &not_asked, VISIT_AT_MAIL, "501 5.1.7 Bad sender address <r??bin@example.com>",
			 "not asked for");
	postern_kill(&rig.postern);
}
END_TEST

MTAS_MAIN(rig, mtas_sessions,
	  (&(struct mta_options){ .logins = submission_logins, .tls = true, .ipv6 = have_ipv6_loopback() }),
	  each_offers_what_the_manual_says, messages_of_a_session_know_nothing_of_each_other,
	  commands_in_one_go_are_answered_in_their_order, of_a_hundred_recipients_the_right_ones_are_refused,
	  a_message_in_chunks_is_judged_like_any_other, a_session_may_mend_what_was_refused,
	  the_profile_follows_login_and_address, a_client_may_come_by_ipv6, addresses_beyond_ascii_need_smtputf8)
