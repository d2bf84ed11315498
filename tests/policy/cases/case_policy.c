/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/policy/cases/case_policy.h"

#include "policy/limit.h"
#include "policy/table.h"

#include <check.h>
#include <string.h>

static struct string_list
read_items(struct policy *policy, const struct param *param, const char *text, struct value *value_out)
{
	char *copy = policy_strdup(policy, text);
	const char **items = policy_alloc(policy, (strlen(text) + 1) * sizeof *items);
	char rule[REPLY_RULE_MAX];
	char *rest = NULL;
	size_t count = 0;

	ck_assert(copy != NULL && items != NULL);
	for (char *item = strtok_r(copy, " ", &rest); item != NULL; item = strtok_r(NULL, " ", &rest)) {
		ck_assert_ptr_null(param_read(param, item, value_out, rule));
		items[count++] = item;
	}
	return (struct string_list){ items, count };
}

static struct string_list
whole_text(struct policy *policy, const char *text)
{
	const char **items = policy_alloc(policy, sizeof *items);

	ck_assert_ptr_nonnull(items);
	items[0] = policy_strdup(policy, text);
	return (struct string_list){ items, 1 };
}

static const struct table *
read_table(struct policy *policy, const struct param *param, const char *text)
{
	char rule[REPLY_RULE_MAX] = "";
	struct value value = { 0 };
	const struct table *table = strncmp(text, "file:", 5) == 0
					    ? policy_table(policy, text, NULL, TABLE_TIMEOUT_MS, rule)
					    : policy_list_table(policy, read_items(policy, param, text, &value));

	ck_assert_msg(table != NULL, "%s: %s", text, rule);
	return table;
}

static struct limit_list
read_limits(struct policy *policy, const struct param *param, const char *text)
{
	struct limit *limits = policy_alloc(policy, SETTING_LIMITS_MAX * sizeof *limits);
	char *copy = policy_strdup(policy, text);
	char rule[REPLY_RULE_MAX] = "";
	char *rest = NULL;
	size_t count = 0;

	for (char *item = strtok_r(copy, ",", &rest); item != NULL; item = strtok_r(NULL, ",", &rest))
		ck_assert_msg(count < SETTING_LIMITS_MAX &&
				      limit_parse(item, param->type == PARAM_RATES ? LIMIT_RATE : LIMIT_QUOTA,
						  &limits[count++], rule),
			      "%s: %s", item, rule);
	return (struct limit_list){ limits, count };
}

static void
set_value(struct policy *policy, const struct param *param, const char *text, struct value *value)
{
	char rule[REPLY_RULE_MAX] = "";

	*value = (struct value){ 0 };
	if (param_is_list(param->type))
		value->list = read_items(policy, param, text, value);
	else if (param->type == PARAM_TEXT)
		value->list = whole_text(policy, text);
	else if (param->type == PARAM_TABLE)
		value->table = read_table(policy, param, text);
	else if (param->type == PARAM_RATES || param->type == PARAM_QUOTAS)
		value->limits = read_limits(policy, param, text);
	else
		ck_assert_msg(param_read(param, text, value, rule) == NULL, "%s: %s", text, rule);
}

static void
set(struct policy *policy, const struct check *check, const char *setting)
{
	size_t length = strcspn(setting, "=");
	struct settings *settings = &policy->profiles[0].checks[check_index(check)];
	size_t i = 0;

	while (strlen(check->params[i].name) != length || strncmp(check->params[i].name, setting, length) != 0)
		ck_assert_msg(check->params[++i].name != NULL, "no parameter %s", setting);
	set_value(policy, &check->params[i], setting + length + 1, &settings->values[i]);
}

void
case_set(struct policy *policy, const struct check *check, const char *settings)
{
	char *copy = policy_strdup(policy, settings);
	char *rest = NULL;

	ck_assert_ptr_nonnull(copy);
	for (char *item = strtok_r(copy, ";", &rest); item != NULL; item = strtok_r(NULL, ";", &rest))
		set(policy, check, item + strspn(item, " "));
}

struct policy *
case_policy(const struct message_case *row)
{
	struct policy *policy = policy_new();
	const struct check *check = check_find(row->check);

	ck_assert_ptr_nonnull(policy);
	ck_assert_ptr_nonnull(check);
	policy->psl = (psl_ctx_t *)psl_builtin();
	policy->profiles[0].checks[check_index(check)].mode = MODE_OBSERVE;
	if (row->setting != NULL)
		case_set(policy, check, row->setting);
	ck_assert(policy_complete(policy));
	return policy;
}
