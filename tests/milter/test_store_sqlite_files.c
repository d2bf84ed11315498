/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters in files that are not ours, damaged, read-only, or on a disk that is full. */
#define _GNU_SOURCE
#include "tests/support/sqlite_store.h"
#include "tests/support/stores.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* Files that are not ours: each is refused, with a reason, and left as it is. */
static void
assert_refused(const char *why)
{
	size_t before_length, after_length;
	char *before = file_read(sqlite_store_path.text, &before_length);
	struct store *store = sqlite_store_open();

	assert_store_fails(store, why);
	char *after = file_read(sqlite_store_path.text, &after_length);
	ck_assert_uint_eq(before_length, after_length);
	ck_assert_int_eq(memcmp(before, after, before_length), 0);
	free(before);
	free(after);
	sqlite_store_end(store);
}

START_TEST(another_applications_file_is_refused)
{
	sqlite_store_begin();
	sqlite_store_assert_query("CREATE TABLE theirs (a)", "");
	assert_refused("another application");
}
END_TEST

START_TEST(a_newer_version_is_refused)
{
	sqlite_store_begin();
	struct store *store = sqlite_store_open();
	ck_assert(store_charges(store));
	store->class->free(store);
	sqlite_store_assert_query("PRAGMA user_version = 2", "");
	sqlite_store_assert_query("PRAGMA wal_checkpoint(TRUNCATE)", "0");
	assert_refused("version 2");
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
	char text[4096];

	sqlite_store_begin();
	memset(text, 'x', sizeof text);
	int fd = open(sqlite_store_path.text, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_eq(write(fd, text, sizeof text), sizeof text);
	close(fd);
	assert_refused("no SQLite file");
}
END_TEST

START_TEST(a_damaged_file_is_refused)
{
	char zeros[8192] = "";

	sqlite_store_begin();
	struct store *store = sqlite_store_open();
	ck_assert(store_charges(store));
	store->class->free(store);
	sqlite_store_assert_query("PRAGMA wal_checkpoint(TRUNCATE)", "0");
	sqlite_store_assert_query("PRAGMA journal_mode = DELETE", "delete");
	int fd = open(sqlite_store_path.text, O_WRONLY);
	memset(zeros, 0xff, sizeof zeros);
	ck_assert_int_eq(pwrite(fd, zeros, 4096, 4096), 4096);
	close(fd);
	store = sqlite_store_open();
	assert_store_fails(store, "damaged");
	ck_assert(path_exists(sqlite_store_path.text));
	sqlite_store_end(store);
}
END_TEST

START_TEST(a_directory_in_its_place_is_refused)
{
	sqlite_store_begin();
	ck_assert_int_eq(mkdir(sqlite_store_path.text, 0700), 0);
	struct store *store = sqlite_store_open();
	assert_store_fails(store, "no regular file");
	sqlite_store_end(store);
}
END_TEST

/* Root may write anything. */
static void
become_nobody(void)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(sqlite_store_dir.path.text, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setgid(NOBODY), 0);
	ck_assert_int_eq(setuid(NOBODY), 0);
}

START_TEST(a_read_only_file_fails_until_it_is_writable)
{
	sqlite_store_begin();
	become_nobody();
	struct store *store = sqlite_store_open();
	ck_assert(store_charges(store));
	store->class->free(store);
	ck_assert_int_eq(chmod(sqlite_store_path.text, 0400), 0);
	store = sqlite_store_open();
	assert_store_fails(store, "cannot be");
	ck_assert_int_eq(chmod(sqlite_store_path.text, 0600), 0);
	assert_store_recovers(store);
	sqlite_store_end(store);
}
END_TEST

START_TEST(a_read_only_folder_fails_until_it_is_writable)
{
	sqlite_store_begin();
	become_nobody();
	ck_assert_int_eq(chmod(sqlite_store_dir.path.text, 0555), 0);
	struct store *store = sqlite_store_open();
	assert_store_fails(store, "cannot be made");
	ck_assert_int_eq(chmod(sqlite_store_dir.path.text, 0755), 0);
	assert_store_recovers(store);
	sqlite_store_end(store);
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
	assert_store_recovers(store);
	ck_assert_uint_eq(units_used(store, "key 0", "10/1h"), 1);
	sqlite_store_assert_query("PRAGMA integrity_check", "ok");
}

START_TEST(a_limit_of_the_files_size_fails_until_it_is_raised)
{
	struct rlimit limit;

	sqlite_store_begin();
	signal(SIGXFSZ, SIG_IGN);
	struct store *store = sqlite_store_open();
	getrlimit(RLIMIT_FSIZE, &limit);
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = 256 * 1024;
	setrlimit(RLIMIT_FSIZE, &limit);
	charge_until_full(store);
	limit.rlim_cur = before;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_survived(store);
	sqlite_store_end(store);
}
END_TEST

/* A disk of its own, which root may make; false: skipped. */
static bool
mount_small_disk(void)
{
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", sqlite_store_dir.path.text, "tmpfs", 0, "size=512k") == 0)
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

	sqlite_store_begin();
	if (!mount_small_disk()) {
		sqlite_store_end(NULL);
		return;
	}
	struct store *store = sqlite_store_open();
	ck_assert(charge_passes(store, "key 0", "10/1h", 1));
	struct path filler = path_join(sqlite_store_dir.path.text, "filler");
	fill_disk(filler.text);
	for (int i = 0; i < 2000 && store_charges(store); i++)
		;
	ck_assert(!store->class->healthy(store, &why));
	ck_assert_ptr_nonnull(strstr(why, "full"));
	ck_assert_int_eq(unlink(filler.text), 0);
	assert_survived(store);
	store->class->free(store);
	ck_assert_int_eq(umount2(sqlite_store_dir.path.text, MNT_DETACH), 0);
	sqlite_store_end(NULL);
}
END_TEST

SUITE_MAIN(store_sqlite_files, another_applications_file_is_refused, a_newer_version_is_refused,
	   a_file_that_is_no_database_is_refused, a_damaged_file_is_refused, a_directory_in_its_place_is_refused,
	   a_read_only_file_fails_until_it_is_writable, a_read_only_folder_fails_until_it_is_writable,
	   a_limit_of_the_files_size_fails_until_it_is_raised, a_full_disk_fails_until_there_is_room)
