/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done for speed or room must not be told from what is done plainly: runs of ASCII, memory that is not cleared, room for
 * findings that there cannot be, field names by their hash. */
#include "policy/offline.h"
#include "policy/parse/words.h"
#include "tests/support/suite.h"
#include "tests/support/trace.h"

#include <stdlib.h>
#include <string.h>

static void
trace_points(struct trace *trace, struct bytes value, bool in_runs)
{
	struct words words;
	struct bytes run;
	uint32_t point;

	words_init(&words, value);
	for (;;) {
		if (in_runs && (run = words_next_ascii(&words)).length > 0) {
			for (size_t i = 0; i < run.length; i++)
				trace_add(trace, "%x ", (unsigned)run.data[i]);
			continue;
		}
		if (!words_next(&words, &point))
			break;
		trace_add(trace, "%x ", (unsigned)point);
	}
	words_close(&words);
}

START_TEST(runs_of_ascii_are_the_same_points)
{
	static const char *const values[] = {
		"",
		"plain text",
		"\t tab\x7f and control\x01",
		"folded\r\n text",
		"gr\xc3\xbc\xc3\x9f"
		"e",
		"cut \xc3",
		"cut \xc3 and on",
		"bad \xff\xfe octets",
		"=?utf-8?Q?Gr=C3=BC=C3=9Fe?= and text",
		"text =?utf-8?B?w7w=?= text \xc3",
		"=?iso-8859-1?Q?a=FCb?= =?iso-8859-1?Q?c?= d",
		"=?utf-8?Q?a=C3?= =?utf-8?Q?=BCb?=",
		"=?utf-16?B?AGEAYg==?= a",
		"=?koi8-r?B?8NLJ18XU?= x",
		"=?no-such?Q?abc?= x",
		"=?utf-8?Q?"
		"?= =?utf-8?Q?_?=",
	};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct trace single = { 0 }, runs = { 0 };

		trace_points(&single, bytes_of(values[i]), false);
		trace_points(&runs, bytes_of(values[i]), true);
		ck_assert_str_eq(trace_text(&single), trace_text(&runs));
		trace_free(&single);
		trace_free(&runs);
	}
}
END_TEST

static const char bad[] = "From: b@example.org\nDate: x\nDate: y\nSubject: =?utf-8?Q?=20?=\n"
			  "Content-Type: multipart/mixed; boundary=b\n\n"
			  "--b\nContent-Type: application/pdf; name=one.pdf\n\n--b\n\n\n--b--\n";

static struct policy *
policy_of_all(void)
{
	struct policy *policy = policy_new();

	ck_assert_ptr_nonnull(policy);
	for (size_t i = 0; i < checks_count; i++)
		policy->profiles[0].checks[i].mode = MODE_OBSERVE;
	ck_assert(policy_complete(policy));
	return policy;
}

static void
assert_same_findings(const struct message *a, const struct message *b)
{
	ck_assert_uint_eq(a->finding_count, b->finding_count);
	ck_assert_uint_gt(a->finding_count, 3);
	for (size_t i = 0; i < a->finding_count; i++) {
		ck_assert_str_eq(a->findings[i].check->name, b->findings[i].check->name);
		ck_assert_str_eq(a->findings[i].field, b->findings[i].field);
		ck_assert_str_eq(a->findings[i].part, b->findings[i].part);
		ck_assert_str_eq(a->findings[i].name, b->findings[i].name);
		ck_assert_str_eq(a->findings[i].value, b->findings[i].value);
		ck_assert_uint_eq(a->findings[i].line, b->findings[i].line);
	}
}

/* Sanitizers see a step past the end of the smaller one. */
START_TEST(a_message_needs_its_size_and_no_clean_memory)
{
	struct policy *policy = policy_of_all();
	struct envelope envelope = { .origin = ORIGIN_EXTERNAL, .sender = "<a@example.com>" };
	struct message *zeroed = calloc(1, sizeof *zeroed);
	struct message *soiled = malloc(message_size(policy));

	ck_assert(zeroed != NULL && soiled != NULL);
	memset(soiled, 0xa5, message_size(policy));
	message_init(zeroed, policy);
	message_init(soiled, policy);
	offline_judge(zeroed, &envelope, bytes_of(bad));
	offline_judge(soiled, &envelope, bytes_of(bad));
	assert_same_findings(zeroed, soiled);
	message_close(zeroed);
	message_close(soiled);
	free(zeroed);
	free(soiled);
	policy_free(policy);
}
END_TEST

START_TEST(room_is_for_the_findings_there_may_be)
{
	struct policy *policy = policy_new();
	size_t none = message_size(policy);

	policy->profiles[0].checks[0].mode = MODE_ENFORCE;
	policy->profiles[0].checks[1].mode = MODE_OBSERVE;
	ck_assert_uint_eq(message_size(policy), none + 2 * sizeof(struct finding));
	ck_assert_uint_le(message_size(policy), sizeof(struct message));
	policy_free(policy);
}
END_TEST

START_TEST(every_counted_field_is_found_in_any_case)
{
	struct policy *policy = policy_of_all();

	ck_assert_uint_gt(policy->counted_field_count, 10);
	for (size_t i = 0; i < policy->counted_field_count; i++) {
		char name[64] = "";

		buffer_append(name, sizeof name, bytes_of(policy->counted_fields[i]));
		for (char *c = name; *c != '\0'; c++)
			*c = *c >= 'a' && *c <= 'z' ? (char)(*c - ('a' - 'A')) : ascii_lower(*c);
		ck_assert_uint_eq(policy_counted_index(policy, bytes_of(policy->counted_fields[i])), i);
		ck_assert_uint_eq(policy_counted_index(policy, bytes_of(name)), i);
		name[0]++;
		ck_assert_uint_eq(policy_counted_index(policy, bytes_of(name)), policy->counted_field_count);
	}
	ck_assert_uint_eq(policy_counted_index(policy, bytes_of("")), policy->counted_field_count);
	policy_free(policy);
}
END_TEST

SUITE_MAIN(shortcuts, runs_of_ascii_are_the_same_points, a_message_needs_its_size_and_no_clean_memory,
	   room_is_for_the_findings_there_may_be, every_counted_field_is_found_in_any_case)
