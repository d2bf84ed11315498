/* SPDX-License-Identifier: BSD-2-Clause */
/* What the callbacks settle for a session: what is negotiated, where its mail comes from, and what is left of one message for
 * the next. */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/caller.h"
#include "tests/support/suite.h"

#include <arpa/inet.h>
#include <libmilter/mfdef.h>
#include <stdio.h>
#include <string.h>

enum { NEVER = SMFIP_NOHELO | SMFIP_NORCPT | SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_NR_CONN | SMFIP_SKIP };

static const struct {
	const char *sentence, *config;
	unsigned long protocol, actions;
} dialogues[] = {
	{ "checks on the message: all of it, with replies to the body", caller_subject_and_body,
	  NEVER | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NR_EOH, SMFIF_SETSYMLIST },
	{ "checks on MAIL besides: it gets a reply", caller_everything_early, NEVER | SMFIP_NR_HDR | SMFIP_NR_EOH,
	  SMFIF_SETSYMLIST },
	{ "checks on the headers alone: no body", caller_subject_only,
	  NEVER | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NOBODY, SMFIF_SETSYMLIST },
	{ "checks on MAIL alone: nothing of the content", caller_null_sender_only,
	  NEVER | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY, SMFIF_SETSYMLIST },
	{ "no checks at all: the same", "checks = { };", NEVER | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY,
	  SMFIF_SETSYMLIST },
	{ "tags need a right", "checks = { subject_missing = { mode = \"tag\"; }; };",
	  NEVER | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NOBODY, SMFIF_SETSYMLIST | SMFIF_ADDHDRS },
	{ "so does hold", "checks = { subject_missing = { mode = \"hold\"; }; };",
	  NEVER | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NOBODY, SMFIF_SETSYMLIST | SMFIF_QUARANTINE },
};

START_TEST(only_what_the_policy_needs_is_negotiated)
{
	for (size_t i = 0; i < sizeof dialogues / sizeof dialogues[0]; i++) {
		struct caller caller;

		caller_init(&caller, dialogues[i].config);
		ck_assert_msg(caller.protocol == dialogues[i].protocol, "%s: protocol %#lx, expected %#lx",
			      dialogues[i].sentence, caller.protocol, dialogues[i].protocol);
		ck_assert_msg(caller.actions == dialogues[i].actions, "%s: actions %#lx", dialogues[i].sentence,
			      caller.actions);
		caller_close(&caller);
	}
}
END_TEST

START_TEST(what_is_not_offered_is_not_asked_for)
{
	struct caller caller;
	unsigned long f2, f3;

	caller_init(&caller, "checks = { subject_missing = { mode = \"hold\"; }; };");
	caller.filter.xxfi_negotiate(caller.context, SMFIF_ADDHDRS, SMFIP_NOHELO, 0, 0, &caller.actions,
				     &caller.protocol, &f2, &f3);
	ck_assert_uint_eq(caller.protocol, SMFIP_NOHELO);
	/* What the policy cannot do without is asked for all the same: libmilter then ends the session. */
	ck_assert_uint_eq(caller.actions, SMFIF_QUARANTINE);
	ck_assert_str_eq(caller.fake.trace, "");
	caller_close(&caller);
}
END_TEST

START_TEST(nothing_of_a_message_is_left_for_the_next)
{
	struct caller caller;

	caller_init(&caller, caller_subject_and_body);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_header(&caller, "Subject", "hi");
	caller.filter.xxfi_abort(caller.context);
	caller.fake.trace[0] = '\0';
	caller_mail(&caller, "<a@example.com>");
	caller_end_headers(&caller);
	caller_body(&caller, "text");
	caller_check_trace(&caller, "the subject of an aborted one",
			   "mail: -\neoh: -\nreply 554 5.6.0 [Subject not present]\nbody: reject\n");
	caller_mail(&caller, "<a@example.com>");
	caller_header(&caller, "Subject", "hi");
	caller_end_headers(&caller);
	caller_body(&caller, "text");
	caller_check_trace(&caller, "the refusal of the one before", "mail: -\nSubject: -\neoh: -\nbody: accept\n");
	caller_close(&caller);
}
END_TEST

/* Profiles that show where a message is taken to come from. */
static const char by_origin[] = "trusted_networks = [ \"192.0.2.0/24\" ];\n"
				"checks = { subject_missing = { mode = \"enforce\"; }; };\n"
				"profiles = (\n"
				"  { name = \"a\"; when = { origin = \"authenticated\"; };\n"
				"    checks = { subject_missing = { reply = \"554 5.6.0 authenticated\"; }; }; },\n"
				"  { name = \"l\"; when = { origin = \"local\"; }; checks = { subject_missing = { "
				"reply = \"554 5.6.0 local\"; }; }; },\n"
				"  { name = \"t\"; when = { origin = \"trusted\"; }; checks = { subject_missing = { "
				"reply = \"554 5.6.0 trusted\"; }; }; },\n"
				"  { name = \"e\"; when = { origin = \"external\"; }; checks = { subject_missing = { "
				"reply = \"554 5.6.0 external\"; }; }; }\n"
				");\n";

