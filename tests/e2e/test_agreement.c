/* SPDX-License-Identifier: BSD-2-Clause */
/* The daemon answers every message of tests/policy/cases as the policy, asked directly, judges it: with the body in one chunk,
 * and in chunks of a few octets. */
#include "policy/offline.h"
#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/postern.h"
#include "tests/policy/cases/cases.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

static struct policy *
strict_policy(void)
{
	struct policy *policy = policy_new();

	ck_assert_ptr_nonnull(policy);
	policy->psl = psl_latest(NULL);
	for (size_t i = 0; i < checks_count; i++)
		policy->profiles[0].checks[i].mode = MODE_ENFORCE;
	return policy;
}

static void
judge_directly(const struct policy *policy, const struct message_case *row, char expected_out[MILTER_VERDICT_MAX])
{
	const struct envelope envelope = { .origin = ORIGIN_EXTERNAL, .sender = row->sender };
	static struct message message;
	char reply[REPLY_STRING_MAX];

	message_init(&message, policy);
	offline_judge(&message, &envelope, bytes_of(row->text));
	reply_string(&message.verdict.reply, reply);
	if (message.verdict.kind == VERDICT_ACCEPT)
		snprintf(expected_out, MILTER_VERDICT_MAX, "accept");
	else
		snprintf(expected_out, MILTER_VERDICT_MAX, "reply %.*s", MILTER_VERDICT_MAX - 8, reply);
	message_reset(&message);
}

static void
compare(struct milter_client *client, const struct message_case *row, const char *expected, struct milter_cut cut)
{
	milter_mail(client, row->sender, "4QagreeZ01z");
	milter_message(client, row->text, cut);
	milter_abort(client);
	if (strcmp(milter_verdict(client), expected) != 0)
		ck_abort_msg("%s: %s (cut every %zu)\n directly: %s\n daemon:   %s", row->check, row->sentence,
			     cut.step, expected, milter_verdict(client));
}

/* A case without an envelope is none for a daemon; a line that is no field is the MTA's to deal with. */
static bool
is_for_a_daemon(const struct message_case *row)
{
	return row->sender != NULL && strstr(row->text, "\nno field") == NULL;
}

static size_t
compare_all(struct milter_client *client, const struct policy *policy)
{
	static const struct milter_cut cuts[] = { { 0, 0 }, { 1, 5 }, { 3, 64 } };
	size_t compared = 0;

	for (size_t i = 0; i < all_cases_count; i++) {
		for (size_t j = 0; j < all_cases[i]->count; j++) {
			const struct message_case *row = &all_cases[i]->cases[j];
			char expected[MILTER_VERDICT_MAX];

			if (!is_for_a_daemon(row))
				continue;
			judge_directly(policy, row, expected);
			for (size_t cut = 0; cut < sizeof cuts / sizeof cuts[0]; cut++)
				compare(client, row, expected, cuts[cut]);
			compared++;
		}
	}
	return compared;
}

/* Every check of the table, at its presets. */
static void
configure(const struct postern *postern)
{
	char text[8192] = "checks = {\n";

	for (size_t i = 0; i < checks_count; i++) {
		buffer_append(text, sizeof text, bytes_of(checks[i].name));
		buffer_append(text, sizeof text, bytes_of(" = { mode = \"enforce\"; };\n"));
	}
	ck_assert(buffer_append(text, sizeof text, bytes_of("};\n")));
	postern_configure(postern, text);
}

START_TEST(daemon_and_policy_agree_on_every_case)
{
	struct tempdir dir;
	struct postern postern;
	struct milter_client client;
	struct policy *policy = strict_policy();

	tempdir_make(&dir);
	postern_prepare(&postern, &dir, "postern");
	configure(&postern);
	postern_start(&postern);
	milter_open(&client, postern.socket.text);
	milter_connect(&client, "client.example.com", "192.0.2.1");
	ck_assert_uint_gt(compare_all(&client, policy), 200);
	milter_close(&client);
	ck_assert_int_eq(postern_stop(&postern), 0);
	tempdir_remove(&dir);
	policy_free(policy);
}
END_TEST

SUITE_MAIN(agreement, daemon_and_policy_agree_on_every_case)
