/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection in a process, opened for reading and used by one thread at a time; who waits for it does so within its budget. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/backend.h"

#include "milter/clock.h"
#include "milter/tables/identity.h"
#include "milter/tables/watched.h"
#include "milter/wait.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	STEPS_BETWEEN_CLOCKS = 1000, /* of SQLite's machine: some ten microseconds */
	LENGTH_LIMIT = 1024 * 1024 /* octets of any value that the query handles: a value of the table is far shorter */
};

struct sqlite_table {
	struct backend backend;
	const struct table *table;
	struct trouble *trouble;
	pthread_mutex_t lock; /* of all that follows */
	sqlite3 *connection;  /* NULL: not open */
	sqlite3_stmt *query;
	struct identity file; /* the open one, as it was before it was opened */
	bool looked;
	int64_t looked_ms;         /* at the file */
	int64_t deadline_ms;       /* of the look-up in work */
	char why[TROUBLE_WHY_MAX]; /* it is not open */
};

static int
on_progress(void *data)
{
	return clock_ms() >= ((struct sqlite_table *)data)->deadline_ms;
}

/* Somebody writes. */
static int
on_busy(void *data, int times)
{
	struct timespec pause = { .tv_nsec = times < 4 ? 250000 : 1000000 };

	if (clock_ms() >= ((struct sqlite_table *)data)->deadline_ms)
		return 0;
	nanosleep(&pause, NULL);
	return 1;
}

static void
close_connection(sqlite3 *connection, sqlite3_stmt *query)
{
	sqlite3_finalize(query);
	sqlite3_close(connection);
}

static bool
prepare_query(sqlite3 *connection, const char *text, sqlite3_stmt **query_out, char *why_out)
{
	sqlite3_stmt *query = NULL;
	const char *tail = "";

	if (sqlite3_prepare_v3(connection, text, -1, SQLITE_PREPARE_PERSISTENT, &query, &tail) != SQLITE_OK)
		trouble_format(why_out, "%s", sqlite3_errmsg(connection));
	else if (query == NULL || sqlite3_column_count(query) == 0 || sqlite3_stmt_readonly(query) == 0)
		trouble_format(why_out, "the query does not ask for anything");
	else if (sqlite3_bind_parameter_count(query) != 1)
		trouble_format(why_out, "the query must have one parameter, `?`, for the key");
	else if (tail[strspn(tail, "; \t\r\n")] != '\0')
		trouble_format(why_out, "there is more than one query");
	else {
		*query_out = query;
		return true;
	}
	sqlite3_finalize(query);
	return false;
}

static bool
open_connection(struct sqlite_table *sqlite, sqlite3 **connection_out, sqlite3_stmt **query_out, char *why_out)
{
	sqlite3 *connection = NULL;
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;

	if (sqlite3_open_v2(sqlite->table->argument, &connection, flags, NULL) != SQLITE_OK) {
		trouble_format(why_out, "%s: %s", sqlite->table->argument,
			       connection != NULL ? sqlite3_errmsg(connection) : "the system refuses memory");
		sqlite3_close(connection);
		return false;
	}
	sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT);
	sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_busy_handler(connection, on_busy, sqlite);
	sqlite3_progress_handler(connection, STEPS_BETWEEN_CLOCKS, on_progress, sqlite);
	if (!prepare_query(connection, sqlite->table->query, query_out, why_out)) {
		sqlite3_close(connection);
		return false;
	}
	*connection_out = connection;
	return true;
}

/* What SQLite wrote it would notice by itself; what was copied over the file it may not, and would mix with what it remembers. */
static bool
is_unchanged(const struct sqlite_table *sqlite, const struct stat *status)
{
	struct identity file = identity_of(status);

	return sqlite->connection != NULL && identity_same(&file, &sqlite->file);
}

/* Opens the file when it is not open, or is another one than before, or not as it was. The old one stays when the new one cannot be used. */
static void
look(struct sqlite_table *sqlite)
{
	char why[TROUBLE_WHY_MAX] = "";
	sqlite3 *connection;
	sqlite3_stmt *query;
	struct stat status;

	sqlite->looked = true;
	sqlite->looked_ms = clock_ms();
	if (stat(sqlite->table->argument, &status) != 0) {
		trouble_format(why, "%s: %s", sqlite->table->argument, strerror(errno));
	} else if (is_unchanged(sqlite, &status)) {
		trouble_clear(sqlite->trouble, TROUBLE_OLD);
		return;
	} else if (open_connection(sqlite, &connection, &query, why)) {
		close_connection(sqlite->connection, sqlite->query);
		sqlite->connection = connection;
		sqlite->query = query;
		sqlite->file = identity_of(&status);
		trouble_clear(sqlite->trouble, TROUBLE_OLD);
		return;
	}
	memcpy(sqlite->why, why, sizeof why);
	if (sqlite->connection != NULL)
		trouble_set(sqlite->trouble, TROUBLE_OLD, why);
}

