/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/breaker.h"
#include "tests/support/suite.h"

static const struct breaker_limits limits = { .failures = 2, .pause_ms = 100, .pause_max_ms = 300 };
static struct breaker breaker;

/* Fails until it opens. */
static void
open_at(int64_t now_ms)
{
	breaker = (struct breaker){ .limits = &limits };
	for (unsigned i = 0; i < limits.failures; i++) {
		ck_assert(breaker_allows(&breaker, now_ms));
		breaker_note(&breaker, now_ms, false);
	}
	ck_assert(breaker.open);
}

START_TEST(failures_in_a_row_open_it)
{
	breaker = (struct breaker){ .limits = &limits };
	breaker_note(&breaker, 0, false);
	breaker_note(&breaker, 0, true);
	breaker_note(&breaker, 0, false);
	ck_assert(!breaker.open);
	breaker_note(&breaker, 0, false);
	ck_assert(breaker.open);
	ck_assert(!breaker_allows(&breaker, 99));
}
END_TEST

START_TEST(after_a_pause_there_is_one_attempt)
{
	open_at(0);
	ck_assert(breaker_allows(&breaker, 100));
	ck_assert(!breaker_allows(&breaker, 100));
	breaker_withdraw(&breaker);
	ck_assert(breaker_allows(&breaker, 100));
	breaker_note(&breaker, 100, true);
	ck_assert(!breaker.open);
}
END_TEST

START_TEST(the_pause_doubles_up_to_the_longest)
{
	static const int64_t pauses[] = { 100, 200, 300, 300 };
	int64_t now_ms = 0;

	open_at(now_ms);
	for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
		ck_assert(!breaker_allows(&breaker, now_ms + pauses[i] - 1));
		now_ms += pauses[i];
		ck_assert(breaker_allows(&breaker, now_ms));
		breaker_note(&breaker, now_ms, false);
	}
}
END_TEST

START_TEST(what_was_under_way_when_it_opened_does_not_prolong_the_pause)
{
	open_at(0);
	breaker_note(&breaker, 90, false);
	ck_assert(breaker_allows(&breaker, 100));
}
END_TEST

START_TEST(a_probe_closes_it_and_a_call_makes_it_forget)
{
	open_at(0);
	ck_assert(breaker_allows(&breaker, 100));
	breaker_note_probe(&breaker, 100, false);
	ck_assert(breaker_allows(&breaker, 300));
	breaker_note_probe(&breaker, 300, true);
	ck_assert(breaker_allows(&breaker, 300));
	for (unsigned i = 0; i < limits.failures; i++)
		breaker_note(&breaker, 300, false);
	ck_assert(!breaker_allows(&breaker, 499)); /* the last pause was 200 */
	ck_assert(breaker_allows(&breaker, 500));
	breaker_note_probe(&breaker, 500, true);
	breaker_note(&breaker, 500, true);
	for (unsigned i = 0; i < limits.failures; i++)
		breaker_note(&breaker, 500, false);
	ck_assert(breaker_allows(&breaker, 600));
}
END_TEST

SUITE_MAIN(breaker, failures_in_a_row_open_it, after_a_pause_there_is_one_attempt, the_pause_doubles_up_to_the_longest,
	   what_was_under_way_when_it_opened_does_not_prolong_the_pause, a_probe_closes_it_and_a_call_makes_it_forget)
