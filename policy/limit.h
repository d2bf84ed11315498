/* SPDX-License-Identifier: BSD-2-Clause */
/* limit.h - the arithmetic of rates and quotas. Time is passed in, in microseconds of any clock; states are plain memory.
 *
 *      struct limit limit;
 *      limit_parse("14/1s burst 28", LIMIT_RATE, &limit, rule);
 *      struct limit_state state = { 0 };               nothing was counted yet
 *      if (limit_take(&limit, &state, now_us, 3)) ...  three units passed
 *
 * A rate is the generic cell rate algorithm: units flow out evenly, and up to `burst` may come at once. A message of more units than the burst
 * passes when nothing is owed, and is owed whole after: large messages wait, they do not wait for ever.
 *
 * A quota is a rolling window: never more than `amount` units within any period. It is counted in LIMIT_BUCKETS slices, and a slice
 * is forgotten whole once all of it is older than the period: units come free at most a slice late, never early. That is why all slices but
 * the newest make up a period, and each is a 59th of it.
 *
 * Clocks step. Forward, time has passed. When the clock went back, what is counted keeps the age it had, as if no time had passed:
 * nobody waits longer than after a full burst, or a full period and a slice. A step back of less than a slice is waited out, a slice longer at
 * most, so that callers whose clocks differ by a little do not age what others counted. No arithmetic overflows: amounts
 * and periods are bounded, sums saturate. */
#ifndef POSTERN_POLICY_LIMIT_H
#define POSTERN_POLICY_LIMIT_H

#include "policy/settings.h"

enum limit_kind { LIMIT_RATE, LIMIT_QUOTA };

enum limit_unit { UNIT_MESSAGES, UNIT_RECIPIENTS, UNIT_BYTES, UNIT_COUNT };
extern const char *const limit_unit_names[UNIT_COUNT + 1]; /* messages, recipients, bytes, NULL */

#define LIMIT_AMOUNT_MAX \
	((uint64_t)1000 * 1000 * 1000 * 1000 * 1000) /* a petabyte: products with periods stay within 128 bits */
enum {
	LIMIT_BUCKETS = 60,
	LIMIT_PERIOD_MAX_S = 366 * 24 * 3600, /* a year */
	LIMIT_STRING_MAX = 64
};

struct limit {
	enum limit_kind kind;
	uint64_t amount;   /* units in a period, from 1 */
	int64_t period_us; /* from a second on */
	uint64_t burst;    /* of a rate, from 1: its amount unless written; of a quota 0 */
	bool unlimited;    /* "none": nothing is counted; the rest is zero */
};

/* Reads "14/1s", "500/1h30m burst 20", "50000/24h", "10 GiB/1d", or "none". Durations have days, hours, minutes and seconds. On failure returns
 * false, leaves *limit_out alone and writes the broken rule, in plain words, into rule_out (REPLY_RULE_MAX octets). */
bool limit_parse(const char *string, enum limit_kind kind, struct limit *limit_out, char *rule_out);
/* "50000/24h": as it would be written. */
void limit_string(const struct limit *limit, char string_out[LIMIT_STRING_MAX]);

/* All zero: nothing was counted. Only the first LIMIT_RATE_BUCKETS buckets mean anything for a rate. */
enum { LIMIT_RATE_BUCKETS = 2 };
struct limit_state {
	int64_t at_us; /* of a rate: when nothing will be owed; of a quota: the newest slice, counted from 0 of the clock */
	/* Of a quota: units, by slice modulo LIMIT_BUCKETS. Of a rate: the part of at_us below a microsecond, in parts of
	 * one limit.amount-th, and the time of the last count, by which a clock that went back is known. */
	uint64_t buckets[LIMIT_BUCKETS];
};

/* Microseconds that a slice of the period lasts, a 59th of it. */
int64_t limit_slice_us(const struct limit *limit);

/* Brings a state to a clock that went back, and says whether that changed it. What changes a state does this first. Who only asks, and keeps the
 * state, must do it, too: else nothing grows older until the clock is again where it was. */
bool limit_follow(const struct limit *limit, struct limit_state *state, int64_t now_us);

/* Units counted at that time: within the period, or owed. */
uint64_t limit_used(const struct limit *limit, const struct limit_state *state, int64_t now_us);
/* Units that would pass at that time; of a rate at most its burst, although more pass when nothing is owed. */
uint64_t limit_left(const struct limit *limit, const struct limit_state *state, int64_t now_us);
bool limit_passes(const struct limit *limit, const struct limit_state *state, int64_t now_us, uint64_t units);
/* Counts the units when they pass; else only follows the clock. */
bool limit_take(const struct limit *limit, struct limit_state *state, int64_t now_us, uint64_t units);
/* Units taken before, at that time or a little earlier, do not count after all. Never below nothing. */
void limit_give_back(const struct limit *limit, struct limit_state *state, int64_t now_us, uint64_t units);
/* As if so many had been counted just now, and nothing else. */
void limit_set(const struct limit *limit, struct limit_state *state, int64_t now_us, uint64_t used);
/* Microseconds until the units pass if nothing else is taken; 0: now; -1: never (more than a quota's amount). */
int64_t limit_wait(const struct limit *limit, const struct limit_state *state, int64_t now_us, uint64_t units);

/* The limit was another one when the state was last counted under it: as many units are counted as were. Where only a quota's amount
 * differs, each keeps its age. */
void limit_change(const struct limit *old, const struct limit *limit, struct limit_state *state, int64_t now_us);

#endif
