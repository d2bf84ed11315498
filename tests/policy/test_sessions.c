/* SPDX-License-Identifier: BSD-2-Clause */
/* Every case of tests/policy/cases/session_cases.h. */
#include "tests/policy/cases/session_cases.h"
#include "tests/support/suite.h"

#include <string.h>

static bool
names(const struct finding *finding, const char *value)
{
	return (finding->rule != NULL && strcmp(finding->rule, value) == 0) || strcmp(finding->value, value) == 0 ||
	       strcmp(finding->field, value) == 0 || (finding->list != NULL && strcmp(finding->list, value) == 0);
}

static void
assert_case(const struct session_case *row, const struct message *message)
{
	const struct finding *finding = message->finding_count > 0 ? &message->findings[0] : NULL;

	ck_assert_msg((finding != NULL) == row->fires, "%s: %s: %s", row->check, row->sentence,
		      finding != NULL ? "fired" : "did not fire");
	ck_assert_msg(finding == NULL || row->value == NULL || names(finding, row->value),
		      "%s: %s: names `%s` (%s), and not `%s`", row->check, row->sentence,
		      finding == NULL         ? ""
		      : finding->list != NULL ? finding->list
					      : finding->value,
		      finding == NULL || finding->rule == NULL ? "no rule" : finding->rule, row->value);
	ck_assert_msg(message->verdict.kind == VERDICT_ACCEPT, "%s: %s: observed, and not accepted", row->check,
		      row->sentence);
}

static void
run_cases(const struct session_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct session_case *row = &cases->cases[i];
		struct policy *policy = session_case_policy(row, MODE_OBSERVE);
		struct fake_services fake;
		struct message message;
		struct verdict verdict;

		fake_services_init(&fake, row->tables);
		if (row->nothing_left)
			fake.left = 0;
		session_case_run(row, policy, &fake, &message, &verdict);
		assert_case(row, &message);
		message_close(&message);
		fake_services_free(&fake);
		policy_free(policy);
	}
}

START_TEST(clients)
{
	run_cases(&client_cases);
}
END_TEST

START_TEST(paths_of_the_envelope)
{
	run_cases(&path_cases);
}
END_TEST

START_TEST(senders)
{
	run_cases(&sender_cases);
}
END_TEST

START_TEST(identities)
{
	run_cases(&identity_cases);
}
END_TEST

START_TEST(limits)
{
	run_cases(&limit_cases);
}
END_TEST

SUITE_MAIN(sessions, clients, paths_of_the_envelope, senders, identities, limits)
