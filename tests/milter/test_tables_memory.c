/* SPDX-License-Identifier: BSD-2-Clause */
/* The system refuses memory at each request in turn while a table is opened, asked, changed and asked again: it is told what stands in
 * the table, in its old or in its new version, or that nothing can be told.
 *
 * calloc and malloc are replaced for the whole program. Sanitizers bring an allocator of their own that cannot be replaced; there
 * this tests nothing. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/watched.h"
#include "tests/support/one_table.h"
#include "tests/support/suite.h"
#include "tests/support/test_clock.h"

#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#if !defined(__SANITIZE_ADDRESS__)

#include "tests/support/socketmap.h"

#include <cdb.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static _Thread_local bool armed;
static size_t asked, refused_at;

static bool
refuse(void)
{
	return armed && ++asked == refused_at;
}

void *
malloc(size_t size)
{
	return refuse() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return refuse() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *memory, size_t size)
{
	return refuse() ? NULL : __libc_realloc(memory, size);
}

static void
write_lines(const char *value)
{
	char text[64];

	snprintf(text, sizeof text, "robin %s\n", value);
	one_table_write("table", text);
}

static void
write_pattern(const char *value)
{
	char text[64];

	snprintf(text, sizeof text, "/^robin$/ %s\n", value);
	one_table_write("table", text);
}

static void
write_cdb(const char *value)
{
	struct cdb_make make;
	int fd = open("beside", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cdb_make_start(&make, fd);
	cdb_make_add(&make, "robin", 5, value, (unsigned)strlen(value));
	ck_assert_int_eq(cdb_make_finish(&make), 0);
	close(fd);
	ck_assert_int_eq(rename("beside", "table"), 0);
}

static void
write_sqlite(const char *value)
{
	sqlite3 *database;
	char text[128];

	unlink("beside");
	ck_assert_int_eq(sqlite3_open("beside", &database), SQLITE_OK);
	snprintf(text, sizeof text,
		 "PRAGMA synchronous = OFF; CREATE TABLE t (k, v); INSERT INTO t VALUES ('robin', '%s')", value);
	ck_assert_int_eq(sqlite3_exec(database, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
	ck_assert_int_eq(rename("beside", "table"), 0);
}

static const struct {
	const char *name;
	enum table_kind kind;
	const char *query;
	void (*write)(const char *value);
} kinds[] = {
	{ "file", TABLE_FILE, NULL, write_lines },
	{ "regexp", TABLE_REGEXP, NULL, write_pattern },
	{ "cdb", TABLE_CDB, NULL, write_cdb },
	{ "sqlite", TABLE_SQLITE, "SELECT v FROM t WHERE k = ?", write_sqlite },
};

/* Asks with memory refused. False when the answer is neither one of those, nor that it cannot be told. */
static bool
ask(struct one_table *one, const char *old, const char *new)
{
	char value[TABLE_VALUE_MAX] = "";
	enum table_answer robin, kim;

	armed = true;
	robin = tables_find(one->tables, &one->table, "robin", value);
	kim = tables_find(one->tables, &one->table, "kim", NULL);
	armed = false;
	if (kim == TABLE_FOUND || robin == TABLE_ABSENT)
		return false;
	return robin == TABLE_FAILED || strcmp(value, old) == 0 || strcmp(value, new) == 0;
}

static void
live(size_t kind, struct one_table *one)
{
	kinds[kind].write("old");
	one_table_open(one, kinds[kind].kind, "/table", kinds[kind].query);
	ck_assert_msg(ask(one, "old", "old"), "%s: request %zu", kinds[kind].name, refused_at);
	kinds[kind].write("new");
	for (unsigned look = 0; look < 3; look++) {
		test_clock_pass(WATCHED_LOOK_MS);
		ck_assert_msg(ask(one, "old", "new"), "%s: request %zu", kinds[kind].name, refused_at);
	}
	/* Memory is there again. */
	test_clock_pass(WATCHED_RETRY_MS);
	tables_find(one->tables, &one->table, "robin", NULL);
	one_table_assert(one, "robin", "new");
	one_table_assert(one, "kim", ONE_TABLE_ABSENT);
	one_table_close(one);
}

START_TEST(files_and_databases_bear_it)
{
	struct one_table one;

	one_table_folder();
	test_clock_stop();
	for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
		refused_at = 0;
		do {
			refused_at++;
			asked = 0;
			live(kind, &one);
		} while (asked >= refused_at);
		ck_assert_uint_gt(refused_at, 3);
	}
	one_table_folder_end();
}
END_TEST

START_TEST(servers_bear_it)
{
	struct socketmap_server server;
	struct one_table one;
	char path[128], argument[160];

	one_table_folder();
	snprintf(path, sizeof path, "%s/socket", one_table_path());
	snprintf(argument, sizeof argument, "unix:%s:map", path);
	socketmap_server_start(&server, path);
	refused_at = 0;
	do {
		refused_at++;
		asked = 0;
		one_table_open(&one, TABLE_SOCKETMAP, argument, NULL);
		armed = true;
		enum table_answer answer = tables_find(one.tables, &one.table, "absent", NULL);
		armed = false;
		ck_assert_int_ne(answer, TABLE_FOUND);
		one_table_assert(&one, "absent", ONE_TABLE_ABSENT);
		one_table_close(&one);
	} while (asked >= refused_at);
	ck_assert_uint_gt(refused_at, 2);
	socketmap_server_stop(&server);
	one_table_folder_end();
}
END_TEST

SUITE_MAIN(tables_memory, files_and_databases_bear_it, servers_bear_it)

#else

START_TEST(nothing_can_be_refused_under_a_sanitizer)
{
	ck_assert(true);
}
END_TEST

SUITE_MAIN(tables_memory, nothing_can_be_refused_under_a_sanitizer)

#endif
