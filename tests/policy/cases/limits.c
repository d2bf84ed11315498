/* SPDX-License-Identifier: BSD-2-Clause */
/* send_rate, daily_quota. What is counted, and when, is tests/policy/test_charges.c's. */
#include "tests/policy/cases/session_cases.h"

static const struct session_case cases[] = {
	{ "send_rate", true, "nothing left", "rate=14/1s", .nothing_left = true, .value = "0 left" },
	{ "send_rate", false, "enough left", .settings = "rate=14/1s" },
	{ "send_rate", false, "no rate", NULL, .nothing_left = true },
	{ "send_rate", false, "a rate of whoever is not known", "rate=14/1s; per=login", .nothing_left = true },
	{ "daily_quota", true, "nothing left", "quota=50000/24h", .nothing_left = true, .value = "0 left" },
	{ "daily_quota", false, "enough left", .settings = "quota=50000/24h" },
	{ "daily_quota", false, "no quota", NULL, .nothing_left = true },
	{ "daily_quota", false, "a login without any", "quota=1/24h; overrides=file:/quotas", .login = "robin",
	  .tables = "robin none\n", .nothing_left = true },
};

SESSION_CASES(limit_cases, cases);
