/* SPDX-License-Identifier: BSD-2-Clause */
/* identity_unverified as clients read it, and tables that cannot tell whom an address belongs to. */
#include "tests/policy/cases/case_policy.h"
#include "tests/policy/cases/session_cases.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

static struct message message;

/* The message's verdict is that of the enforced case. */
static void
judge(const struct session_case *row, enum mode mode, bool accept_failures)
{
	struct policy *policy = session_case_policy(row, mode);
	struct fake_services fake;
	struct verdict verdict;

	policy->failures[FAILURE_TABLES].accept = accept_failures;
	fake_services_init(&fake, row->tables);
	session_case_run(row, policy, &fake, &message, &verdict);
	message_close(&message);
	fake_services_free(&fake);
	policy_free(policy);
}

static void
assert_reply(const char *expected)
{
	char reply[REPLY_STRING_MAX] = "accept";

	if (verdict_is_final(&message.verdict))
		reply_string(&message.verdict.reply, reply);
	ck_assert_str_eq(reply, expected);
}

#define UNVERIFIED \
	"554 Message rejected: Email address is not verified. The following identities failed the check in region "

START_TEST(the_reply_lists_them_and_the_region)
{
	static const struct session_case row = {
		"identity_unverified",
		true,
		"two identities",
		.settings = "identities=example.com; region=eu-central-1",
		.sender = "<a@example.net>",
		.text = "From: Sam <sam@example.org>, kim@example.com\nSender: a@example.net\nSubject: x\n\nhello\n",
	};

	judge(&row, MODE_ENFORCE, false);
	assert_reply(UNVERIFIED "eu-central-1: a@example.net, sam@example.org");
}
END_TEST

/* Of 100 addresses as many as fit are told, whole, and three dots. */
START_TEST(what_does_not_fit_is_three_dots)
{
	char text[8192] = "From: ", expected[REPLY_STRING_MAX] = UNVERIFIED "us-east-1: ", one[64];
	struct session_case row = { "identity_unverified", true, "many",
				    .settings = "identities=example.com; check=from", .text = text };
	size_t listed = 0;

	for (int i = 100; i < 200; i++) {
		int length = snprintf(one, sizeof one, "%ssender.number.%d@example.net", i > 100 ? ", " : "", i);

		if (listed + (size_t)length + strlen(", ...") < UNVERIFIED_TEXT_MAX) {
			listed += (size_t)length;
			strcat(expected, one);
		}
		strcat(text, one);
	}
	strcat(text, "\nSubject: x\n\nhello\n");
	strcat(expected, ", ...");
	judge(&row, MODE_ENFORCE, false);
	assert_reply(expected);
	ck_assert_uint_gt(listed, UNVERIFIED_TEXT_MAX - 64);
	ck_assert_uint_lt(strlen(message.verdict.reply.text), REPLY_MAX);
}
END_TEST

