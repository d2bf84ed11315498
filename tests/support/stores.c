/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/stores.h"

#include "tests/e2e/support/patience.h"
#include "tests/support/limits.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, PROCESSES = 4, QUOTA = 400, TRIES = 300 };

struct charge
charge_of(const char *key, const char *limit, uint64_t units)
{
	enum limit_kind kind = strstr(limit, "burst") != NULL ? LIMIT_RATE : LIMIT_QUOTA;
	struct charge charge = { .units = units, .enforced = true, .limit = limit_of(limit, kind) };

	snprintf(charge.key, sizeof charge.key, "%s", key);
	return charge;
}

static void
assert_charged(struct store *store, struct charge *charges, size_t count)
{
	const char *why = NULL;
	bool charged = store->class->charge(store, charges, count);

	if (!charged)
		store->class->healthy(store, &why);
	ck_assert_msg(charged, "the store does not charge: %s", why != NULL ? why : "no reason");
}

bool
charge_passes(struct store *store, const char *key, const char *limit, uint64_t units)
{
	struct charge charge = charge_of(key, limit, units);

	assert_charged(store, &charge, 1);
	return !charge.over;
}

uint64_t
charge_used(struct store *store, struct charge charge)
{
	ck_assert(store->class->look(store, &charge, 1));
	return charge.used;
}

uint64_t
units_used(struct store *store, const char *key, const char *limit)
{
	return charge_used(store, charge_of(key, limit, 1));
}

bool
store_charges(struct store *store)
{
	struct charge charge = charge_of("key", "100000/24h", 1);

	return store->class->charge(store, &charge, 1);
}

void
assert_store_says(struct store *store, const char *why)
{
	const char *said = NULL;

	ck_assert(!store->class->healthy(store, &said));
	ck_assert_ptr_nonnull(said);
	ck_assert_msg(strstr(said, why) != NULL, "it says: %s", said);
}

void
assert_store_fails(struct store *store, const char *why)
{
	ck_assert(!store_charges(store));
	assert_store_says(store, why);
}

void
assert_store_recovers(struct store *store)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	const char *why;

	while (!store_charges(store))
		ck_assert_msg(deadline_nap(&deadline), "the store does not recover");
	ck_assert(store->class->healthy(store, &why));
}

void
check_store_is_all_or_nothing(struct store *store)
{
	struct charge both[2] = { charge_of("wide", "10/1h", 3), charge_of("narrow", "5/1h", 3) };

	assert_charged(store, both, 2);
	ck_assert(!both[0].over && !both[1].over);
	ck_assert_uint_eq(both[0].used, 3);
	ck_assert_uint_eq(both[1].left, 2);
	assert_charged(store, both, 2);
	ck_assert(!both[0].over && both[1].over);
	ck_assert_int_gt(both[1].wait_us, 0);
	ck_assert_uint_eq(units_used(store, "wide", "10/1h"), 3);

	both[1].enforced = false;
	assert_charged(store, both, 2);
	ck_assert(!both[0].over && both[1].over);
	ck_assert_uint_eq(units_used(store, "wide", "10/1h"), 6);
	ck_assert_uint_eq(units_used(store, "narrow", "5/1h"), 3);

	struct charge twice[2] = { charge_of("twice", "5/1h", 3), charge_of("twice", "5/1h", 3) };
	assert_charged(store, twice, 2);
	ck_assert(!twice[0].over && twice[1].over);
	ck_assert_uint_eq(units_used(store, "twice", "5/1h"), 0);
}

