/* SPDX-License-Identifier: BSD-2-Clause */
/* From findings to a verdict: modes, stages, replies, profiles, failures of our own. */
#include "policy/offline.h"
#include "tests/support/suite.h"

/* No Subject, two Date fields, an empty attachment twice, From of another domain. */
static const char bad[] = "From: b@example.org\nDate: x\nDate: y\nContent-Type: multipart/mixed; boundary=b\n\n"
			  "--b\nContent-Type: application/pdf; name=one.pdf\n\n--b\nContent-Type: application/pdf; "
			  "name=two.pdf\n\n--b--\n";
static const char good[] = "From: a@example.com\nSubject: x\n\nhello\n";

static struct policy *policy;
static struct message message;

static void
set_up(void)
{
	policy = policy_new();
	ck_assert_ptr_nonnull(policy);
}

static struct settings *
settings_of(const char *name)
{
	const struct check *check = check_find(name);

	ck_assert_ptr_nonnull(check);
	return &policy->profiles[0].checks[check_index(check)];
}

static void
set(const char *name, enum mode mode, const char *reply)
{
	struct settings *settings = settings_of(name);
	char rule[REPLY_RULE_MAX];

	settings->mode = mode;
	if (reply != NULL)
		ck_assert_msg(reply_parse(reply, &settings->reply, rule), "%s", rule);
}

static const struct verdict *
judge(const char *sender, const char *text)
{
	struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = sender };

	message_init(&message, policy);
	offline_judge(&message, &envelope, bytes_of(text));
	return &message.verdict;
}

static void
assert_reply(const struct verdict *verdict, enum verdict_kind kind, const char *expected)
{
	char reply[REPLY_STRING_MAX];

	ck_assert_str_eq(verdict_names[verdict->kind], verdict_names[kind]);
	reply_string(&verdict->reply, reply);
	ck_assert_str_eq(reply, expected);
}

static void
tear_down(void)
{
	message_reset(&message);
	policy_free(policy);
}

START_TEST(with_every_check_off_all_is_accepted)
{
	set_up();
	const struct verdict *verdict = judge("<>", bad);
	ck_assert_int_eq(verdict->kind, VERDICT_ACCEPT);
	ck_assert_uint_eq(message.finding_count, 0);
	tear_down();
}
END_TEST

START_TEST(observe_and_tag_find_and_let_pass)
{
	set_up();
	set("subject_missing", MODE_OBSERVE, NULL);
	set("header_duplicate", MODE_TAG, NULL);
	const struct verdict *verdict = judge("<a@example.com>", bad);
	ck_assert_int_eq(verdict->kind, VERDICT_ACCEPT);
	ck_assert_ptr_null(verdict->check);
	ck_assert_uint_eq(message.finding_count, 2);
	ck_assert_str_eq(message.findings[0].check->name, "header_duplicate");
	ck_assert_int_eq(message.findings[0].mode, MODE_TAG);
	ck_assert_str_eq(message.findings[1].check->name, "subject_missing");
	tear_down();
}
END_TEST

START_TEST(hold_holds_unless_something_refuses)
{
	set_up();
	set("subject_missing", MODE_HOLD, NULL);
	const struct verdict *verdict = judge("<a@example.com>", bad);
	ck_assert_int_eq(verdict->kind, VERDICT_HOLD);
	ck_assert_str_eq(verdict->check->name, "subject_missing");
	message_reset(&message);
	set("attachment_empty", MODE_ENFORCE, NULL);
	assert_reply(judge("<a@example.com>", bad), VERDICT_REFUSE, "554 5.6.0 Attachment is empty");
	tear_down();
}
END_TEST

START_TEST(of_one_stage_the_first_row_gives_the_reply)
{
	set_up();
	set("alignment", MODE_ENFORCE, NULL);
	set("subject_missing", MODE_ENFORCE, NULL);
	assert_reply(judge("<a@example.com>", bad), VERDICT_REFUSE, "554 5.6.0 Subject not present");
	ck_assert_uint_eq(message.finding_count, 2);
	tear_down();
}
END_TEST

