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

static const struct profile *
profile_of(const struct policy *of, enum origin origin)
{
	const struct client client = { .origin = origin, .login = "" };
	const struct circumstances circumstances = { .client = &client, .sender_local = "", .sender_domain = "" };
	bool failed = false;
	const struct profile *profile = policy_profile(of, &circumstances, NULL, &failed);

	ck_assert(!failed);
	return profile;
}

START_TEST(a_new_policy_has_one_profile_for_all)
{
	set_up();
	ck_assert_uint_eq(policy->profile_count, 1);
	ck_assert_str_eq(policy->profiles[0].name, "default");
	for (enum origin origin = 0; origin < ORIGIN_COUNT; origin++)
		ck_assert_ptr_eq(profile_of(policy, origin), &policy->profiles[0]);
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
	profiles[0].when.origins = 1u << ORIGIN_LOCAL;
	profiles[1].when.origins = 1u << ORIGIN_TRUSTED;
	two.profiles = profiles;
	two.profile_count = 2;
	ck_assert_ptr_eq(profile_of(&two, ORIGIN_LOCAL), &profiles[0]);
	ck_assert_ptr_eq(profile_of(&two, ORIGIN_TRUSTED), &profiles[1]);
	ck_assert_ptr_eq(profile_of(&two, ORIGIN_EXTERNAL), &profiles[1]);
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

START_TEST(a_preset_text_is_one_item)
{
	const struct check *check = check_find("identity_unverified");
	struct settings settings;
	size_t region = 0;

	set_up();
	ck_assert(policy_preset(policy, check, &settings));
	while (strcmp(check->params[region].name, "region") != 0)
		region++;
	ck_assert_uint_eq(settings.values[region].list.count, 1);
	ck_assert_str_eq(settings.values[region].list.items[0], "us-east-1");
	policy_free(policy);
}
END_TEST

static const struct {
	const char *source, *query;
	enum table_kind kind;
	const char *argument;
} good_tables[] = {
	{ "file:/etc/postern/senders", NULL, TABLE_FILE, "/etc/postern/senders" },
	{ "cdb:/etc/postern/senders.cdb", NULL, TABLE_CDB, "/etc/postern/senders.cdb" },
	{ "regexp:/etc/postern/senders", NULL, TABLE_REGEXP, "/etc/postern/senders" },
	{ "sqlite:/var/lib/senders.db", "SELECT a FROM b WHERE c = ?", TABLE_SQLITE, "/var/lib/senders.db" },
	{ "socketmap:unix:/run/map:senders", NULL, TABLE_SOCKETMAP, "unix:/run/map:senders" },
	{ "redis://redis.example.com/1", NULL, TABLE_REDIS, "redis://redis.example.com/1" },
	{ "redis://redis.example.com/1", "senders:", TABLE_REDIS, "redis://redis.example.com/1" },
	{ "redis+unix:/run/redis.sock", NULL, TABLE_REDIS, "redis+unix:/run/redis.sock" },
};

START_TEST(tables_outside_are_read)
{
	char rule[REPLY_RULE_MAX];

	set_up();
	for (size_t i = 0; i < sizeof good_tables / sizeof good_tables[0]; i++) {
		char source[64], query[64];

		strcpy(source, good_tables[i].source);
		strcpy(query, good_tables[i].query != NULL ? good_tables[i].query : "");
		const struct table *table =
			policy_table(policy, source, good_tables[i].query != NULL ? query : NULL, 50, rule);
		ck_assert_msg(table != NULL, "%s: %s", source, rule);
		memset(source, 'x', strlen(source));
		memset(query, 'x', strlen(query));
		ck_assert_str_eq(table->source, good_tables[i].source);
		ck_assert_int_eq(table->kind, good_tables[i].kind);
		ck_assert_str_eq(table->argument, good_tables[i].argument);
		ck_assert_uint_eq(table->timeout_ms, 50);
		ck_assert_uint_eq(table->index, i);
		ck_assert_ptr_eq(policy->tables[i], table);
		if (good_tables[i].query != NULL)
			ck_assert_str_eq(table->query, good_tables[i].query);
		else
			ck_assert_ptr_null(table->query);
	}
	policy_free(policy);
}
END_TEST

START_TEST(tables_that_break_a_rule)
{
	static const char not_a_table[] =
		"must be a list of keys, or begin with file:, cdb:, sqlite:, regexp:, socketmap: or redis:";
	static const struct {
		const char *source, *rule;
	} cases[] = {
		{ "", not_a_table },
		{ "robin", not_a_table },
		{ "/etc/postern/senders", not_a_table },
		{ "list:robin", not_a_table },
		{ "files:/etc/postern/senders", not_a_table },
		{ "File:/etc/postern/senders", not_a_table },
		{ "redis", not_a_table },
		{ "redis+tcp:x", not_a_table },
		{ "rediss://redis.example.com/1", "cannot be asked over TLS: use redis: behind a tunnel" },
		{ "file:", "names no table behind its colon" },
		{ "socketmap:", "names no table behind its colon" },
		{ "file:senders", "needs an absolute path" },
		{ "cdb:senders", "needs an absolute path" },
		{ "regexp:./senders", "needs an absolute path" },
		{ "sqlite:senders.db", "needs an absolute path" },
		{ "sqlite:/senders.db", "needs a query, which a table of the group `tables` can have" },
	};

	char known[REPLY_RULE_MAX];

	set_up();
	ck_assert_ptr_nonnull(policy_table(policy, "file:/senders", NULL, 100, known));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char rule[REPLY_RULE_MAX] = "";

		ck_assert_msg(policy_table(policy, cases[i].source, NULL, 100, rule) == NULL, "%s", cases[i].source);
		ck_assert_str_eq(rule, cases[i].rule);
	}
	ck_assert_uint_eq(policy->table_count, 1);
	policy_free(policy);
}
END_TEST

