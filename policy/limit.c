/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/limit.h"

#include <assert.h>
#include <string.h>

/* Microseconds times an amount, or units times a period: below 2^64 * 2^45. */
__extension__ typedef unsigned __int128 product;
/* A slice's edge: below 2^63 of either sign, and a period more. */
__extension__ typedef __int128 wide;

/* What buckets[] holds of a rate. */
enum { RATE_PART, RATE_COUNTED };

#define DEBT_MAX_US (INT64_MAX / 4) /* 73,000 years: more than that is not owed */

static uint64_t
add_saturated(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* later - earlier within 0..DEBT_MAX_US. */
static uint64_t
microseconds_between(int64_t earlier, int64_t later)
{
	wide between = (wide)later - earlier;

	if (between < 0)
		return 0;
	return between > DEBT_MAX_US ? (uint64_t)DEBT_MAX_US : (uint64_t)between;
}

int64_t
limit_slice_us(const struct limit *limit)
{
	return (limit->period_us + LIMIT_BUCKETS - 2) / (LIMIT_BUCKETS - 1);
}

/* --- rates: what is owed is kept in units times the period, which is microseconds times the amount ---------------- */

/* The clock, but for a small step back: that is waited out. */
static int64_t
rate_clock(const struct limit *limit, const struct limit_state *state, int64_t now_us)
{
	int64_t counted_us = (int64_t)state->buckets[RATE_COUNTED];
	uint64_t back_us = microseconds_between(now_us, counted_us);

	return back_us < (uint64_t)limit_slice_us(limit) ? now_us + (int64_t)back_us : now_us;
}

static product
rate_debt(const struct limit *limit, const struct limit_state *state, int64_t now_us)
{
	int64_t counted_us = (int64_t)state->buckets[RATE_COUNTED];
	uint64_t part = state->buckets[RATE_PART];
	/* When the clock went back, as much is owed as was then. */
	int64_t from_us = now_us < counted_us ? counted_us : now_us;

	if (state->at_us < from_us)
		return 0;
	if (part >= limit->amount) /* the amount was a larger one */
		part = limit->amount - 1;
	return (product)microseconds_between(from_us, state->at_us) * limit->amount + part;
}

static void
rate_owe(const struct limit *limit, struct limit_state *state, int64_t now_us, product debt)
{
	product whole_us = debt / limit->amount;

	if (whole_us > DEBT_MAX_US) {
		whole_us = DEBT_MAX_US;
		debt = 0;
	}
	now_us = rate_clock(limit, state, now_us);
	wide at_us = (wide)now_us + (int64_t)whole_us;
	state->at_us = at_us > INT64_MAX ? INT64_MAX : (int64_t)at_us;
	state->buckets[RATE_PART] = (uint64_t)(debt % limit->amount);
	state->buckets[RATE_COUNTED] = (uint64_t)now_us;
}

static bool
rate_follow(const struct limit *limit, struct limit_state *state, int64_t now_us)
{
	if (rate_clock(limit, state, now_us) >= (int64_t)state->buckets[RATE_COUNTED])
		return false;
	rate_owe(limit, state, now_us, rate_debt(limit, state, now_us));
	return true;
}

static product
rate_units(const struct limit *limit, uint64_t units)
{
	return (product)units * (uint64_t)limit->period_us;
}

static bool
rate_passes(const struct limit *limit, product debt, uint64_t units)
{
	return debt == 0 || debt + rate_units(limit, units) <= rate_units(limit, limit->burst);
}

static uint64_t
rate_used(const struct limit *limit, product debt)
{
	product period_us = (uint64_t)limit->period_us;
	product units = (debt + period_us - 1) / period_us; /* a unit of which some is owed is owed */

	return units > UINT64_MAX ? UINT64_MAX : (uint64_t)units;
}

static uint64_t
rate_left(const struct limit *limit, product debt)
{
	product most = rate_units(limit, limit->burst);

	return debt >= most ? 0 : (uint64_t)((most - debt) / (uint64_t)limit->period_us);
}

static int64_t
rate_wait(const struct limit *limit, const struct limit_state *state, int64_t now_us, uint64_t units)
{
	product excess = rate_debt(limit, state, now_us); /* more than the burst waits until nothing is owed */

	if (units <= limit->burst)
		excess -= rate_units(limit, limit->burst - units);
	int64_t waited_out_us = rate_clock(limit, state, now_us) - now_us;
	return (int64_t)((excess + limit->amount - 1) / limit->amount) + waited_out_us;
}

/* --- quotas ------------------------------------------------------------------------------------------------------- */

static int64_t
slice_at(const struct limit *limit, int64_t now_us)
{
	int64_t length_us = limit_slice_us(limit);

	return now_us / length_us - (now_us % length_us < 0);
}

static size_t
bucket_of(int64_t slice)
{
	int64_t bucket = slice % LIMIT_BUCKETS;

	return (size_t)(bucket < 0 ? bucket + LIMIT_BUCKETS : bucket);
}

/* The newest slice becomes this one, and what was counted keeps its age. */
static void
quota_turn_back(struct limit_state *state, int64_t slice)
{
	const struct limit_state before = *state;
	size_t to = bucket_of(slice), from = bucket_of(state->at_us);

	for (size_t age = 0; age < LIMIT_BUCKETS; age++)
		state->buckets[(to + age) % LIMIT_BUCKETS] = before.buckets[(from + age) % LIMIT_BUCKETS];
	state->at_us = slice;
}

static bool
quota_follow(const struct limit *limit, struct limit_state *state, int64_t now_us)
{
	int64_t slice = slice_at(limit, now_us);

	if (slice >= state->at_us || (uint64_t)state->at_us - (uint64_t)slice == 1) /* that is waited out */
		return false;
	quota_turn_back(state, slice);
	return true;
}

/* Forgets what is older than the period. */
static void
quota_bring_to(const struct limit *limit, struct limit_state *state, int64_t now_us)
{
	int64_t slice = slice_at(limit, now_us);

	if (slice <= state->at_us) {
		quota_follow(limit, state, now_us);
		return;
	}
	uint64_t forward = (uint64_t)slice - (uint64_t)state->at_us;
	if (forward >= LIMIT_BUCKETS)
		memset(state->buckets, 0, sizeof state->buckets);
	else
		for (uint64_t i = 0; i < forward; i++)
			state->buckets[bucket_of(slice - (int64_t)i)] = 0;
	state->at_us = slice;
}

static struct limit_state
quota_at(const struct limit *limit, const struct limit_state *state, int64_t now_us)
{
	struct limit_state brought = *state;

	quota_bring_to(limit, &brought, now_us);
	return brought;
}

static uint64_t
quota_sum(const struct limit_state *state)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < LIMIT_BUCKETS; i++)
		sum = add_saturated(sum, state->buckets[i]);
	return sum;
}

