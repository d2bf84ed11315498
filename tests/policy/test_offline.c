/* SPDX-License-Identifier: BSD-2-Clause */
/* A message that lies in a file: where its header ends, how its lines end, and what is judged. */
#include "policy/offline.h"
#include "tests/support/stored.h"
#include "tests/support/suite.h"
#include "tests/support/trial.h"

#include <string.h>

START_TEST(how_lines_end_is_said_by_the_first)
{
	static const struct {
		const char *text;
		bool line_feeds;
	} cases[] = {
		{ "", false },
		{ "Subject: x", false },
		{ "Subject: x\r", false },
		{ "\r\n", false },
		{ "\n", true },
		{ "Subject: x\r\nTo: y\n", false },
		{ "Subject: x\nTo: y\r\n", true },
		{ "Subject: x\ry\n", true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(offline_has_line_feeds(bytes_of(cases[i].text)) == cases[i].line_feeds, "%s",
			      cases[i].text);
}
END_TEST

/* size: of header fields with CRLF, the empty line, and the body as it stands; characters: of Subject. */
START_TEST(where_the_header_ends)
{
	static const struct {
		const char *sentence, *text;
		size_t size, characters;
		bool body_seen;
	} cases[] = {
		{ "nothing", "", 2, 0, false },
		{ "an empty line alone", "\r\n", 2, 0, false },
		{ "a field and no line break", "Subject: x", 14, 1, false },
		{ "a field and no empty line", "Subject: x\r\n", 14, 1, false },
		{ "a field whose value ends in a CR", "Subject: x\r", 15, 1, false },
		{ "a field without a value", "Subject:", 13, 0, false },
		{ "an empty line", "Subject: x\r\n\r\nhello", 19, 1, true },
		{ "a line that is no field", "Subject: x\r\nhello\r\n", 21, 1, true },
		{ "the beginning of a line that may be a field", "Subject: x\r\nhello", 19, 1, true },
		{ "nothing but that", "hello", 7, 0, true },
		{ "a blank that no field came before", " hello", 8, 0, true },
	};
	struct policy *policy = policy_new();
	struct envelope envelope = { .origin = ORIGIN_LOCAL };
	struct message message;

	ck_assert_ptr_nonnull(policy);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		message_init(&message, policy);
		offline_judge(&message, &envelope, bytes_of(cases[i].text));
		ck_assert_msg(message.facts.size == cases[i].size, "%s: %zu octets", cases[i].sentence,
			      message.facts.size);
		ck_assert_msg(message.facts.subject_characters == cases[i].characters, "%s: %zu characters",
			      cases[i].sentence, message.facts.subject_characters);
		ck_assert_msg(message.facts.content.seen == cases[i].body_seen, "%s", cases[i].sentence);
		message_close(&message);
	}
	policy_free(policy);
}
END_TEST

/* Past a refusal, so that all findings are known. */
START_TEST(everything_is_judged)
{
	struct policy *policy = policy_new();
	struct envelope envelope = { .origin = ORIGIN_LOCAL, .sender = "<>" };
	struct message message;

	ck_assert_ptr_nonnull(policy);
	policy->profiles[0].checks[check_index(check_find("null_sender"))].mode = MODE_ENFORCE;
	policy->profiles[0].checks[check_index(check_find("body_missing"))].mode = MODE_OBSERVE;
	message_init(&message, policy);
	offline_judge(&message, &envelope, bytes_of("From: a@example.com\n\n \n"));
	ck_assert_uint_eq(message.finding_count, 2);
	ck_assert_str_eq(message.findings[0].check->name, "null_sender");
	ck_assert_str_eq(message.findings[1].check->name, "body_missing");
	ck_assert_int_eq(message.verdict.stage, STAGE_MAIL);
	message_close(&message);
	policy_free(policy);
}
END_TEST

START_TEST(recipients_are_judged_where_they_are_known)
{
	static const char *const none_left[] = { "<b.@example.org>", "<c.@example.org>", NULL };
	static const char *const one_left[] = { "<b@example.org>", "<c.@example.org>", NULL };
	static const char *const nobody[] = { NULL };
	static const struct {
		const char *const *recipients;
		enum verdict_kind kind;
		size_t findings;
	} cases[] = {
		{ none_left, VERDICT_REFUSE, 1 },
		{ one_left, VERDICT_ACCEPT, 1 },
		{ nobody, VERDICT_ACCEPT, 0 },
		{ NULL, VERDICT_ACCEPT, 0 },
	};
	struct policy *policy = policy_new();

	policy->profiles[0].checks[check_index(check_find("recipient_invalid"))].mode = MODE_ENFORCE;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct envelope envelope = { .origin = ORIGIN_LOCAL,
					     .sender = "<a@example.com>",
					     .recipients = cases[i].recipients };
		struct message message;

		message_init(&message, policy);
		offline_judge(&message, &envelope, bytes_of("Subject: x\r\n\r\nhello\r\n"));
		ck_assert_int_eq(message.verdict.kind, cases[i].kind);
		ck_assert_uint_eq(message.finding_count, cases[i].findings);
		message_close(&message);
	}
	policy_free(policy);
}
END_TEST

/* Of an origin alone, as much as that says. */
START_TEST(a_client_may_not_be_known)
{
	static const struct {
		enum origin origin;
		size_t findings;
	} cases[] = { { ORIGIN_AUTHENTICATED, 0 }, { ORIGIN_LOCAL, 0 }, { ORIGIN_TRUSTED, 1 }, { ORIGIN_EXTERNAL, 1 } };
	struct policy *policy = policy_new();

	policy->profiles[0].checks[check_index(check_find("auth_required"))].mode = MODE_OBSERVE;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct envelope envelope = { .origin = cases[i].origin, .sender = "<a@example.com>" };
		struct message message;

		message_init(&message, policy);
		offline_judge(&message, &envelope, bytes_of("Subject: x\r\n\r\nhello\r\n"));
		ck_assert_uint_eq(message.finding_count, cases[i].findings);
		message_close(&message);
	}
	policy_free(policy);
}
END_TEST

SUITE_MAIN(offline, recipients_are_judged_where_they_are_known, a_client_may_not_be_known,
	   how_lines_end_is_said_by_the_first, where_the_header_ends, everything_is_judged)
