/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/answer.h"
#include "tests/support/fake_milter.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

static const char *
status_name(sfsistat status)
{
	switch (status) {
	case SMFIS_ACCEPT:
		return "ACCEPT";
	case SMFIS_REJECT:
		return "REJECT";
	case SMFIS_TEMPFAIL:
		return "TEMPFAIL";
	case SMFIS_CONTINUE:
		return "CONTINUE";
	default:
		return "something else";
	}
}

static struct verdict
refusal(const char *string)
{
	char rule[REPLY_RULE_MAX] = "";
	struct verdict verdict = { .stage = STAGE_MESSAGE };

	ck_assert_msg(reply_parse(string, &verdict.reply, rule), "%s: %s", string, rule);
	verdict.kind = reply_defers(&verdict.reply) ? VERDICT_DEFER : VERDICT_REFUSE;
	return verdict;
}

static const struct {
	const char *sentence, *reply, *text,
		*expected; /* text: in place of the reply's, as places filled in may give */
} rows[] = {
	{ "a 5xx rejects with its codes and text", "554 5.6.0 Attachment is empty", NULL,
	  "reply 554 5.6.0 [Attachment is empty]\nREJECT" },
	{ "a 4xx is a temporary failure", "451 4.3.0 Temporary service failure", NULL,
	  "reply 451 4.3.0 [Temporary service failure]\nTEMPFAIL" },
	{ "421 is a temporary failure, too", "421 4.3.2 Too many connections", NULL,
	  "reply 421 4.3.2 [Too many connections]\nTEMPFAIL" },
	{ "a reply without an enhanced code goes without", "530 Authentication required", NULL,
	  "reply 530 - [Authentication required]\nREJECT" },
	{ "a text that begins with a digit gets the class's code", "554 x", "4 of them are empty",
	  "reply 554 5.0.0 [4 of them are empty]\nREJECT" },
	{ "the same for a 4xx", "454 x", "5 a day", "reply 454 4.0.0 [5 a day]\nTEMPFAIL" },
	{ "a percent sign is doubled", "554 5.6.0 x", "100% off", "reply 554 5.6.0 [100%% off]\nREJECT" },
	{ "each of several is", "554 5.6.0 x", "%s%n%%", "reply 554 5.6.0 [%%s%%n%%%%]\nREJECT" },
};

START_TEST(a_refusal_goes_out_as_it_is_documented)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fake_milter fake;
		struct verdict verdict = refusal(rows[i].reply);

		fake_milter_init(&fake);
		if (rows[i].text != NULL)
			strcpy(verdict.reply.text, rows[i].text);
		sfsistat status = answer_verdict(fake_milter_context(&fake), &verdict);
		fake_milter_note(&fake, "%s", status_name(status));
		ck_assert_msg(strcmp(fake.trace, rows[i].expected) == 0, "%s\n expected: %s\n but got:  %s",
			      rows[i].sentence, rows[i].expected, fake.trace);
	}
}
END_TEST

/* Octets of the longest line between brackets, and the number of lines. */
static size_t
longest_line(const char *trace, size_t *lines_out)
{
	size_t longest = 0;

	*lines_out = 0;
	for (const char *open = strchr(trace, '['); open != NULL; open = strchr(open + 1, '[')) {
		size_t length = strcspn(open + 1, "]");

		longest = length > longest ? length : longest;
		++*lines_out;
	}
	return longest;
}

START_TEST(a_long_text_becomes_several_lines)
{
	struct fake_milter fake;
	struct verdict verdict = refusal("554 5.6.0 x");
	size_t lines;

	fake_milter_init(&fake);
	memset(verdict.reply.text, 'a', REPLY_MAX);
	verdict.reply.text[REPLY_MAX] = '\0';
	ck_assert_int_eq(answer_verdict(fake_milter_context(&fake), &verdict), SMFIS_REJECT);
	ck_assert_uint_le(longest_line(fake.trace, &lines), REPLY_LINE_MAX);
	ck_assert_uint_eq(lines, 3);
}
END_TEST

START_TEST(doubled_percent_signs_stay_below_what_libmilter_takes)
{
	struct fake_milter fake;
	struct verdict verdict = refusal("554 5.6.0 x");
	size_t lines;

	fake_milter_init(&fake);
	memset(verdict.reply.text, '%', REPLY_MAX);
	verdict.reply.text[REPLY_MAX] = '\0';
	ck_assert_int_eq(answer_verdict(fake_milter_context(&fake), &verdict), SMFIS_REJECT);
	ck_assert_uint_le(longest_line(fake.trace, &lines), 980);
}
END_TEST