void
check_store_tells_thresholds_once(struct store *store)
{
	static const struct {
		uint64_t units;
		bool over, most, all;
	} rows[] = {
		{ 7, false, false, false }, { 1, false, true, false },  { 1, false, false, false },
		{ 2, true, false, true },   { 1, false, false, false }, { 1, true, false, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct charge charge = charge_of("told", "10/1h", rows[i].units);
		assert_charged(store, &charge, 1);
		ck_assert_msg(charge.over == rows[i].over && charge.reached_most == rows[i].most &&
				      charge.reached_all == rows[i].all,
			      "step %zu: over %d, most %d, all %d", i, charge.over, charge.reached_most,
			      charge.reached_all);
	}
}

void
check_store_releases(struct store *store)
{
	struct charge charges[3] = { charge_of("kept", "10/1h", 6), charge_of("watched", "3/1h", 6),
				     charge_of("fast", "10/1000s burst 10", 6) };

	charges[1].enforced = false;
	assert_charged(store, charges, 3);
	ck_assert(charges[1].over);
	ck_assert(charge_passes(store, "watched", "3/1h", 2));
	store->class->release(store, charges, 3);
	ck_assert_uint_eq(units_used(store, "kept", "10/1h"), 0);
	ck_assert_uint_eq(units_used(store, "watched", "3/1h"), 2);
	ck_assert_uint_eq(units_used(store, "fast", "10/1000s burst 10"), 0);

	struct charge unknown = charge_of("unknown", "10/1h", 1);
	store->class->release(store, &unknown, 1);
	ck_assert_uint_eq(units_used(store, "unknown", "10/1h"), 0);
}

void
check_store_follows_changed_limits(struct store *store)
{
	ck_assert(charge_passes(store, "key", "10/1h", 7));
	ck_assert_uint_eq(units_used(store, "key", "20/1h"), 7);
	ck_assert(charge_passes(store, "key", "20/1h", 7));
	ck_assert(!charge_passes(store, "key", "10/1h", 1));
	ck_assert_uint_eq(units_used(store, "key", "100/24h"), 14);
	ck_assert(charge_passes(store, "key", "100/24h", 1));
}

void
check_store_follows_changed_kinds(struct store *store)
{
	ck_assert(charge_passes(store, "key", "100/24h", 15));
	ck_assert(!charge_passes(store, "key", "7/1000s burst 15", 1));
	ck_assert_uint_eq(units_used(store, "key", "7/1000s burst 15"), 15);
}

static bool
add_used(void *data, const struct store_entry *entry)
{
	uint64_t *sum = data;

	ck_assert(entry->limit.kind == LIMIT_QUOTA && entry->limit.amount == 10);
	ck_assert_uint_eq(entry->used + entry->left, 10);
	ck_assert(strncmp(entry->key, "user ", 5) == 0);
	*sum += entry->used;
	return true;
}

static bool
stop_at_once(void *data, const struct store_entry *entry)
{
	(void)entry;
	++*(int *)data;
	return false;
}

void
check_store_lists_resets_and_sets(struct store *store)
{
	uint64_t sum = 0;
	int visits = 0;
	bool known;
	char key[32];

	for (int i = 0; i < 150; i++) {
		snprintf(key, sizeof key, "user %d", i);
		ck_assert(charge_passes(store, key, "10/1h", 2));
	}
	ck_assert(store->class->list(store, add_used, &sum));
	ck_assert_uint_eq(sum, 300);
	ck_assert(store->class->list(store, stop_at_once, &visits));
	ck_assert_int_eq(visits, 1);

	ck_assert(store->class->reset(store, "user 3", &known) && known);
	ck_assert(store->class->reset(store, "user 3", &known) && !known);
	ck_assert_uint_eq(units_used(store, "user 3", "10/1h"), 0);
	ck_assert(store->class->set(store, "user 4", 9, &known) && known);
	ck_assert_uint_eq(units_used(store, "user 4", "10/1h"), 9);
	ck_assert(!charge_passes(store, "user 4", "10/1h", 2));
	ck_assert(store->class->set(store, "nobody", 9, &known) && !known);
	ck_assert_uint_eq(units_used(store, "nobody", "10/1h"), 0);
}

/* How many of many single units pass. */
static unsigned
try_often(struct store *store)
{
	char limit[LIMIT_STRING_MAX];
	unsigned passed = 0;

	snprintf(limit, sizeof limit, "%d/24h", QUOTA);
	for (int i = 0; i < TRIES; i++)
		passed += charge_passes(store, "shared", limit, 1);
	return passed;
}

static void *
try_in_thread(void *store)
{
	return (void *)(uintptr_t)try_often(store);
}

void
check_store_is_exact_among_threads(struct store *store)
{
	pthread_t threads[THREADS];
	uintptr_t passed = 0;

	for (size_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, try_in_thread, store), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *count;
		pthread_join(threads[i], &count);
		passed += (uintptr_t)count;
	}
	ck_assert_uint_eq(passed, QUOTA);
}

void
check_store_is_exact_among_processes(struct store *(*open)(void))
{
	unsigned passed = 0, count;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	for (int i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();
		ck_assert_int_ge(pid, 0);
		if (pid > 0)
			continue;
		struct store *store = open();
		count = try_often(store);
		store->class->free(store);
		_exit(write(ends[1], &count, sizeof count) == sizeof count ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status;
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
		ck_assert_int_eq(read(ends[0], &count, sizeof count), sizeof count);
		passed += count;
	}
	ck_assert_uint_eq(passed, QUOTA);
}
