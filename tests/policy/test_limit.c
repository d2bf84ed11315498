/* SPDX-License-Identifier: BSD-2-Clause */
/* Rates and quotas by a made-up clock: what passes, and when. Clocks that step are in test_limit_clock.c, random sequences in
 * test_limit_random.c. */
#include "tests/support/limits.h"
#include "tests/support/suite.h"

START_TEST(none_counts_nothing)
{
	struct limit limit = limit_of("none", LIMIT_QUOTA);
	struct limit_state state = { 0 }, empty = { 0 };
	char printed[LIMIT_STRING_MAX];

	ck_assert(limit.unlimited && limit.amount == 0);
	limit_string(&limit, printed);
	ck_assert_str_eq(printed, "none");
	ck_assert(limit_take(&limit, &state, NOON, UINT64_MAX));
	limit_set(&limit, &state, NOON, 5);
	limit_give_back(&limit, &state, NOON, 5);
	ck_assert_mem_eq(&state, &empty, sizeof state);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON), 0);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON), UINT64_MAX);
	ck_assert_int_eq(limit_wait(&limit, &state, NOON, UINT64_MAX), 0);
}
END_TEST

/* --- rates -------------------------------------------------------------------------------------------------------- */

START_TEST(a_burst_passes_at_once_and_no_more)
{
	struct limit limit = limit_of("14/1s burst 28", LIMIT_RATE);
	struct limit_state state = { 0 };

	for (unsigned i = 0; i < 28; i++) {
		ck_assert_uint_eq(limit_left(&limit, &state, NOON), 28 - i);
		ck_assert_uint_eq(limit_used(&limit, &state, NOON), i);
		ck_assert(limit_take(&limit, &state, NOON, 1));
	}
	struct limit_state before = state;
	ck_assert(!limit_take(&limit, &state, NOON, 1));
	ck_assert_mem_eq(&state, &before, sizeof state);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON), 0);
	/* A fourteenth of a second is 71,428.57 us. */
	ck_assert_int_eq(limit_wait(&limit, &state, NOON, 1), 71429);
	ck_assert(!limit_passes(&limit, &state, NOON + 71428, 1));
	ck_assert(limit_take(&limit, &state, NOON + 71429, 1));
	ck_assert(!limit_passes(&limit, &state, NOON + 71429, 1));
}
END_TEST

START_TEST(a_rate_loses_nothing_to_rounding)
{
	struct limit limit = limit_of("14/1s burst 2", LIMIT_RATE);
	struct limit_state state = { 0 };

	ck_assert(limit_take(&limit, &state, NOON, 2));
	/* Each comes in the first microsecond in which it may. */
	for (int64_t n = 1; n < 14 * 600; n++) {
		int64_t at = NOON + (n * SECOND + 13) / 14;

		ck_assert_msg(!limit_passes(&limit, &state, at - 1, 1), "early message %lld", (long long)n);
		ck_assert_msg(limit_take(&limit, &state, at, 1), "message %lld", (long long)n);
		ck_assert_msg(!limit_take(&limit, &state, at, 1), "one beside message %lld", (long long)n);
	}
}
END_TEST

START_TEST(rates_beyond_a_unit_in_a_microsecond_are_counted)
{
	struct limit limit = limit_of("1000000000000000/1s", LIMIT_RATE);
	struct limit_state state = { 0 };
	uint64_t taken = 0;

	while (limit_take(&limit, &state, NOON, LIMIT_AMOUNT_MAX / 1000))
		taken++;
	ck_assert_uint_eq(taken, 1000);
	limit_set(&limit, &state, NOON, 0);
	for (unsigned i = 0; i < 100; i++) /* far less than a microsecond each */
		ck_assert(limit_take(&limit, &state, NOON, 3));
	ck_assert_uint_eq(limit_used(&limit, &state, NOON), 300);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON), LIMIT_AMOUNT_MAX - 300);
}
END_TEST

START_TEST(a_message_larger_than_the_burst_is_owed_whole)
{
	struct limit limit = limit_of("10/1s burst 5", LIMIT_RATE);
	struct limit_state state = { 0 };

	ck_assert(limit_take(&limit, &state, NOON, 100));
	ck_assert_uint_eq(limit_used(&limit, &state, NOON), 100);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON), 0);
	ck_assert_int_eq(limit_wait(&limit, &state, NOON, 1), 9600000); /* until four are owed */
	ck_assert_int_eq(limit_wait(&limit, &state, NOON, 5), 10 * SECOND);
	ck_assert_int_eq(limit_wait(&limit, &state, NOON, 6), 10 * SECOND);
	ck_assert(!limit_passes(&limit, &state, NOON + 10 * SECOND - 1, 6));
	ck_assert(limit_take(&limit, &state, NOON + 10 * SECOND, 6));
	ck_assert(!limit_take(&limit, &state, NOON + 10 * SECOND, 6));
}
END_TEST

