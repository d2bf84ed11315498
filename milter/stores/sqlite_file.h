/* SPDX-License-Identifier: BSD-2-Clause */
/* sqlite_file.h - one connection to the file of counters: opened, made and checked; what is read and written. One thread at a time.
 *
 *      struct sqlite_file file = { 0 };
 *      file.deadline_ms = clock_ms() + 100;            for everything that follows
 *      if (sqlite_file_open(&file, path, &reason) && sqlite_file_begin(&file, true)) ...
 *              ... sqlite_file_get, sqlite_file_put ...
 *              ok = sqlite_file_commit(&file);
 *      if (!ok) sqlite_file_failed(&file, &reason);
 *
 * Each call that returns false leaves the cause with the connection, until sqlite_file_failed. */
#ifndef POSTERN_MILTER_STORES_SQLITE_FILE_H
#define POSTERN_MILTER_STORES_SQLITE_FILE_H

#include "milter/stores/counter.h"
#include "milter/stores/reason.h"

#include <sqlite3.h>

enum sqlite_statement {
	STATEMENT_BEGIN_READ,
	STATEMENT_BEGIN_WRITE,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_GET,
	STATEMENT_PUT,
	STATEMENT_DELETE,
	STATEMENT_PAGE,
	STATEMENT_STRETCH,
	STATEMENT_PURGE,
	STATEMENT_COUNT
};

struct sqlite_file {
	sqlite3 *db; /* NULL: not open */
	const char *path;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	int64_t deadline_ms;             /* of clock_ms: until when to wait for other processes */
	int result;                      /* SQLite's extended result code of what failed */
	bool moved;                      /* it failed as the path is no longer this file's */
	char unreadable[CHARGE_KEY_MAX]; /* it failed as what is kept under that key is no counter */
};

/* Opens the file, makes it when it is missing, and checks that it is ours. False: *reason says why, nothing is open. The path must outlive it. */
bool sqlite_file_open(struct sqlite_file *file, const char *path, struct reason *reason);
void sqlite_file_close(struct sqlite_file *file);
/* After *file was copied to another place. */
void sqlite_file_settle(struct sqlite_file *file);

bool sqlite_file_begin(struct sqlite_file *file, bool writes);
/* An unknown key gives a counter of zeros. */
bool sqlite_file_get(struct sqlite_file *file, const char *key, struct counter *counter_out);
bool sqlite_file_put(struct sqlite_file *file, const char *key, const struct counter *counter, int64_t expires_us);
bool sqlite_file_delete(struct sqlite_file *file, const char *key, bool *known_out);
bool sqlite_file_commit(struct sqlite_file *file);

/* After false: rolls back, puts the cause into *reason, and closes the file when it must be opened anew. */
void sqlite_file_failed(struct sqlite_file *file, struct reason *reason);

/* Asks SQLite for a prepared statement's next row, and resets the statement at the end and on failure. Returns SQLITE_ROW or SQLITE_DONE, else it failed. */
int sqlite_file_step(struct sqlite_file *file, enum sqlite_statement statement);

#endif
