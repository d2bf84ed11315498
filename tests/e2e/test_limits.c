/* SPDX-License-Identifier: BSD-2-Clause */
/* Rates and quotas, as clients of a real Postfix meet them: at MAIL, at RCPT, at the end; and what is not counted. */
#define _POSIX_C_SOURCE 200809L
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/submission.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct rig rig;

#define QUOTA_EXCEEDED "454 Throttling failure: Daily message quota exceeded"
#define RATE_EXCEEDED "454 Throttling failure: Maximum sending rate exceeded"
#define GOOD_MAIL "From: Robin <robin@example.com>\nSubject: x\n\nGood morning.\n"

static void
serve_quota(const char *settings)
{
	char config[512];

	snprintf(config, sizeof config, "checks = { daily_quota = { %s }; subject_missing = { }; };\n", settings);
	submission_serve(&rig, config);
}

static void
begin(struct smtp *client, const struct visit *visit)
{
	ck_assert_msg(visit_begin(client, &rig.postfix, visit), "%s", client->reply);
}

static void
expect_passes(const struct visit *visit, const char *what)
{
	expect_visit(&rig.postfix, visit, VISIT_ACCEPTED, NULL, what);
}

static void
expect_exceeded(const struct visit *visit, const char *what)
{
	expect_visit(&rig.postfix, visit, VISIT_AT_MAIL, QUOTA_EXCEEDED, what);
}

/* MAIL, and so many recipients, of whom so many are to be accepted and the others told so. */
static void
name_recipients(struct smtp *client, int count, int accepted)
{
	smtp_command(client, "MAIL FROM:<robin@example.com>");
	expect_reply_code(client, 250, "MAIL");
	for (int i = 0; i < count; i++) {
		smtp_command(client, "RCPT TO:<r%d@dest.example.org>", i);
		if (i < accepted)
			expect_reply_code(client, 250, "a recipient within the quota");
		else
			expect_reply(client, QUOTA_EXCEEDED, "a recipient beyond it");
	}
}

static void
start_data(struct smtp *client, const char *id)
{
	smtp_command(client, "DATA");
	expect_reply_code(client, 354, "DATA");
	smtp_write_mail(client, &(struct mail){ id, NULL, GOOD_MAIL });
}

static void
finish_data(struct smtp *client)
{
	smtp_end(client);
	expect_reply_code(client, 250, "the end of data");
}

