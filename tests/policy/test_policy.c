/* SPDX-License-Identifier: BSD-2-Clause */
/* What a policy holds beside the settings of its checks: profiles, the fields to count, failures, memory of its own. */
#include "policy/policy.h"

#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

static struct policy *policy;

static void
set_up(void)
{
	policy = policy_new();
	ck_assert_ptr_nonnull(policy);
}

START_TEST(a_new_policy_answers_failures_for_the_time_being)
{
	set_up();
	for (enum failure failure = 0; failure < FAILURE_COUNT; failure++) {
		char string[REPLY_STRING_MAX];

		ck_assert(!policy->failures[failure].accept);
		reply_string(&policy->failures[failure].reply, string);
		ck_assert_str_eq(string, "451 4.3.0 Temporary service failure");
	}
	policy_free(policy);
}
END_TEST

START_TEST(a_new_policy_has_one_profile_for_all)
{
	set_up();
	ck_assert_uint_eq(policy->profile_count, 1);
	ck_assert_str_eq(policy->profiles[0].name, "default");
	for (enum origin origin = 0; origin < ORIGIN_COUNT; origin++)
		ck_assert_ptr_eq(policy_profile(policy, origin), &policy->profiles[0]);
	policy_free(policy);
}
END_TEST

START_TEST(the_last_profile_holds_for_what_no_other_wants)
{
	struct profile profiles[2];
	struct policy two;

	set_up();
	two = *policy;
	profiles[0] = profiles[1] = policy->profiles[0];
	profiles[0].origins = 1u << ORIGIN_LOCAL;
	profiles[1].origins = 1u << ORIGIN_TRUSTED;
	two.profiles = profiles;
	two.profile_count = 2;
	ck_assert_ptr_eq(policy_profile(&two, ORIGIN_LOCAL), &profiles[0]);
	ck_assert_ptr_eq(policy_profile(&two, ORIGIN_TRUSTED), &profiles[1]);
	ck_assert_ptr_eq(policy_profile(&two, ORIGIN_EXTERNAL), &profiles[1]);
	policy_free(policy);
}
END_TEST

/* Makes every list of field names that one. */
static void
set_fields(struct string_list list)
{
	for (size_t i = 0; i < checks_count; i++)
		for (size_t j = 0; checks[i].params != NULL && checks[i].params[j].name != NULL; j++)
			if (checks[i].params[j].type == PARAM_FIELDS)
				policy->profiles[0].checks[i].values[j].list = list;
}

START_TEST(each_field_is_counted_at_one_place)
{
	static const char *const items[] = { "From", "To", "FROM", "Subject", "to" };

	set_up();
	set_fields((struct string_list){ items, sizeof items / sizeof items[0] });
	ck_assert(policy_complete(policy));
	ck_assert_uint_eq(policy->counted_field_count, 3);
	ck_assert_uint_eq(policy_counted_index(policy, bytes_of("from")), 0);
	ck_assert_uint_eq(policy_counted_index(policy, bytes_of("TO")), 1);
	ck_assert_uint_eq(policy_counted_index(policy, bytes_of("Subject")), 2);
	ck_assert_uint_eq(policy_counted_index(policy, bytes_of("Date")), 3);
	policy_free(policy);
}
END_TEST

START_TEST(there_is_an_end_to_what_can_be_counted)
{
	char names[POLICY_FIELDS_MAX + 1][8];
	const char *items[POLICY_FIELDS_MAX + 1];

	for (size_t i = 0; i <= POLICY_FIELDS_MAX; i++) {
		snprintf(names[i], sizeof names[i], "X-%zu", i);
		items[i] = names[i];
	}
	set_up();
	set_fields((struct string_list){ items, POLICY_FIELDS_MAX });
	ck_assert(policy_complete(policy));
	ck_assert_uint_eq(policy->counted_field_count, POLICY_FIELDS_MAX);
	set_fields((struct string_list){ items, POLICY_FIELDS_MAX + 1 });
	ck_assert(!policy_complete(policy));
	policy_free(policy);
}
END_TEST

START_TEST(a_preset_list_is_what_its_row_says)
{
	const struct check *check = check_find("address_invalid");
	static const char *const expected[] = { "From", "Sender", "Reply-To", "To", "Cc", "Bcc" };
	const struct string_list *list;
	struct settings settings;

	set_up();
	ck_assert(policy_preset(policy, check, &settings));
	list = &settings.values[0].list;
	ck_assert_uint_eq(list->count, sizeof expected / sizeof expected[0]);
	for (size_t i = 0; i < list->count; i++)
		ck_assert_str_eq(list->items[i], expected[i]);
	policy_free(policy);
}
END_TEST

START_TEST(memory_is_zeroed_aligned_and_the_policys)
{
	set_up();
	for (size_t size = 0; size < 40; size++) {
		unsigned char *memory = policy_alloc(policy, size);

		ck_assert_ptr_nonnull(memory);
		ck_assert_uint_eq((size_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			ck_assert_uint_eq(memory[i], 0);
		memset(memory, 0xff, size);
	}
	ck_assert_str_eq(policy_strdup(policy, "text"), "text");
	policy_free(policy);
}
END_TEST

SUITE_MAIN(policy, a_new_policy_answers_failures_for_the_time_being, a_new_policy_has_one_profile_for_all,
	   the_last_profile_holds_for_what_no_other_wants, each_field_is_counted_at_one_place,
	   there_is_an_end_to_what_can_be_counted, a_preset_list_is_what_its_row_says,
	   memory_is_zeroed_aligned_and_the_policys)