START_TEST(of_one_stage_a_permanent_reply_wins_over_a_temporary_one)
{
	set_up();
	set("subject_missing", MODE_ENFORCE, "451 4.7.0 Later");
	set("alignment", MODE_ENFORCE, NULL);
	assert_reply(judge("<a@example.com>", bad), VERDICT_REFUSE,
		     "550 5.7.1 Header from domain does not align with envelope from domain");
	tear_down();
}
END_TEST

START_TEST(of_several_temporary_replies_the_first_row_gives_it)
{
	set_up();
	set("header_duplicate", MODE_ENFORCE, "451 4.7.1 First");
	set("subject_missing", MODE_ENFORCE, "451 4.7.2 Second");
	set("alignment", MODE_ENFORCE, "451 4.7.3 Third");
	assert_reply(judge("<a@example.com>", bad), VERDICT_DEFER, "451 4.7.1 First");
	ck_assert_uint_eq(message.finding_count, 3);
	tear_down();
}
END_TEST

START_TEST(an_earlier_stage_decides_even_with_a_temporary_reply)
{
	set_up();
	set("subject_missing", MODE_ENFORCE, "451 4.7.0 Later");
	set("attachment_empty", MODE_ENFORCE, NULL);
	assert_reply(judge("<a@example.com>", bad), VERDICT_DEFER, "451 4.7.0 Later");
	ck_assert_int_eq(message.verdict.stage, STAGE_HEADERS);
	ck_assert_uint_eq(message.finding_count, 2);
	tear_down();
}
END_TEST

START_TEST(what_was_found_twice_is_one_finding)
{
	set_up();
	set("attachment_empty", MODE_ENFORCE, NULL);
	judge("<a@example.com>", bad);
	ck_assert_uint_eq(message.finding_count, 1);
	ck_assert_uint_eq(message.findings[0].times, 2);
	ck_assert_str_eq(message.findings[0].part, "1");
	tear_down();
}
END_TEST

START_TEST(detail_says_what_was_found_and_places_are_filled)
{
	set_up();
	set("attachment_empty", MODE_ENFORCE, NULL);
	settings_of("attachment_empty")->detail = true;
	assert_reply(judge("<a@example.com>", bad), VERDICT_REFUSE, "554 5.6.0 Attachment is empty: one.pdf (part 1)");
	message_reset(&message);
	set("header_duplicate", MODE_ENFORCE, NULL);
	assert_reply(judge("<a@example.com>", bad), VERDICT_REFUSE,
		     "554 5.6.0 Header field Date present more than once");
	message_reset(&message);
	set("header_duplicate", MODE_OFF, NULL);
	set("alignment", MODE_ENFORCE, "550 5.7.1 {value} in {name} is not yours");
	assert_reply(judge("<a@example.com>", bad), VERDICT_REFUSE, "550 5.7.1 b@example.org in From is not yours");
	tear_down();
}
END_TEST

START_TEST(a_finding_cannot_put_anything_else_into_a_reply)
{
	set_up();
	set("attachment_empty", MODE_ENFORCE, NULL);
	settings_of("attachment_empty")->detail = true;
	assert_reply(judge("<a@example.com>",
			   "Content-Type: application/pdf; name*=utf-8''a%0D%0A250%20ok%1B%C3%A9%25s\n\n"),
		     VERDICT_REFUSE, "554 5.6.0 Attachment is empty: a??250 ok???%s (part 1)");
	tear_down();
}
END_TEST

static const char *
profile_of(const struct policy *of, enum origin origin)
{
	struct envelope envelope = { .origin = origin, .sender = "<a@example.com>" };

	message_init(&message, of);
	message_mail(&message, &envelope);
	return message.profile->name;
}

