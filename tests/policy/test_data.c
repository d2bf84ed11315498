/* SPDX-License-Identifier: BSD-2-Clause */
/* Every message of tests/data gives exactly the findings that are written beside it: judged as a file, with CRLF, and with its
 * body handed over in pieces, no more of it than the daemon asks for. */
#include "tests/support/stored.h"
#include "tests/support/suite.h"
#include "tests/support/trial.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CUTS_MAX = 1000 }; /* a longer body is cut so often, evenly spread */

static void
run_all_ways(const struct trial *trial)
{
	size_t length = trial->text.length - trial_body(trial);
	size_t step = length / CUTS_MAX + 1;

	trial_run_whole(trial);
	trial_run_in_chunks(trial, (struct trial_chunks){ 1, 1 });
	for (size_t cut = 0; cut <= length; cut += step)
		trial_run_in_chunks(trial, (struct trial_chunks){ cut, SIZE_MAX });
}

static struct bytes
with_crlf(struct bytes text)
{
	char *copy = malloc(text.length * 2 + 1);
	size_t length = 0;

	ck_assert_ptr_nonnull(copy);
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '\n')
			copy[length++] = '\r';
		copy[length++] = text.data[i];
	}
	return (struct bytes){ copy, length };
}

/* A message that holds any CR is about its line ends: it is run as it stands. */
static void
run_stored(const char *left_out)
{
	struct policy *policy = trial_policy(left_out);
	struct stored stored;

	stored_load(&stored, "tests/data");
	for (size_t i = 0; i < stored.count; i++) {
		const struct stored_message *message = &stored.messages[i];
		struct trial trial = { .name = message->name, .findings = message->findings, .policy = policy };

		trial.sender = message->sender;
		trial.text = message->text;
		run_all_ways(&trial);
		if (memchr(message->text.data, '\r', message->text.length) != NULL)
			continue;
		trial.text = with_crlf(message->text);
		run_all_ways(&trial);
		free((char *)trial.text.data);
	}
	stored_free(&stored);
	policy_free(policy);
}

START_TEST(stored_messages_give_what_is_written_beside_them)
{
	run_stored(NULL);
}
END_TEST

START_TEST(stored_messages_give_the_same_when_settled)
{
	run_stored("control_characters");
}
END_TEST

SUITE_MAIN(data, stored_messages_give_what_is_written_beside_them, stored_messages_give_the_same_when_settled)
