/* SPDX-License-Identifier: BSD-2-Clause */
/* counter.h - one counter as the durable stores keep it, and what a call does to several of them at once.
 *
 * Kept as one line of ASCII, which people can read too, with its fields between single blanks:
 *
 *      1 quota 50000 86400000000 0 1700000000000000 0 29514 12:3 59:1
 *
 * the format's version; kind, amount, period in microseconds and burst of the limit it was last counted under; when it was last told that 80 %
 * and 100 % were reached, in microseconds, 0: never; limit_state.at_us; and each of limit_state.buckets that is not zero, in order, as index:value.
 *
 * A counter that comes under another limit keeps its counts as limit_change does; its thresholds are told anew. */
#ifndef POSTERN_MILTER_STORES_COUNTER_H
#define POSTERN_MILTER_STORES_COUNTER_H

#include "milter/stores/store.h"

enum { COUNTER_TEXT_MAX = 2048 }; /* octets with NUL: sixty slices of 24 octets, and eight numbers */

struct counter {
	struct limit limit; /* its kind, amount, period and burst */
	struct limit_state state;
	int64_t most_us, all_us; /* when the thresholds were last told */
	bool known;              /* it was kept before; else all else is zero */
	bool changed;            /* it differs from what is kept */
};

/* False when it is no such line; *counter_out is left alone. */
bool counter_read(struct bytes text, struct counter *counter_out);
/* Returns the length. */
size_t counter_write(const struct counter *counter, char text_out[COUNTER_TEXT_MAX]);

/* From that time on it cannot say anything any more. */
int64_t counter_expires_us(const struct counter *counter, int64_t now_us);
/* From now on it is counted under this limit; and it follows a clock that went back. */
void counter_adopt(struct counter *counter, const struct limit *limit, int64_t now_us);

/* Sets used, left and wait_us. */
void counter_answer(const struct counter *counter, struct charge *charge, int64_t now_us);
/* The calls of struct services, with counters[i] for charges[i]; equal keys have the same counter, and are counted one after the other. A look counts
 * nothing, but may change a counter, too: when the clock went back, and when it is the first to be told that its message does not fit
 * into what a quota has left, since such a message is refused at once and never charged. A counter that is not known stays so. */
void counters_look(struct counter *const *counters, struct charge *charges, size_t count, int64_t now_us);
void counters_charge(struct counter *const *counters, struct charge *charges, size_t count, int64_t now_us);
void counters_release(struct counter *const *counters, const struct charge *charges, size_t count, int64_t now_us);

void counter_entry(const char *key, const struct counter *counter, int64_t now_us, struct store_entry *entry_out);

#endif
