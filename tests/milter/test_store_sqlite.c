/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters in a real SQLite file, on real disks that are full, read-only or gone. */
#define _GNU_SOURCE
#include "milter/stores/sqlite.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/tempdir.h"
#include "tests/support/stores.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NOBODY = 65534,
	TIMEOUT_MS = 5000, /* where it is not the time that matters: sanitizers on a loaded machine */
	KILLS = 25
};

static struct tempdir dir;
static struct path path;
static int64_t test_clock_us;

static struct store *
open_with(unsigned timeout_ms)
{
	struct counters_conf conf = { .path = path.text, .timeout_ms = timeout_ms };
	struct store *store = store_sqlite_new(&conf);

	ck_assert_ptr_nonnull(store);
	return store;
}

static struct store *
open_store(void)
{
	return open_with(TIMEOUT_MS);
}

static int64_t
read_test_clock(void)
{
	return test_clock_us;
}

static void
begin(void)
{
	tempdir_make(&dir);
	path = path_join(dir.path.text, "counters.db");
}

static void
end(struct store *store)
{
	store->class->free(store);
	tempdir_remove(&dir);
}

/* What a query gives, whole numbers and words alike. */
static void
query(const char *text, char answer_out[64])
{
	sqlite3_stmt *statement;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path.text, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, TIMEOUT_MS);
	ck_assert_int_eq(sqlite3_prepare_v2(db, text, -1, &statement, NULL), SQLITE_OK);
	answer_out[0] = '\0';
	if (sqlite3_step(statement) == SQLITE_ROW)
		snprintf(answer_out, 64, "%s", (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

static void
assert_query(const char *text, const char *expected)
{
	char answer[64];

	query(text, answer);
	ck_assert_str_eq(answer, expected);
}

static bool
charges(struct store *store)
{
	struct charge charge = charge_of("key", "100000/24h", 1);

	return store->class->charge(store, &charge, 1);
}

static void
assert_fails(struct store *store, const char *why)
{
	const char *said = NULL;

	ck_assert(!charges(store));
	ck_assert(!store->class->healthy(store, &said));
	ck_assert_ptr_nonnull(said);
	ck_assert_msg(strstr(said, why) != NULL, "it says: %s", said);
}

static void
assert_recovers(struct store *store)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	const char *why;

	while (!charges(store))
		ck_assert_msg(deadline_nap(&deadline), "the store does not recover");
	ck_assert(store->class->healthy(store, &why));
}

#define STORE_CASE(name, check)                     \
	START_TEST(name)                            \
	{                                           \
		begin();                            \
		struct store *store = open_store(); \
		check(store);                       \
		end(store);                         \
	}                                           \
	END_TEST

STORE_CASE(a_charge_is_all_or_nothing, check_store_is_all_or_nothing)
STORE_CASE(thresholds_are_told_once, check_store_tells_thresholds_once)
STORE_CASE(what_is_released_does_not_count, check_store_releases)
STORE_CASE(counts_survive_changed_limits, check_store_follows_changed_limits)
STORE_CASE(counters_are_listed_reset_and_set, check_store_lists_resets_and_sets)
STORE_CASE(threads_get_exactly_the_quota, check_store_is_exact_among_threads)

START_TEST(processes_get_exactly_the_quota)
{
	begin();
	check_store_is_exact_among_processes(open_store);
	tempdir_remove(&dir);
}
END_TEST

/* Says each answered charge at the pipe, until it is killed. */
static _Noreturn void
charge_until_killed(int pipe_end)
{
	struct store *store = open_store();

	while (charges(store))
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

	begin();
	for (int i = 0; i < KILLS; i++)
		answered += kill_a_writer(20 + 3 * i);
	assert_query("PRAGMA integrity_check", "ok");
	struct store *store = open_store();
	uint64_t used = units_used(store, "key", "100000/24h");
	/* A charge may have been committed when the kill came before it could be said. */
	ck_assert_uint_ge(used, answered);
	ck_assert_uint_le(used, answered + KILLS);
	ck_assert_uint_gt(answered, KILLS);
	end(store);
}
END_TEST

START_TEST(a_restart_keeps_the_counts)
{
	begin();
	struct store *store = open_store();
	ck_assert(charge_passes(store, "key", "10/24h", 7));
	store->class->free(store);
	store = open_store();
	ck_assert_uint_eq(units_used(store, "key", "10/24h"), 7);
	end(store);
}
END_TEST

START_TEST(the_file_is_its_owners_alone)
{
	struct stat status;

	begin();
	umask(0);
	struct store *store = open_store();
	ck_assert(charges(store));
	ck_assert_int_eq(stat(path.text, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	struct path log = path_join(dir.path.text, "counters.db-wal");
	ck_assert_int_eq(stat(log.text, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	end(store);
}
END_TEST

START_TEST(a_period_ends_by_the_clock)
{
	begin();
	struct store *store = open_store();
	store_sqlite_set_clock(store, read_test_clock);
	test_clock_us = (int64_t)1000000 * 1000000;
	ck_assert(charge_passes(store, "key", "5/1h", 5));
	ck_assert(!charge_passes(store, "key", "5/1h", 1));
	test_clock_us += (int64_t)3600 * 1000000;
	ck_assert(!charge_passes(store, "key", "5/1h", 5));
	test_clock_us += (int64_t)62 * 1000000;
	ck_assert(charge_passes(store, "key", "5/1h", 5));
	end(store);
}
END_TEST

START_TEST(expired_counters_are_deleted)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	char rows[64];

	begin();
	struct store *store = open_store();
	store_sqlite_set_clock(store, read_test_clock);
	test_clock_us = (int64_t)1000000 * 1000000;
	ck_assert(charge_passes(store, "old", "5/1h", 1));
	test_clock_us += (int64_t)3 * 3600 * 1000000;
	ck_assert(charge_passes(store, "young", "5/1h", 1));
	do
		query("SELECT group_concat(key) FROM counters", rows);
	while (strcmp(rows, "young") != 0 && deadline_nap(&deadline));
	ck_assert_str_eq(rows, "young");
	end(store);
}
END_TEST

START_TEST(another_process_may_hold_the_file_for_the_timeout_only)
{
	sqlite3 *db;

	begin();
	struct store *store = open_with(100);
	assert_recovers(store);
	ck_assert_int_eq(sqlite3_open(path.text, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	int64_t began_ms = now_ms();
	assert_fails(store, "locked");
	int64_t took_ms = now_ms() - began_ms;
	ck_assert_int_ge(took_ms, 90);
	ck_assert_int_le(took_ms, 1000);
	ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	assert_recovers(store);
	sqlite3_close(db);
	end(store);
}
END_TEST

START_TEST(a_removed_file_is_noticed_and_made_anew)
{
	begin();
	struct store *store = open_store();
	ck_assert(charge_passes(store, "key", "10/24h", 7));
	ck_assert_int_eq(unlink(path.text), 0);
	struct deadline deadline = deadline_in(PATIENCE_MS);
	while (!charges(store)) /* unless the background was faster */
		ck_assert(deadline_nap(&deadline));
	ck_assert_uint_lt(units_used(store, "key", "100000/24h"), 7);
	ck_assert(path_exists(path.text));
	end(store);
}
END_TEST

/* Files that are not ours: each is refused, with a reason, and left as it is. */
static void
assert_refused(const char *why)
{
	size_t before_length, after_length;
	char *before = file_read(path.text, &before_length);
	struct store *store = open_store();

	assert_fails(store, why);
	char *after = file_read(path.text, &after_length);
	ck_assert_uint_eq(before_length, after_length);
	ck_assert_int_eq(memcmp(before, after, before_length), 0);
	free(before);
	free(after);
	end(store);
}

START_TEST(another_applications_file_is_refused)
{
	begin();
	assert_query("CREATE TABLE theirs (a)", "");
	assert_refused("another application");
}
END_TEST

START_TEST(a_newer_version_is_refused)
{
	begin();
	struct store *store = open_store();
	ck_assert(charges(store));
	store->class->free(store);
	assert_query("PRAGMA user_version = 2", "");
	assert_query("PRAGMA wal_checkpoint(TRUNCATE)", "0");
	assert_refused("version 2");
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
	char text[4096];

	begin();
	memset(text, 'x', sizeof text);
	int fd = open(path.text, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_eq(write(fd, text, sizeof text), sizeof text);
	close(fd);
	assert_refused("no SQLite file");
}
END_TEST

START_TEST(a_damaged_file_is_refused)
{
	char zeros[8192] = "";

	begin();
	struct store *store = open_store();
	ck_assert(charges(store));
	store->class->free(store);
	assert_query("PRAGMA wal_checkpoint(TRUNCATE)", "0");
	assert_query("PRAGMA journal_mode = DELETE", "delete");
	int fd = open(path.text, O_WRONLY);
	memset(zeros, 0xff, sizeof zeros);
	ck_assert_int_eq(pwrite(fd, zeros, 4096, 4096), 4096);
	close(fd);
	store = open_store();
	assert_fails(store, "damaged");
	ck_assert(path_exists(path.text));
	end(store);
}
END_TEST

START_TEST(a_directory_in_its_place_is_refused)
{
	begin();
	ck_assert_int_eq(mkdir(path.text, 0700), 0);
	struct store *store = open_store();
	assert_fails(store, "no regular file");
	end(store);
}
END_TEST

/* Root may write anything. */
static void
become_nobody(void)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(dir.path.text, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setgid(NOBODY), 0);
	ck_assert_int_eq(setuid(NOBODY), 0);
}

START_TEST(a_read_only_file_fails_until_it_is_writable)
{
	begin();
	become_nobody();
	struct store *store = open_store();
	ck_assert(charges(store));
	store->class->free(store);
	ck_assert_int_eq(chmod(path.text, 0400), 0);
	store = open_store();
	assert_fails(store, "cannot be");
	ck_assert_int_eq(chmod(path.text, 0600), 0);
	assert_recovers(store);
	end(store);
}
END_TEST

START_TEST(a_read_only_folder_fails_until_it_is_writable)
{
	begin();
	become_nobody();
	ck_assert_int_eq(chmod(dir.path.text, 0555), 0);
	struct store *store = open_store();
	assert_fails(store, "cannot be made");
	ck_assert_int_eq(chmod(dir.path.text, 0755), 0);
	assert_recovers(store);
	end(store);
}
END_TEST

/* Charges new keys until it fails. */
static void
charge_until_full(struct store *store)
{
	char key[32];

	for (int i = 0; i < 2000; i++) {
		snprintf(key, sizeof key, "key %d", i);
		struct charge charge = charge_of(key, "10/1h", 1);
		if (!store->class->charge(store, &charge, 1))
			return;
	}
	ck_abort_msg("it never fails");
}

static void
assert_survived(struct store *store)
{
	assert_recovers(store);
	ck_assert_uint_eq(units_used(store, "key 0", "10/1h"), 1);
	assert_query("PRAGMA integrity_check", "ok");
}

START_TEST(a_limit_of_the_files_size_fails_until_it_is_raised)
{
	struct rlimit limit;

	begin();
	signal(SIGXFSZ, SIG_IGN);
	struct store *store = open_store();
	getrlimit(RLIMIT_FSIZE, &limit);
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = 256 * 1024;
	setrlimit(RLIMIT_FSIZE, &limit);
	charge_until_full(store);
	limit.rlim_cur = before;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_survived(store);
	end(store);
}
END_TEST

/* A disk of its own, which root may make; false: skipped. */
static bool
mount_small_disk(void)
{
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", dir.path.text, "tmpfs", 0, "size=512k") == 0)
		return true;
	fprintf(stderr, "skipped: only root can make a small disk\n");
	return false;
}

static void
fill_disk(const char *filler)
{
	static const char octets[4096];
	int fd = open(filler, O_WRONLY | O_CREAT, 0600);

	while (write(fd, octets, sizeof octets) == sizeof octets)
		;
	close(fd);
}

START_TEST(a_full_disk_fails_until_there_is_room)
{
	const char *why;

	begin();
	if (!mount_small_disk()) {
		tempdir_remove(&dir);
		return;
	}
	struct store *store = open_store();
	ck_assert(charge_passes(store, "key 0", "10/1h", 1));
	struct path filler = path_join(dir.path.text, "filler");
	fill_disk(filler.text);
	for (int i = 0; i < 2000 && charges(store); i++)
		;
	ck_assert(!store->class->healthy(store, &why));
	ck_assert_ptr_nonnull(strstr(why, "full"));
	ck_assert_int_eq(unlink(filler.text), 0);
	assert_survived(store);
	store->class->free(store);
	ck_assert_int_eq(umount2(dir.path.text, MNT_DETACH), 0);
	tempdir_remove(&dir);
}
END_TEST

SUITE_MAIN(store_sqlite, a_charge_is_all_or_nothing, thresholds_are_told_once, what_is_released_does_not_count,
	   counts_survive_changed_limits, counters_are_listed_reset_and_set, threads_get_exactly_the_quota,
	   processes_get_exactly_the_quota, nothing_answered_is_lost_when_writers_are_killed,
	   a_restart_keeps_the_counts, the_file_is_its_owners_alone, a_period_ends_by_the_clock,
	   expired_counters_are_deleted, another_process_may_hold_the_file_for_the_timeout_only,
	   a_removed_file_is_noticed_and_made_anew, another_applications_file_is_refused, a_newer_version_is_refused,
	   a_file_that_is_no_database_is_refused, a_damaged_file_is_refused, a_directory_in_its_place_is_refused,
	   a_read_only_file_fails_until_it_is_writable, a_read_only_folder_fails_until_it_is_writable,
	   a_limit_of_the_files_size_fails_until_it_is_raised, a_full_disk_fails_until_there_is_room)
