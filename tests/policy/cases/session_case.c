/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "policy/parse/header.h"
#include "tests/policy/cases/case_policy.h"
#include "tests/policy/cases/session_cases.h"
#include "tests/support/trial.h"

#include <check.h>
#include <string.h>

const struct session_cases *const all_session_cases[] = {
	&client_cases, &path_cases, &sender_cases, &identity_cases, &limit_cases,
};
const size_t all_session_cases_count = sizeof all_session_cases / sizeof all_session_cases[0];

struct policy *
session_case_policy(const struct session_case *row, enum mode mode)
{
	struct policy *policy = policy_new();
	const struct check *check = check_find(row->check);

	ck_assert_ptr_nonnull(policy);
	ck_assert_msg(check != NULL, "no check %s", row->check);
	policy->psl = (psl_ctx_t *)psl_builtin();
	policy->profiles[0].checks[check_index(check)].mode = mode;
	if (row->settings != NULL)
		case_set(policy, check, row->settings);
	ck_assert(policy_complete(policy));
	return policy;
}

static const char *
or_empty(const char *string)
{
	return string != NULL ? string : "";
}

/* The message's until the next one. */
static const struct client *
client_of(const struct session_case *row)
{
	static struct client client;

	client = (struct client){
		.origin = row->origin,
		.has_address = true,
		.address = { .octets = { [10] = 0xff, 0xff, 192, 0, 2, 1 } },
		.address_text = "192.0.2.1",
		.login = or_empty(row->login),
		.mechanism = or_empty(row->mechanism),
		.tls_version = or_empty(row->tls_version),
		.listener = "",
		.listener_port = "",
		.connections = row->connections,
		.connections_of_client = row->connections_of_client,
	};

	if (row->login != NULL)
		client.origin = ORIGIN_AUTHENTICATED;
	else if (row->origin == ORIGIN_AUTHENTICATED) /* zero: not said */
		client.origin = ORIGIN_EXTERNAL;
	return &client;
}

static void
name_recipients(const struct session_case *row, struct message *message, struct verdict *verdict_out)
{
	const char *at = row->recipients != NULL ? row->recipients : "<b@example.org>";

	while (*at != '\0') {
		char path[2048] = "";
		size_t length = strcspn(at, "\n");
		struct recipient recipient = { .path = path, .path_by_mta = row->recipient_by_mta };

		ck_assert(buffer_append(path, sizeof path, (struct bytes){ at, length }));
		message_recipient(message, &recipient, verdict_out);
		at += length + (at[length] == '\n');
	}
}

static void
send_text(const char *text, struct message *message)
{
	struct trial trial = { .text = bytes_of(text) };
	struct bytes body = bytes_from(trial.text, trial_body(&trial));

	trial_feed_header(message, trial.text);
	if (body.length > 0)
		message_body(message, body);
	message_end(message);
}

void
session_case_run(const struct session_case *row, const struct policy *policy, struct fake_services *services,
		 struct message *message, struct verdict *verdict_out)
{
	const struct client *client = client_of(row);
	struct envelope envelope = {
		.client = client,
		.sender = row->sender != NULL ? row->sender
			  : row->no_envelope  ? NULL
					      : "<a@example.com>",
		.sender_by_mta = row->sender_by_mta,
		.line_feeds = true,
		.smtputf8 = row->smtputf8,
		.declared_size = row->declared_size,
	};

	*verdict_out = (struct verdict){ .kind = VERDICT_ACCEPT };
	message_init(message, policy);
	message->services = &services->services;
	message_connect(message, client);
	message_mail(message, &envelope);
	if (!row->no_envelope)
		name_recipients(row, message, verdict_out);
	send_text(row->text != NULL ? row->text : "From: a@example.com\nSubject: x\n\nhello\n", message);
}
