/* SPDX-License-Identifier: BSD-2-Clause */
/* Recipients one by one: a refusal is one recipient's, but where recipients cannot be refused by themselves. */
#include "policy/message.h"
#include "tests/policy/cases/case_policy.h"
#include "tests/support/suite.h"

#include <string.h>

static struct policy *policy;
static struct message message;
static struct envelope envelope;

static struct settings *
settings_of(const char *check)
{
	return &policy->profiles[0].checks[check_index(check_find(check))];
}

static void
set_up(void)
{
	policy = policy_new();
	ck_assert_ptr_nonnull(policy);
	settings_of("recipient_invalid")->mode = MODE_ENFORCE;
	settings_of("recipients_too_many")->mode = MODE_ENFORCE;
	case_set(policy, check_find("recipients_too_many"), "limit=2");
	ck_assert(policy_complete(policy));
	envelope = (struct envelope){ .origin = ORIGIN_EXTERNAL, .sender = "<a@example.com>" };
}

static void
begin(void)
{
	message_init(&message, policy);
	message_mail(&message, &envelope);
}

static void
tear_down(void)
{
	message_close(&message);
	policy_free(policy);
}

static void
assert_verdict(const struct verdict *verdict, const char *expected)
{
	char reply[REPLY_STRING_MAX] = "accept";

	if (verdict_is_final(verdict))
		reply_string(&verdict->reply, reply);
	ck_assert_str_eq(reply, expected);
}

static void
assert_recipient(const char *path, const char *expected)
{
	struct recipient recipient = { .path = path };
	struct verdict verdict = { .kind = VERDICT_HOLD };

	message_recipient(&message, &recipient, &verdict);
	ck_assert_int_eq(verdict.stage, STAGE_RCPT);
	assert_verdict(&verdict, expected);
}

START_TEST(the_surplus_is_put_off_and_the_others_go_on)
{
	set_up();
	begin();
	assert_recipient("<b@example.org>", "accept");
	assert_recipient("<c@example.org>", "accept");
	assert_recipient("<d@example.org>", "452 4.5.3 Too many recipients");
	assert_recipient("<e@example.org>", "452 4.5.3 Too many recipients");
	ck_assert_uint_eq(message.facts.recipients, 2);
	message_end_of_headers(&message);
	message_end(&message);
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	ck_assert_uint_eq(message.finding_count, 1);
	ck_assert_uint_eq(message.findings[0].times, 2);
	tear_down();
}
END_TEST

START_TEST(one_that_is_refused_takes_no_place)
{
	set_up();
	begin();
	assert_recipient("<b.@example.org>", "501 5.1.7 Bad recipient address <b.@example.org>");
	assert_recipient("<b@example.org>", "accept");
	assert_recipient("<>", "501 5.1.7 Bad recipient address <>");
	assert_recipient("<c@example.org>", "accept");
	tear_down();
}
END_TEST

START_TEST(a_permanent_reply_wins_over_a_temporary_one)
{
	char rule[REPLY_RULE_MAX];

	set_up();
	begin();
	assert_recipient("<b@example.org>", "accept");
	assert_recipient("<c@example.org>", "accept");
	assert_recipient("<d@>", "501 5.1.7 Bad recipient address <d@>");
	message_close(&message);
	ck_assert(reply_parse("450 4.1.2 Later", &settings_of("recipient_invalid")->reply, rule));
	ck_assert(reply_parse("552 5.5.3 No more", &settings_of("recipients_too_many")->reply, rule));
	begin();
	assert_recipient("<b@>", "450 4.1.2 Later");
	assert_recipient("<b@example.org>", "accept");
	assert_recipient("<c@example.org>", "accept");
	assert_recipient("<d@>", "552 5.5.3 No more");
	message_close(&message);
	ck_assert(reply_parse("452 4.5.3 No more", &settings_of("recipients_too_many")->reply, rule));
	begin();
	assert_recipient("<b@example.org>", "accept");
	assert_recipient("<c@example.org>", "accept");
	assert_recipient("<d@>", "450 4.1.2 Later");
	tear_down();
}
END_TEST