START_TEST(who_has_nothing_left_is_told_at_mail)
{
	struct smtp client;

	serve_quota("quota = \"2/24h\";");
	expect_passes(&(struct visit){ .login = "robin", .id = "left" }, "the first");
	expect_passes(&(struct visit){ .login = "robin", .id = "left", .second_port = true }, "the second");
	begin(&client, &(struct visit){ .login = "robin" });
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(visit_send(&client, &(struct visit){ .id = "left" }), VISIT_AT_MAIL);
		expect_reply(&client, QUOTA_EXCEEDED, "nothing left");
	}
	smtp_quit(&client);
	expect_delivered(&rig.postfix, "left", 2);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(surplus_recipients_are_told_at_rcpt_and_the_others_get_the_message)
{
	struct smtp client;

	serve_quota("quota = \"3/24h\";");
	begin(&client, &(struct visit){ .login = "robin" });
	name_recipients(&client, 5, 3);
	start_data(&client, "surplus");
	finish_data(&client);
	smtp_quit(&client);
	expect_exceeded(&(struct visit){ .login = "robin" }, "all of it is used");
	expect_delivered(&rig.postfix, "surplus", 3);
	ck_assert_uint_eq(postfix_delivered(&rig.postfix, "X-Original-To: r3@dest.example.org\n"), 0);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(sixteen_recipients_are_sixteen)
{
	struct smtp client;

	serve_quota("quota = \"20/24h\";");
	begin(&client, &(struct visit){ .login = "robin" });
	name_recipients(&client, 16, 16);
	start_data(&client, "sixteen");
	finish_data(&client);
	name_recipients(&client, 16, 4);
	start_data(&client, "sixteen");
	finish_data(&client);
	smtp_quit(&client);
	expect_exceeded(&(struct visit){ .login = "robin" }, "after twenty");
	expect_delivered(&rig.postfix, "sixteen", 20);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(of_two_that_race_the_later_is_told_at_the_end)
{
	struct smtp first, second;

	serve_quota("quota = \"5/24h\";");
	begin(&first, &(struct visit){ .login = "robin" });
	begin(&second, &(struct visit){ .login = "robin" });
	name_recipients(&first, 3, 3);
	name_recipients(&second, 3, 3);
	start_data(&first, "race-won");
	start_data(&second, "race-lost");
	finish_data(&first);
	smtp_end(&second);
	expect_reply(&second, QUOTA_EXCEEDED, "the later of two that fitted alone");
	name_recipients(&second, 3, 2);
	start_data(&second, "race-again");
	finish_data(&second);
	smtp_quit(&first);
	smtp_quit(&second);
	expect_delivered(&rig.postfix, "race-won", 3);
	expect_delivered(&rig.postfix, "race-lost", 0);
	expect_delivered(&rig.postfix, "race-again", 2);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(what_is_not_accepted_is_not_counted)
{
	static const struct visit good = { .login = "robin", .id = "counted" };
	struct smtp client;

	serve_quota("quota = \"1/24h\";");
	for (int i = 0; i < 3; i++)
		expect_visit(&rig.postfix,
			     &(struct visit){ .login = "robin", .text = "From: robin@example.com\n\nx\n" },
			     VISIT_AT_END, "554 5.6.0 Subject not present", "refused for its content");
	begin(&client, &good);
	name_recipients(&client, 1, 1);
	smtp_command(&client, "RSET");
	expect_reply_code(&client, 250, "RSET");
	name_recipients(&client, 1, 1);
	start_data(&client, "hung-up");
	smtp_close(&client);
	expect_passes(&good, "after a refusal, a reset and a client that went away");
	expect_exceeded(&good, "one more");
	expect_delivered(&rig.postfix, "counted", 1);
	expect_delivered(&rig.postfix, "hung-up", 0);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(messages_count_once_whatever_their_recipients)
{
	static const struct visit to_three = {
		.login = "robin",
		.to = { "<a@dest.example.org>", "<b@dest.example.org>", "<c@dest.example.org>" },
	};

	serve_quota("unit = \"messages\"; quota = \"2/24h\";");
	expect_passes(&to_three, "the first");
	expect_passes(&to_three, "the second");
	expect_exceeded(&to_three, "the third");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(octets_are_counted_as_announced_and_then_as_they_are)
{
	char text[3000] = GOOD_MAIL;

	memset(text + strlen(text), 'x', 2048);
	serve_quota("unit = \"bytes\"; quota = \"3 KiB/24h\";");
	expect_exceeded(&(struct visit){ .login = "robin", .from = "<robin@example.com> SIZE=4000" }, "announced");
	expect_passes(&(struct visit){ .login = "robin", .text = text }, "2 KiB");
	expect_visit(&rig.postfix, &(struct visit){ .login = "robin", .text = text }, VISIT_AT_END, QUOTA_EXCEEDED,
		     "2 KiB more, not announced");
	expect_passes(&(struct visit){ .login = "robin", .text = GOOD_MAIL }, "what still fits");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(of_several_windows_the_tightest_counts)
{
	serve_quota("quota = [ \"100/1h\", \"2/24h\", \"50/30h\" ];");
	expect_passes(&(struct visit){ .login = "robin" }, "the first");
	expect_passes(&(struct visit){ .login = "robin" }, "the second");
	expect_exceeded(&(struct visit){ .login = "robin" }, "the third");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(each_login_and_without_one_each_client_has_a_quota_of_its_own)
{
	static const struct {
		struct visit visit;
		const char *who;
	} rows[] = {
		{ { .login = "robin" }, "robin" },
		{ { .login = "alice@example.com", .tls = "TLSv1.3" }, "alice" },
		{ { .address = "192.0.2.1" }, "a client" },
		{ { .address = "192.0.2.2" }, "its neighbour" },
		{ { .address = "192.0.2.1", .login = "blocked" }, "a login from the first client" },
	};

	serve_quota("quota = \"1/24h\";");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect_passes(&rows[i].visit, rows[i].who);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect_exceeded(&rows[i].visit, rows[i].who);
	expect_exceeded(&(struct visit){ .address = "192.0.2.9", .login = "robin" }, "robin from elsewhere");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_table_gives_some_logins_other_quotas)
{
	struct path path = path_join(rig.postern.directory.text, "quotas");
	char settings[384];

	file_write(path.text, "alice@example.com none\nrobin 2/24h, 100/1h\n");
	snprintf(settings, sizeof settings, "quota = \"1/24h\"; overrides = \"file:%s\";", path.text);
	serve_quota(settings);
	for (int i = 0; i < 4; i++)
		expect_passes(&(struct visit){ .login = "alice@example.com" }, "without a limit");
	expect_passes(&(struct visit){ .login = "robin" }, "robin's first");
	expect_passes(&(struct visit){ .login = "robin" }, "robin's second");
	expect_exceeded(&(struct visit){ .login = "robin" }, "robin's third");
	expect_passes(&(struct visit){ .login = "blocked" }, "everybody's first");
	expect_exceeded(&(struct visit){ .login = "blocked" }, "everybody's second");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_rate_lets_pass_again_after_its_time)
{
	enum { APART_MS = 2000 };
	static const struct visit visit = { .login = "robin", .id = "rated" };

	submission_serve(&rig, "checks = { send_rate = { rate = \"2/4s\"; }; };\n");
	int64_t start = now_ms();
	expect_passes(&visit, "the first of a burst");
	expect_passes(&visit, "the second");
	expect_visit(&rig.postfix, &visit, VISIT_AT_MAIL, RATE_EXCEEDED, "the third at once");
	ck_assert_msg(now_ms() - start < APART_MS, "this machine is too slow for the test");
	nap_ms(APART_MS);
	expect_passes(&visit, "one more, two seconds later");
	expect_delivered(&rig.postfix, "rated", 3);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(an_observed_quota_is_logged_and_stops_nobody)
{
	serve_quota("quota = \"1/24h\"; mode = \"observe\";");
	expect_passes(&(struct visit){ .login = "robin" }, "within");
	expect_passes(&(struct visit){ .login = "robin" }, "beyond");
	expect_logged(&rig.postern, "daily_quota(mode=observe");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(what_is_counted_in_memory_outlives_a_reload)
{
	serve_quota("quota = \"1/24h\";");
	expect_passes(&(struct visit){ .login = "robin" }, "before");
	postern_configure(&rig.postern, "checks = { daily_quota = { quota = \"2/24h\"; }; };\n");
	ck_assert(postern_reload(&rig.postern, " reloaded: "));
	expect_passes(&(struct visit){ .login = "robin" }, "the one that the larger quota adds");
	expect_exceeded(&(struct visit){ .login = "robin" }, "no other");
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(what_is_counted_in_a_file_outlives_a_restart)
{
	struct path path = path_join(rig.postern.directory.text, "counters.db");
	char config[384];

	snprintf(config, sizeof config,
		 "counters = { store = \"sqlite:%s\"; };\nchecks = { daily_quota = { quota = \"1/24h\"; }; };\n",
		 path.text);
	submission_serve(&rig, config);
	expect_passes(&(struct visit){ .login = "robin" }, "before");
	ck_assert_int_eq(postern_stop(&rig.postern), 0);
	postern_start(&rig.postern);
	expect_exceeded(&(struct visit){ .login = "robin" }, "after");
	postern_kill(&rig.postern);
}
END_TEST

SUBMISSION_MAIN(rig, limits, who_has_nothing_left_is_told_at_mail,
		surplus_recipients_are_told_at_rcpt_and_the_others_get_the_message, sixteen_recipients_are_sixteen,
		of_two_that_race_the_later_is_told_at_the_end, what_is_not_accepted_is_not_counted,
		messages_count_once_whatever_their_recipients, octets_are_counted_as_announced_and_then_as_they_are,
		of_several_windows_the_tightest_counts, each_login_and_without_one_each_client_has_a_quota_of_its_own,
		a_table_gives_some_logins_other_quotas, a_rate_lets_pass_again_after_its_time,
		an_observed_quota_is_logged_and_stops_nobody, what_is_counted_in_memory_outlives_a_reload,
		what_is_counted_in_a_file_outlives_a_restart)
