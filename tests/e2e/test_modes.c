/* SPDX-License-Identifier: BSD-2-Clause */
/* What modes, replies and profiles of the configuration do to a message, as client, reader and postmaster see it. */
#include "tests/e2e/support/expect.h"
#include "tests/e2e/support/sockets.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct rig rig;

static void
start_with(const char *config)
{
	postern_configure(&rig.postern, config);
	postern_start(&rig.postern);
}

/* Sends one sample from the loopback, under an X-Id of its own, and expects the line; NULL: accepted. */
static void
send_one(const char *sample, const char *id, const char *line)
{
	struct smtp client;

	open_session(&client, &rig);
	send_sample(&client, sample, id, line);
	smtp_quit(&client);
}

START_TEST(off_finds_nothing)
{
	start_with("checks = { attachment_empty = { mode = \"off\"; }; body_missing = { }; };\n");
	send_one("empty-attachment", "off", NULL);
	expect_delivered(&rig.postfix, "off", 1);
	expect_logged(&rig.postern,
		      ": accept profile=default origin=trusted client=127.0.0.1 from=<bounces@mail.example.com>");
	ck_assert(!file_has(rig.postern.log.text, "attachment_empty"));
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(observe_delivers_and_logs)
{
	start_with("checks = { attachment_empty = { mode = \"observe\"; }; };\n");
	send_one("empty-attachment", "observe", NULL);
	expect_delivered(&rig.postfix, "observe", 1);
	expect_logged(&rig.postern, ": accept ");
	expect_logged(&rig.postern, "attachment_empty(mode=observe part=2 name=\"invoice.pdf\"");
	char *mail = postfix_delivered_mail(&rig.postfix, "X-Id: observe\n");
	ck_assert_ptr_null(strstr(mail, "Postern"));
	free(mail);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(observe_at_mail_lets_the_null_sender_in)
{
	start_with("checks = { null_sender = { mode = \"observe\"; }; };\n");
	send_one("plain", "observe-mail", NULL);
	struct smtp client;
	open_session(&client, &rig);
	ck_assert(smtp_send(&client, &(struct mail){ "observe-null", "", sample_find("plain")->text }));
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "observe-null", 1);
	expect_logged(&rig.postern, "null_sender(mode=observe");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(tag_delivers_with_a_header_field)
{
	start_with("checks = { attachment_empty = { mode = \"tag\"; }; };\n");
	send_one("empty-attachment", "tag", NULL);
	send_one("attachment", "tag-clean", NULL);
	expect_delivered(&rig.postfix, "tag", 1);
	expect_delivered(&rig.postfix, "tag-clean", 1);
	char *tagged = postfix_delivered_mail(&rig.postfix, "X-Id: tag\n");
	char *clean = postfix_delivered_mail(&rig.postfix, "X-Id: tag-clean\n");
	ck_assert_ptr_nonnull(strstr(tagged, "\nPostern-Findings: attachment_empty (part 2)"));
	ck_assert_ptr_null(strstr(clean, "Postern-Findings"));
	free(tagged);
	free(clean);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(hold_accepts_and_keeps_in_the_hold_queue)
{
	start_with("checks = { attachment_empty = { mode = \"hold\"; }; };\n");
	send_one("empty-attachment", "hold", NULL);
	send_one("attachment", "hold-not", NULL);
	expect_delivered(&rig.postfix, "hold-not", 1);
	expect_delivered(&rig.postfix, "hold", 0);
	ck_assert_uint_eq(postfix_held(&rig.postfix, "X-Id: hold"), 1);
	ck_assert_uint_eq(postfix_held(&rig.postfix, ""), 1);
	expect_logged(&rig.postern, ": hold check=attachment_empty");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_refusal_wins_over_hold_and_tag)
{
	start_with("checks = { subject_missing = { mode = \"hold\"; }; header_missing = { mode = \"tag\"; };\n"
		   "           body_missing = { }; };\n");
	struct smtp client;
	open_session(&client, &rig);
	smtp_send(&client, &(struct mail){ "wins", "a@example.com", "To: b@example.com\n\n" });
	expect_reply(&client, "554 5.6.0 Body not present", "held for its subject, refused for its body");
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "wins", 0);
	ck_assert_uint_eq(postfix_held(&rig.postfix, "X-Id: wins"), 0);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_configured_reply_replaces_the_documented_one)
{
	start_with("checks = { attachment_empty = { reply = \"550 5.7.1 100 files, none of them full\"; };\n"
		   "           null_sender = { reply = \"553 5.1.8 Who are you\"; }; };\n");
	send_one("empty-attachment", "override", "550 5.7.1 100 files, none of them full");
	send_one("null-sender", "override", "553 5.1.8 Who are you");
	expect_delivered(&rig.postfix, "override", 0);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_4xx_reply_defers)
{
	start_with("checks = { attachment_empty = { reply = \"451 4.6.0 Attach it again, please\"; }; };\n");
	send_one("empty-attachment", "defer", "451 4.6.0 Attach it again, please");
	expect_logged(&rig.postern, ": defer \"451 4.6.0 Attach it again, please\" check=attachment_empty");
	expect_delivered(&rig.postfix, "defer", 0);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_421_reply_closes_the_connection)
{
	start_with("checks = { null_sender = { reply = \"421 4.7.0 Come back with a name\"; }; };\n");
	struct smtp client;
	open_session(&client, &rig);
	smtp_command(&client, "MAIL FROM:<>");
	expect_reply(&client, "421 4.7.0 Come back with a name", "a reply that closes");
	smtp_command(&client, "NOOP");
	ck_assert_str_eq(client.reply, "");
	smtp_close(&client);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(places_in_a_reply_are_filled)
{
	start_with("checks = { header_missing = { fields = [ \"From\", \"Message-ID\" ];\n"
		   "               reply = \"554 5.6.0 {name} please, {name}\"; };\n"
		   "           header_duplicate = { }; };\n");
	struct smtp client;
	open_session(&client, &rig);
	smtp_send(&client, &(struct mail){ "places", "a@example.com", "From: a@example.com\nSubject: x\n\nHello.\n" });
	expect_reply(&client, "554 5.6.0 Message-ID please, Message-ID", "a reply with a place");
	smtp_quit(&client);
	send_one("two-subjects", "places", "554 5.6.0 Header field Subject present more than once");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(detail_tells_what_was_found)
{
	start_with("checks = { attachment_empty = { detail = true; }; };\n");
	send_one("empty-attachment", "detail", "554 5.6.0 Attachment is empty: invoice.pdf (part 2)");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(detail_is_ascii_on_one_line_whatever_the_sender_wrote)
{
	struct smtp client;

	start_with("checks = { attachment_empty = { detail = true; }; };\n");
	open_session(&client, &rig);
	smtp_send(&client,
		  &(struct mail){ "hostile-detail", "a@example.com",
				  "From: a@example.com\nSubject: x\n"
				  "Content-Type: application/pdf; name*=utf-8''x%0D%0A250%20%C3%A9%25s.pdf\n\n" });
	ck_assert_msg(strncmp(client.reply, "554 5.6.0 Attachment is empty: x", 32) == 0, "%s", client.reply);
	ck_assert_ptr_nonnull(strstr(client.reply, "%s.pdf"));
	for (const char *c = client.reply; *c != '\r'; c++)
		ck_assert_msg(*c >= ' ' && *c <= '~', "not printable: %s", client.reply);
	ck_assert_str_eq(strchr(client.reply, '\r'), "\r\n");
	smtp_quit(&client);
	postern_kill(&rig.postern);
}
END_TEST

/* 45 words of 20 octets with their blank: 899 octets, which is three lines. */
static void
long_reply(char reply_out[1000])
{
	strcpy(reply_out, "554 5.6.0");
	for (int i = 0; i < 45; i++)
		sprintf(reply_out + strlen(reply_out), " word-%02d-of-the-text", i);
}

START_TEST(a_long_reply_comes_whole_on_several_lines)
{
	char reply[1000];
	char config[1200];
	char words[1200] = "554 5.6.0";
	struct smtp client;
	size_t lines = 0;

	long_reply(reply);
	snprintf(config, sizeof config, "checks = { attachment_empty = { reply = \"%s\"; }; };\n", reply);
	start_with(config);
	open_session(&client, &rig);
	const struct sample *sample = sample_find("empty-attachment");
	smtp_send(&client, &(struct mail){ "long-reply", sample->sender, sample->text });
	for (char *line = client.reply, *end; (end = strstr(line, "\r\n")) != NULL; line = end + 2, lines++) {
		const char *start = end[2] == '\0' ? "554 5.6.0 " : "554-5.6.0 ";

		*end = '\0';
		ck_assert_msg(strncmp(line, start, strlen(start)) == 0, "line %zu: %s", lines, line);
		ck_assert_uint_le(strlen(line), 510);
		snprintf(words + strlen(words), sizeof words - strlen(words), " %s", line + strlen(start));
	}
	ck_assert_uint_gt(lines, 1);
	ck_assert_str_eq(words, reply);
	smtp_command(&client, "NOOP");
	expect_reply_code(&client, 250, "the command after a long reply");
	smtp_quit(&client);
	postern_kill(&rig.postern);
}
END_TEST

static const char by_origin[] = "checks = { attachment_empty = { reply = \"554 5.6.0 default\"; }; };\n"
				"trusted_networks = [ \"127.0.0.0/8\", \"198.51.100.0/24\", \"2001:db8:1::/48\" ];\n"
				"profiles = (\n"
				"  { name = \"users\"; when = { origin = \"authenticated\"; };\n"
				"    checks = { attachment_empty = { reply = \"554 5.6.0 authenticated\"; }; }; },\n"
				"  { name = \"inside\"; when = { origin = \"trusted\"; };\n"
				"    checks = { attachment_empty = { reply = \"554 5.6.0 trusted\"; }; }; },\n"
				"  { name = \"outside\"; when = { origin = \"external\"; };\n"
				"    checks = { attachment_empty = { reply = \"554 5.6.0 external\"; }; }; }\n"
				");\n";

START_TEST(the_profile_follows_the_origin)
{
	static const struct {
		const char *address, *login, *reply, *logged;
	} rows[] = {
		{ "127.0.0.1", NULL, "554 5.6.0 trusted", "profile=inside origin=trusted client=127.0.0.1" },
		{ "198.51.100.255", NULL, "554 5.6.0 trusted", "origin=trusted client=198.51.100.255" },
		{ "198.51.101.0", NULL, "554 5.6.0 external", "profile=outside origin=external client=198.51.101.0" },
		{ "IPV6:2001:db8:1::25", NULL, "554 5.6.0 trusted", "origin=trusted client=2001:db8:1::25" },
		{ "IPV6:2001:db8:2::25", NULL, "554 5.6.0 external", "origin=external client=2001:db8:2::25" },
		{ "203.0.113.7", "alice", "554 5.6.0 authenticated",
		  "profile=users origin=authenticated client=203.0.113.7 login=\"alice\"" },
		{ "127.0.0.1", "bob", "554 5.6.0 authenticated",
		  "origin=authenticated client=127.0.0.1 login=\"bob\"" },
	};

	start_with(by_origin);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct smtp client;

		if (strchr(rows[i].address, ':') != NULL && !have_ipv6())
			continue;
		open_session_from(&client, &rig, rows[i].address, rows[i].login);
		send_sample(&client, "empty-attachment", "origin", rows[i].reply);
		expect_logged(&rig.postern, rows[i].logged);
		smtp_quit(&client);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_profile_is_chosen_anew_when_xclient_changes_the_client)
{
	struct smtp client;

	start_with(by_origin);
	open_session(&client, &rig);
	send_sample(&client, "empty-attachment", "anew", "554 5.6.0 trusted");
	smtp_command(&client, "XCLIENT ADDR=203.0.113.7 LOGIN=alice");
	smtp_hello(&client);
	send_sample(&client, "empty-attachment", "anew", "554 5.6.0 authenticated");
	smtp_quit(&client);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(mail_of_the_sendmail_command_is_local)
{
	start_with("checks = { attachment_empty = { mode = \"observe\"; }; };\n"
		   "profiles = ( { name = \"programs\"; when = { origin = \"local\"; }; } );\n");
	postfix_submit(&rig.postfix, "cron@dest.example.org", "X-Id: submitted\nSubject: done\n\nAll is well.\n");
	expect_logged(&rig.postern,
		      ": accept profile=programs origin=local client=127.0.0.1 from=<cron@dest.example.org>");
	expect_delivered(&rig.postfix, "submitted", 1);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(refused_mail_of_the_sendmail_command_is_returned_to_its_sender)
{
	start_with("checks = { subject_missing = { }; null_sender = { }; };\n");
	postfix_submit(&rig.postfix, "cron@dest.example.org", "X-Id: returned\n\nAll is well.\n");
	expect_logged(&rig.postern, ": refuse \"554 5.6.0 Subject not present\"");
	ck_assert(postfix_settles(&rig.postfix));
	char *bounce = postfix_delivered_mail(&rig.postfix, "X-Id: returned\n");
	ck_assert_ptr_nonnull(bounce);
	ck_assert_msg(strncmp(bounce, "Return-Path: <>\n", 16) == 0, "not a bounce: %s", bounce);
	ck_assert_ptr_nonnull(strstr(bounce, "Subject not present"));
	free(bounce);
	postern_kill(&rig.postern);
}
END_TEST

RIG_MAIN(rig, modes, NULL, off_finds_nothing, observe_delivers_and_logs, observe_at_mail_lets_the_null_sender_in,
	 tag_delivers_with_a_header_field, hold_accepts_and_keeps_in_the_hold_queue, a_refusal_wins_over_hold_and_tag,
	 a_configured_reply_replaces_the_documented_one, a_4xx_reply_defers, a_421_reply_closes_the_connection,
	 places_in_a_reply_are_filled, detail_tells_what_was_found,
	 detail_is_ascii_on_one_line_whatever_the_sender_wrote, a_long_reply_comes_whole_on_several_lines,
	 the_profile_follows_the_origin, a_profile_is_chosen_anew_when_xclient_changes_the_client,
	 mail_of_the_sendmail_command_is_local, refused_mail_of_the_sendmail_command_is_returned_to_its_sender)