START_TEST(what_observes_refuses_nobody)
{
	set_up();
	settings_of("recipient_invalid")->mode = MODE_OBSERVE;
	settings_of("recipients_too_many")->mode = MODE_TAG;
	begin();
	for (int i = 0; i < 4; i++)
		assert_recipient("<b@>", "accept");
	ck_assert_uint_eq(message.facts.recipients, 4);
	ck_assert_uint_eq(message.finding_count, 2);
	tear_down();
}
END_TEST

START_TEST(a_recipient_can_have_the_message_held)
{
	set_up();
	settings_of("recipient_invalid")->mode = MODE_HOLD;
	begin();
	assert_recipient("<b@>", "accept");
	message_end_of_headers(&message);
	ck_assert_int_eq(message.verdict.kind, VERDICT_HOLD);
	tear_down();
}
END_TEST

/* Postfix tries a message of sendmail(1) again for ever when one of its recipients is refused. */
START_TEST(where_recipients_cannot_be_refused_the_message_is)
{
	set_up();
	envelope.recipients_wait = true;
	begin();
	assert_recipient("<b@example.org>", "accept");
	assert_recipient("<c.@example.org>", "accept");
	assert_recipient("<d@example.org>", "accept");
	assert_recipient("<e..e@example.org>", "accept");
	ck_assert(verdict_is_final(&message.verdict));
	assert_verdict(&message.verdict, "501 5.1.7 Bad recipient address <c.@example.org>");
	ck_assert_int_eq(message.verdict.stage, STAGE_RCPT);
	tear_down();
}
END_TEST

/* Put off, it would be tried again for ever; refused, it is returned to its sender. */
START_TEST(the_surplus_of_a_local_message_is_let_pass_or_refused)
{
	char rule[REPLY_RULE_MAX];

	set_up();
	envelope.recipients_wait = true;
	for (int permanent = 0; permanent < 2; permanent++) {
		if (permanent > 0)
			ck_assert(reply_parse("552 5.5.3 Too many", &settings_of("recipients_too_many")->reply, rule));
		begin();
		for (int i = 0; i < 3; i++)
			assert_recipient("<b@example.org>", "accept");
		assert_verdict(&message.verdict, permanent > 0 ? "552 5.5.3 Too many" : "accept");
		message_close(&message);
	}
	policy_free(policy);
}
END_TEST

START_TEST(what_was_refused_at_mail_has_no_recipients)
{
	set_up();
	settings_of("null_sender")->mode = MODE_ENFORCE;
	ck_assert(policy_complete(policy));
	envelope.sender = "<>";
	for (int waits = 0; waits < 2; waits++) {
		struct recipient recipient = { .path = "<b@example.org>" };
		struct verdict verdict;

		envelope.recipients_wait = waits > 0;
		begin();
		message_recipient(&message, &recipient, &verdict);
		assert_verdict(&verdict, waits > 0 ? "accept" : "550 5.7.1 Empty sender not allowed");
		assert_verdict(&message.verdict, "550 5.7.1 Empty sender not allowed");
		ck_assert_uint_eq(message.facts.recipients, 0);
		message_close(&message);
	}
	policy_free(policy);
}
END_TEST

START_TEST(long_addresses_are_told_as_far_as_there_is_room)
{
	char path[4096] = "<";
	char expected[REPLY_STRING_MAX] = "501 5.1.7 Bad recipient address <";
	struct recipient recipient = { .path = path };
	struct verdict verdict;

	set_up();
	begin();
	memset(path + 1, 'x', sizeof path - 2);
	path[sizeof path - 1] = '\0';
	message_recipient(&message, &recipient, &verdict);
	for (size_t i = 1; i < ENVELOPE_PATH_MAX; i++)
		strcat(expected, "x");
	strcat(expected, ">");
	assert_verdict(&verdict, expected);
	ck_assert_uint_eq(strlen(message.findings[0].value), FINDING_TEXT_MAX - 1);
	ck_assert_ptr_null(message.findings[0].list);
	tear_down();
}
END_TEST

SUITE_MAIN(recipients, the_surplus_is_put_off_and_the_others_go_on, one_that_is_refused_takes_no_place,
	   a_permanent_reply_wins_over_a_temporary_one, what_observes_refuses_nobody,
	   a_recipient_can_have_the_message_held, where_recipients_cannot_be_refused_the_message_is,
	   the_surplus_of_a_local_message_is_let_pass_or_refused, what_was_refused_at_mail_has_no_recipients,
	   long_addresses_are_told_as_far_as_there_is_room)