static const struct {
	const char *sentence;
	int family; /* AF_UNSPEC: none is known */
	const char *address;
	unsigned short port;
	const char *login;
	const char *expected;
} origins[] = {
	{ "anybody", AF_INET, "198.51.100.1", 4000, NULL, "external" },
	{ "a trusted network", AF_INET, "192.0.2.77", 4000, NULL, "trusted" },
	{ "a trusted address as IPv6 maps it", AF_INET6, "::ffff:192.0.2.77", 4000, NULL, "trusted" },
	{ "IPv6", AF_INET6, "2001:db8::1", 4000, NULL, "external" },
	{ "no address", AF_UNSPEC, NULL, 0, NULL, "external" },
	{ "sendmail(1) through Postfix", AF_INET, "127.0.0.1", 0, NULL, "local" },
	{ "the same with IPv6", AF_INET6, "::1", 0, NULL, "local" },
	{ "the same as IPv6 maps it", AF_INET6, "::ffff:127.0.0.1", 0, NULL, "local" },
	{ "a connection over loopback", AF_INET, "127.0.0.1", 4000, NULL, "external" },
	{ "port 0 at another address", AF_INET, "198.51.100.1", 0, NULL, "external" },
	{ "a Unix socket", AF_UNIX, NULL, 0, NULL, "local" },
	{ "a login, from anywhere", AF_INET, "198.51.100.1", 4000, "alice", "authenticated" },
	{ "an empty login", AF_INET, "198.51.100.1", 4000, "", "external" },
};

static void
connect_as(struct caller *caller, size_t row)
{
	union caller_client client;
	char host[] = "client.example.com";

	memset(&client, 0, sizeof client);
	client.sa.sa_family = (sa_family_t)origins[row].family;
	if (origins[row].family == AF_INET) {
		client.sin.sin_port = htons(origins[row].port);
		ck_assert_int_eq(inet_pton(AF_INET, origins[row].address, &client.sin.sin_addr), 1);
	} else if (origins[row].family == AF_INET6) {
		client.sin6.sin6_port = htons(origins[row].port);
		ck_assert_int_eq(inet_pton(AF_INET6, origins[row].address, &client.sin6.sin6_addr), 1);
	}
	caller->filter.xxfi_connect(caller->context, host, origins[row].family != AF_UNSPEC ? &client.sa : NULL);
}

START_TEST(the_origin_follows_from_address_port_and_login)
{
	for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
		struct caller caller;
		char expected[128];

		caller_init(&caller, by_origin);
		connect_as(&caller, i);
		caller.fake.macros[0].name = "{auth_authen}";
		caller.fake.macros[0].value = origins[i].login;
		caller_mail(&caller, "<a@example.com>");
		caller_end_headers(&caller);
		snprintf(expected, sizeof expected, "mail: -\nreply 554 5.6.0 [%s]\neoh: reject\n",
			 origins[i].expected);
		caller_check_trace(&caller, origins[i].sentence, expected);
		caller_close(&caller);
	}
}
END_TEST

START_TEST(a_session_without_memory_never_accepts_by_accident)
{
	struct caller caller;

	caller_init(&caller, caller_subject_and_body);
	caller.fake.private_lost = true;
	caller_mail(&caller, "<a@example.com>");
	caller_header(&caller, "Subject", "hi");
	caller_end_headers(&caller);
	caller_body(&caller, "text");
	caller_end(&caller);
	caller_check_trace(&caller, "at the first event that has a reply",
			   "mail: -\nSubject: -\neoh: -\n"
			   "reply 451 4.3.0 [Temporary service failure]\nbody: tempfail\n"
			   "reply 451 4.3.0 [Temporary service failure]\nend: tempfail\n");
	caller_close(&caller);
	caller_init(&caller, caller_everything_early);
	caller.fake.private_lost = true;
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "at MAIL", "reply 451 4.3.0 [Temporary service failure]\nmail: tempfail\n");
	caller_close(&caller);
	caller_init(&caller, caller_subject_only);
	caller.fake.private_lost = true;
	caller_mail(&caller, "<a@example.com>");
	caller_end_headers(&caller);
	caller_check_trace(&caller, "at the end of the headers",
			   "mail: -\nreply 451 4.3.0 [Temporary service failure]\neoh: tempfail\n");
	caller_close(&caller);
}
END_TEST

START_TEST(a_context_is_used_again_after_close)
{
	struct caller caller;

	caller_init(&caller, caller_subject_only);
	caller.filter.xxfi_close(caller.context);
	caller.filter.xxfi_close(caller.context);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_header(&caller, "Subject", "hi");
	caller_end_headers(&caller);
	caller_check_trace(&caller, "without a new negotiation", "mail: -\nSubject: -\neoh: accept\n");
	caller_close(&caller);
}
END_TEST

SUITE_MAIN(callbacks_session, only_what_the_policy_needs_is_negotiated, what_is_not_offered_is_not_asked_for,
	   nothing_of_a_message_is_left_for_the_next, the_origin_follows_from_address_port_and_login,
	   a_session_without_memory_never_accepts_by_accident, a_context_is_used_again_after_close)
