/* SPDX-License-Identifier: BSD-2-Clause */
/* case_policy.h - the policy that a message case is judged by. */
#ifndef POSTERN_TESTS_POLICY_CASES_CASE_POLICY_H
#define POSTERN_TESTS_POLICY_CASES_CASE_POLICY_H

#include "policy/policy.h"
#include "tests/policy/cases/cases.h"

/* Sets what "param=value; param=value" says of the check. Items of lists and of tables stand between blanks, limits between commas; a value
 * like file:/table is a table outside. Fails the running Check test when there is no such setting, or it cannot have that value. */
void case_set(struct policy *policy, const struct check *check, const char *settings);

/* The case's check observes, with its setting; the others are off. Fails the running Check test when there is no such check or
 * setting. Free it. */
struct policy *case_policy(const struct message_case *row);

#endif
