/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/policy/cases/case_policy.h"

#include <check.h>
#include <string.h>

static void
set_list(struct policy *policy, const struct param *param, const char *text, struct value *value_out)
{
	char *copy = policy_strdup(policy, text);
	const char **items = policy_alloc(policy, (strlen(text) + 1) * sizeof *items);
	struct value value = { 0 };
	char rule[REPLY_RULE_MAX];
	char *rest = NULL;

	ck_assert(copy != NULL && items != NULL);
	for (char *item = strtok_r(copy, " ", &rest); item != NULL; item = strtok_r(NULL, " ", &rest)) {
		ck_assert_ptr_null(param_read(param, item, &value, rule));
		items[value.list.count++] = item;
	}
	value.list.items = items;
	*value_out = value;
}

static void
set(struct policy *policy, const struct check *check, const char *setting)
{
	size_t length = strcspn(setting, "=");
	const char *text = setting + length + 1;
	struct settings *settings = &policy->profiles[0].checks[check_index(check)];
	char rule[REPLY_RULE_MAX];
	size_t i = 0;

	while (strncmp(check->params[i].name, setting, length) != 0)
		ck_assert_msg(check->params[++i].name != NULL, "no parameter %s", setting);
	if (param_is_list(check->params[i].type))
		set_list(policy, &check->params[i], text, &settings->values[i]);
	else
		ck_assert_ptr_null(param_read(&check->params[i], text, &settings->values[i], rule));
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
		set(policy, check, row->setting);
	ck_assert(policy_complete(policy));
	return policy;
}
