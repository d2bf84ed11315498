/* SPDX-License-Identifier: BSD-2-Clause */
/* What must be true of every row of the table. */
#include "policy/advice.h"
#include "policy/checks/connection.h"
#include "policy/limit.h"
#include "policy/policy.h"
#include "tests/policy/cases/case_policy.h"
#include "tests/policy/cases/session_cases.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

static bool
is_sentence(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	return length > 2 && text[0] >= 'A' && text[0] <= 'Z' && text[length - 1] == '.';
}

static bool
is_name(const char *name)
{
	return name[0] >= 'a' && name[0] <= 'z' && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

START_TEST(names_are_unique)
{
	for (size_t i = 0; i < checks_count; i++) {
		ck_assert_msg(is_name(checks[i].name), "%s", checks[i].name);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(checks[i].name, checks[j].name);
		ck_assert_ptr_eq(check_find(checks[i].name), &checks[i]);
		ck_assert_uint_eq(check_index(&checks[i]), i);
	}
	ck_assert_ptr_null(check_find("no_such_check"));
}
END_TEST

START_TEST(each_row_has_advice)
{
	for (size_t i = 0; i < checks_count; i++) {
		const struct advice *advice = check_advice(&checks[i]);

		ck_assert_msg(advice->check != NULL, "policy/advice.c: %s", checks[i].name);
		ck_assert_str_eq(advice->check, checks[i].name);
		ck_assert_msg(is_sentence(advice->why), "%s: %s", checks[i].name, advice->why);
		ck_assert_msg(is_sentence(advice->mend), "%s: %s", checks[i].name, advice->mend);
		ck_assert_msg(strstr(advice->recipe, checks[i].name) != NULL, "%s: %s", checks[i].name, advice->recipe);
		ck_assert_int_eq(advice->recipe[strlen(advice->recipe) - 1], '\n');
	}
}
END_TEST

/* Those that count are asked at MAIL for the first time, and stand where they are asked again: behind those of recipients. */
START_TEST(rows_are_in_the_order_of_the_dialogue)
{
	for (size_t i = 1; i < checks_count; i++) {
		enum stage before = checks[i - 1].counts != NULL ? STAGE_RCPT : checks[i - 1].stage;

		ck_assert_msg(before <= (checks[i].counts != NULL ? STAGE_RCPT : checks[i].stage), "%s",
			      checks[i].name);
	}
}
END_TEST

/* reply_parse checks that the classes fit, that the text is printable and not too long. */
static void
assert_reply(const struct check *check, enum reply_set set, const struct reply *reply)
{
	char string[REPLY_STRING_MAX], rule[REPLY_RULE_MAX];
	struct reply again;

	reply_string(reply, string);
	ck_assert_msg(reply_parse(string, &again, rule), "%s: %s", check->name, rule);
	if (set == REPLY_SET_SES)
		return; /* whose document has no enhanced codes */
	bool of_infobip = strstr(check->source, "Infobip") != NULL || strstr(check->source, "Amazon") == NULL;
	ck_assert_msg(reply->enhanced[0] != '\0' || (set == REPLY_SET_INFOBIP && !of_infobip),
		      "%s: no enhanced status code", check->name);
}

/* A set changes the words and the enhanced code, and seldom the code: a client that is told to come back is so by each. */
START_TEST(default_replies_of_all_sets_are_valid)
{
	for (enum reply_set set = 0; set < REPLY_SET_COUNT; set++) {
		struct policy *policy = policy_new();

		ck_assert_ptr_nonnull(policy);
		ck_assert(policy_use_reply_set(policy, set));
		for (size_t i = 0; i < checks_count; i++) {
			const struct reply *reply = &policy->profiles[0].checks[i].reply;
			bool defers = checks[i].reply[0] == '4';

			assert_reply(&checks[i], set, reply);
			ck_assert_msg(reply_defers(reply) == defers, "%s: of another class in %s", checks[i].name,
				      reply_set_names[set]);
		}
		policy_free(policy);
	}
}
END_TEST

START_TEST(rows_are_documented)
{
	for (size_t i = 0; i < checks_count; i++) {
		ck_assert_msg(is_sentence(checks[i].what), "%s: %s", checks[i].name, checks[i].what);
		ck_assert_msg(strlen(checks[i].source) > 0, "%s: no source", checks[i].name);
	}
}
END_TEST

START_TEST(rows_can_be_asked)
{
	for (size_t i = 0; i < checks_count; i++) {
		ck_assert_msg(checks[i].fires != NULL || checks[i].field != NULL || checks[i].leaf != NULL, "%s",
			      checks[i].name);
		ck_assert_msg(checks[i].stage != STAGE_MESSAGE || checks[i].settled != NULL,
			      "%s: without `settled` no body is ever skipped", checks[i].name);
		ck_assert_msg(checks[i].asked_again == NULL || checks[i].fires != NULL, "%s", checks[i].name);
		ck_assert_msg(checks[i].leaf == NULL || checks[i].stage == STAGE_MESSAGE, "%s", checks[i].name);
	}
}
END_TEST

static void
assert_param(const struct check *check, const struct param *param)
{
	struct value value;
	char rule[REPLY_RULE_MAX];

	ck_assert_msg(is_name(param->name), "%s.%s", check->name, param->name);
	ck_assert_msg(strcmp(param->name, "mode") != 0 && strcmp(param->name, "reply") != 0 &&
			      strcmp(param->name, "detail") != 0,
		      "%s.%s: every check has a setting of that name", check->name, param->name);
	ck_assert_msg(is_sentence(param->what), "%s.%s: %s", check->name, param->name, param->what);
	ck_assert_msg(strcmp(param->name, "region") != 0 || param->type == PARAM_TEXT,
		      "%s: replies have a place for it", check->name);
	ck_assert_msg((param->type == PARAM_CHOICE || param->type == PARAM_CHOICES) == (param->choices != NULL),
		      "%s.%s", check->name, param->name);
	if (param->type == PARAM_TABLE || param->type == PARAM_RATES || param->type == PARAM_QUOTAS)
		ck_assert_msg(param_is_absent(param, param->preset),
			      "%s.%s: what is looked up or counted is configured", check->name, param->name);
	else if (!param_is_list(param->type))
		ck_assert_ptr_null(param_read(param, param->preset, &value, rule));
}

START_TEST(settings_are_documented_and_have_valid_presets)
{
	for (size_t i = 0; i < checks_count; i++) {
		size_t count = 0;

		for (; checks[i].params != NULL && checks[i].params[count].name != NULL; count++)
			assert_param(&checks[i], &checks[i].params[count]);
		ck_assert_uint_le(count, SETTINGS_PARAMS_MAX);
	}
}
END_TEST

static bool
has_session_case(const struct check *check, bool fires)
{
	for (size_t i = 0; i < all_session_cases_count; i++)
		for (size_t j = 0; j < all_session_cases[i]->count; j++)
			if (strcmp(all_session_cases[i]->cases[j].check, check->name) == 0 &&
			    all_session_cases[i]->cases[j].fires == fires)
				return true;
	return false;
}

static bool
has_case(const struct check *check, bool fires)
{
	for (size_t i = 0; i < all_cases_count; i++)
		for (size_t j = 0; j < all_cases[i]->count; j++)
			if (strcmp(all_cases[i]->cases[j].check, check->name) == 0 &&
			    all_cases[i]->cases[j].fires == fires)
				return true;
	return has_session_case(check, fires);
}

START_TEST(every_row_has_a_case_that_fires_and_one_that_passes)
{
	for (size_t i = 0; i < checks_count; i++) {
		ck_assert_msg(has_case(&checks[i], true), "%s has no case that fires: see tests/policy/cases",
			      checks[i].name);
		ck_assert_msg(has_case(&checks[i], false), "%s has no case that passes: see tests/policy/cases",
			      checks[i].name);
	}
}
END_TEST

START_TEST(a_new_policy_has_every_check_off_and_at_its_presets)
{
	struct policy *policy = policy_new();

	ck_assert_ptr_nonnull(policy);
	ck_assert_uint_eq(policy->profile_count, 1);
	for (size_t i = 0; i < checks_count; i++) {
		char reply[REPLY_STRING_MAX];

		ck_assert_int_eq(policy->profiles[0].checks[i].mode, MODE_OFF);
		reply_string(&policy->profiles[0].checks[i].reply, reply);
		ck_assert_str_eq(reply, checks[i].reply);
	}
	for (enum stage stage = STAGE_CONNECT; stage < STAGE_COUNT; stage++)
		ck_assert(!policy_uses_stage(policy, stage));
	policy_free(policy);
	policy_free(NULL);
}
END_TEST

/* With `none` the null sender is known at MAIL, and no header need be sent for it. */
START_TEST(a_policy_uses_the_stages_of_the_checks_that_are_on)
{
	struct policy *policy = policy_new();
	const struct check *check = check_find("null_sender");
	struct settings *settings = &policy->profiles[0].checks[check_index(check)];
	char rule[REPLY_RULE_MAX];

	settings->mode = MODE_OBSERVE;
	ck_assert(policy_uses_stage(policy, STAGE_MAIL));
	ck_assert(!policy_uses_stage(policy, STAGE_HEADERS));
	ck_assert(policy_uses_mode(policy, MODE_OBSERVE));
	ck_assert(!policy_uses_mode(policy, MODE_ENFORCE));
	ck_assert_ptr_null(param_read(&check->params[0], "reports", &settings->values[0], rule));
	ck_assert(policy_uses_stage(policy, STAGE_HEADERS));
	ck_assert(!policy_uses_stage(policy, STAGE_MESSAGE));
	settings->mode = MODE_OFF;
	policy->profiles[0].checks[check_index(check_find("send_rate"))].mode = MODE_ENFORCE;
	for (enum stage stage = STAGE_CONNECT; stage < STAGE_COUNT; stage++)
		ck_assert_int_eq(policy_uses_stage(policy, stage),
				 stage == STAGE_MAIL || stage == STAGE_RCPT || stage == STAGE_MESSAGE);
	policy->profiles[0].checks[check_index(check_find("send_rate"))].mode = MODE_OFF;
	policy->profiles[0].checks[check_index(check_find("subject_missing"))].mode = MODE_ENFORCE;
	for (enum stage stage = STAGE_CONNECT; stage < STAGE_COUNT; stage++)
		ck_assert_int_eq(policy_uses_stage(policy, stage), stage == STAGE_HEADERS);
	policy_free(policy);
}
END_TEST

START_TEST(clients_are_addresses_and_networks_unless_configured)
{
	struct policy *policy = policy_new();
	struct settings *settings = &policy->profiles[0].checks[check_index(check_find("connections_per_client"))];

	ck_assert_uint_eq(connections_ipv4_prefix(settings), 32);
	ck_assert_uint_eq(connections_ipv6_prefix(settings), 64);
	case_set(policy, check_find("connections_per_client"), "ipv4_prefix=24; ipv6_prefix=48");
	ck_assert_uint_eq(connections_ipv4_prefix(settings), 24);
	ck_assert_uint_eq(connections_ipv6_prefix(settings), 48);
	policy_free(policy);
}
END_TEST

SUITE_MAIN(checks, names_are_unique, each_row_has_advice, rows_are_in_the_order_of_the_dialogue,
	   default_replies_of_all_sets_are_valid, rows_are_documented, rows_can_be_asked,
	   settings_are_documented_and_have_valid_presets, every_row_has_a_case_that_fires_and_one_that_passes,
	   a_new_policy_has_every_check_off_and_at_its_presets, a_policy_uses_the_stages_of_the_checks_that_are_on,
	   clients_are_addresses_and_networks_unless_configured)
