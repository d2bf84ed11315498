/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks that step, forward and back, and the ends of all ranges. */
#include "tests/support/limits.h"
#include "tests/support/suite.h"

#include <string.h>

static const int64_t steps[] = { 1,   1000,    SECOND / 100, SECOND / 2, SECOND, MINUTE,   HOUR,
				 DAY, DAY + 1, 7 * DAY,      400 * DAY,  NOON,   2 * NOON, 100 * NOON };
enum { STEPS_COUNT = sizeof steps / sizeof steps[0] };

START_TEST(a_clock_that_goes_back_frees_nothing_and_blocks_nobody_for_long)
{
	static const char *const strings[] = { "10/1s", "10/1m burst 100", "10/1h", "10/24h", "10/30d" };

	for (size_t i = 0; i < 2 * 5 * STEPS_COUNT; i++) {
		enum limit_kind kind = i % 2 == 0 || i / 2 % 5 == 1 ? LIMIT_RATE : LIMIT_QUOTA;
		struct limit limit = limit_of(strings[i / 2 % 5], kind);
		uint64_t most = kind == LIMIT_RATE ? limit.burst : limit.amount;
		int64_t slice = limit_slice_us(&limit), back = steps[i / 10], now = NOON - back;
		int64_t full = kind == LIMIT_RATE ? limit.period_us / (int64_t)limit.amount * (int64_t)most
						  : limit.period_us + slice;
		struct limit_state state = { 0 };

		ck_assert(limit_take(&limit, &state, NOON, most));
		ck_assert_msg(!limit_passes(&limit, &state, now, most), "%s: %lld back", strings[i / 2 % 5],
			      (long long)back);
		ck_assert_uint_eq(limit_used(&limit, &state, now), most);
		limit_follow(&limit, &state, now);
		ck_assert(!limit_follow(&limit, &state, now));
		ck_assert_uint_eq(limit_used(&limit, &state, now), most);
		int64_t wait = limit_wait(&limit, &state, now, most);
		ck_assert_msg(wait > 0 && wait <= full + slice, "%s: %lld back: waits %lld", strings[i / 2 % 5],
			      (long long)back, (long long)wait);
		ck_assert(limit_passes(&limit, &state, now + wait, most));
		ck_assert(!limit_passes(&limit, &state, now + wait - 1, most));
		/* The same when something is tried, and counted, meanwhile. */
		ck_assert(!limit_take(&limit, &state, now, 1));
		limit_give_back(&limit, &state, now, 1);
		ck_assert(limit_take(&limit, &state, now, 1));
		ck_assert(!limit_take(&limit, &state, now, 1));
		ck_assert(limit_passes(&limit, &state, now + full + slice, most));
	}
}
END_TEST

START_TEST(a_clock_that_goes_forward_and_back_again_leaves_nobody_blocked)
{
	static const char *const strings[] = { "10/1s", "10/24h" };

	for (size_t i = 0; i < 4 * STEPS_COUNT; i++) {
		struct limit limit = limit_of(strings[i % 2], i / 2 % 2 == 0 ? LIMIT_RATE : LIMIT_QUOTA);
		int64_t forward = steps[i / 4];
		struct limit_state state = { 0 };

		ck_assert(limit_take(&limit, &state, NOON, 10));
		/* Time that is said to have passed has passed. */
		bool passes = limit_take(&limit, &state, NOON + forward, 10);
		ck_assert_int_eq(
			passes, forward >= limit.period_us + (limit.kind == LIMIT_QUOTA ? limit_slice_us(&limit) : 0) ||
					(limit.kind == LIMIT_QUOTA && passes && forward > limit.period_us));
		ck_assert(!limit_take(&limit, &state, NOON, 10));
		ck_assert(limit_take(&limit, &state, NOON + limit.period_us + 2 * limit_slice_us(&limit), 10));
	}
}
END_TEST

START_TEST(clocks_that_differ_a_little_age_nothing)
{
	static const char *const strings[] = { "10/1s", "10/24h" };

	for (size_t i = 0; i < 4; i++) {
		struct limit limit = limit_of(strings[i % 2], i < 2 ? LIMIT_RATE : LIMIT_QUOTA);
		int64_t slice = limit_slice_us(&limit), edge = NOON / slice * slice + 20 * slice;
		struct limit_state state = { 0 };

		ck_assert(limit_take(&limit, &state, edge - 1, 10));
		for (unsigned turns = 0; turns < 1000; turns++) {
			ck_assert(!limit_take(&limit, &state, edge + 5, 10));
			ck_assert(!limit_take(&limit, &state, edge - 5, 10));
			limit_give_back(&limit, &state, edge + 5, 0);
			limit_give_back(&limit, &state, edge - 5, 0);
		}
		ck_assert_uint_eq(limit_used(&limit, &state, edge), 10);
	}
}
END_TEST

