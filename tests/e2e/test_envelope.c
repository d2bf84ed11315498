/* SPDX-License-Identifier: BSD-2-Clause */
/* What checks of the session and the envelope do to a session that goes on, as client and reader see it. */
#define _POSIX_C_SOURCE 200809L
#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/smtp_auth.h"
#include "tests/e2e/support/smtp_tls.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/submission.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct rig rig;

#define CHECKS(settings) "checks = { " settings " };\n"
#define FROM_ALICE "From: Alice <alice@example.com>\nSubject: x\n\nGood morning.\n"
#define NO_TLS "530 5.7.0 Must issue a STARTTLS command first"
#define NO_LOGIN "530 5.7.0 Authentication required"

static void
expect(const struct visit *visit, enum visit_end end, const char *line, const char *what)
{
	expect_visit(&rig.postfix, visit, end, line, what);
}

/* Makes the table of senders by login, and starts Postern with these checks beside the one that reads it. */
static void
serve_senders(const char *reply_set, const char *more_checks)
{
	struct path path = path_join(rig.postern.directory.text, "senders");
	char config[1024];

	file_write(path.text, "# who may send as whom\n"
			      "alice@example.com  alice@example.com, @example.org\n"
			      "robin              robin@example.com\n");
	snprintf(config, sizeof config,
		 "reply_set = \"%s\";\nchecks = { sender_not_allowed = { senders = \"file:%s\"; }; %s };\n", reply_set,
		 path.text, more_checks);
	submission_serve(&rig, config);
}

static void
begin(struct smtp *client, const struct visit *visit)
{
	ck_assert_msg(visit_begin(client, &rig.postfix, visit), "%s", client->reply);
}