START_TEST(the_first_profile_that_holds_is_used)
{
	struct policy two;
	struct profile profiles[3];

	set_up();
	set("subject_missing", MODE_ENFORCE, NULL);
	profiles[0] = profiles[1] = profiles[2] = policy->profiles[0];
	profiles[0].name = "first";
	profiles[0].when.origins = 1u << ORIGIN_EXTERNAL;
	profiles[1].name = "second";
	profiles[1].when.origins = 1u << ORIGIN_EXTERNAL | 1u << ORIGIN_LOCAL;
	two = *policy;
	two.profiles = profiles;
	two.profile_count = 3;
	ck_assert_str_eq(profile_of(&two, ORIGIN_EXTERNAL), "first");
	ck_assert_str_eq(profile_of(&two, ORIGIN_LOCAL), "second");
	ck_assert_str_eq(profile_of(&two, ORIGIN_AUTHENTICATED), "default");
	policy_free(policy);
}
END_TEST

START_TEST(a_failure_of_ours_is_answered_as_configured)
{
	char rule[REPLY_RULE_MAX];

	set_up();
	message_init(&message, policy);
	message_fail(&message, FAILURE_MEMORY);
	assert_reply(&message.verdict, VERDICT_DEFER, "451 4.3.0 Temporary service failure");
	ck_assert(message.verdict.failed);
	ck_assert(message_settled(&message));
	message_reset(&message);
	ck_assert(!message.verdict.failed);

	ck_assert(reply_parse("550 5.3.0 Server error", &policy->failures[FAILURE_INTERNAL].reply, rule));
	message_fail(&message, FAILURE_INTERNAL);
	assert_reply(&message.verdict, VERDICT_REFUSE, "550 5.3.0 Server error");
	message_reset(&message);

	policy->failures[FAILURE_MEMORY].accept = true;
	message_fail(&message, FAILURE_MEMORY);
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	tear_down();
}
END_TEST

START_TEST(a_refusal_stands_whatever_fails_after_it)
{
	set_up();
	set("null_sender", MODE_ENFORCE, NULL);
	judge("<>", good);
	message_fail(&message, FAILURE_MEMORY);
	assert_reply(&message.verdict, VERDICT_REFUSE, "550 5.7.1 Empty sender not allowed");
	tear_down();
}
END_TEST

START_TEST(a_message_is_settled_when_nothing_can_change)
{
	const struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = "<a@example.com>" };

	set_up();
	message_init(&message, policy);
	message_mail(&message, &envelope);
	message_end_of_headers(&message);
	ck_assert_msg(message_settled(&message), "no check looks at the body");
	message_reset(&message);

	set("body_missing", MODE_OBSERVE, NULL);
	set("attachment_empty", MODE_ENFORCE, NULL);
	message_mail(&message, &envelope);
	message_end_of_headers(&message);
	ck_assert_msg(!message_settled(&message), "the text may be blank");
	message_body(&message, bytes_of("\r\n"));
	ck_assert(!message_settled(&message));
	message_body(&message, bytes_of("hello"));
	ck_assert_msg(message_settled(&message), "a message of one text has no attachments");
	message_reset(&message);

	message_mail(&message, &envelope);
	message_field(&message, bytes_of("Content-Type"), bytes_of("multipart/mixed; boundary=b"));
	message_end_of_headers(&message);
	message_body(&message, bytes_of("--b\r\n\r\nhello\r\n"));
	ck_assert_msg(!message_settled(&message), "an attachment may follow");
	message_body(&message, bytes_of("--b--\r\n"));
	ck_assert_msg(message_settled(&message), "nothing follows the close delimiter");
	tear_down();
}
END_TEST

SUITE_MAIN(verdict, with_every_check_off_all_is_accepted, observe_and_tag_find_and_let_pass,
	   hold_holds_unless_something_refuses, of_one_stage_the_first_row_gives_the_reply,
	   of_one_stage_a_permanent_reply_wins_over_a_temporary_one,
	   of_several_temporary_replies_the_first_row_gives_it, an_earlier_stage_decides_even_with_a_temporary_reply,
	   what_was_found_twice_is_one_finding, detail_says_what_was_found_and_places_are_filled,
	   a_finding_cannot_put_anything_else_into_a_reply, the_first_profile_that_holds_is_used,
	   a_failure_of_ours_is_answered_as_configured, a_refusal_stands_whatever_fails_after_it,
	   a_message_is_settled_when_nothing_can_change)