START_TEST(equal_tables_are_one)
{
	char rule[REPLY_RULE_MAX];

	set_up();
	const struct table *first = policy_table(policy, "sqlite:/a", "SELECT ?", 100, rule);
	ck_assert_ptr_eq(policy_table(policy, "sqlite:/a", "SELECT ?", 100, rule), first);
	ck_assert_ptr_ne(policy_table(policy, "sqlite:/b", "SELECT ?", 100, rule), first);
	ck_assert_ptr_ne(policy_table(policy, "sqlite:/a", "SELECT 1, ?", 100, rule), first);
	ck_assert_ptr_ne(policy_table(policy, "sqlite:/a", "SELECT ?", 101, rule), first);
	ck_assert_uint_eq(policy->table_count, 4);
	const struct table *redis = policy_table(policy, "redis://a", NULL, 100, rule);
	ck_assert_ptr_eq(policy_table(policy, "redis://a", NULL, 100, rule), redis);
	ck_assert_ptr_ne(policy_table(policy, "redis://a", "b", 100, rule), redis);
	const struct table *prefixed = policy_table(policy, "redis://c", "b", 100, rule);
	ck_assert_ptr_ne(policy_table(policy, "redis://c", NULL, 100, rule), prefixed);
	policy_free(policy);
}
END_TEST

START_TEST(there_is_an_end_to_tables)
{
	char source[64], rule[REPLY_RULE_MAX] = "";

	set_up();
	for (int i = 0; i < TABLES_MAX; i++) {
		snprintf(source, sizeof source, "file:/table-%d", i);
		ck_assert_ptr_nonnull(policy_table(policy, source, NULL, 100, rule));
	}
	ck_assert_ptr_nonnull(policy_table(policy, source, NULL, 100, rule));
	ck_assert_ptr_null(policy_table(policy, "file:/another", NULL, 100, rule));
	ck_assert_str_eq(rule, "one table too many: there can be 64");
	policy_free(policy);
}
END_TEST

START_TEST(lists_are_tables_of_their_own)
{
	static const char *const keys[] = { "robin", "kim" };

	set_up();
	const struct table *table = policy_list_table(policy, (struct string_list){ keys, 2 });
	ck_assert_ptr_nonnull(table);
	ck_assert_int_eq(table->kind, TABLE_LIST);
	ck_assert_uint_eq(table->items.count, 2);
	ck_assert_uint_eq(policy->table_count, 0);
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
	   there_is_an_end_to_what_can_be_counted, a_preset_list_is_what_its_row_says, a_preset_text_is_one_item,
	   tables_outside_are_read, tables_that_break_a_rule, equal_tables_are_one, there_is_an_end_to_tables,
	   lists_are_tables_of_their_own, memory_is_zeroed_aligned_and_the_policys)
