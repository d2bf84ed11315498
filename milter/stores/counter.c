/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/stores/counter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_VERSION = 1 };

static const char *const kind_names[] = { [LIMIT_RATE] = "rate", [LIMIT_QUOTA] = "quota" };

/* Takes what stands before the next occurrence of the separator, or the end, off the text. */
static struct bytes
take_word(struct bytes *text, char separator)
{
	ptrdiff_t at = bytes_find(*text, separator);
	struct bytes word = { text->data, at < 0 ? text->length : (size_t)at };

	*text = bytes_from(*text, at < 0 ? text->length : (size_t)at + 1);
	return word;
}

static bool
read_number(struct bytes word, uint64_t most, uint64_t *number_out)
{
	uint64_t number = 0;

	if (word.length == 0)
		return false;
	for (size_t i = 0; i < word.length; i++) {
		if (!ascii_is_digit(word.data[i]))
			return false;
		uint64_t digit = (uint64_t)(word.data[i] - '0');
		if (number > (most - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*number_out = number;
	return true;
}

static bool
read_time(struct bytes *text, int64_t *us_out)
{
	uint64_t number;

	if (!read_number(take_word(text, ' '), INT64_MAX, &number))
		return false;
	*us_out = (int64_t)number;
	return true;
}

static bool
read_limit(struct bytes *text, struct limit *limit_out)
{
	struct bytes kind = take_word(text, ' ');
	uint64_t period_us;

	if (bytes_is(kind, kind_names[LIMIT_QUOTA]))
		limit_out->kind = LIMIT_QUOTA;
	else if (bytes_is(kind, kind_names[LIMIT_RATE]))
		limit_out->kind = LIMIT_RATE;
	else
		return false;
	if (!read_number(take_word(text, ' '), LIMIT_AMOUNT_MAX, &limit_out->amount) ||
	    !read_number(take_word(text, ' '), (uint64_t)LIMIT_PERIOD_MAX_S * 1000000, &period_us) ||
	    !read_number(take_word(text, ' '), LIMIT_AMOUNT_MAX, &limit_out->burst))
		return false;
	limit_out->period_us = (int64_t)period_us;
	return limit_out->amount > 0 && period_us >= 1000000 &&
	       (limit_out->burst > 0 || limit_out->kind == LIMIT_QUOTA);
}

static bool
read_slices(struct bytes text, struct limit_state *state)
{
	while (text.length > 0) {
		struct bytes units = take_word(&text, ' ');
		struct bytes number = take_word(&units, ':');
		uint64_t i;

		if (!read_number(number, LIMIT_BUCKETS - 1, &i) || !read_number(units, UINT64_MAX, &state->buckets[i]))
			return false;
	}
	return true;
}

bool
counter_read(struct bytes text, struct counter *counter_out)
{
	struct counter counter = { .known = true };
	uint64_t version;

	if (!read_number(take_word(&text, ' '), TEXT_VERSION, &version) || version != TEXT_VERSION ||
	    !read_limit(&text, &counter.limit) || !read_time(&text, &counter.most_us) ||
	    !read_time(&text, &counter.all_us) || !read_time(&text, &counter.state.at_us) ||
	    !read_slices(text, &counter.state))
		return false;
	*counter_out = counter;
	return true;
}

size_t
counter_write(const struct counter *counter, char text_out[COUNTER_TEXT_MAX])
{
	const struct limit *limit = &counter->limit;
	size_t length = (size_t)snprintf(text_out, COUNTER_TEXT_MAX,
					 "%d %s %" PRIu64 " %" PRId64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64,
					 TEXT_VERSION, kind_names[limit->kind], limit->amount, limit->period_us,
					 limit->burst, counter->most_us, counter->all_us, counter->state.at_us);

	for (int i = 0; i < LIMIT_BUCKETS; i++)
		if (counter->state.buckets[i] > 0)
			length += (size_t)snprintf(text_out + length, COUNTER_TEXT_MAX - length, " %d:%" PRIu64, i,
						   counter->state.buckets[i]);
	return length;
}

/* The newest slice of a quota begins at that time at the latest. */
int64_t
counter_expires_us(const struct counter *counter, int64_t now_us)
{
	if (counter->limit.kind == LIMIT_RATE)
		return counter->state.at_us + 1;
	return now_us + LIMIT_BUCKETS * limit_slice_us(&counter->limit);
}

void
counter_adopt(struct counter *counter, const struct limit *limit, int64_t now_us)
{
	const struct limit *old = &counter->limit;

	if (counter->known) {
		limit_change(old, limit, &counter->state, now_us);
		if (old->kind != limit->kind || old->amount != limit->amount || old->period_us != limit->period_us)
			counter->most_us = counter->all_us = 0;
		counter->changed |= limit_follow(limit, &counter->state, now_us);
	}
	counter->limit = *limit;
}

void
counter_answer(const struct counter *counter, struct charge *charge, int64_t now_us)
{
	charge->used = limit_used(&charge->limit, &counter->state, now_us);
	charge->left = limit_left(&charge->limit, &counter->state, now_us);
	charge->wait_us = limit_wait(&charge->limit, &counter->state, now_us, charge->units);
}

static void
clear_answers(struct charge *charge)
{
	charge->over = charge->reached_most = charge->reached_all = false;
}

/* Whether it is the first time within a period; then it is remembered. */
static bool
mark(struct counter *counter, int64_t *told_us, int64_t now_us)
{
	if (*told_us > 0 && *told_us <= now_us && now_us - *told_us < counter->limit.period_us)
		return false;
	*told_us = now_us;
	counter->changed = true;
	return true;
}

static void
mark_thresholds(struct counter *counter, struct charge *charge, int64_t now_us)
{
	uint64_t amount = charge->limit.amount;

	if (charge->limit.kind != LIMIT_QUOTA)
		return;
	if (charge->used >= amount - amount / 5)
		charge->reached_most = mark(counter, &counter->most_us, now_us);
	if (charge->over || charge->used >= amount)
		charge->reached_all = mark(counter, &counter->all_us, now_us);
}

void
counters_look(struct counter *const *counters, struct charge *charges, size_t count, int64_t now_us)
{
	for (size_t i = 0; i < count; i++) {
		counter_adopt(counters[i], &charges[i].limit, now_us);
		clear_answers(&charges[i]);
		charges[i].over = !limit_passes(&charges[i].limit, &counters[i]->state, now_us, charges[i].units);
		counter_answer(counters[i], &charges[i], now_us);
		if (charges[i].over && counters[i]->known)
			mark_thresholds(counters[i], &charges[i], now_us);
	}
}

void
counters_charge(struct counter *const *counters, struct charge *charges, size_t count, int64_t now_us)
{
	struct counter before[CHARGES_MAX];
	bool refused = false;

	for (size_t i = 0; i < count; i++) {
		counter_adopt(counters[i], &charges[i].limit, now_us);
		before[i] = *counters[i];
	}
	for (size_t i = 0; i < count; i++) {
		clear_answers(&charges[i]);
		charges[i].over = !limit_take(&charges[i].limit, &counters[i]->state, now_us, charges[i].units);
		counters[i]->changed |= !charges[i].over && charges[i].units > 0;
		refused |= charges[i].over && charges[i].enforced;
	}
	for (size_t i = 0; refused && i < count; i++)
		*counters[i] = before[i];
	for (size_t i = 0; i < count; i++) {
		counter_answer(counters[i], &charges[i], now_us);
		if (!refused || charges[i].over)
			mark_thresholds(counters[i], &charges[i], now_us);
	}
}

void
counters_release(struct counter *const *counters, const struct charge *charges, size_t count, int64_t now_us)
{
	for (size_t i = 0; i < count; i++) {
		if (!counters[i]->known || charges[i].over)
			continue;
		counter_adopt(counters[i], &charges[i].limit, now_us);
		limit_give_back(&charges[i].limit, &counters[i]->state, now_us, charges[i].units);
		counters[i]->changed = true;
	}
}

void
counter_entry(const char *key, const struct counter *counter, int64_t now_us, struct store_entry *entry_out)
{
	*entry_out = (struct store_entry){
		.limit = counter->limit,
		.used = limit_used(&counter->limit, &counter->state, now_us),
		.left = limit_left(&counter->limit, &counter->state, now_us),
		.wait_us = limit_wait(&counter->limit, &counter->state, now_us, 1),
	};
	snprintf(entry_out->key, sizeof entry_out->key, "%s", key);
}