/* Each with a list of one more octet: the last that fits fills the room, the next one does not overflow it. */
START_TEST(no_length_overflows)
{
	for (size_t length = 1; length < 64; length++) {
		char text[8192] = "From: ";
		struct session_case row = { "identity_unverified", true, "many",
					    .settings = "identities=example.com; check=from", .text = text };

		for (int i = 100; i < 140; i++) {
			char one[128];

			snprintf(one, sizeof one, "%s%.*s%d@example.net", i > 100 ? ", " : "", (int)length,
				 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", i);
			strcat(text, one);
		}
		strcat(text, "\nSubject: x\n\nhello\n");
		judge(&row, MODE_ENFORCE, false);
		const char *end = message.verdict.reply.text + strlen(message.verdict.reply.text) - strlen(", ...");
		ck_assert_str_eq(end, ", ...");
		ck_assert_uint_lt(strlen(message.facts.unverified), UNVERIFIED_TEXT_MAX);
	}
}
END_TEST

/* Checks that ask a table which fails, in each mode. */
START_TEST(a_table_that_cannot_tell_is_never_an_accept)
{
	static const struct session_case rows[] = {
		{ "account_blocked", false, "accounts", .settings = "accounts=file:/table", .login = "robin",
		  .tables = "robin !\n" },
		{ "sender_not_allowed", false, "senders", .settings = "senders=file:/table", .login = "robin",
		  .tables = "robin !\n" },
		{ "identity_unverified", false, "identities", .settings = "identities=file:/table",
		  .tables = "a@example.com !\n" },
		{ "identity_unverified", false, "a domain above", .settings = "identities=file:/table; check=envelope",
		  .sender = "<a@b.example.com>", .tables = "example.com !\n" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		judge(&rows[i], MODE_ENFORCE, false);
		ck_assert_msg(message.verdict.failed, "%s", rows[i].sentence);
		ck_assert_int_eq(message.verdict.failure, FAILURE_TABLES);
		assert_reply("451 4.3.0 Temporary service failure");
		judge(&rows[i], MODE_HOLD, false);
		ck_assert_msg(message.verdict.failed, "%s: who would hold it must know", rows[i].sentence);
		judge(&rows[i], MODE_OBSERVE, false);
		ck_assert_msg(message.verdict.kind == VERDICT_ACCEPT, "%s: who observes refuses nobody",
			      rows[i].sentence);
		judge(&rows[i], MODE_ENFORCE, true);
		ck_assert_msg(message.verdict.kind == VERDICT_ACCEPT, "%s: unless that is configured",
			      rows[i].sentence);
		ck_assert_uint_eq(message.finding_count, 0);
	}
}
END_TEST

#define L64 "l23456789.123456789.123456789.123456789.123456789.123456789.1234"
#define L512 L64 L64 L64 L64 L64 L64 L64 L64

/* With the null sender, From is compared with what the login may use. */
static const struct {
	const char *sentence, *login, *from;
	bool aligned, failed;
} null_senders[] = {
	{ "an address of its own", "robin", "robin@example.com", true, false },
	{ "in any case of letters", "Robin", "\"R\" <ROBIN@Example.Com>", true, false },
	{ "somebody else's", "robin", "kim@example.com", false, false },
	{ "one of two", "robin", "robin@example.com, kim@example.com", false, false },
	{ "its domain", "robin", "kim@example.org", true, false },
	{ "a login without any", "sam", "robin@example.com", false, false },
	{ "an address that cannot be read", "root", "robin", false, false },
	{ "nobody at all: there is nothing to compare it with", NULL, "kim@example.com", true, false },
	{ "a table that cannot tell", "kim", "kim@example.com", true, true },
	{ "a local part longer than any key", "root", L512 "@example.com", false, false },
};

START_TEST(a_null_sender_is_its_login)
{
	for (size_t i = 0; i < sizeof null_senders / sizeof null_senders[0]; i++) {
		char text[1024];
		struct session_case row = { "alignment",
					    false,
					    null_senders[i].sentence,
					    .login = null_senders[i].login,
					    .sender = "<>",
					    .text = text,
					    .tables = "robin robin@example.com, @example.org\nroot *\nkim !\n" };
		struct policy *policy = session_case_policy(&row, MODE_ENFORCE);
		const struct check *senders = check_find("sender_not_allowed");
		struct fake_services fake;
		struct verdict verdict;

		snprintf(text, sizeof text, "From: %s\nSubject: x\n\nhello\n", null_senders[i].from);
		policy->profiles[0].checks[check_index(senders)].mode = MODE_OBSERVE;
		case_set(policy, senders, "senders=file:/senders");
		fake_services_init(&fake, row.tables);
		session_case_run(&row, policy, &fake, &message, &verdict);
		ck_assert_msg((message.finding_count == 0) == null_senders[i].aligned, "%s", row.sentence);
		ck_assert_msg(message.verdict.failed == null_senders[i].failed, "%s", row.sentence);
		message_close(&message);
		fake_services_free(&fake);
		policy_free(policy);
	}
}
END_TEST

/* A list is for all, and says nothing of a login; neither does a check that is off. */
START_TEST(a_null_sender_has_no_addresses_without_a_table_by_login)
{
	static const char *const settings[] = { "senders=example.net", "senders=file:/senders", NULL };

	for (size_t i = 0; i < 3; i++) {
		struct session_case row = { "alignment",      false,          "nothing to compare with",
					    .login = "robin", .sender = "<>", .tables = "robin robin@example.net\n" };
		struct policy *policy = session_case_policy(&row, MODE_ENFORCE);
		const struct check *senders = check_find("sender_not_allowed");
		struct fake_services fake;
		struct verdict verdict;

		if (settings[i] != NULL)
			case_set(policy, senders, settings[i]);
		policy->profiles[0].checks[check_index(senders)].mode = i == 1 ? MODE_OFF : MODE_ENFORCE;
		fake_services_init(&fake, row.tables);
		session_case_run(&row, policy, &fake, &message, &verdict);
		ck_assert_uint_eq(message.finding_count, 0);
		message_close(&message);
		fake_services_free(&fake);
		policy_free(policy);
	}
}
END_TEST

SUITE_MAIN(identities, the_reply_lists_them_and_the_region, what_does_not_fit_is_three_dots, no_length_overflows,
	   a_table_that_cannot_tell_is_never_an_accept, a_null_sender_is_its_login,
	   a_null_sender_has_no_addresses_without_a_table_by_login)
