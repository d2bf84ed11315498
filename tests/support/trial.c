/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/trial.h"

#include "policy/offline.h"
#include "policy/parse/header.h"
#include "tests/support/stored.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>

static void
turn_off(struct policy *policy, const char *name)
{
	policy->profiles[0].checks[check_index(check_find(name))].mode = MODE_OFF;
}

struct policy *
trial_policy(const char *left_out)
{
	struct policy *policy = policy_new();
	const struct check *null_sender = check_find("null_sender");
	char rule[REPLY_RULE_MAX];

	ck_assert_ptr_nonnull(policy);
	policy->psl = (psl_ctx_t *)psl_builtin();
	for (size_t i = 0; i < checks_count; i++)
		policy->profiles[0].checks[i].mode = MODE_OBSERVE;
	turn_off(policy, "tls_required");
	turn_off(policy, "auth_required");
	if (left_out != NULL)
		turn_off(policy, left_out);
	struct value *allow = &policy->profiles[0].checks[check_index(null_sender)].values[0];
	ck_assert_ptr_null(param_read(&null_sender->params[0], "reports", allow, rule));
	ck_assert(policy_complete(policy));
	return policy;
}

void
trial_feed_header(struct message *message, struct bytes text)
{
	char name[HEADER_NAME_MAX + 1] = "";
	struct bytes value = { NULL, 0 };
	struct header_event event;
	struct header header;

	header_init(&header);
	header_feed(&header, text);
	header_finish(&header);
	while (header_next(&header, &event)) {
		if (event.type == HEADER_NAME) {
			name[0] = '\0';
			value.length = 0;
			buffer_append(name, sizeof name, event.text);
		} else if (event.type == HEADER_VALUE) {
			value = event.text;
		} else if (event.type == HEADER_FIELD_END) {
			message_field(message, bytes_of(name), value);
		} else if (event.type == HEADER_END) {
			break;
		}
	}
	message_end_of_headers(message);
}

size_t
trial_body(const struct trial *trial)
{
	struct header header;
	struct header_event event;

	header_init(&header);
	header_feed(&header, trial->text);
	while (header_next(&header, &event))
		if (event.type == HEADER_END)
			break;
	return trial->text.length - header_rest(&header).length;
}

void
trial_run_whole(const struct trial *trial)
{
	struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = trial->sender, .smtputf8 = true };
	struct message message;

	message_init(&message, trial->policy);
	offline_judge(&message, &envelope, trial->text);
	stored_assert_findings(&message, trial->findings, trial->name, "whole");
	message_reset(&message);
}

void
trial_run_in_chunks(const struct trial *trial, struct trial_chunks chunks)
{
	struct bytes body = bytes_from(trial->text, trial_body(trial));
	struct envelope envelope = { .origin = ORIGIN_TRUSTED,
				     .sender = trial->sender,
				     .smtputf8 = true,
				     .line_feeds = offline_has_line_feeds(trial->text) };
	size_t next = chunks.first;
	struct message message;
	char how[64];

	message_init(&message, trial->policy);
	message_mail(&message, &envelope);
	trial_feed_header(&message, trial->text);
	while (body.length > 0 && !message_settled(&message)) {
		struct bytes chunk = { body.data, next < body.length ? next : body.length };

		if (chunk.length > 0)
			message_body(&message, chunk);
		body = bytes_from(body, chunk.length);
		next = chunks.rest;
	}
	message_end(&message);
	snprintf(how, sizeof how, "body in chunks of %zu and then %zu octets", chunks.first, chunks.rest);
	stored_assert_findings(&message, trial->findings, trial->name, how);
	message_reset(&message);
}
