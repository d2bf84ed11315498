/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/statistics.h"

#include "milter/stores/shared_memory.h"

#include <sys/mman.h>

const char *const statistics_stage_names[STATISTICS_STAGE_COUNT] = {
	"connect", "mail", "rcpt", "headers", "body", "end"
};
const char *const statistics_store_names[STATISTICS_STORES] = { "memory", "sqlite", "redis" };
const char *const statistics_reload_names[RELOAD_FAILED + 1] = { "none", "ok", "wrong", "failed" };

struct statistics *
statistics_new(void)
{
	return shared_memory_new(sizeof(struct statistics));
}

void
statistics_free(struct statistics *statistics)
{
	shared_memory_free(statistics, sizeof *statistics);
}

void
statistics_seal(struct statistics *statistics)
{
	mprotect(statistics, sizeof *statistics, PROT_READ);
}

struct statistics_slot *
statistics_slot(struct statistics *statistics, unsigned slot)
{
	return statistics != NULL && slot < STATISTICS_SLOTS ? &statistics->slots[slot] : NULL;
}

/* --- counting ----------------------------------------------------------------------------------------------------- */

static void
add(atomic_uint_least64_t *count, uint64_t more)
{
	atomic_fetch_add_explicit(count, more, memory_order_relaxed);
}

void
statistics_beat(struct statistics_slot *slot)
{
	if (slot != NULL)
		add(&slot->beats, 1);
}

void
statistics_session_began(struct statistics_slot *slot)
{
	if (slot == NULL)
		return;
	add(&slot->sessions, 1);
	add(&slot->sessions_open, 1);
}

void
statistics_session_ended(struct statistics_slot *slot)
{
	if (slot != NULL)
		atomic_fetch_sub_explicit(&slot->sessions_open, 1, memory_order_relaxed);
}

void
statistics_decided(struct statistics_slot *slot, const struct verdict *verdict)
{
	if (slot == NULL)
		return;
	if (verdict_is_final(verdict) && verdict->stage == STAGE_CONNECT)
		add(&slot->sessions_refused, 1);
	else
		add(&slot->messages[verdict->kind], 1);
	if (verdict->failed)
		add(&slot->failures[verdict->failure], 1);
}

void
statistics_recipient(struct statistics_slot *slot, const struct verdict *verdict)
{
	if (slot == NULL)
		return;
	add(&slot->recipients[verdict->kind], 1);
	if (verdict->failed)
		add(&slot->failures[verdict->failure], 1);
}

void
statistics_found(struct statistics_slot *slot, const struct message *message)
{
	if (slot == NULL)
		return;
	for (size_t i = 0; i < message->finding_count; i++)
		add(&slot->hits[check_index(message->findings[i].check)][message->findings[i].mode], 1);
}

void
statistics_failed(struct statistics_slot *slot, const struct policy *policy, enum failure failure)
{
	const struct failure_answer *answer = &policy->failures[failure];

	if (slot == NULL)
		return;
	add(&slot->failures[failure], 1);
	if (answer->accept)
		add(&slot->messages[VERDICT_ACCEPT], 1);
	else
		add(&slot->messages[reply_defers(&answer->reply) ? VERDICT_DEFER : VERDICT_REFUSE], 1);
}

void
statistics_looked_up(struct statistics_slot *slot, enum table_kind kind, enum table_answer answer)
{
	if (slot != NULL)
		add(&slot->lookups[kind][answer], 1);
}

int64_t
statistics_bound_ns(size_t bucket)
{
	return INT64_C(1) << (STATISTICS_BOUND_LEAST + bucket);
}

/* The first bucket whose bound is not below. */
static size_t
bucket_of(int64_t ns)
{
	uint64_t units = ns > 0 ? ((uint64_t)ns - 1) >> STATISTICS_BOUND_LEAST : 0;
	size_t bucket = units > 0 ? 64 - (size_t)__builtin_clzll(units) : 0;

	return bucket < STATISTICS_BUCKETS ? bucket : STATISTICS_BUCKETS - 1;
}

