/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory store among several processes at once, some of them stopped or killed. */
#define _GNU_SOURCE
#include "milter/stores/memory_store.h"
#include "tests/e2e/support/patience.h"
#include "tests/support/limits.h"
#include "tests/support/stores.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int64_t clock_us = 1000 * SECOND;

static int64_t
still_clock(void)
{
	return clock_us;
}

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

/* On a loaded machine, who holds the lock may stand still for longer than others wait for it. */
static void
look_at_both(struct store *store, struct charge both[2])
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (!store->class->look(store, both, 2))
		ck_assert_msg(deadline_nap(&deadline), "the counts cannot be read");
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
		look_at_both(store, both);
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
		limit_take(&counter.limit, &counter.state, clock_us, 5);
		memory_store_save(memory, record, &counter);
	}
	if (step >= 5)
		memory_store_end(memory);
	raise(SIGKILL);
}

START_TEST(a_charge_that_was_cut_off_is_undone_up_to_its_end)
{
	for (unsigned step = 0; step <= 5; step++) {
		struct store *store = memory_store_new(100, still_clock);
		struct charge charge = charge_of("key", "100/24h", 10);
		int status;

		ck_assert(store->class->charge(store, &charge, 1));
		pid_t pid = fork();
		ck_assert_int_ge(pid, 0);
		if (pid == 0)
			die_in_a_charge((struct memory_store *)store, step);
		wait_for(pid, &status);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		ck_assert_uint_eq(charge_used(store, charge), step < 5 ? 10 : 15);
		ck_assert(store->class->charge(store, &charge, 1) && !charge.over);
		store->class->free(store);
	}
}
END_TEST

START_TEST(a_process_that_stops_below_the_lock_makes_others_fail_in_time)
{
	struct store *store = memory_store_new(100, still_clock);
	struct charge charge = charge_of("key", "100/24h", 10);
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

SUITE_MAIN(store_memory_processes, processes_together_take_a_quota_exactly, killed_processes_leave_every_count_whole,
	   a_charge_that_was_cut_off_is_undone_up_to_its_end,
	   a_process_that_stops_below_the_lock_makes_others_fail_in_time)
