/* SPDX-License-Identifier: BSD-2-Clause */
/* Random sequences of messages against a reference that keeps every event and adds them up, and a million keys.
 *
 * The reference has no slices and no theoretical arrival times. For a quota it is the sum of a period, and of a period and a slice; for
 * a rate, the envelope: behind any message, no more than the burst and what flows out since. */
#include "tests/support/limits.h"
#include "tests/support/suite.h"

#include <stdlib.h>

enum { EVENTS_MAX = 400, SEQUENCES = 400 };

struct event {
	int64_t at_us;
	uint64_t units;
};

struct history {
	struct event events[EVENTS_MAX];
	size_t count;
};

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t
random_below(uint64_t bound)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % bound;
}

static void
history_add(struct history *history, int64_t at_us, uint64_t units)
{
	history->events[history->count++] = (struct event){ at_us, units };
}

static void
history_give_back(struct history *history, uint64_t units)
{
	for (size_t i = history->count; i-- > 0 && units > 0;) {
		uint64_t *taken = &history->events[i].units;
		uint64_t less = units < *taken ? units : *taken;

		*taken -= less;
		units -= less;
	}
}

static uint64_t
history_since(const struct history *history, int64_t since_us)
{
	uint64_t sum = 0;

	for (size_t i = history->count; i-- > 0 && history->events[i].at_us >= since_us;)
		sum += history->events[i].units;
	return sum;
}

/* Whether so many more keep within the burst and what flows out, behind each message. */
static bool
history_fits_rate(const struct history *history, const struct limit *limit, int64_t now_us, uint64_t units)
{
	__extension__ typedef unsigned __int128 product;
	product sum = units;

	if (sum > limit->burst)
		return false;
	for (size_t i = history->count; i-- > 0;) {
		sum += history->events[i].units;
		product flown = (product)(uint64_t)(now_us - history->events[i].at_us) * limit->amount;
		if (sum * (uint64_t)limit->period_us > (product)limit->burst * (uint64_t)limit->period_us + flown)
			return false;
	}
	return true;
}

/* Pauses of all sizes: none, within a slice, a few slices, and now and then more than the period. */
static int64_t
random_pause(const struct limit *limit)
{
	uint64_t slice = (uint64_t)limit_slice_us(limit);

	switch (random_below(8)) {
	case 0:
	case 1:
		return 0;
	case 2:
		return 1;
	case 3:
		return (int64_t)random_below(4 * slice);
	case 4:
		return (int64_t)slice;
	case 5:
		return limit->period_us - 1 + (int64_t)random_below(3);
	default:
		return (int64_t)random_below(slice);
	}
}

static struct limit
random_limit(enum limit_kind kind)
{
	static const int64_t periods[] = { SECOND, 7 * SECOND, 3600 * SECOND, 86400 * SECOND,
					   (int64_t)LIMIT_PERIOD_MAX_S * SECOND };

	return (struct limit){ .kind = kind,
			       .amount = 1 + random_below(random_below(2) == 0 ? 40 : 1000000007),
			       .period_us = periods[random_below(sizeof periods / sizeof periods[0])],
			       .burst = kind == LIMIT_RATE ? 1 + random_below(100) : 0 };
}

static int64_t
random_clock(void)
{
	static const int64_t clocks[] = { 0, 1700000000000000, -1700000000000003, INT64_MIN / 2, INT64_MAX / 2 };

	return clocks[random_below(sizeof clocks / sizeof clocks[0])];
}

/* Check notes every assertion that holds with a system call; here there are a million. */
static void
expect(bool holds, const char *what)
{
	if (!holds)
		ck_abort_msg("%s", what);
}

static void
try_quota(const struct limit *limit)
{
	struct history history = { .count = 0 };
	struct limit_state state = { 0 };
	int64_t now = random_clock(), slice = limit_slice_us(limit);

	for (size_t i = 0; i < EVENTS_MAX; i++) {
		uint64_t units = 1 + random_below(limit->amount / (1 + random_below(20)) + 1);
		uint64_t window, late;

		now += random_pause(limit);
		window = history_since(&history, now - limit->period_us);
		late = history_since(&history, now - LIMIT_BUCKETS * slice); /* a period, in whole slices, and one */
		expect(limit_used(limit, &state, now) >= window, "forgotten too early");
		expect(limit_used(limit, &state, now) <= late, "kept for more than a slice too long");
		if (limit_take(limit, &state, now, units)) {
			expect(window + units <= limit->amount, "more than the amount in a period");
			history_add(&history, now, units);
		} else {
			expect(late + units > limit->amount, "refused, although it had passed a slice ago");
		}
		if (random_below(10) == 0) {
			uint64_t back = random_below(units + 1);

			if (back > late)
				back = late;
			limit_give_back(limit, &state, now, back);
			history_give_back(&history, back);
		}
	}
}

