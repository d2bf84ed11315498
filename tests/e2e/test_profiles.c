/* SPDX-License-Identifier: BSD-2-Clause */
/* Which profile a message is judged by: one for each condition, each with a reply of its own. */
#include "tests/e2e/support/smtp_auth.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/submission.h"
#include "tests/support/suite.h"

#include <string.h>

static struct rig rig;

#define PROFILE(name, when)                                                                                    \
	"{ name = \"" name "\"; when = { " when " }; checks = { subject_missing = { reply = \"554 5.6.0 " name \
	"\"; }; }; }"

static const char config[] = "trusted_networks = [ \"198.51.100.0/24\" ];\n"
			     "checks = { subject_missing = { reply = \"554 5.6.0 default\"; }; };\n"
			     "profiles = (\n"
	/* clang-format off */
	PROFILE("login", "login = [ \"Alice@example.com\" ];") ",\n"
	PROFILE("network", "network = [ \"192.0.2.0/25\", \"2001:db8:7::/48\" ];") ",\n"
	PROFILE("listener", "listener = \"submission\";") ",\n"
	PROFILE("sender", "sender = [ \"bounces@example.com\", \"<>\" ];") ",\n"
	PROFILE("domain", "sender_domain = [ \"example.net\", \".example.net\" ];") ",\n"
	PROFILE("both", "origin = \"authenticated\"; sender_domain = [ \"example.org\" ];") ",\n"
	PROFILE("recipients", "all_recipients = [ \"a@dest.example.org\", \"b@dest.example.org\" ];") ",\n"
	PROFILE("trusted", "origin = \"trusted\";")
	/* clang-format on */
	"\n);\n";

static const char no_subject[] = "From: robin@example.com\n\nWhat was I about to say?\n";

START_TEST(the_first_profile_that_holds_is_used)
{
	static const struct {
		const char *what, *profile;
		struct visit visit;
	} rows[] = {
		{ "a login, without regard to case", "login", { .login = "alice@example.com" } },
		{ "a login that was encrypted", "login", { .login = "alice@example.com", .tls = "TLSv1.3" } },
		{ "the first of several that hold",
		  "login",
		  { .login = "alice@example.com", .address = "192.0.2.1", .second_port = true, .from = "<>" } },
		{ "another login", "default", { .login = "robin" } },
		{ "a network", "network", { .address = "192.0.2.127" } },
		{ "just outside of it", "default", { .address = "192.0.2.128" } },
		{ "a network of IPv6", "network", { .address = "IPV6:2001:db8:7:ffff::1" } },
		{ "just outside of that", "default", { .address = "IPV6:2001:db8:8::1" } },
		{ "a listener", "listener", { .second_port = true } },
		{ "a sender", "sender", { .from = "<bounces@EXAMPLE.com>" } },
		{ "the null sender", "sender", { .from = "<>" } },
		{ "a sender's domain", "domain", { .from = "<robin@example.net>" } },
		{ "a domain below it", "domain", { .from = "<robin@a.b.example.net>" } },
		{ "a domain that only ends likewise", "default", { .from = "<robin@badexample.net>" } },
		{ "two conditions", "both", { .login = "robin", .from = "<robin@example.org>" } },
		{ "one of the two", "default", { .from = "<robin@example.org>" } },
		{ "all recipients", "recipients", { .to = { "<a@dest.example.org>", "<B@dest.example.org>" } } },
		{ "all recipients but one",
		  "default",
		  { .to = { "<a@dest.example.org>", "<c@dest.example.org>", "<b@dest.example.org>" } } },
		{ "an origin", "trusted", { .address = "198.51.100.1" } },
		{ "nothing that a profile asks for", "default", { 0 } },
	};
	char line[64], logged[64];

	submission_serve(&rig, config);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct visit visit = rows[i].visit;

		if (visit.address != NULL && strchr(visit.address, ':') != NULL && !have_ipv6())
			continue;
		visit.text = no_subject;
		snprintf(line, sizeof line, "554 5.6.0 %s", rows[i].profile);
		snprintf(logged, sizeof logged, " profile=%s ", rows[i].profile);
		expect_visit(&rig.postfix, &visit, VISIT_AT_END, line, rows[i].what);
		expect_logged(&rig.postern, logged);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(the_profile_is_chosen_anew_for_each_message)
{
	struct smtp client;
	struct visit visit = { .text = no_subject };

	submission_serve(&rig, config);
	ck_assert(visit_begin(&client, &rig.postfix, &visit));
	visit.from = "<robin@example.net>";
	ck_assert_int_eq(visit_send(&client, &visit), VISIT_AT_END);
	expect_reply(&client, "554 5.6.0 domain", "by its sender");
	visit.from = "<robin@example.com>";
	visit.to[0] = "<a@dest.example.org>";
	ck_assert_int_eq(visit_send(&client, &visit), VISIT_AT_END);
	expect_reply(&client, "554 5.6.0 recipients", "by its recipients");
	visit.to[0] = "<c@dest.example.org>";
	ck_assert_int_eq(visit_send(&client, &visit), VISIT_AT_END);
	expect_reply(&client, "554 5.6.0 default", "by nothing");
	smtp_auth_plain(&client, &submission_logins[1]);
	ck_assert_int_eq(visit_send(&client, &visit), VISIT_AT_END);
	expect_reply(&client, "554 5.6.0 login", "by a login that came later");
	smtp_quit(&client);
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(a_listener_may_be_named_by_its_port)
{
	char by_port[256];

	snprintf(by_port, sizeof by_port, "profiles = ( " PROFILE("port", "listener = \"%d\";") " );\n",
		 rig.postfix.second_port);
	submission_serve(&rig, by_port);
	expect_visit(&rig.postfix, &(struct visit){ .second_port = true, .text = no_subject }, VISIT_AT_END,
		     "554 5.6.0 port", "the port that is named");
	expect_visit(&rig.postfix, &(struct visit){ .text = no_subject }, VISIT_ACCEPTED, NULL, "another port");
	postern_kill(&rig.postern);
}
END_TEST

SUBMISSION_MAIN(rig, profiles, the_first_profile_that_holds_is_used, the_profile_is_chosen_anew_for_each_message,
		a_listener_may_be_named_by_its_port)