START_TEST(several_lines_without_an_enhanced_code_get_the_class)
{
	struct fake_milter fake;
	struct verdict verdict = refusal("554 x");

	fake_milter_init(&fake);
	memset(verdict.reply.text, 'a', REPLY_LINE_MAX + 1);
	verdict.reply.text[REPLY_LINE_MAX + 1] = '\0';
	answer_verdict(fake_milter_context(&fake), &verdict);
	ck_assert(strncmp(fake.trace, "reply 554 5.0.0 [", 17) == 0);
}
END_TEST

START_TEST(a_reply_that_is_not_taken_defers)
{
	struct fake_milter fake;
	struct verdict verdict = refusal("554 5.6.0 Attachment is empty");

	fake_milter_init(&fake);
	fake.refuses = true;
	ck_assert_int_eq(answer_verdict(fake_milter_context(&fake), &verdict), SMFIS_TEMPFAIL);
	ck_assert_str_eq(fake.trace, "");
}
END_TEST

START_TEST(a_failure_is_answered_as_configured)
{
	struct fake_milter fake;
	struct policy *policy = policy_new();

	ck_assert_ptr_nonnull(policy);
	fake_milter_init(&fake);
	ck_assert_int_eq(answer_failure(fake_milter_context(&fake), policy, FAILURE_MEMORY), SMFIS_TEMPFAIL);
	ck_assert_str_eq(fake.trace, "reply 451 4.3.0 [Temporary service failure]\n");
	policy->failures[FAILURE_MEMORY].accept = true;
	ck_assert_int_eq(answer_failure(fake_milter_context(&fake), policy, FAILURE_MEMORY), SMFIS_ACCEPT);
	policy_free(policy);
}
END_TEST

/* A message with findings of these modes in two checks, at its end. */
static void
find_two(struct message *message, const struct policy *policy, enum mode first, enum mode second)
{
	message_init(message, policy);
	message->findings[0] =
		(struct finding){ .check = check_find("attachment_empty"), .mode = first, .part = "2.1" };
	message->findings[1] = (struct finding){ .check = check_find("subject_empty"), .mode = second };
	message->finding_count = 2;
	if (first == MODE_HOLD)
		message->verdict = (struct verdict){ .kind = VERDICT_HOLD, .check = message->findings[0].check };
}

static const struct {
	const char *sentence;
	enum mode first, second;
	bool refuses, needs_end;
	const char *expected;
} ends[] = {
	{ "what is observed only passes as it is", MODE_OBSERVE, MODE_OBSERVE, false, false, "ACCEPT" },
	{ "tags name the checks, and the part", MODE_TAG, MODE_TAG, false, true,
	  "add Postern-Findings: attachment_empty (part 2.1), subject_empty\nACCEPT" },
	{ "a tag names no finding of another mode", MODE_OBSERVE, MODE_TAG, false, true,
	  "add Postern-Findings: subject_empty\nACCEPT" },
	{ "hold quarantines", MODE_HOLD, MODE_OBSERVE, false, true, "quarantine attachment_empty\nACCEPT" },
	{ "hold and tag do both", MODE_HOLD, MODE_TAG, false, true,
	  "add Postern-Findings: subject_empty\nquarantine attachment_empty\nACCEPT" },
	{ "a tag that is not taken defers", MODE_TAG, MODE_OBSERVE, true, true, "TEMPFAIL" },
	{ "a quarantine that is not taken defers", MODE_HOLD, MODE_OBSERVE, true, true, "TEMPFAIL" },
};

START_TEST(hold_and_tag_are_done_at_the_end)
{
	static struct message message;
	struct policy *policy = policy_new();

	ck_assert_ptr_nonnull(policy);
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct fake_milter fake;

		fake_milter_init(&fake);
		fake.refuses = ends[i].refuses;
		find_two(&message, policy, ends[i].first, ends[i].second);
		ck_assert_msg(answer_needs_end(&message) == ends[i].needs_end, "%s", ends[i].sentence);
		sfsistat status = answer_end(fake_milter_context(&fake), &message);
		fake_milter_note(&fake, "%s", status_name(status));
		ck_assert_msg(strcmp(fake.trace, ends[i].expected) == 0, "%s\n expected: %s\n but got:  %s",
			      ends[i].sentence, ends[i].expected, fake.trace);
		message_reset(&message);
	}
	policy_free(policy);
}
END_TEST

SUITE_MAIN(answer, a_refusal_goes_out_as_it_is_documented, a_long_text_becomes_several_lines,
	   doubled_percent_signs_stay_below_what_libmilter_takes, several_lines_without_an_enhanced_code_get_the_class,
	   a_reply_that_is_not_taken_defers, a_failure_is_answered_as_configured, hold_and_tag_are_done_at_the_end)