static uint64_t
quota_left(const struct limit *limit, uint64_t used)
{
	return used >= limit->amount ? 0 : limit->amount - used;
}

/* Newest first: what is given back was taken a moment ago. */
static void
quota_give_back(struct limit_state *state, uint64_t units)
{
	for (int64_t age = 0; age < LIMIT_BUCKETS && units > 0; age++) {
		uint64_t *bucket = &state->buckets[bucket_of(state->at_us - age)];
		uint64_t less = units < *bucket ? units : *bucket;

		*bucket -= less;
		units -= less;
	}
}

/* Until the oldest slices are forgotten that leave too little. */
static int64_t
quota_wait(const struct limit *limit, const struct limit_state *state, int64_t now_us, uint64_t units)
{
	struct limit_state brought = quota_at(limit, state, now_us);
	int64_t slice = brought.at_us - LIMIT_BUCKETS;

	if (units > limit->amount)
		return -1;
	do
		brought.buckets[bucket_of(++slice)] = 0;
	while (units > quota_left(limit, quota_sum(&brought)));
	return (int64_t)(((wide)slice + LIMIT_BUCKETS) * limit_slice_us(limit) - now_us);
}

/* --- both --------------------------------------------------------------------------------------------------------- */

bool
limit_follow(const struct limit *limit, struct limit_state *state, int64_t now_us)
{
	if (limit->unlimited)
		return false;
	return limit->kind == LIMIT_RATE ? rate_follow(limit, state, now_us) : quota_follow(limit, state, now_us);
}

