/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory store: what struct store_class promises, by a made-up clock; then several processes at once, some of them killed. */
#define _GNU_SOURCE
#include "milter/stores/memory_store.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND ((int64_t)1000000)
#define DAY (86400 * SECOND)

static int64_t clock_us = 1000 * SECOND;

static int64_t
made_up_clock(void)
{
	return clock_us;
}

static struct store *
new_store(unsigned max_keys)
{
	struct store *store = memory_store_new(max_keys, made_up_clock);

	ck_assert_ptr_nonnull(store);
	return store;
}

static struct charge
charge_of(const char *limit, enum limit_kind kind, const char *key, uint64_t units)
{
	struct charge charge = { .units = units, .enforced = true };
	char rule[REPLY_RULE_MAX];

	ck_assert(limit_parse(limit, kind, &charge.limit, rule));
	snprintf(charge.key, sizeof charge.key, "%s", key);
	return charge;
}

static uint64_t
used(struct store *store, struct charge charge)
{
	ck_assert(store->class->look(store, &charge, 1));
	return charge.used;
}

START_TEST(siphash_gives_the_hashes_of_its_authors)
{
	/* Of the octets 0, 1, 2, ... under the key 0, 1, ... 15: appendix A of their paper, and their test vectors. */
	static const struct {
		size_t length;
		uint64_t hash;
	} rows[] = { { 0, 0x726fdb47dd0e0e31 }, { 1, 0x74f839c593dc67fd }, { 15, 0xa129ca6149be45e5 } };
	const struct siphash_key key = { { 0x0706050403020100, 0x0f0e0d0c0b0a0908 } };
	char octets[15];

	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (char)i;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_uint_eq(siphash(&key, (struct bytes){ octets, rows[i].length }), rows[i].hash);
}
END_TEST

START_TEST(secrets_differ)
{
	struct siphash_key a, b;

	ck_assert(siphash_key_random(&a) && siphash_key_random(&b));
	ck_assert(memcmp(&a, &b, sizeof a) != 0);
}
END_TEST

START_TEST(charges_are_all_or_nothing)
{
	struct store *store = new_store(100);
	struct charge charges[] = { charge_of("10/1s", LIMIT_RATE, "rate", 3),
				    charge_of("5/24h", LIMIT_QUOTA, "quota", 3) };

	ck_assert(store->class->charge(store, charges, 2));
	ck_assert(!charges[0].over && charges[0].used == 3 && charges[0].left == 7);
	ck_assert(!charges[1].over && charges[1].used == 3 && charges[1].left == 2 && charges[1].wait_us > 0);
	ck_assert(store->class->charge(store, charges, 2));
	ck_assert(!charges[0].over && charges[0].used == 3 && charges[0].left == 7);
	ck_assert(charges[1].over && charges[1].used == 3 && charges[1].left == 2 && charges[1].wait_us > DAY / 2);

	/* One that only observes is charged when it passes, and hinders nobody. */
	charges[1].enforced = false;
	ck_assert(store->class->charge(store, charges, 2));
	ck_assert(!charges[0].over && charges[0].used == 6 && charges[1].over && charges[1].used == 3);

	charges[1].over = false;
	store->class->release(store, charges, 2);
	ck_assert_uint_eq(used(store, charges[0]), 3);
	ck_assert_uint_eq(used(store, charges[1]), 0);
	ck_assert(store->class->charge(store, charges, 0));
	store->class->free(store);
}
END_TEST

START_TEST(looking_counts_nothing_and_needs_no_record)
{
	struct store *store = new_store(MEMORY_STORE_KEYS_MIN);

	for (unsigned i = 0; i < 10 * MEMORY_STORE_KEYS_MIN; i++) {
		char key[32];

		snprintf(key, sizeof key, "key %u", i);
		struct charge charge = charge_of("5/24h", LIMIT_QUOTA, key, 6);
		ck_assert(store->class->look(store, &charge, 1));
		ck_assert(charge.over && charge.used == 0 && charge.left == 5 && charge.wait_us == -1);
	}
	ck_assert_uint_eq(key_table_count(((struct memory_store *)store)->tables[LIMIT_QUOTA]), 0);
	store->class->free(store);
}
END_TEST