START_TEST(a_rate_gives_back_and_is_set)
{
	struct limit limit = limit_of("10/1s", LIMIT_RATE);
	struct limit_state state = { 0 };

	ck_assert(limit_take(&limit, &state, NOON, 8));
	limit_give_back(&limit, &state, NOON, 3);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON), 5);
	limit_give_back(&limit, &state, NOON + 100000, 2);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON + 100000), 2);
	limit_give_back(&limit, &state, NOON + 100000, UINT64_MAX);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON + 100000), 0);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + 100000), 10);
	limit_set(&limit, &state, NOON, 7);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON), 3);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON + SECOND / 2), 2);
	limit_set(&limit, &state, NOON, UINT64_MAX);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON), 0);
}
END_TEST

/* --- quotas ------------------------------------------------------------------------------------------------------- */

START_TEST(a_quota_is_never_more_than_its_amount_in_a_period)
{
	struct limit limit = limit_of("1000/24h", LIMIT_QUOTA);
	int64_t slice = limit_slice_us(&limit);
	struct limit_state state = { 0 };

	ck_assert_int_ge(slice * (LIMIT_BUCKETS - 1), DAY);
	ck_assert(limit_take(&limit, &state, NOON, 400));
	ck_assert(limit_take(&limit, &state, NOON + HOUR, 600));
	struct limit_state before = state;
	ck_assert(!limit_take(&limit, &state, NOON + HOUR, 1));
	ck_assert_mem_eq(&state, &before, sizeof state);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + DAY), 0);
	ck_assert(!limit_passes(&limit, &state, NOON + DAY, 1));
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + DAY + slice), 400);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + DAY + HOUR), 400);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + DAY + HOUR + slice), 1000);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + 30 * DAY), 1000);
}
END_TEST

START_TEST(a_quota_tells_how_long_to_wait)
{
	static const char *const limits[] = { "100/1s", "100/7s", "100/24h", "100/366d" };
	static const int64_t clocks[] = { NOON, NOON + 1, 0, 1, -1, -NOON, 12345678901 };

	for (size_t i = 0; i < sizeof limits / sizeof limits[0] * (sizeof clocks / sizeof clocks[0]); i++) {
		struct limit limit = limit_of(limits[i % 4], LIMIT_QUOTA);
		int64_t now = clocks[i / 4], slice = limit_slice_us(&limit);
		struct limit_state state = { 0 };

		ck_assert(limit_take(&limit, &state, now, 70));
		ck_assert(limit_take(&limit, &state, now + 5 * slice, 30));
		now += 9 * slice;
		ck_assert_int_eq(limit_wait(&limit, &state, now, 101), -1);
		ck_assert_int_eq(limit_wait(&limit, &state, now, 0), 0);
		for (uint64_t units = 1; units <= 100; units += 23) {
			int64_t wait = limit_wait(&limit, &state, now, units);
			int64_t least = (units <= 70 ? -9 : -4) * slice + limit.period_us;

			ck_assert(wait > least && wait <= least + 2 * slice);
			ck_assert(!limit_passes(&limit, &state, now + wait - 1, units));
			ck_assert(limit_passes(&limit, &state, now + wait, units));
		}
	}
}
END_TEST

START_TEST(a_quota_gives_back_the_newest_first)
{
	struct limit limit = limit_of("100/1h", LIMIT_QUOTA);
	struct limit_state state = { 0 };

	ck_assert(limit_take(&limit, &state, NOON, 40));
	ck_assert(limit_take(&limit, &state, NOON + 30 * MINUTE, 60));
	limit_give_back(&limit, &state, NOON + 30 * MINUTE, 50);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON + 30 * MINUTE), 50);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON + 65 * MINUTE), 10);
	limit_give_back(&limit, &state, NOON + 33 * MINUTE, 11); /* across slices */
	ck_assert_uint_eq(limit_used(&limit, &state, NOON + 33 * MINUTE), 39);
	limit_give_back(&limit, &state, NOON + 33 * MINUTE, UINT64_MAX);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON + 33 * MINUTE), 0);
	limit_give_back(&limit, &state, NOON + 10 * DAY, 1);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + 10 * DAY), 100);
}
END_TEST

START_TEST(a_quota_is_set)
{
	struct limit limit = limit_of("100/1h", LIMIT_QUOTA);
	struct limit_state state = { 0 };

	ck_assert(limit_take(&limit, &state, NOON, 40));
	limit_set(&limit, &state, NOON + MINUTE, 99);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + MINUTE), 1);
	limit_set(&limit, &state, NOON + MINUTE, 500);
	ck_assert_uint_eq(limit_used(&limit, &state, NOON + MINUTE), 500);
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + MINUTE), 0);
	ck_assert(!limit_passes(&limit, &state, NOON + MINUTE, 1));
	ck_assert_uint_eq(limit_left(&limit, &state, NOON + 64 * MINUTE), 100);
}
END_TEST

