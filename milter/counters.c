/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/counters.h"

#include "milter/clock.h"
#include "milter/counters_log.h"

#include <stdlib.h>

struct source {
	struct store *store; /* or NULL */
	struct counters_log log;
};

struct counters {
	const struct counters_conf *conf;
	struct statistics_slot *statistics; /* or NULL */
	struct source memory, other;
};

enum operation { LOOK, CHARGE };

/* Those of a message's charges that go to one store. */
struct part {
	struct charge charges[CHARGES_MAX];
	size_t places[CHARGES_MAX]; /* among all */
	size_t count;
};

struct counters *
counters_new(const struct counters_conf *conf, struct store *memory, struct store *other)
{
	struct counters *counters = calloc(1, sizeof *counters);

	if (counters == NULL)
		return NULL;
	counters->conf = conf;
	counters->memory.store = memory;
	counters->other.store = other;
	counters_log_init(&counters->memory.log, conf->on_failure);
	counters_log_init(&counters->other.log, conf->on_failure);
	return counters;
}

void
counters_measure(struct counters *counters, struct statistics_slot *statistics)
{
	counters->statistics = statistics;
}

void
counters_free(struct counters *counters)
{
	if (counters == NULL)
		return;
	counters_log_destroy(&counters->memory.log);
	counters_log_destroy(&counters->other.log);
	free(counters);
}

/* --- which store -------------------------------------------------------------------------------------------------- */

static bool
is_in_memory(const struct counters *counters, const struct charge *charge)
{
	if (counters->conf->store == COUNTERS_MEMORY || charge->counted == COUNTED_IN_MEMORY)
		return true;
	return charge->limit.kind == LIMIT_RATE && counters->conf->rates_in_memory;
}

static void
take_part(const struct counters *counters, const struct charge *charges, size_t count, bool in_memory,
	  struct part *part)
{
	part->count = 0;
	for (size_t i = 0; i < count && i < CHARGES_MAX; i++) {
		if (charges[i].counted == COUNTED_NOWHERE || is_in_memory(counters, &charges[i]) != in_memory)
			continue;
		part->charges[part->count] = charges[i];
		part->places[part->count++] = i;
	}
}

static void
give_answers(const struct part *part, struct charge *charges)
{
	for (size_t i = 0; i < part->count; i++)
		charges[part->places[i]] = part->charges[i];
}

/* What was answered before, or by a store that failed, does not count. */
static void
clear_answers(struct charge *charges, size_t count, enum counted counted)
{
	for (size_t i = 0; i < count; i++) {
		struct charge *charge = &charges[i];

		charge->over = charge->reached_most = charge->reached_all = false;
		charge->used = charge->left = 0;
		charge->wait_us = 0;
		charge->counted = counted;
	}
}

static bool
refuses(const struct charge *charges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (charges[i].enforced && charges[i].over)
			return true;
	return false;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static bool
ask(struct counters *counters, struct source *source, enum operation operation, struct part *part)
{
	struct store *store = source->store;
	bool answered = false;

	if (part->count == 0)
		return true;
	int64_t began_ns = clock_ns();
	if (store != NULL && operation == LOOK)
		answered = store->class->look(store, part->charges, part->count);
	else if (store != NULL)
		answered = store->class->charge(store, part->charges, part->count);
	statistics_store_called(counters->statistics,
				source == &counters->memory ? COUNTERS_MEMORY : counters->conf->store, answered,
				clock_ns() - began_ns);
	counters_log_answer(&source->log, store, answered);
	if (!answered)
		clear_answers(part->charges, part->count, COUNTED_IN_STORE);
	return answered;
}

/* What memory has counted already does not count, because the other store's part is not. */
static void
take_back(struct counters *counters, struct part *memory)
{
	struct store *store = counters->memory.store;
	struct part now = *memory;

	if (memory->count == 0 || memory->charges[0].counted == COUNTED_NOWHERE)
		return;
	store->class->release(store, memory->charges, memory->count);
	if (!store->class->look(store, now.charges, now.count))
		return;
	for (size_t i = 0; i < memory->count; i++) {
		memory->charges[i].used = now.charges[i].used;
		memory->charges[i].left = now.charges[i].left;
		memory->charges[i].wait_us = now.charges[i].wait_us;
	}
}

/* The memory store answers for one that did not, or nobody does. */
static bool
ask_instead(struct counters *counters, enum operation operation, struct part *part)
{
	if (counters->conf->on_failure == COUNTERS_TEMPFAIL)
		return false;
	if (counters->conf->on_failure == COUNTERS_LOCAL) {
		if (!ask(counters, &counters->memory, operation, part))
			return false;
		for (size_t i = 0; i < part->count; i++)
			part->charges[i].counted = COUNTED_IN_MEMORY;
		return true;
	}
	clear_answers(part->charges, part->count, COUNTED_NOWHERE);
	for (size_t i = 0; i < part->count; i++)
		part->charges[i].left = UINT64_MAX;
	return true;
}

/* Memory, which costs nothing, first: what it refuses needs no other answer. */
static bool
ask_both(struct counters *counters, enum operation operation, struct part *memory, struct part *other)
{
	if (!ask(counters, &counters->memory, operation, memory)) {
		if (counters->conf->on_failure != COUNTERS_ACCEPT)
			return false;
		ask_instead(counters, operation, memory);
	}
	if (operation == CHARGE && refuses(memory->charges, memory->count))
		return true;
	if (!ask(counters, &counters->other, operation, other) && !ask_instead(counters, operation, other)) {
		if (operation == CHARGE)
			take_back(counters, memory);
		return false;
	}
	if (operation == CHARGE && refuses(other->charges, other->count))
		take_back(counters, memory);
	return true;
}

static bool
ask_all(struct counters *counters, enum operation operation, struct charge *charges, size_t count)
{
	struct part memory, other;

	clear_answers(charges, count, COUNTED_IN_STORE);
	take_part(counters, charges, count, true, &memory);
	take_part(counters, charges, count, false, &other);
	if (!ask_both(counters, operation, &memory, &other))
		return false;
	give_answers(&memory, charges);
	give_answers(&other, charges);
	for (size_t i = 0; i < count; i++)
		counters_log_thresholds(&charges[i]);
	counters_log_forgotten(&counters->memory.log, counters->memory.store);
	return true;
}

bool
counters_look_all(struct counters *counters, struct charge *charges, size_t count)
{
	return ask_all(counters, LOOK, charges, count);
}

bool
counters_charge_all(struct counters *counters, struct charge *charges, size_t count)
{
	if (!ask_all(counters, CHARGE, charges, count))
		return false;
	if (refuses(charges, count))
		for (size_t i = 0; i < count; i++)
			charges[i].counted = COUNTED_NOWHERE;
	return true;
}

static void
release_part(struct store *store, const struct part *part)
{
	if (store != NULL && part->count > 0)
		store->class->release(store, part->charges, part->count);
}

void
counters_release_all(struct counters *counters, const struct charge *charges, size_t count)
{
	struct part memory, other;

	take_part(counters, charges, count, true, &memory);
	take_part(counters, charges, count, false, &other);
	release_part(counters->memory.store, &memory);
	release_part(counters->other.store, &other);
}