START_TEST(thresholds_of_quotas_are_told_once_a_period)
{
	struct store *store = new_store(100);
	struct charge one = charge_of("10/24h", LIMIT_QUOTA, "key", 1);
	struct charge rate = charge_of("10/1s", LIMIT_RATE, "key", 10);

	for (unsigned days = 0; days < 3; days++, clock_us += 2 * DAY) {
		for (unsigned i = 1; i <= 12; i++) {
			ck_assert(store->class->charge(store, &one, 1));
			ck_assert_msg(one.reached_most == (i == 8) && one.reached_all == (i == 10),
				      "day %u, message %u", days, i);
			ck_assert_int_eq(one.over, i > 10);
		}
	}
	ck_assert(store->class->charge(store, &rate, 1) && !rate.reached_most && !rate.reached_all);

	/* What does not fit any more is told as well. */
	struct charge seven = charge_of("10/24h", LIMIT_QUOTA, "other", 7);
	ck_assert(store->class->charge(store, &seven, 1) && !seven.reached_most && !seven.reached_all);
	ck_assert(store->class->charge(store, &seven, 1) && seven.over && seven.reached_all);
	ck_assert(store->class->charge(store, &seven, 1) && seven.over && !seven.reached_all);
	store->class->free(store);
}
END_TEST

struct listed {
	unsigned count, most;
	uint64_t sum;
	char first[CHARGE_KEY_MAX];
};

static bool
note_entry(void *data, const struct store_entry *entry)
{
	struct listed *listed = data;

	if (listed->count++ == 0)
		snprintf(listed->first, sizeof listed->first, "%s", entry->key);
	listed->sum += entry->used;
	return listed->count < listed->most;
}

START_TEST(administrators_list_reset_and_set)
{
	struct store *store = new_store(1000);
	struct listed listed = { .most = 10000 };
	bool known;

	for (unsigned i = 0; i < 200; i++) {
		char key[32];

		snprintf(key, sizeof key, "key %u", i);
		struct charge charges[] = { charge_of("10/1m", LIMIT_RATE, key, 1),
					    charge_of("10/24h", LIMIT_QUOTA, key, 2) };
		snprintf(charges[1].key, sizeof charges[1].key, "quota %u", i);
		ck_assert(store->class->charge(store, charges, 2));
	}
	ck_assert(store->class->list(store, note_entry, &listed));
	ck_assert_uint_eq(listed.count, 400);
	ck_assert_uint_eq(listed.sum, 600);
	listed = (struct listed){ .most = 3 };
	ck_assert(store->class->list(store, note_entry, &listed));
	ck_assert_uint_eq(listed.count, 3);

	ck_assert(store->class->set(store, "quota 7", 9, &known) && known);
	ck_assert_uint_eq(used(store, charge_of("10/24h", LIMIT_QUOTA, "quota 7", 1)), 9);
	ck_assert(store->class->set(store, "key 7", 4, &known) && known);
	ck_assert_uint_eq(used(store, charge_of("10/1m", LIMIT_RATE, "key 7", 1)), 4);
	ck_assert(store->class->set(store, "key 700", 4, &known) && !known);
	ck_assert(store->class->reset(store, "quota 7", &known) && known);
	ck_assert(store->class->reset(store, "quota 7", &known) && !known);
	ck_assert_uint_eq(used(store, charge_of("10/24h", LIMIT_QUOTA, "quota 7", 1)), 0);

	clock_us += DAY / 2; /* rates owe nothing */
	listed = (struct listed){ .most = 10000 };
	ck_assert(store->class->list(store, note_entry, &listed));
	ck_assert_uint_eq(listed.count, 199);
	store->class->free(store);
}
END_TEST

START_TEST(another_amount_goes_on_counting)
{
	struct store *store = new_store(100);
	struct charge charge = charge_of("10/24h", LIMIT_QUOTA, "key", 9);
	struct charge more = charge_of("20/24h", LIMIT_QUOTA, "key", 9);

	ck_assert(store->class->charge(store, &charge, 1));
	ck_assert(store->class->charge(store, &more, 1));
	ck_assert(!more.over && more.used == 18 && more.left == 2);
	ck_assert(store->class->look(store, &charge, 1));
	ck_assert(charge.over && charge.left == 0);
	store->class->free(store);
}
END_TEST

START_TEST(one_key_twice_in_a_message_is_counted_twice)
{
	struct store *store = new_store(100);
	struct charge charges[] = { charge_of("10/24h", LIMIT_QUOTA, "key", 4),
				    charge_of("10/24h", LIMIT_QUOTA, "key", 4) };

	ck_assert(store->class->charge(store, charges, 2));
	ck_assert_uint_eq(used(store, charges[0]), 8);
	ck_assert(store->class->charge(store, charges, 2));
	ck_assert(charges[0].over || charges[1].over);
	ck_assert_uint_eq(used(store, charges[0]), 8);
	store->class->free(store);
}
END_TEST