START_TEST(several_windows_count_side_by_side)
{
	struct limit limits[] = { limit_of("5/1s", LIMIT_RATE), limit_of("20/1m", LIMIT_QUOTA),
				  limit_of("50/1h", LIMIT_QUOTA) };
	struct limit_state states[3] = { 0 };
	unsigned passed = 0;

	/* Ten a second are tried for ten minutes: a minute lets 20 pass, an hour 50. */
	for (int64_t now = NOON; now < NOON + 10 * MINUTE; now += SECOND / 10) {
		bool all = true;

		for (size_t i = 0; i < 3; i++)
			all = all && limit_passes(&limits[i], &states[i], now, 1);
		for (size_t i = 0; all && i < 3; i++)
			ck_assert(limit_take(&limits[i], &states[i], now, 1));
		passed += all;
		if (now < NOON + MINUTE)
			ck_assert_uint_le(passed, 20);
	}
	ck_assert_uint_eq(passed, 50);
}
END_TEST

START_TEST(another_amount_keeps_what_was_counted)
{
	struct limit small = limit_of("1/1h burst 100", LIMIT_RATE), large = limit_of("100/1h", LIMIT_RATE);
	struct limit_state state = { 0 };

	ck_assert(limit_take(&small, &state, NOON, 100));
	limit_change(&small, &large, &state, NOON);
	ck_assert_uint_eq(limit_used(&large, &state, NOON), 100);
	ck_assert_int_eq(limit_wait(&large, &state, NOON, 1), 36 * SECOND);

	struct limit day = limit_of("10/24h", LIMIT_QUOTA), more = limit_of("20/24h", LIMIT_QUOTA);
	struct limit hour = limit_of("10/1h", LIMIT_QUOTA);
	state = (struct limit_state){ 0 };
	ck_assert(limit_take(&day, &state, NOON, 10));
	limit_change(&day, &more, &state, NOON + 23 * HOUR);
	ck_assert_uint_eq(limit_left(&more, &state, NOON + 23 * HOUR), 10);
	ck_assert_uint_eq(limit_left(&more, &state, NOON + 25 * HOUR), 20);
	limit_change(&more, &hour, &state, NOON + 23 * HOUR);
	ck_assert_uint_eq(limit_left(&hour, &state, NOON + 23 * HOUR), 0);
	ck_assert_uint_eq(limit_left(&hour, &state, NOON + 25 * HOUR), 10);
}
END_TEST

/* As by a store that was given another limit meanwhile. */
START_TEST(another_kind_keeps_what_was_counted_too)
{
	struct limit rate = limit_of("100/1h", LIMIT_RATE), quota = limit_of("100/1h", LIMIT_QUOTA);
	struct limit none = limit_of("none", LIMIT_QUOTA);
	struct limit_state state = { 0 };

	ck_assert(limit_take(&quota, &state, NOON, 40));
	limit_change(&quota, &rate, &state, NOON);
	ck_assert_uint_eq(limit_used(&rate, &state, NOON), 40);
	limit_change(&rate, &rate, &state, NOON);
	ck_assert_uint_eq(limit_used(&rate, &state, NOON), 40);
	limit_change(&rate, &quota, &state, NOON);
	ck_assert_uint_eq(limit_used(&quota, &state, NOON), 40);
	limit_change(&quota, &none, &state, NOON);
	limit_change(&none, &quota, &state, NOON);
	ck_assert_uint_eq(limit_used(&quota, &state, NOON), 0);
}
END_TEST

START_TEST(a_state_from_nowhere_saturates)
{
	struct limit rate = limit_of("1000000000000000/1s", LIMIT_RATE);
	struct limit_state state = { .at_us = INT64_MAX };

	ck_assert_uint_eq(limit_used(&rate, &state, 0), UINT64_MAX);
	ck_assert_uint_eq(limit_left(&rate, &state, 0), 0);
}
END_TEST

SUITE_MAIN(limit, another_kind_keeps_what_was_counted_too, a_state_from_nowhere_saturates, none_counts_nothing,
	   a_burst_passes_at_once_and_no_more, a_rate_loses_nothing_to_rounding,
	   rates_beyond_a_unit_in_a_microsecond_are_counted, a_message_larger_than_the_burst_is_owed_whole,
	   a_rate_gives_back_and_is_set, a_quota_is_never_more_than_its_amount_in_a_period,
	   a_quota_tells_how_long_to_wait, a_quota_gives_back_the_newest_first, a_quota_is_set,
	   several_windows_count_side_by_side, another_amount_keeps_what_was_counted)
