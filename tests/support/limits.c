/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/limits.h"

#include <check.h>

struct limit
limit_of(const char *string, enum limit_kind kind)
{
	char rule[REPLY_RULE_MAX] = "";
	struct limit limit = { 0 };

	ck_assert_msg(limit_parse(string, kind, &limit, rule), "%s: %s", string, rule);
	return limit;
}