START_TEST(a_flood_of_keys_does_not_push_out_who_is_near_the_quota)
{
	enum { KEYS = 256, HEAVY = 20 };
	struct store *store = new_store(KEYS);
	char key[32];

	for (unsigned i = 0; i < HEAVY; i++) {
		snprintf(key, sizeof key, "heavy %u", i);
		struct charge charge = charge_of("100/24h", LIMIT_QUOTA, key, 90);
		ck_assert(store->class->charge(store, &charge, 1));
	}
	for (unsigned i = 0; i < 20 * KEYS; i++) {
		snprintf(key, sizeof key, "flood %u", i);
		struct charge charge = charge_of("100/24h", LIMIT_QUOTA, key, 1);
		ck_assert(store->class->charge(store, &charge, 1) && !charge.over);
		ck_assert_uint_eq(used(store, charge), 1);
	}
	for (unsigned i = 0; i < HEAVY; i++) {
		snprintf(key, sizeof key, "heavy %u", i);
		ck_assert_uint_eq(used(store, charge_of("100/24h", LIMIT_QUOTA, key, 1)), 90);
	}
	ck_assert_uint_eq(memory_store_forgotten(store), 20 * KEYS + HEAVY - KEYS);
	/* What cannot say anything any more makes room without loss. */
	clock_us += 2 * DAY;
	for (unsigned i = 0; i < KEYS; i++) {
		snprintf(key, sizeof key, "new %u", i);
		struct charge charge = charge_of("100/24h", LIMIT_QUOTA, key, 1);
		ck_assert(store->class->charge(store, &charge, 1));
	}
	ck_assert_uint_eq(memory_store_forgotten(store), 20 * KEYS + HEAVY - KEYS);
	store->class->free(store);
}
END_TEST

START_TEST(a_table_holds_as_many_keys_as_it_says)
{
	enum { KEYS = 100000 };
	struct store *store = new_store(KEYS);

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < KEYS; i++) {
			struct charge charge = { .units = i % 7 + 1, .limit = { LIMIT_RATE, 100, DAY, 100, false } };

			snprintf(charge.key, sizeof charge.key, "%u", i);
			if (!store->class->charge(store, &charge, 1) || charge.used != (round + 1) * (i % 7 + 1))
				ck_abort_msg("key %u has used %lu", i, (unsigned long)charge.used);
		}
	}
	ck_assert_uint_eq(memory_store_forgotten(store), 0);
	store->class->free(store);
}
END_TEST

/* --- several processes -------------------------------------------------------------------------------------------- */

static void
wait_for(pid_t pid, int *status_out)
{
	ck_assert_int_eq(waitpid(pid, status_out, 0), pid);
}

START_TEST(processes_together_take_a_quota_exactly)
{
	enum { PROCESSES = 6, QUOTA = 5000, TRIES = 3000 };
	struct store *store = memory_store_new(100, NULL);
	unsigned *taken = shared_memory_new(PROCESSES * sizeof *taken), sum = 0;
	pid_t pids[PROCESSES];
	int status;

	ck_assert(store != NULL && taken != NULL);
	for (unsigned i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] > 0)
			continue;
		for (unsigned tries = 0; tries < TRIES; tries++) {
			struct charge charge = { .units = 1, .enforced = true };

			charge.limit = (struct limit){ .kind = LIMIT_QUOTA, .amount = QUOTA, .period_us = DAY };
			snprintf(charge.key, sizeof charge.key, "robin");
			while (!store->class->charge(store, &charge, 1))
				continue;
			taken[i] += !charge.over;
		}
		_exit(0);
	}
	for (unsigned i = 0; i < PROCESSES; i++) {
		wait_for(pids[i], &status);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		sum += taken[i];
	}
	ck_assert_uint_eq(sum, QUOTA);
	shared_memory_free(taken, PROCESSES * sizeof *taken);
	store->class->free(store);
}
END_TEST

static const struct limit endless = { .kind = LIMIT_QUOTA, .amount = LIMIT_AMOUNT_MAX, .period_us = 30 * DAY };

/* Two counters that are always charged together, and keys that come and go. */
static void
hammer(struct store *store, unsigned seed)
{
	for (unsigned i = 0;; i++) {
		struct charge charges[] = { { .limit = endless, .units = 1, .enforced = true, .key = "left" },
					    { .limit = endless, .units = 1, .enforced = true, .key = "right" },
					    { .limit = endless, .units = 1, .enforced = true } };

		snprintf(charges[2].key, sizeof charges[2].key, "passer-by %u %u", seed, i);
		if (!store->class->charge(store, charges, 3))
			continue;
		if (i % 3 == 0)
			store->class->release(store, charges, 2);
	}
}

static void
pause_us(long us)
{
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000 }, NULL);
}

