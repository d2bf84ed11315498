/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/charging.h"

#include "tests/policy/cases/case_policy.h"
#include "tests/support/client_robin.h"

#include <check.h>

void
charging_set_up(struct charging *it, const char *rows)
{
	it->policy = policy_new();
	ck_assert_ptr_nonnull(it->policy);
	fake_services_init(&it->fake, rows);
	it->client = client_robin;
	it->envelope = (struct envelope){ .client = &it->client, .sender = "<Robin.H@Example.com>" };
}

void
charging_end(struct charging *it)
{
	message_close(&it->message);
	fake_services_free(&it->fake);
	policy_free(it->policy);
}

struct settings *
charging_settings(struct charging *it, const char *check)
{
	return &it->policy->profiles[0].checks[check_index(check_find(check))];
}

void
charging_limit(struct charging *it, const char *check, const char *settings)
{
	case_set(it->policy, check_find(check), settings);
	charging_settings(it, check)->mode = MODE_ENFORCE;
	ck_assert(policy_complete(it->policy));
}

void
charging_begin(struct charging *it)
{
	message_init(&it->message, it->policy);
	it->message.services = &it->fake.services;
	message_mail(&it->message, &it->envelope);
}

enum verdict_kind
charging_recipient(struct charging *it, const char *path)
{
	struct recipient recipient = { .path = path };
	struct verdict verdict;

	message_recipient(&it->message, &recipient, &verdict);
	return verdict.kind;
}

void
charging_finish(struct charging *it)
{
	message_field(&it->message, bytes_of("From"), bytes_of("a"));
	message_end_of_headers(&it->message);
	message_body(&it->message, bytes_of("hello\r\n"));
	message_end(&it->message);
}

void
charging_send(struct charging *it)
{
	charging_begin(it);
	charging_recipient(it, "<b@example.org>");
	charging_finish(it);
}

void
charging_assert_deferred(const struct charging *it, const char *expected)
{
	char reply[REPLY_STRING_MAX];

	ck_assert_int_eq(it->message.verdict.kind, VERDICT_DEFER);
	reply_string(&it->message.verdict.reply, reply);
	ck_assert_str_eq(reply, expected);
}