START_TEST(a_surplus_recipient_waits_and_the_others_get_the_message)
{
	struct smtp client;

	submission_serve(&rig, CHECKS("recipients_too_many = { limit = 3; };"));
	begin(&client, &(struct visit){ 0 });
	for (int message = 0; message < 2; message++) {
		smtp_command(&client, "MAIL FROM:<robin@example.com>");
		for (int i = 0; i < 5; i++) {
			smtp_command(&client, "RCPT TO:<r%d@dest.example.org>", i);
			if (i < 3)
				expect_reply_code(&client, 250, "as many as there may be");
			else
				expect_reply(&client, "452 4.5.3 Too many recipients", "one more");
		}
		smtp_command(&client, "DATA");
		expect_reply_code(&client, 354, "DATA after surplus recipients");
		smtp_write_mail(&client, &(struct mail){ "surplus", NULL, FROM_ALICE });
		smtp_end(&client);
		expect_reply_code(&client, 250, "the message of those who were not too many");
	}
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "surplus", 6);
	ck_assert_uint_eq(postfix_delivered(&rig.postfix, "X-Original-To: r2@dest.example.org\n"), 2);
	ck_assert_uint_eq(postfix_delivered(&rig.postfix, "X-Original-To: r3@dest.example.org\n"), 0);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(tls_has_to_be_new_enough)
{
	submission_serve(&rig, CHECKS("tls_required = { minimum = \"TLSv1.3\"; };"));
	expect(&(struct visit){ 0 }, VISIT_AT_MAIL, NO_TLS, "in clear");
	expect(&(struct visit){ .tls = "TLSv1.2" }, VISIT_AT_MAIL, NO_TLS, "TLS that is too old");
	expect(&(struct visit){ .tls = "TLSv1.3" }, VISIT_ACCEPTED, NULL, "TLS as demanded");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(not_every_mechanism_of_a_login_will_do)
{
	submission_serve(&rig, CHECKS("auth_required = { mechanisms = [ \"SCRAM-*\", \"login\" ]; };"));
	expect(&(struct visit){ .login = "robin" }, VISIT_AT_MAIL, NO_LOGIN, "PLAIN");
	expect(&(struct visit){ .login = "robin", .auth_login = true }, VISIT_ACCEPTED, NULL, "LOGIN");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_session_may_mend_what_was_refused)
{
	static const struct visit message = { .id = "mended" };
	struct smtp client;

	submission_serve(&rig, CHECKS("tls_required = { }; auth_required = { };"));
	begin(&client, &message);
	ck_assert_int_eq(visit_send(&client, &message), VISIT_AT_MAIL);
	expect_reply(&client, NO_TLS, "in clear");
	ck_assert(smtp_start_tls(&client, "TLSv1.3"));
	smtp_hello(&client);
	ck_assert_int_eq(visit_send(&client, &message), VISIT_AT_MAIL);
	expect_reply(&client, NO_LOGIN, "encrypted");
	smtp_auth_plain(&client, &(struct login){ "robin", "wrong" });
	expect_reply_code(&client, 535, "a wrong password");
	ck_assert_int_eq(visit_send(&client, &message), VISIT_AT_MAIL);
	expect_reply(&client, NO_LOGIN, "after a wrong password");
	smtp_auth_plain(&client, &submission_logins[0]);
	expect_reply_code(&client, 235, "the right one");
	ck_assert_int_eq(visit_send(&client, &message), VISIT_ACCEPTED);
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "mended", 1);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(each_login_has_its_senders)
{
	static const char refused[] = "554 Access denied: User alice@example.com is not authorized to perform "
				      "ses:SendRawEmail on resource robin@example.com";

	serve_senders("ses", "");
	expect(&(struct visit){ .login = "alice@example.com", .from = "<Alice@EXAMPLE.com>" }, VISIT_ACCEPTED, NULL,
	       "her own address");
	expect(&(struct visit){ .login = "alice@example.com", .from = "<anybody@example.org>" }, VISIT_ACCEPTED, NULL,
	       "her own domain");
	expect(&(struct visit){ .login = "alice@example.com" }, VISIT_AT_MAIL, refused, "somebody else's");
	expect(&(struct visit){ .login = "robin" }, VISIT_ACCEPTED, NULL, "his own");
	expect(&(struct visit){ .login = "blocked" }, VISIT_AT_MAIL, NULL, "a login without senders");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_null_sender_with_a_login_is_aligned_with_the_logins_senders)
{
	static const char not_aligned[] = "550 5.7.1 Header from domain does not align with envelope from domain";

	serve_senders("infobip", "alignment = { };");
	expect(&(struct visit){ .login = "alice@example.com", .from = "<>", .text = FROM_ALICE }, VISIT_ACCEPTED, NULL,
	       "her own From");
	expect(&(struct visit){ .login = "robin", .from = "<>", .text = FROM_ALICE }, VISIT_AT_END, not_aligned,
	       "somebody else's From");
	expect(&(struct visit){ .from = "<>", .text = FROM_ALICE }, VISIT_ACCEPTED, NULL,
	       "nothing to align with, without a login");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(null_senders_of_reports_pass_and_others_are_refused_with_their_header)
{
	submission_serve(&rig, CHECKS("null_sender = { allow = \"reports\"; };"));
	expect(&(struct visit){ .from = "<>", .text = "Auto-Submitted: auto-replied\n" FROM_ALICE }, VISIT_ACCEPTED,
	       NULL, "an automatic answer");
	expect(&(struct visit){ .from = "<>", .text = FROM_ALICE }, VISIT_AT_END, "550 5.7.1 Empty sender not allowed",
	       "a letter");
	postern_kill(&rig.postern);
}
END_TEST

/* On one line, because libmilter gives the lines of a longer reply an enhanced status code that is not in the document. */
START_TEST(identities_that_do_not_fit_are_three_dots)
{
	static const char start[] =
		"554 Message rejected: Email address is not verified. The following identities failed the "
		"check in region us-east-1: somebody-number-00@mail.example.net, "
		"somebody-number-01@mail.example.net, ";
	static const char end[] = ", ...\r\n";
	char text[8192] = "From: robin@example.com";
	struct smtp client;

	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text), ",\n somebody-number-%02d@mail.example.net", i);
	strcat(text, "\nSubject: x\n\nGood morning.\n");
	submission_serve(&rig, CHECKS("identity_unverified = { identities = [ \"example.com\" ]; };"));
	ck_assert_int_eq(visit_pay(&client, &rig.postfix, &(struct visit){ .text = text }), VISIT_AT_END);
	ck_assert_msg(strncmp(client.reply, start, strlen(start)) == 0, "%s", client.reply);
	ck_assert_str_eq(client.reply + strlen(client.reply) - strlen(end), end);
	ck_assert_ptr_eq(strchr(client.reply, '\r'), client.reply + strlen(client.reply) - 2);
	smtp_quit(&client);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(connections_come_free_when_others_leave)
{
	static const struct visit here = { .address = "192.0.2.1" };
	struct deadline deadline = deadline_in(PATIENCE_MS);
	struct smtp first, second;

	submission_serve(&rig, CHECKS("connections_per_client = { limit = 1; };"));
	begin(&first, &here);
	ck_assert(!visit_begin(&second, &rig.postfix, &here));
	expect_reply(&second, "421 4.3.2 Client connection limit reached", "the second at a time");
	smtp_command(&second, "NOOP");
	ck_assert_str_eq(second.reply, "");
	smtp_close(&second);
	ck_assert_int_eq(visit_send(&first, &here), VISIT_ACCEPTED);
	smtp_quit(&first);
	while (!visit_begin(&second, &rig.postfix, &here)) {
		smtp_close(&second);
		ck_assert_msg(deadline_nap(&deadline), "no place comes free");
	}
	smtp_quit(&second);
	postern_kill(&rig.postern);
}
END_TEST

/* Whoever was turned away is still there, for all that the filter knows. */
START_TEST(who_came_later_does_not_count_against_who_was_there)
{
	static const char *const configs[] = {
		CHECKS("connections_per_client = { limit = 1; };"),
		CHECKS("connections_total = { limit = 1; };"),
	};

	for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
		struct milter_client first, second;

		submission_serve(&rig, configs[i]);
		milter_open(&first, rig.postern.socket.text);
		milter_connect(&first, "client.example.com", "192.0.2.1");
		milter_open(&second, rig.postern.socket.text);
		milter_connect(&second, "client.example.com", "192.0.2.1");
		ck_assert_msg(strncmp(milter_verdict(&second), "reply 421", 9) == 0, "%s", milter_verdict(&second));
		milter_mail(&first, "<robin@example.com>", "FIRST");
		milter_message(&first, FROM_ALICE, (struct milter_cut){ 0, 0 });
		ck_assert_str_eq(milter_verdict(&first), "accept");
		milter_close(&first);
		milter_close(&second);
		postern_kill(&rig.postern);
	}
}
END_TEST