START_TEST(quotas_agree_with_a_history_of_every_event)
{
	for (unsigned i = 0; i < SEQUENCES; i++) {
		struct limit limit = random_limit(LIMIT_QUOTA);

		try_quota(&limit);
	}
}
END_TEST

static void
try_rate(const struct limit *limit)
{
	struct history history = { .count = 0 };
	struct limit_state state = { 0 };
	int64_t now = random_clock();

	for (size_t i = 0; i < EVENTS_MAX; i++) {
		uint64_t units = 1 + random_below(random_below(4) == 0 ? limit->burst : 3);
		bool fits;

		now += random_below(4) == 0 ? random_pause(limit) : (int64_t)random_below(2 * SECOND);
		if (units > limit->burst)
			units = limit->burst;
		fits = history_fits_rate(&history, limit, now, units);
		expect(fits == (limit_left(limit, &state, now) >= units), "another number left");
		expect(fits == (limit_wait(limit, &state, now, units) == 0), "a wait, or none");
		expect(fits == limit_take(limit, &state, now, units), "passes, or not");
		if (fits)
			history_add(&history, now, units);
	}
}

START_TEST(rates_agree_with_a_history_of_every_event)
{
	for (unsigned i = 0; i < SEQUENCES; i++) {
		struct limit limit = random_limit(LIMIT_RATE);

		try_rate(&limit);
	}
}
END_TEST

/* Steps of either sign: whatever happened, a full period and two slices later everything is free. */
START_TEST(no_sequence_of_clock_steps_blocks_anybody_for_longer_than_a_period)
{
	for (unsigned i = 0; i < SEQUENCES; i++) {
		struct limit limit = random_limit(i % 2 == 0 ? LIMIT_RATE : LIMIT_QUOTA);
		uint64_t most = i % 2 == 0 ? limit.burst : limit.amount;
		int64_t now = random_clock(), full = limit.period_us;
		struct limit_state state = { 0 };

		if (i % 2 == 0)
			full = (int64_t)((limit.burst * (uint64_t)limit.period_us + limit.amount - 1) / limit.amount);
		for (unsigned j = 0; j < 100; j++) {
			int64_t step = random_pause(&limit) * (int64_t)random_below(50);

			now += random_below(2) == 0 ? step : -step;
			limit_take(&limit, &state, now, 1 + random_below(most));
		}
		limit_follow(&limit, &state, now);
		ck_assert_int_le(limit_wait(&limit, &state, now, most), full + 2 * limit_slice_us(&limit));
		ck_assert(limit_passes(&limit, &state, now + full + 2 * limit_slice_us(&limit), most));
	}
}
END_TEST

enum { KEYS = 1000000 };

START_TEST(a_million_keys_do_not_know_each_other)
{
	struct limit limit = { .kind = LIMIT_QUOTA, .amount = 100, .period_us = 86400 * SECOND };
	struct limit_state *states = calloc(KEYS, sizeof *states);
	int64_t now = 1700000000 * SECOND;

	ck_assert_ptr_nonnull(states);
	for (size_t key = 0; key < KEYS; key++)
		if (!limit_take(&limit, &states[key], now + (int64_t)key, key % 100 + 1))
			ck_abort_msg("key %zu is full", key);
	for (size_t key = 0; key < KEYS; key++) {
		if (limit_left(&limit, &states[key], now + KEYS) != 99 - key % 100)
			ck_abort_msg("key %zu has another's count", key);
		if (limit_take(&limit, &states[key], now + KEYS, 100 - key % 100))
			ck_abort_msg("key %zu has room for too much", key);
	}
	free(states);
}
END_TEST

SUITE_MAIN(limit_random, quotas_agree_with_a_history_of_every_event, rates_agree_with_a_history_of_every_event,
	   no_sequence_of_clock_steps_blocks_anybody_for_longer_than_a_period, a_million_keys_do_not_know_each_other)
