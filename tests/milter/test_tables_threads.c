/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads look up while a file is replaced or written anew: each answer is that of one version, none is missed, and versions never go back. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/watched.h"
#include "tests/support/one_table.h"
#include "tests/support/suite.h"
#include "tests/support/test_clock.h"

#include <cdb.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 4, KEYS = 500, VERSIONS = 25, NAP_US = 4000 };

/* Keys key0 to key499 have the version's number as their value, and so has each key of a version; `first` and `last` stand at the ends. */
struct race {
	struct one_table one;
	enum table_kind kind;
	bool may_fail; /* in the moment in which the file is not whole */
	atomic_bool over;
	atomic_uint newest;   /* version that may be seen */
	atomic_ulong answers; /* in all */
	atomic_ulong wrong;
};

static void
nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = NAP_US * 1000 }, NULL);
}

static bool
fits(struct race *race, enum table_answer answer, const char *value, unsigned *version)
{
	char *end;
	unsigned long seen;

	if (answer == TABLE_FAILED && race->may_fail)
		return true;
	if (answer != TABLE_FOUND)
		return false;
	seen = strtoul(value, &end, 10);
	if (*end != '\0' || seen < *version || seen > atomic_load(&race->newest))
		return false;
	*version = (unsigned)seen;
	return true;
}

static void *
look_up(void *data)
{
	struct race *race = data;
	unsigned version = 0, number = 0;
	char key[16], value[TABLE_VALUE_MAX] = "";

	while (!atomic_load(&race->over)) {
		number = (number + 1) % (KEYS + 2);
		if (number < KEYS)
			snprintf(key, sizeof key, "key%u", number);
		else
			strcpy(key, number == KEYS ? "first" : "last");
		if (!fits(race, tables_find(race->one.tables, &race->one.table, key, value), value, &version))
			atomic_fetch_add(&race->wrong, 1);
		atomic_fetch_add(&race->answers, 1);
	}
	return NULL;
}

static char *
write_line(char *at, enum table_kind kind, const char *key, unsigned version)
{
	return at + sprintf(at, kind == TABLE_REGEXP ? "/^%s$/ %u\n" : "%s %u\n", key, version);
}

static char *
text_of(enum table_kind kind, unsigned version)
{
	char *text = malloc(KEYS * 32 + 64), *at = text, key[16];

	at = write_line(at, kind, "first", version);
	for (unsigned i = 0; i < KEYS; i++) {
		snprintf(key, sizeof key, "key%u", i);
		at = write_line(at, kind, key, version);
	}
	write_line(at, kind, "last", version);
	return text;
}

static void
replace(struct race *race, unsigned version)
{
	char *text = text_of(race->kind, version);

	one_table_write("table", text);
	free(text);
}

static void
make_cdb(struct race *race, unsigned version)
{
	struct cdb_make make;
	char key[16], value[16];
	int fd = open("table.new", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	(void)race;
	ck_assert_int_ge(fd, 0);
	cdb_make_start(&make, fd);
	unsigned length = (unsigned)snprintf(value, sizeof value, "%u", version);
	cdb_make_add(&make, "first", 5, value, length);
	for (unsigned i = 0; i < KEYS; i++)
		cdb_make_add(&make, key, (unsigned)snprintf(key, sizeof key, "key%u", i), value, length);
	cdb_make_add(&make, "last", 4, value, length);
	ck_assert_int_eq(cdb_make_finish(&make), 0);
	close(fd);
	ck_assert_int_eq(rename("table.new", "table"), 0);
}

/* In two pieces, with pauses before and between in which the file is looked at, but not as long as one that rests has been left alone. */
static void
rewrite(struct race *race, unsigned version)
{
	char *text = text_of(race->kind, version);
	size_t half = strlen(text) / 2;
	int fd;

	test_clock_pass(WATCHED_LOOK_MS / 2);
	fd = open("table", O_WRONLY | O_TRUNC | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, half), (ssize_t)half);
	test_clock_pass(WATCHED_LOOK_MS / 2);
	nap();
	nap();
	ck_assert_int_ge(write(fd, text + half, strlen(text + half)), 0);
	close(fd);
	free(text);
}

static void
overwrite_cdb(struct race *race, unsigned version)
{
	char octets[65536];
	int from, to;
	ssize_t length;

	make_cdb(race, version);
	ck_assert_int_eq(rename("table", "other"), 0);
	from = open("other", O_RDONLY | O_CLOEXEC);
	to = open("table", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	length = read(from, octets, sizeof octets);
	ck_assert_int_gt(length, 8192);
	ck_assert_int_eq(write(to, octets, 4096), 4096);
	nap();
	ck_assert_int_eq(write(to, octets + 4096, (size_t)length - 4096), length - 4096);
	close(from);
	close(to);
}

static void
hold_race(enum table_kind kind, void (*first)(struct race *, unsigned), void (*next)(struct race *, unsigned),
	  bool may_fail)
{
	struct race race = { .kind = kind, .may_fail = may_fail };
	pthread_t threads[THREADS];

	test_clock_stop();
	one_table_folder();
	first(&race, 1);
	atomic_store(&race.newest, 1);
	one_table_open(&race.one, kind, "/table", NULL);
	race.one.table.timeout_ms = 1000 * WATCHED_LOOK_MS; /* the clock leaps ahead */
	one_table_assert(&race.one, "last", "1");
	for (size_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, look_up, &race), 0);
	for (unsigned version = 2; version <= VERSIONS; version++) {
		atomic_store(&race.newest, version);
		next(&race, version);
		for (unsigned look = 0; look < 3; look++) {
			test_clock_pass(WATCHED_LOOK_MS);
			nap();
		}
	}
	atomic_store(&race.over, true);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(atomic_load(&race.wrong), 0);
	ck_assert_uint_gt(atomic_load(&race.answers), VERSIONS);
	test_clock_pass(WATCHED_LOOK_MS);
	tables_find(race.one.tables, &race.one.table, "last", NULL);
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&race.one, "last", "25");
	one_table_close(&race.one);
	one_table_folder_end();
}

START_TEST(a_file_is_replaced)
{
	hold_race(TABLE_FILE, replace, replace, false);
}
END_TEST

START_TEST(a_file_is_written_in_place)
{
	hold_race(TABLE_FILE, replace, rewrite, false);
}
END_TEST

START_TEST(patterns_are_replaced)
{
	hold_race(TABLE_REGEXP, replace, replace, false);
}
END_TEST

START_TEST(a_cdb_is_replaced)
{
	hold_race(TABLE_CDB, make_cdb, make_cdb, false);
}
END_TEST

/* The old version is gone then: no answer is right, and none is given. */
START_TEST(a_cdb_is_written_in_place)
{
	hold_race(TABLE_CDB, make_cdb, overwrite_cdb, true);
}
END_TEST

SUITE_MAIN(tables_threads, a_file_is_replaced, a_file_is_written_in_place, patterns_are_replaced, a_cdb_is_replaced,
	   a_cdb_is_written_in_place)