START_TEST(killed_processes_leave_every_count_whole)
{
	enum { PROCESSES = 3, KILLS = 300, KEYS = 80 };
	struct store *store = memory_store_new(KEYS, NULL);
	struct memory_store *memory = (struct memory_store *)store;
	pid_t pids[PROCESSES] = { 0 };
	uint64_t before = 0;
	int status;

	ck_assert_ptr_nonnull(store);
	for (unsigned i = 0; i < KILLS; i++) {
		pid_t *pid = &pids[i % PROCESSES];

		if (*pid > 0) {
			kill(*pid, SIGKILL);
			wait_for(*pid, &status);
		}
		struct charge both[] = { { .limit = endless, .key = "left" }, { .limit = endless, .key = "right" } };
		ck_assert(store->class->look(store, both, 2));
		ck_assert_uint_eq(both[0].used, both[1].used);
		ck_assert_uint_le(key_table_count(memory->tables[LIMIT_QUOTA]), KEYS);
		before = both[0].used;
		*pid = fork();
		ck_assert_int_ge(*pid, 0);
		if (*pid == 0)
			hammer(store, i);
		pause_us(500 + (long)(i * 37 % 1500));
	}
	for (unsigned i = 0; i < PROCESSES; i++) {
		kill(pids[i], SIGKILL);
		wait_for(pids[i], &status);
	}
	ck_assert_uint_gt(before, 0);
	store->class->free(store);
}
END_TEST

/* A process that gets so far in a charge, and dies. */
static void
die_in_a_charge(struct memory_store *memory, unsigned step)
{
	struct counter counter;
	uint32_t record;

	memory_store_enter(memory);
	record = key_table_find(memory->tables[LIMIT_QUOTA], bytes_of("key"));
	counter = memory_store_load(memory, LIMIT_QUOTA, record);
	if (step >= 1)
		memory_store_note(memory, 0, LIMIT_QUOTA, record);
	if (step >= 2)
		memory_store_begin(memory, 1);
	if (step >= 3)
		memset(key_table_value(memory->tables[LIMIT_QUOTA], record), 0x55, 100);
	if (step >= 4) {
		limit_take(&counter.limit, &counter.state, made_up_clock(), 5);
		memory_store_save(memory, record, &counter);
	}
	if (step >= 5)
		memory_store_end(memory);
	raise(SIGKILL);
}

START_TEST(a_charge_that_was_cut_off_is_undone_up_to_its_end)
{
	for (unsigned step = 0; step <= 5; step++) {
		struct store *store = new_store(100);
		struct charge charge = charge_of("100/24h", LIMIT_QUOTA, "key", 10);
		int status;

		ck_assert(store->class->charge(store, &charge, 1));
		pid_t pid = fork();
		ck_assert_int_ge(pid, 0);
		if (pid == 0)
			die_in_a_charge((struct memory_store *)store, step);
		wait_for(pid, &status);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		ck_assert_uint_eq(used(store, charge), step < 5 ? 10 : 15);
		ck_assert(store->class->charge(store, &charge, 1) && !charge.over);
		store->class->free(store);
	}
}
END_TEST

START_TEST(a_process_that_stops_below_the_lock_makes_others_fail_in_time)
{
	struct store *store = new_store(100);
	struct charge charge = charge_of("100/24h", LIMIT_QUOTA, "key", 10);
	struct timespec start, end;
	int ready[2], status;
	char octet;

	ck_assert_int_eq(pipe(ready), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		memory_store_enter((struct memory_store *)store);
		_exit(write(ready[1], "x", 1) == 1 && pause() == 0 ? 0 : 1);
	}
	ck_assert_int_eq(read(ready[0], &octet, 1), 1);
	clock_gettime(CLOCK_MONOTONIC, &start);
	ck_assert(!store->class->charge(store, &charge, 1));
	clock_gettime(CLOCK_MONOTONIC, &end);
	ck_assert_int_lt((end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000,
			 20 * SHARED_LOCK_MAX_MS);
	kill(pid, SIGKILL);
	wait_for(pid, &status);
	ck_assert(store->class->charge(store, &charge, 1) && charge.used == 10);
	store->class->free(store);
}
END_TEST

SUITE_MAIN(store_memory, siphash_gives_the_hashes_of_its_authors, secrets_differ, charges_are_all_or_nothing,
	   looking_counts_nothing_and_needs_no_record, thresholds_of_quotas_are_told_once_a_period,
	   administrators_list_reset_and_set, another_amount_goes_on_counting,
	   one_key_twice_in_a_message_is_counted_twice, a_flood_of_keys_does_not_push_out_who_is_near_the_quota,
	   a_table_holds_as_many_keys_as_it_says, processes_together_take_a_quota_exactly,
	   killed_processes_leave_every_count_whole, a_charge_that_was_cut_off_is_undone_up_to_its_end,
	   a_process_that_stops_below_the_lock_makes_others_fail_in_time)