/* Adds the row's first column to what earlier rows gave. False when it does not fit, or holds a NUL. */
static bool
add_row(sqlite3_stmt *query, char *value, bool *found)
{
	const char *text = (const char *)sqlite3_column_text(query, 0);
	struct bytes more = { text, (size_t)sqlite3_column_bytes(query, 0) };

	if (text == NULL || memchr(text, '\0', more.length) != NULL)
		return false;
	if (*found && !buffer_append(value, TABLE_VALUE_MAX, bytes_of(", ")))
		return false;
	*found = true;
	return buffer_append(value, TABLE_VALUE_MAX, more);
}

static enum table_answer
ask(struct sqlite_table *sqlite, const char *key, char *value, char *why_out)
{
	bool found = false;
	int result = sqlite3_bind_text(sqlite->query, 1, key, -1, SQLITE_STATIC);

	if (result == SQLITE_OK) {
		while ((result = sqlite3_step(sqlite->query)) == SQLITE_ROW) {
			if (sqlite3_column_type(sqlite->query, 0) == SQLITE_NULL)
				continue;
			if (!add_row(sqlite->query, value, &found)) {
				trouble_format(why_out, "a value is longer than %d octets, or holds a NUL",
					       TABLE_VALUE_MAX - 1);
				return TABLE_FAILED;
			}
		}
	}
	if (result == SQLITE_DONE)
		return found ? TABLE_FOUND : TABLE_ABSENT;
	if (result == SQLITE_INTERRUPT || result == SQLITE_BUSY)
		trouble_format(why_out, "no answer within %u ms: %s", sqlite->table->timeout_ms,
			       result == SQLITE_BUSY ? "somebody writes" : "the query takes too long");
	else
		trouble_format(why_out, "%s", sqlite3_errmsg(sqlite->connection));
	return TABLE_FAILED;
}

/* What may be wrong with the connection, and not with the look-up. */
static bool
is_spoilt(sqlite3 *connection)
{
	int code = sqlite3_errcode(connection);

	return code == SQLITE_IOERR || code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_CANTOPEN;
}

static bool
open_locked(struct sqlite_table *sqlite, char *why_out)
{
	if (!sqlite->looked || clock_ms() - sqlite->looked_ms >= WATCHED_LOOK_MS)
		look(sqlite);
	if (sqlite->connection == NULL)
		memcpy(why_out, sqlite->why, TROUBLE_WHY_MAX);
	return sqlite->connection != NULL;
}

static enum table_answer
find_locked(struct sqlite_table *sqlite, const char *key, char *value_out, char *why_out)
{
	char value[TABLE_VALUE_MAX] = "";
	enum table_answer answer;

	if (!open_locked(sqlite, why_out))
		return TABLE_FAILED;
	answer = ask(sqlite, key, value, why_out);
	if (answer == TABLE_FOUND)
		strcpy(value_out, value);
	bool spoilt = answer == TABLE_FAILED && is_spoilt(sqlite->connection);
	sqlite3_reset(sqlite->query);
	sqlite3_clear_bindings(sqlite->query);
	if (spoilt) {
		memcpy(sqlite->why, why_out, TROUBLE_WHY_MAX);
		close_connection(sqlite->connection, sqlite->query);
		sqlite->connection = NULL;
		sqlite->query = NULL;
	}
	return answer;
}

/* False: others have it for the whole of the table's time. */
static bool
begin(struct sqlite_table *sqlite, char *why_out)
{
	unsigned timeout_ms = sqlite->table->timeout_ms;
	int64_t deadline_ms = clock_ms() + timeout_ms;

	if (!wait_lock(&sqlite->lock, deadline_ms)) {
		trouble_format(why_out, "no answer within %u ms: other look-ups take too long", timeout_ms);
		return false;
	}
	sqlite->deadline_ms = deadline_ms;
	return true;
}

static bool
sqlite_table_open(struct backend *backend, char *why_out)
{
	struct sqlite_table *sqlite = (struct sqlite_table *)backend;

	if (!begin(sqlite, why_out))
		return false;
	bool opened = open_locked(sqlite, why_out);
	pthread_mutex_unlock(&sqlite->lock);
	return opened;
}

static enum table_answer
sqlite_table_find(struct backend *backend, const char *key, char *value_out, char *why_out)
{
	struct sqlite_table *sqlite = (struct sqlite_table *)backend;
	enum table_answer answer;

	if (!begin(sqlite, why_out))
		return TABLE_FAILED;
	answer = find_locked(sqlite, key, value_out, why_out);
	pthread_mutex_unlock(&sqlite->lock);
	return answer;
}

static void
sqlite_table_free(struct backend *backend)
{
	struct sqlite_table *sqlite = (struct sqlite_table *)backend;

	close_connection(sqlite->connection, sqlite->query);
	pthread_mutex_destroy(&sqlite->lock);
	free(sqlite);
}

struct backend *
sqlite_table_new(const struct table *table, struct trouble *trouble)
{
	static const struct backend_class class = { sqlite_table_open, sqlite_table_find, sqlite_table_free };
	struct sqlite_table *sqlite = calloc(1, sizeof *sqlite);

	if (sqlite == NULL)
		return NULL;
	sqlite->backend.class = &class;
	sqlite->table = table;
	sqlite->trouble = trouble;
	pthread_mutex_init(&sqlite->lock, NULL);
	return &sqlite->backend;
}