uint64_t
limit_used(const struct limit *limit, const struct limit_state *state, int64_t now_us)
{
	struct limit_state brought;

	if (limit->unlimited)
		return 0;
	assert(limit->amount > 0 && limit->period_us > 0);
	if (limit->kind == LIMIT_RATE)
		return rate_used(limit, rate_debt(limit, state, now_us));
	brought = quota_at(limit, state, now_us);
	return quota_sum(&brought);
}

uint64_t
limit_left(const struct limit *limit, const struct limit_state *state, int64_t now_us)
{
	if (limit->unlimited)
		return UINT64_MAX;
	if (limit->kind == LIMIT_RATE)
		return rate_left(limit, rate_debt(limit, state, now_us));
	return quota_left(limit, limit_used(limit, state, now_us));
}

bool
limit_passes(const struct limit *limit, const struct limit_state *state, int64_t now_us, uint64_t units)
{
	if (limit->unlimited || units == 0)
		return true;
	if (limit->kind == LIMIT_RATE)
		return rate_passes(limit, rate_debt(limit, state, now_us), units);
	return units <= limit_left(limit, state, now_us);
}

bool
limit_take(const struct limit *limit, struct limit_state *state, int64_t now_us, uint64_t units)
{
	limit_follow(limit, state, now_us);
	if (!limit_passes(limit, state, now_us, units))
		return false;
	if (limit->unlimited || units == 0)
		return true;
	if (limit->kind == LIMIT_RATE) {
		rate_owe(limit, state, now_us, rate_debt(limit, state, now_us) + rate_units(limit, units));
		return true;
	}
	quota_bring_to(limit, state, now_us);
	state->buckets[bucket_of(state->at_us)] += units; /* no more than the amount */
	return true;
}

void
limit_give_back(const struct limit *limit, struct limit_state *state, int64_t now_us, uint64_t units)
{
	if (limit->unlimited)
		return;
	if (limit->kind == LIMIT_RATE) {
		product debt = rate_debt(limit, state, now_us), less = rate_units(limit, units);

		rate_owe(limit, state, now_us, debt > less ? debt - less : 0);
		return;
	}
	quota_bring_to(limit, state, now_us);
	quota_give_back(state, units);
}

void
limit_set(const struct limit *limit, struct limit_state *state, int64_t now_us, uint64_t used)
{
	*state = (struct limit_state){ 0 };
	if (limit->unlimited)
		return;
	if (limit->kind == LIMIT_RATE) {
		rate_owe(limit, state, now_us, rate_units(limit, used));
		return;
	}
	state->at_us = slice_at(limit, now_us);
	state->buckets[bucket_of(state->at_us)] = used;
}

int64_t
limit_wait(const struct limit *limit, const struct limit_state *state, int64_t now_us, uint64_t units)
{
	if (limit_passes(limit, state, now_us, units))
		return 0;
	if (limit->kind == LIMIT_RATE)
		return rate_wait(limit, state, now_us, units);
	return quota_wait(limit, state, now_us, units);
}

void
limit_change(const struct limit *old, const struct limit *limit, struct limit_state *state, int64_t now_us)
{
	bool alike =
		old->kind == limit->kind && old->unlimited == limit->unlimited && old->period_us == limit->period_us;

	if (alike && (limit->kind == LIMIT_QUOTA || old->amount == limit->amount))
		return;
	limit_set(limit, state, now_us, limit_used(old, state, now_us));
}
