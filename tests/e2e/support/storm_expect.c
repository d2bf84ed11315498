/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests expect of a storm. */
#define _GNU_SOURCE
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/storm.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXAMPLES_MAX = 8 }; /* of what is wrong, in a failure's text */

static void
await(const struct storm *storm, const atomic_uint *count, unsigned more, const char *what)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	unsigned before = *count;

	while (*count - before < more)
		if (!deadline_nap(&deadline))
			ck_abort_msg("%s: only %u messages are %s, %u were awaited", storm->ledger.name,
				     *count - before, what, more);
}

void
storm_await(struct storm *storm, unsigned messages)
{
	await(storm, &storm->answered, messages, "answered");
}

void
storm_await_accepted(struct storm *storm, unsigned messages)
{
	await(storm, &storm->accepted, messages, "accepted");
}

/* --- once it is over ------------------------------------------------------------------------------------------------- */

/* Why a message is no good, or NULL. */
typedef const char *(*flaw_function)(const struct storm_ledger *ledger, int number);

/* Fails the test when more than so many messages are no good. */
static void
expect_good(const struct storm *storm, flaw_function flaw, unsigned most)
{
	const struct storm_ledger *ledger = &storm->ledger;
	struct storm_tally tally = storm_ledger_tally(ledger);
	unsigned count = 0;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(out);
	storm_ledger_print(ledger, out);
	for (int i = 0; i < (int)tally.sent; i++) {
		const char *why = flaw(ledger, i);

		if (why == NULL || count++ >= EXAMPLES_MAX)
			continue;
		fprintf(out, "%s: ", why);
		storm_ledger_describe(ledger, i, out);
	}
	fclose(out);
	ck_assert_msg(count <= most, "%u messages of which at most %u may be so, among them\n%s", count, most, text);
	free(text);
}

void
expect_storm_kept(const struct storm *storm)
{
	struct storm_tally tally = storm_ledger_tally(&storm->ledger);

	storm_ledger_print(&storm->ledger, stderr);
	expect_good(storm, storm_ledger_flaw, 0);
	ck_assert_msg(storm->settled, "%s: the MTA's queue does not empty", storm->ledger.name);
	ck_assert_msg(storm->ledger.foreign == 0, "%s: %u messages were delivered that nobody sent", storm->ledger.name,
		      storm->ledger.foreign);
	ck_assert_msg(tally.sent < STORM_MESSAGES_MAX, "%s: the ledger is full", storm->ledger.name);
	ck_assert_msg(tally.answers[STORM_ACCEPTED] > 0 && tally.answers[STORM_REFUSED] > 0,
		      "%s: %u accepted and %u refused: that proves nothing", storm->ledger.name,
		      tally.answers[STORM_ACCEPTED], tally.answers[STORM_REFUSED]);
}

static const char *
is_deferred(const struct storm_ledger *ledger, int number)
{
	return ledger->messages[number].answer == STORM_DEFERRED ? "to come again" : NULL;
}

static const char *
is_lost(const struct storm_ledger *ledger, int number)
{
	return ledger->messages[number].answer == STORM_LOST ? "without an answer" : NULL;
}

void
expect_storm_deferred(const struct storm *storm, unsigned most)
{
	expect_good(storm, is_deferred, most);
}

void
expect_storm_lost(const struct storm *storm, unsigned most)
{
	expect_good(storm, is_lost, most);
}

void
expect_storm_accepted(const struct storm *storm, unsigned percent)
{
	struct storm_tally tally = storm_ledger_tally(&storm->ledger);

	ck_assert_msg((uint64_t)tally.good_accepted * 100 >= (uint64_t)tally.good * percent,
		      "%s: of %u messages that nothing refuses %u were accepted, which is less than %u %%",
		      storm->ledger.name, tally.good, tally.good_accepted, percent);
}

/* A session whose answers are of several policies; shown. */
static _Noreturn void
show_mixture(const struct storm_ledger *ledger, uint32_t session)
{
	unsigned sent = storm_ledger_tally(ledger).sent;

	for (int i = 0; i < (int)sent; i++)
		if (ledger->messages[i].session == session)
			storm_ledger_describe(ledger, i, stderr);
	ck_abort_msg("%s: no policy gives all the answers of session %u, shown above", ledger->name, session);
}

void
expect_storm_sessions_whole(const struct storm *storm)
{
	const struct storm_ledger *ledger = &storm->ledger;
	unsigned sent = storm_ledger_tally(ledger).sent, all = (1u << ledger->policies) - 1;
	unsigned *ruled_out = calloc(storm->sessions, sizeof *ruled_out); /* policies, of each session */

	ck_assert_ptr_nonnull(ruled_out);
	for (unsigned i = 0; i < sent; i++) {
		const struct storm_message *message = &ledger->messages[i];

		ruled_out[message->session] |= ~(unsigned)message->policies & all;
		if (ruled_out[message->session] == all)
			show_mixture(ledger, message->session);
	}
	free(ruled_out);
}
