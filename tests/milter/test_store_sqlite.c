/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters in a real SQLite file: what time, restarts, other processes and kills do to them. */
#define _GNU_SOURCE
#include "tests/e2e/support/patience.h"
#include "tests/support/sqlite_store.h"
#include "tests/support/stores.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLS = 25, ROUNDS = 100, PROCESSES = 8, CHARGES = 3 };

static int64_t test_clock_us;

static int64_t
read_test_clock(void)
{
	return test_clock_us;
}

/* Says each answered charge at the pipe, until it is killed. */
static _Noreturn void
charge_until_killed(int pipe_end)
{
	struct store *store = sqlite_store_open();

	while (store_charges(store))
		if (write(pipe_end, "x", 1) != 1)
			break;
	_exit(EXIT_FAILURE);
}

static unsigned
count_octets(int fd)
{
	char octets[512];
	unsigned count = 0;
	ssize_t got;

	while ((got = read(fd, octets, sizeof octets)) > 0)
		count += (unsigned)got;
	return count;
}

static unsigned
kill_a_writer(int64_t after_ms)
{
	int ends[2], status;

	ck_assert_int_eq(pipe(ends), 0);
	fcntl(ends[1], F_SETPIPE_SZ, 1024 * 1024);
	pid_t pid = fork();
	if (pid == 0)
		charge_until_killed(ends[1]);
	close(ends[1]);
	nap_ms(after_ms);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ck_assert(WIFSIGNALED(status));
	unsigned count = count_octets(ends[0]);
	close(ends[0]);
	return count;
}

START_TEST(nothing_answered_is_lost_when_writers_are_killed)
{
	unsigned answered = 0;

	sqlite_store_begin();
	for (int i = 0; i < KILLS; i++)
		answered += kill_a_writer(20 + 3 * i);
	sqlite_store_assert_query("PRAGMA integrity_check", "ok");
	struct store *store = sqlite_store_open();
	uint64_t used = units_used(store, "key", "100000/24h");
	/* A charge may have been committed when the kill came before it could be said. */
	ck_assert_uint_ge(used, answered);
	ck_assert_uint_le(used, answered + KILLS);
	ck_assert_uint_gt(answered, KILLS);
	sqlite_store_end(store);
}
END_TEST

START_TEST(a_restart_keeps_the_counts)
{
	sqlite_store_begin();
	struct store *store = sqlite_store_open();
	ck_assert(charge_passes(store, "key", "10/24h", 7));
	store->class->free(store);
	store = sqlite_store_open();
	ck_assert_uint_eq(units_used(store, "key", "10/24h"), 7);
	sqlite_store_end(store);
}
END_TEST

START_TEST(the_file_is_its_owners_alone)
{
	struct stat status;

	sqlite_store_begin();
	umask(0);
	struct store *store = sqlite_store_open();
	ck_assert(store_charges(store));
	ck_assert_int_eq(stat(sqlite_store_path.text, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	struct path log = path_join(sqlite_store_dir.path.text, "counters.db-wal");
	ck_assert_int_eq(stat(log.text, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	sqlite_store_end(store);
}
END_TEST

START_TEST(a_period_ends_by_the_clock)
{
	sqlite_store_begin();
	struct store *store = sqlite_store_open();
	store_sqlite_set_clock(store, read_test_clock);
	test_clock_us = (int64_t)1000000 * 1000000;
	ck_assert(charge_passes(store, "key", "5/1h", 5));
	ck_assert(!charge_passes(store, "key", "5/1h", 1));
	test_clock_us += (int64_t)3600 * 1000000;
	ck_assert(!charge_passes(store, "key", "5/1h", 5));
	test_clock_us += (int64_t)62 * 1000000;
	ck_assert(charge_passes(store, "key", "5/1h", 5));
	sqlite_store_end(store);
}
END_TEST

START_TEST(expired_counters_are_deleted)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	char rows[64];

	sqlite_store_begin();
	struct store *store = sqlite_store_open();
	store_sqlite_set_clock(store, read_test_clock);
	test_clock_us = (int64_t)1000000 * 1000000;
	ck_assert(charge_passes(store, "old", "5/1h", 1));
	test_clock_us += (int64_t)3 * 3600 * 1000000;
	ck_assert(charge_passes(store, "young", "5/1h", 1));
	do
		sqlite_store_query("SELECT group_concat(key) FROM counters", rows);
	while (strcmp(rows, "young") != 0 && deadline_nap(&deadline));
	ck_assert_str_eq(rows, "young");
	sqlite_store_end(store);
}
END_TEST

START_TEST(another_process_may_hold_the_file_for_the_timeout_only)
{
	sqlite3 *db;

	sqlite_store_begin();
	struct store *store = sqlite_store_open_with(100);
	assert_store_recovers(store);
	ck_assert_int_eq(sqlite3_open(sqlite_store_path.text, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	int64_t began_ms = now_ms();
	assert_store_fails(store, "locked");
	int64_t took_ms = now_ms() - began_ms;
	ck_assert_int_ge(took_ms, 90);
	ck_assert_int_le(took_ms, 1000);
	ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	assert_store_recovers(store);
	sqlite3_close(db);
	sqlite_store_end(store);
}
END_TEST

START_TEST(a_removed_file_is_noticed_and_made_anew)
{
	sqlite_store_begin();
	struct store *store = sqlite_store_open();
	ck_assert(charge_passes(store, "key", "10/24h", 7));
	ck_assert_int_eq(unlink(sqlite_store_path.text), 0);
	struct deadline deadline = deadline_in(PATIENCE_MS);
	while (!store_charges(store)) /* unless the background was faster */
		ck_assert(deadline_nap(&deadline));
	ck_assert_uint_lt(units_used(store, "key", "100000/24h"), 7);
	ck_assert(path_exists(sqlite_store_path.text));
	sqlite_store_end(store);
}
END_TEST

/* As soon as the other end of the pipe is closed, and as all others do. */
static _Noreturn void
charge_at_the_signal(int pipe_end)
{
	char octet;
	ssize_t got = read(pipe_end, &octet, 1);
	struct store *store = sqlite_store_open();

	for (int i = 0; i < CHARGES && got == 0; i++)
		while (!store_charges(store))
			nap_ms(1);
	_exit(EXIT_SUCCESS);
}

static void
charge_in_processes(void)
{
	pid_t pids[PROCESSES];
	int ends[2], status;

	ck_assert_int_eq(pipe(ends), 0);
	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			close(ends[1]);
			charge_at_the_signal(ends[0]);
		}
	}
	close(ends[0]);
	close(ends[1]);
	for (int i = 0; i < PROCESSES; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, EXIT_SUCCESS);
	}
}

/* Beside it lies what belonged to the one before. */
START_TEST(processes_that_make_the_file_at_once_count_in_one)
{
	sqlite_store_begin();
	for (int round = 0; round < ROUNDS; round++) {
		charge_in_processes();
		struct store *store = sqlite_store_open();
		ck_assert_uint_eq(units_used(store, "key", "100000/24h"), PROCESSES * CHARGES);
		store->class->free(store);
		ck_assert_int_eq(unlink(sqlite_store_path.text), 0);
	}
	sqlite_store_end(NULL);
}
END_TEST

SUITE_MAIN(store_sqlite, nothing_answered_is_lost_when_writers_are_killed, a_restart_keeps_the_counts,
	   the_file_is_its_owners_alone, a_period_ends_by_the_clock, expired_counters_are_deleted,
	   another_process_may_hold_the_file_for_the_timeout_only, a_removed_file_is_noticed_and_made_anew,
	   processes_that_make_the_file_at_once_count_in_one)
