/* SPDX-License-Identifier: BSD-2-Clause */
/* The system refuses memory, at each request in turn: a policy is whole or there is none, and nothing is lost; a domain is
 * never taken for unreadable. */
#include "policy/domain.h"
#include "policy/message.h"
#include "tests/faults/allocator.h"
#include "tests/support/suite.h"

START_TEST(a_policy_is_whole_or_none)
{
	struct policy *policy;
	size_t number = 0;

	do {
		allocator_arm((struct fault){ .at = ++number });
		policy = policy_new();
		policy_free(policy);
		struct allocator_count count = allocator_disarm();
		ck_assert_msg((policy == NULL) == (count.asked >= number), "request %zu", number);
		ck_assert_msg(count.held == 0, "request %zu: %ld blocks are lost", number, count.held);
	} while (policy == NULL);
	ck_assert_uint_gt(number, checks_count);
}
END_TEST

/* Not every request matters: one that would only give memory back does not. */
START_TEST(a_domain_is_never_unreadable_for_want_of_memory)
{
	size_t number = 0, refusals = 0;
	bool refused;

	do {
		char normal[DOMAIN_MAX] = "untouched";

		allocator_arm((struct fault){ .at = ++number });
		enum domain_status status = domain_normalize(bytes_of("b\xc3\xbc"
								      "cher.example"),
							     normal);
		struct allocator_count count = allocator_disarm();
		refused = count.asked >= number;
		ck_assert_msg(status == DOMAIN_READABLE || (refused && status == DOMAIN_REFUSED), "request %zu",
			      number);
		ck_assert_str_eq(normal, status == DOMAIN_REFUSED ? "untouched" : "xn--bcher-kva.example");
		ck_assert_msg(count.held == 0, "request %zu: %ld blocks are lost", number, count.held);
		refusals += status == DOMAIN_REFUSED;
	} while (refused);
	ck_assert_uint_gt(refusals, 0);
}
END_TEST

START_TEST(a_table_is_whole_or_none)
{
	static const char *const keys[] = { "robin" };
	struct policy *policy = policy_new();
	const struct table *table, *list;
	size_t number = 0;

	do {
		char rule[REPLY_RULE_MAX] = "";

		allocator_arm((struct fault){ .at = ++number });
		table = policy_table(policy, "sqlite:/senders", "SELECT ?", 100, rule);
		list = policy_list_table(policy, (struct string_list){ keys, 1 });
		bool refused = allocator_disarm().asked >= number;
		ck_assert_msg((table == NULL || list == NULL) == refused, "request %zu", number);
		ck_assert_str_eq(rule, table == NULL ? "out of memory" : "");
		ck_assert_uint_eq(policy->table_count, table == NULL ? 0 : 1);
	} while (table == NULL || list == NULL);
	policy_free(policy);
}
END_TEST

/* Each path, and each identity, has a domain that takes memory to be read. */
#define BUECHER     \
	"b\xc3\xbc" \
	"cher.example"

static void
judge(const struct policy *policy, struct message *message)
{
	struct envelope envelope = { .origin = ORIGIN_EXTERNAL, .sender = "<a@" BUECHER ">", .smtputf8 = true };
	struct recipient recipient = { .path = "<b@" BUECHER ">" };
	struct verdict verdict;

	message_init(message, policy);
	message_mail(message, &envelope);
	message_recipient(message, &recipient, &verdict);
	message_field(message, bytes_of("From"), bytes_of("c@" BUECHER));
	message_end_of_headers(message);
	message_end(message);
	message_close(message);
}

START_TEST(nobody_is_refused_or_let_pass_for_want_of_memory)
{
	static const char *const verified[] = { "xn--bcher-kva.example" };
	static const char *const checks_on[] = { "sender_invalid", "recipient_invalid", "sender_not_allowed",
						 "identity_unverified" };
	struct policy *policy = policy_new();
	struct profile profiles[2];
	size_t number = 0, refusals = 0;
	struct message message;
	bool refused;

	const struct table *table = policy_list_table(policy, (struct string_list){ verified, 1 });
	for (size_t i = 0; i < sizeof checks_on / sizeof checks_on[0]; i++) {
		struct settings *settings = &policy->profiles[0].checks[check_index(check_find(checks_on[i]))];

		settings->mode = MODE_ENFORCE;
		settings->values[0].table = table;
	}
	profiles[0] = profiles[1] = policy->profiles[0];
	profiles[0].when.all_recipients = table;
	policy->profiles = profiles;
	policy->profile_count = 2;
	ck_assert(policy_complete(policy));
	do {
		allocator_arm((struct fault){ .at = ++number });
		judge(policy, &message);
		struct allocator_count count = allocator_disarm();
		refused = count.asked >= number;
		ck_assert_uint_eq(message.finding_count, 0);
		ck_assert_msg(message.verdict.kind == VERDICT_ACCEPT || message.verdict.failure == FAILURE_MEMORY,
			      "request %zu", number);
		ck_assert_msg(count.held == 0, "request %zu: %ld blocks are lost", number, count.held);
		refusals += message.verdict.failed;
	} while (refused);
	ck_assert_msg(message.verdict.kind == VERDICT_ACCEPT, "with all the memory there is");
	ck_assert_uint_gt(refusals, 5);
	policy_free(policy);
}
END_TEST

SUITE_MAIN(memory, a_policy_is_whole_or_none, a_table_is_whole_or_none,
	   nobody_is_refused_or_let_pass_for_want_of_memory, a_domain_is_never_unreadable_for_want_of_memory)