START_TEST(a_large_message_is_owed_whole_behind_a_step_back)
{
	struct limit limit = limit_of("10/1s burst 5", LIMIT_RATE);
	struct limit_state state = { 0 };

	ck_assert(limit_take(&limit, &state, NOON, 1000));
	ck_assert_int_eq(limit_wait(&limit, &state, NOON - DAY, 6), 100 * SECOND);
	limit_give_back(&limit, &state, NOON - DAY, 500);
	ck_assert_int_eq(limit_wait(&limit, &state, NOON - DAY, 6), 50 * SECOND);
}
END_TEST

/* --- the ends of the ranges --------------------------------------------------------------------------------------- */

static const int64_t clocks_to_the_ends[] = {
	0, 1, -1, NOON, INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1, INT64_MAX / 2, INT64_MIN / 2, -NOON
};
enum { CLOCKS = sizeof clocks_to_the_ends / sizeof clocks_to_the_ends[0] };

/* All that can be asked and done with so many units. What does not hold, or NULL. */
static const char *
go_to_the_ends(const struct limit *limit, uint64_t units)
{
	struct limit_state state = { 0 };

	for (size_t i = 0; i < (size_t)CLOCKS * CLOCKS; i++) {
		int64_t before = clocks_to_the_ends[i % CLOCKS], now = clocks_to_the_ends[i / CLOCKS];

		limit_take(limit, &state, before, units);
		limit_give_back(limit, &state, now, units / 2);
		if ((limit_wait(limit, &state, now, units) == 0) != limit_passes(limit, &state, now, units))
			return "there is a wait for what passes, or none for what does not";
		if (limit_wait(limit, &state, now, units) < -1 || limit_left(limit, &state, now) > LIMIT_AMOUNT_MAX)
			return "out of range";
		limit_set(limit, &state, before, units);
		if (before < INT64_MAX / 2 && units / limit->amount < INT64_MAX / 5 / (uint64_t)limit->period_us &&
		    limit_used(limit, &state, before) != units)
			return "what was set is not used";
		limit_take(limit, &state, now, units);
	}
	return NULL;
}

START_TEST(nothing_overflows_at_the_ends)
{
	static const uint64_t amounts[] = { 1, 2, 59, 1000003, LIMIT_AMOUNT_MAX - 1, LIMIT_AMOUNT_MAX };
	static const int64_t periods[] = { SECOND, SECOND + 1, DAY, (int64_t)LIMIT_PERIOD_MAX_S * SECOND };
	static const uint64_t units[] = {
		0, 1, 2, LIMIT_AMOUNT_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX - 1, UINT64_MAX
	};
	enum { AMOUNTS = 6, PERIODS = 4, UNITS = 7 };

	for (size_t i = 0; i < (size_t)2 * AMOUNTS * PERIODS * AMOUNTS; i++) {
		struct limit limit = { .kind = i % 2 == 0 ? LIMIT_RATE : LIMIT_QUOTA,
				       .amount = amounts[i / 2 % AMOUNTS],
				       .period_us = periods[i / 2 / AMOUNTS % PERIODS],
				       .burst = amounts[i / 2 / AMOUNTS / PERIODS] };

		for (size_t j = 0; j < UNITS; j++) {
			const char *wrong = go_to_the_ends(&limit, units[j]);

			ck_assert_msg(wrong == NULL, "row %zu, %llu units: %s", i, (unsigned long long)units[j], wrong);
		}
	}
}
END_TEST

START_TEST(a_state_of_any_octets_does_no_harm)
{
	static const unsigned char octets[] = { 0xff, 0x80, 0x7f, 0x01 };

	for (size_t i = 0; i < 2 * sizeof octets; i++) {
		struct limit limit = limit_of("10/24h", i % 2 == 0 ? LIMIT_RATE : LIMIT_QUOTA);
		struct limit_state state;

		memset(&state, octets[i / 2], sizeof state);
		(void)limit_used(&limit, &state, NOON);
		ck_assert_int_ge(limit_wait(&limit, &state, NOON, 5), 0);
		limit_take(&limit, &state, NOON, 5);
		limit_give_back(&limit, &state, NOON, 5);
		limit_set(&limit, &state, NOON, 3);
		ck_assert_uint_eq(limit_used(&limit, &state, NOON), 3);
	}
}
END_TEST

SUITE_MAIN(limit_clock, a_clock_that_goes_back_frees_nothing_and_blocks_nobody_for_long,
	   a_clock_that_goes_forward_and_back_again_leaves_nobody_blocked, clocks_that_differ_a_little_age_nothing,
	   a_large_message_is_owed_whole_behind_a_step_back, nothing_overflows_at_the_ends,
	   a_state_of_any_octets_does_no_harm)
