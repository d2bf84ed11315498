/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables in databases that are files: cdb and SQLite, made by their own libraries. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/watched.h"
#include "tests/support/one_table.h"
#include "tests/support/suite.h"
#include "tests/support/test_clock.h"

#include <cdb.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct record {
	struct bytes key, value;
};

#define RECORD(key, value)                         \
	{                                          \
		{ (key), sizeof(key) - 1 },        \
		{                                  \
			(value), sizeof(value) - 1 \
		}                                  \
	}

static void
write_cdb(const struct record *records, size_t count)
{
	struct cdb_make make;
	int fd = open("beside", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	cdb_make_start(&make, fd);
	for (size_t i = 0; i < count; i++)
		cdb_make_add(&make, records[i].key.data, (unsigned)records[i].key.length, records[i].value.data,
			     (unsigned)records[i].value.length);
	ck_assert_int_eq(cdb_make_finish(&make), 0);
	close(fd);
	ck_assert_int_eq(rename("beside", "table"), 0);
}

START_TEST(a_cdb_is_searched)
{
	static const struct record records[] = {
		RECORD("robin", "robin@example.com"),
		RECORD("empty", ""),
		RECORD("twice", "1"),
		RECORD("twice", "2"),
		RECORD("closed\0", "1\0"),
		RECORD("nul", "a\0b"),
	};
	static char longest[TABLE_VALUE_MAX + 1];
	struct record more[8];
	struct one_table one;

	memset(longest, 'x', TABLE_VALUE_MAX);
	memcpy(more, records, sizeof records);
	more[6] = (struct record){ { "longest", 7 }, { longest, TABLE_VALUE_MAX - 1 } };
	more[7] = (struct record){ { "longer", 6 }, { longest, TABLE_VALUE_MAX } };
	one_table_folder();
	write_cdb(more, 8);
	one_table_open(&one, TABLE_CDB, "/table", NULL);
	one_table_assert(&one, "robin", "robin@example.com");
	one_table_assert(&one, "robi", ONE_TABLE_ABSENT);
	one_table_assert(&one, "", ONE_TABLE_ABSENT);
	one_table_assert(&one, "empty", "");
	one_table_assert(&one, "twice", "1");
	one_table_assert(&one, "closed", "1");
	one_table_assert(&one, "longer", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "longer than 4095 octets");
	one_table_assert(&one, "nul", ONE_TABLE_FAILED);
	longest[TABLE_VALUE_MAX - 1] = '\0';
	one_table_assert(&one, "longest", longest);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(a_cdb_that_is_not_whole_is_not_used)
{
	static const struct record old[] = { RECORD("robin", "1") }, new[] = { RECORD("robin", "2") };
	struct one_table one;
	struct stat status;

	one_table_folder();
	one_table_write("table", "");
	one_table_open(&one, TABLE_CDB, "/table", NULL);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "no cdb, or not a whole one");
	write_cdb(old, 1);
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&one, "robin", "1");

	write_cdb(new, 1);
	ck_assert_int_eq(stat("table", &status), 0);
	ck_assert_int_eq(rename("table", "other"), 0);
	ck_assert_int_eq(truncate("other", status.st_size - 1), 0);
	ck_assert_int_eq(rename("other", "table"), 0);
	for (unsigned i = 0; i < 3; i++) {
		test_clock_pass(WATCHED_LOOK_MS);
		one_table_assert(&one, "robin", "1");
	}
	one_table_assert_why(&one, TABLE_WORKS_OLD, "no cdb, or not a whole one");
	write_cdb(new, 1);
	for (unsigned i = 0; i < 3; i++) {
		test_clock_pass(WATCHED_LOOK_MS);
		tables_find(one.tables, &one.table, "robin", NULL);
	}
	one_table_assert(&one, "robin", "2");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

/* Who has it mapped would be ended by a signal. */
START_TEST(a_cdb_that_is_cut_short_in_place_cannot_tell)
{
	static const struct record records[] = { RECORD("robin", "1") };
	struct one_table one;

	one_table_folder();
	write_cdb(records, 1);
	one_table_open(&one, TABLE_CDB, "/table", NULL);
	one_table_assert(&one, "robin", "1");
	ck_assert_int_eq(truncate("table", 0), 0);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "changed in place");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

enum { MILLION = 1000000, OPENING_MS = 100, LOOK_UPS = 20000, LOOK_UP_US = 100 };

/* Bounds are some twenty times what is measured, for sanitizers and busy machines. */
START_TEST(a_million_keys_take_no_time_to_open)
{
	struct cdb_make make;
	struct one_table one;
	char key[48], value[48];
	int64_t start_us;

	one_table_folder();
	int fd = open("table", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	cdb_make_start(&make, fd);
	for (unsigned i = 0; i < MILLION; i++) {
		unsigned length = (unsigned)sprintf(key, "user%u@example.com", i);
		cdb_make_add(&make, key, length, value, (unsigned)sprintf(value, "%u", i));
	}
	ck_assert_int_eq(cdb_make_finish(&make), 0);
	close(fd);

	start_us = now_us();
	one_table_open(&one, TABLE_CDB, "/table", NULL);
	one_table_assert(&one, "user999999@example.com", "999999");
	ck_assert_int_lt(now_us() - start_us, OPENING_MS * 1000);

	start_us = now_us();
	for (unsigned i = 0; i < LOOK_UPS; i++) {
		sprintf(key, "user%u@example.com", i * 61);
		enum table_answer expected = i * 61 < MILLION ? TABLE_FOUND : TABLE_ABSENT;
		if (tables_find(one.tables, &one.table, key, value) != expected)
			ck_abort_msg("%s", key);
	}
	ck_assert_int_lt(now_us() - start_us, (int64_t)LOOK_UPS * LOOK_UP_US);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

static sqlite3 *
write_sqlite(const char *name, const char *statements)
{
	sqlite3 *database;
	char *error = NULL;

	ck_assert_int_eq(sqlite3_open(name, &database), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(database, statements, NULL, NULL, &error) == SQLITE_OK, "%s", error);
	return database;
}

static const char schema[] =
	"CREATE TABLE senders (login TEXT, address);"
	"INSERT INTO senders VALUES ('robin', 'robin@example.com'), ('robin', '@example.org'),"
	" ('kim', 'kim@example.com'), ('number', 5), ('nothing', NULL), ('some', NULL), ('some', 'x'),"
	" ('empty', ''), ('nul', CAST(x'610062' AS TEXT)), ('it''s', 'quoted');";
static const char query[] = "SELECT address FROM senders WHERE login = ? ORDER BY rowid";

START_TEST(a_query_is_asked)
{
	struct one_table one;
	sqlite3 *database;
	char text[256];

	one_table_folder();
	database = write_sqlite("table", schema);
	one_table_open(&one, TABLE_SQLITE, "/table", query);
	one_table_assert(&one, "kim", "kim@example.com");
	one_table_assert(&one, "robin", "robin@example.com, @example.org");
	one_table_assert(&one, "alex", ONE_TABLE_ABSENT);
	one_table_assert(&one, "number", "5");
	one_table_assert(&one, "nothing", ONE_TABLE_ABSENT);
	one_table_assert(&one, "some", "x");
	one_table_assert(&one, "empty", "");
	one_table_assert(&one, "it's", "quoted");
	one_table_assert(&one, "' OR 1=1 --", ONE_TABLE_ABSENT);
	one_table_assert(&one, "nul", ONE_TABLE_FAILED);
	snprintf(text, sizeof text, "INSERT INTO senders VALUES ('long', printf('%%.%dc', 'x'))", TABLE_VALUE_MAX);
	ck_assert_int_eq(sqlite3_exec(database, text, NULL, NULL, NULL), SQLITE_OK);
	one_table_assert(&one, "long", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "longer than 4095 octets");
	ck_assert_int_eq(sqlite3_exec(database, "INSERT INTO senders VALUES ('alex', 'later')", NULL, NULL, NULL),
			 SQLITE_OK);
	one_table_assert(&one, "alex", "later");
	sqlite3_close(database);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

static const struct {
	const char *query, *why;
} wrong_queries[] = {
	{ "SELECT address FROM senders", "must have one parameter" },
	{ "SELECT address FROM senders WHERE login = ? AND address = ?", "must have one parameter" },
	{ "DELETE FROM senders WHERE login = ?", "does not ask for anything" },
	{ "INSERT INTO senders VALUES (?, 1) RETURNING address", "does not ask for anything" },
	{ "SELECT address FROM sender WHERE login = ?", "no such table" },
	{ "SELECT address FROM senders WHERE login = ?; DELETE FROM senders", "more than one query" },
	{ "SELECT", "incomplete input" },
	{ "", "does not ask for anything" },
	{ "ATTACH '/tmp/x' AS ?", "does not ask for anything" },
};

START_TEST(wrong_queries_cannot_tell)
{
	struct one_table one;

	one_table_folder();
	sqlite3_close(write_sqlite("table", schema));
	for (size_t i = 0; i < sizeof wrong_queries / sizeof wrong_queries[0]; i++) {
		one_table_open(&one, TABLE_SQLITE, "/table", wrong_queries[i].query);
		one_table_assert(&one, "kim", ONE_TABLE_FAILED);
		one_table_assert_why(&one, TABLE_FAILS, wrong_queries[i].why);
		one_table_close(&one);
	}
	one_table_folder_end();
}
END_TEST

START_TEST(a_sqlite_file_may_come_later_and_be_replaced)
{
	struct one_table one;

	one_table_folder();
	one_table_open(&one, TABLE_SQLITE, "/table", query);
	one_table_assert(&one, "kim", ONE_TABLE_FAILED);
	ck_assert_int_ne(access("table", F_OK), 0);
	sqlite3_close(write_sqlite("table", schema));
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&one, "kim", "kim@example.com");

	sqlite3_close(write_sqlite("beside", "CREATE TABLE senders (login TEXT, address TEXT);"
					     "INSERT INTO senders VALUES ('kim', 'new')"));
	ck_assert_int_eq(rename("beside", "table"), 0);
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&one, "kim", "new");

	one_table_write("table", "this is no database, however long the text that stands in it may be");
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&one, "kim", "new");
	one_table_assert_why(&one, TABLE_WORKS_OLD, "not a database");
	ck_assert_int_eq(unlink("table"), 0);
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&one, "kim", "new");
	one_table_assert_why(&one, TABLE_WORKS_OLD, "No such file");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

/* Both files have the counter of changes by which SQLite knows that what it remembers is old. */
START_TEST(a_sqlite_file_that_was_copied_over_is_read_anew)
{
	struct one_table one;
	char octets[65536];

	one_table_folder();
	sqlite3_close(write_sqlite("table", schema));
	one_table_open(&one, TABLE_SQLITE, "/table", query);
	one_table_assert(&one, "kim", "kim@example.com");
	sqlite3_close(write_sqlite("other", "CREATE TABLE senders (login TEXT, address TEXT);"
					    "INSERT INTO senders VALUES ('kim', 'new@example.com')"));
	int from = open("other", O_RDONLY | O_CLOEXEC), to = open("table", O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t length = read(from, octets, sizeof octets);
	ck_assert_int_eq(write(to, octets, (size_t)length), length);
	close(from);
	close(to);
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&one, "kim", "new@example.com");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

/* The budget is 100 ms; the rest is for sanitizers and busy machines. */
enum { PATIENCE_MS = 1500 };

START_TEST(slow_queries_have_a_budget)
{
	static const char slow[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
				   " SELECT i FROM n WHERE i < 0 AND ?1 = 'kim'";
	struct one_table one;
	int64_t start_us;

	one_table_folder();
	sqlite3_close(write_sqlite("table", schema));
	one_table_open(&one, TABLE_SQLITE, "/table", slow);
	start_us = now_us();
	one_table_assert(&one, "kim", ONE_TABLE_FAILED);
	ck_assert_int_lt(now_us() - start_us, PATIENCE_MS * 1000);
	one_table_assert_why(&one, TABLE_FAILS, "within 100 ms");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(a_locked_database_is_waited_for_within_the_budget)
{
	struct one_table one;
	sqlite3 *writer;
	int64_t start_us;

	one_table_folder();
	writer = write_sqlite("table", schema);
	one_table_open(&one, TABLE_SQLITE, "/table", query);
	one_table_assert(&one, "kim", "kim@example.com");
	ck_assert_int_eq(sqlite3_exec(writer, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	start_us = now_us();
	one_table_assert(&one, "kim", ONE_TABLE_FAILED);
	ck_assert_int_lt(now_us() - start_us, PATIENCE_MS * 1000);
	one_table_assert_why(&one, TABLE_FAILS, "somebody writes");
	ck_assert_int_eq(sqlite3_exec(writer, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	one_table_assert(&one, "kim", "kim@example.com");
	sqlite3_close(writer);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(a_spoilt_database_cannot_tell_until_it_is_mended)
{
	char zeros[65536] = { 0 };
	struct one_table one;
	int fd;

	one_table_folder();
	sqlite3_close(write_sqlite("table", schema));
	one_table_open(&one, TABLE_SQLITE, "/table", query);
	one_table_assert(&one, "kim", "kim@example.com");
	fd = open("table", O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(pwrite(fd, zeros, sizeof zeros, 0), (ssize_t)sizeof zeros);
	close(fd);
	one_table_assert(&one, "kim", ONE_TABLE_FAILED);
	ck_assert_int_eq(unlink("table"), 0);
	sqlite3_close(write_sqlite("table", schema));
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&one, "kim", "kim@example.com");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

SUITE_MAIN(tables_databases, a_cdb_is_searched, a_cdb_that_is_not_whole_is_not_used,
	   a_cdb_that_is_cut_short_in_place_cannot_tell, a_million_keys_take_no_time_to_open, a_query_is_asked,
	   wrong_queries_cannot_tell, a_sqlite_file_may_come_later_and_be_replaced,
	   a_sqlite_file_that_was_copied_over_is_read_anew, slow_queries_have_a_budget,
	   a_locked_database_is_waited_for_within_the_budget, a_spoilt_database_cannot_tell_until_it_is_mended)
