/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/sqlite_store.h"

#include <check.h>
#include <sqlite3.h>
#include <stdio.h>

struct tempdir sqlite_store_dir;
struct path sqlite_store_path;

void
sqlite_store_begin(void)
{
	tempdir_make(&sqlite_store_dir);
	sqlite_store_path = path_join(sqlite_store_dir.path.text, "counters.db");
}

struct store *
sqlite_store_open_with(unsigned timeout_ms)
{
	struct counters_conf conf = { .path = sqlite_store_path.text, .timeout_ms = timeout_ms };
	struct store *store = store_sqlite_new(&conf);

	ck_assert_ptr_nonnull(store);
	return store;
}

struct store *
sqlite_store_open(void)
{
	return sqlite_store_open_with(SQLITE_STORE_TIMEOUT_MS);
}

void
sqlite_store_end(struct store *store)
{
	if (store != NULL)
		store->class->free(store);
	tempdir_remove(&sqlite_store_dir);
}

void
sqlite_store_query(const char *text, char answer_out[SQLITE_ANSWER_MAX])
{
	sqlite3_stmt *statement;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(sqlite_store_path.text, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, SQLITE_STORE_TIMEOUT_MS);
	ck_assert_int_eq(sqlite3_prepare_v2(db, text, -1, &statement, NULL), SQLITE_OK);
	answer_out[0] = '\0';
	if (sqlite3_step(statement) == SQLITE_ROW)
		snprintf(answer_out, SQLITE_ANSWER_MAX, "%s", (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

void
sqlite_store_assert_query(const char *text, const char *expected)
{
	char answer[SQLITE_ANSWER_MAX];

	sqlite_store_query(text, answer);
	ck_assert_str_eq(answer, expected);
}