START_TEST(a_client_is_as_many_addresses_as_its_prefix_says)
{
	static const struct {
		const char *first, *second;
		bool same;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.254", true },
		{ "192.0.2.1", "192.0.3.1", false },
		{ "IPV6:2001:db8:0:1::1", "IPV6:2001:db8:0:1:ffff::2", true },
		{ "IPV6:2001:db8:0:1::1", "IPV6:2001:db8:0:2::1", false },
	};

	submission_serve(&rig, CHECKS("connections_per_client = { limit = 1; ipv4_prefix = 24; };"));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct smtp first, second;

		if (strchr(rows[i].first, ':') != NULL && !have_ipv6())
			continue;
		begin(&first, &(struct visit){ .address = rows[i].first });
		bool welcome = visit_begin(&second, &rig.postfix, &(struct visit){ .address = rows[i].second });
		ck_assert_msg(welcome != rows[i].same, "%s beside %s: %s", rows[i].second, rows[i].first, second.reply);
		smtp_close(&second);
		smtp_quit(&first);
		postern_kill(&rig.postern);
		postern_start(&rig.postern);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(addresses_beyond_ascii_may_be_unwelcome)
{
	static const struct visit visit = { .from = "<r\xc3\xb6"
						    "bin@example.com> SMTPUTF8" };

	submission_serve(&rig, CHECKS("sender_invalid = { smtputf8 = false; };"));
	expect(&visit, VISIT_AT_MAIL, "501 5.1.7 Bad sender address <r??bin@example.com>", "UTF-8 that is not wanted");
	postern_kill(&rig.postern);
	submission_serve(&rig, CHECKS("sender_invalid = { };"));
	expect(&visit, VISIT_ACCEPTED, NULL, "UTF-8 that is asked for");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(who_cannot_be_looked_up_comes_again)
{
	static const char config[] =
		"reply_set = \"%s\";\n"
		"checks = { account_blocked = { accounts = \"socketmap:unix:/nonexistent:accounts\"; }; };\n";
	char filled[256];

	snprintf(filled, sizeof filled, config, "infobip");
	submission_serve(&rig, filled);
	expect(&(struct visit){ .login = "robin" }, VISIT_AT_MAIL, "451 4.3.0 Temporary service failure", "no table");
	expect(&(struct visit){ 0 }, VISIT_ACCEPTED, NULL, "nobody to look up");
	postern_kill(&rig.postern);
	snprintf(filled, sizeof filled, config, "ses");
	submission_serve(&rig, filled);
	expect(&(struct visit){ .login = "robin" }, VISIT_AT_MAIL, "451 Temporary service failure", "no table");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_recipient_refused_to_a_program_of_the_host_is_returned_and_does_not_loop)
{
	submission_serve(&rig, CHECKS("recipients_too_many = { limit = 1; reply = \"552 5.5.3 One at a time\"; };"));
	postfix_submit_to(&rig.postfix, "cron@dest.example.org", "a@dest.example.org b@dest.example.org",
			  "X-Id: local\nSubject: done\n\nAll is well.\n");
	expect_logged(&rig.postern, ": refuse \"552 5.5.3 One at a time\" check=recipients_too_many");
	ck_assert_msg(postfix_settles(&rig.postfix), "it stays in the maildrop");
	char *bounce = postfix_delivered_mail(&rig.postfix, "X-Id: local\n");
	ck_assert_ptr_nonnull(bounce);
	ck_assert_msg(strncmp(bounce, "Return-Path: <>\n", 16) == 0, "not a bounce: %s", bounce);
	ck_assert_ptr_nonnull(strstr(bounce, "One at a time"));
	free(bounce);
	ck_assert_uint_eq(postfix_delivered(&rig.postfix, "X-Id: local\n"), 1);
	postern_kill(&rig.postern);
}
END_TEST

SUBMISSION_MAIN(rig, envelope, a_surplus_recipient_waits_and_the_others_get_the_message, tls_has_to_be_new_enough,
		not_every_mechanism_of_a_login_will_do, a_session_may_mend_what_was_refused, each_login_has_its_senders,
		a_null_sender_with_a_login_is_aligned_with_the_logins_senders,
		null_senders_of_reports_pass_and_others_are_refused_with_their_header,
		identities_that_do_not_fit_are_three_dots, connections_come_free_when_others_leave,
		who_came_later_does_not_count_against_who_was_there, a_client_is_as_many_addresses_as_its_prefix_says,
		addresses_beyond_ascii_may_be_unwelcome, who_cannot_be_looked_up_comes_again,
		a_recipient_refused_to_a_program_of_the_host_is_returned_and_does_not_loop)