static void
note_time(struct statistics_histogram *histogram, int64_t ns)
{
	add(&histogram->buckets[bucket_of(ns)], 1);
	add(&histogram->sum_ns, ns > 0 ? (uint64_t)ns : 0);
}

void
statistics_spent(struct statistics_slot *slot, enum statistics_stage stage, int64_t ns)
{
	if (slot != NULL)
		note_time(&slot->stages[stage], ns);
}

void
statistics_store_called(struct statistics_slot *slot, enum counters_store store, bool answered, int64_t ns)
{
	if (slot == NULL)
		return;
	note_time(&slot->stores[store].calls, ns);
	if (!answered)
		add(&slot->stores[store].failures, 1);
}

void
statistics_forget_worker(struct statistics *statistics, unsigned slot)
{
	struct statistics_slot *gone = statistics_slot(statistics, slot);

	if (gone != NULL)
		atomic_store_explicit(&gone->sessions_open, 0, memory_order_relaxed);
}

/* --- the sum ------------------------------------------------------------------------------------------------------ */

static void
gather(uint64_t *sums, const atomic_uint_least64_t *counts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sums[i] += atomic_load_explicit(&counts[i], memory_order_relaxed);
}

static void
gather_times(struct statistics_times *sum, const struct statistics_histogram *histogram)
{
	gather(sum->buckets, histogram->buckets, STATISTICS_BUCKETS);
	gather(&sum->sum_ns, &histogram->sum_ns, 1);
}

static void
gather_slot(struct statistics_sum *sum, const struct statistics_slot *slot)
{
	gather(sum->messages, slot->messages, VERDICT_COUNT);
	gather(sum->recipients, slot->recipients, VERDICT_COUNT);
	gather(&sum->sessions, &slot->sessions, 1);
	gather(&sum->sessions_open, &slot->sessions_open, 1);
	gather(&sum->sessions_refused, &slot->sessions_refused, 1);
	for (size_t i = 0; i < CHECKS_MAX; i++)
		gather(sum->hits[i], slot->hits[i], MODE_COUNT);
	gather(sum->failures, slot->failures, FAILURE_COUNT);
	for (size_t i = 0; i < TABLE_KIND_COUNT; i++)
		gather(sum->lookups[i], slot->lookups[i], TABLE_FAILED + 1);
	for (size_t i = 0; i < STATISTICS_STAGE_COUNT; i++)
		gather_times(&sum->stages[i], &slot->stages[i]);
	for (size_t i = 0; i < STATISTICS_STORES; i++) {
		gather_times(&sum->stores[i], &slot->stores[i].calls);
		gather(&sum->store_failures[i], &slot->stores[i].failures, 1);
	}
}

static void
count_times(struct statistics_times *times)
{
	for (size_t i = 0; i < STATISTICS_BUCKETS; i++)
		times->count += times->buckets[i];
}

void
statistics_sum(const struct statistics *statistics, struct statistics_sum *sum_out)
{
	*sum_out = (struct statistics_sum){ .sessions = 0 };
	for (size_t i = 0; i < STATISTICS_SLOTS; i++)
		gather_slot(sum_out, &statistics->slots[i]);
	for (size_t i = 0; i < STATISTICS_STAGE_COUNT; i++)
		count_times(&sum_out->stages[i]);
	for (size_t i = 0; i < STATISTICS_STORES; i++)
		count_times(&sum_out->stores[i]);
}

int64_t
statistics_quantile_ns(const struct statistics_times *times, double share)
{
	uint64_t below = 0;

	for (size_t i = 0; i < STATISTICS_BUCKETS; i++) {
		below += times->buckets[i];
		if (times->count > 0 && (double)below >= share * (double)times->count)
			return i + 1 < STATISTICS_BUCKETS ? statistics_bound_ns(i) : INT64_MAX;
	}
	return 0;
}
