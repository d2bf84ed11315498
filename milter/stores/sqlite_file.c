/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/stores/sqlite_open.h"

#include "milter/clock.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum {
	BUSY_NAP_FIRST_US = 50, /* a charge of another process takes about as long */
	BUSY_NAP_MOST_US = 2000
};

static const char *const statement_texts[STATEMENT_COUNT] = {
	[STATEMENT_BEGIN_READ] = "BEGIN",
	[STATEMENT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[STATEMENT_COMMIT] = "COMMIT",
	[STATEMENT_ROLLBACK] = "ROLLBACK",
	[STATEMENT_GET] = "SELECT value FROM counters WHERE key = ?1",
	[STATEMENT_PUT] = ("INSERT INTO counters VALUES (?1, ?2, ?3) ON CONFLICT (key)"
			   " DO UPDATE SET value = excluded.value, expires_us = excluded.expires_us"),
	[STATEMENT_DELETE] = "DELETE FROM counters WHERE key = ?1",
	[STATEMENT_PAGE] = "SELECT key, value FROM counters WHERE key > ?1 ORDER BY key LIMIT ?2",
	/* The last key of the next few, and whether any of them is to be deleted. */
	[STATEMENT_STRETCH] = ("SELECT max(key), sum(expires_us < ?3) FROM"
			       " (SELECT key, expires_us FROM counters WHERE key > ?1 ORDER BY key LIMIT ?2)"),
	[STATEMENT_PURGE] = "DELETE FROM counters WHERE key > ?1 AND key <= ?2 AND expires_us < ?3",
};

/* SQLite's own waiting has naps of up to 100 ms, which is all that a call may take. */
int
sqlite_file_wait(void *data, int times)
{
	const struct sqlite_file *file = data;
	long nap_us = times < 6 ? BUSY_NAP_FIRST_US << times : BUSY_NAP_MOST_US;
	struct timespec nap = { 0, (nap_us < BUSY_NAP_MOST_US ? nap_us : BUSY_NAP_MOST_US) * 1000 };

	if (clock_ms() >= file->deadline_ms)
		return 0;
	nanosleep(&nap, NULL);
	return 1;
}

bool
sqlite_file_prepare(struct sqlite_file *file)
{
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		file->result = sqlite3_prepare_v3(file->db, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
						  &file->statements[i], NULL);
		if (file->result != SQLITE_OK)
			return false;
	}
	return true;
}

static bool
has_moved(const struct sqlite_file *file)
{
	int moved = 0;

	return file->db != NULL &&
	       sqlite3_file_control(file->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

void
sqlite_file_close(struct sqlite_file *file)
{
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(file->statements[i]);
	memset(file->statements, 0, sizeof file->statements);
	/* The last one to close empties the log of that name: which, after the file was removed, is the new file's. */
	if (has_moved(file))
		sqlite3_db_config(file->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	sqlite3_close(file->db);
	file->db = NULL;
}

void
sqlite_file_settle(struct sqlite_file *file)
{
	sqlite3_busy_handler(file->db, sqlite_file_wait, file);
}

int
sqlite_file_step(struct sqlite_file *file, enum sqlite_statement statement)
{
	int result = sqlite3_step(file->statements[statement]);

	if (result == SQLITE_ROW)
		return result;
	sqlite3_reset(file->statements[statement]);
	if (result != SQLITE_DONE)
		file->result = result;
	return result;
}

static bool
run(struct sqlite_file *file, enum sqlite_statement statement)
{
	return sqlite_file_step(file, statement) == SQLITE_DONE;
}

static void
bind_key(struct sqlite_file *file, enum sqlite_statement statement, const char *key)
{
	sqlite3_bind_text(file->statements[statement], 1, key, -1, SQLITE_STATIC);
}

/* Who writes to a file that was removed writes for nobody. */
bool
sqlite_file_begin(struct sqlite_file *file, bool writes)
{
	file->moved = has_moved(file);
	return !file->moved && run(file, writes ? STATEMENT_BEGIN_WRITE : STATEMENT_BEGIN_READ);
}

bool
sqlite_file_get(struct sqlite_file *file, const char *key, struct counter *counter_out)
{
	sqlite3_stmt *statement = file->statements[STATEMENT_GET];

	bind_key(file, STATEMENT_GET, key);
	int result = sqlite_file_step(file, STATEMENT_GET);
	*counter_out = (struct counter){ .known = false };
	if (result != SQLITE_ROW)
		return result == SQLITE_DONE;
	struct bytes text = { (const char *)sqlite3_column_text(statement, 0), 0 };
	text.length = (size_t)sqlite3_column_bytes(statement, 0);
	bool readable = text.data != NULL && counter_read(text, counter_out);
	sqlite3_reset(statement);
	if (!readable)
		buffer_append(file->unreadable, sizeof file->unreadable, bytes_of(key));
	return readable;
}

bool
sqlite_file_put(struct sqlite_file *file, const char *key, const struct counter *counter, int64_t expires_us)
{
	sqlite3_stmt *statement = file->statements[STATEMENT_PUT];
	char text[COUNTER_TEXT_MAX];
	size_t length = counter_write(counter, text);

	bind_key(file, STATEMENT_PUT, key);
	sqlite3_bind_text(statement, 2, text, (int)length, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, expires_us);
	return run(file, STATEMENT_PUT);
}

bool
sqlite_file_delete(struct sqlite_file *file, const char *key, bool *known_out)
{
	bind_key(file, STATEMENT_DELETE, key);
	if (!run(file, STATEMENT_DELETE))
		return false;
	*known_out = sqlite3_changes(file->db) > 0;
	return true;
}

bool
sqlite_file_commit(struct sqlite_file *file)
{
	return run(file, STATEMENT_COMMIT);
}

void
sqlite_file_explain(struct sqlite_file *file, struct reason *reason)
{
	int error = file->db != NULL ? sqlite3_system_errno(file->db) : 0;
	const char *cause = error != 0 ? strerror(error) : sqlite3_errstr(file->result);
	const char *path = file->path;

	switch (file->result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		reason_set(reason, "%s: other processes have kept it locked for too long", path);
		break;
	case SQLITE_FULL:
		reason_set(reason, "%s: the disk is full, or a limit of the file's size is reached", path);
		break;
	case SQLITE_READONLY:
		reason_set(reason, "%s: the file or its folder cannot be written", path);
		break;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		reason_set(reason, "%s: it, or the files beside it, cannot be opened: %s", path, cause);
		break;
	case SQLITE_CORRUPT:
		reason_set(reason, "%s: the file is damaged; it is left as it is: move it away to begin anew", path);
		break;
	case SQLITE_NOTADB:
		reason_set(reason, "%s: this is no SQLite file; it is left as it is", path);
		break;
	default:
		reason_set(reason, "%s: %s (%s)", path, cause, sqlite3_errstr(file->result));
	}
}

/* These pass without a new connection, and one would be refused just as well. */
static bool
is_passing(int result)
{
	return (result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED || (result & 0xff) == SQLITE_FULL ||
	       (result & 0xff) == SQLITE_NOMEM;
}

void
sqlite_file_failed(struct sqlite_file *file, struct reason *reason)
{
	bool reopen = false;

	if (file->moved) {
		reason_set(reason, "%s: the file was removed or replaced", file->path);
		reopen = true;
	} else if (file->unreadable[0] != '\0') {
		reason_set(reason, "%s: what is kept of \"%s\" is no counter: reset it", file->path, file->unreadable);
	} else {
		sqlite_file_explain(file, reason);
		reopen = !is_passing(file->result);
	}
	file->moved = false;
	file->unreadable[0] = '\0';
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_reset(file->statements[i]);
	/* After some errors SQLite has rolled back by itself. */
	if (!sqlite3_get_autocommit(file->db) && !run(file, STATEMENT_ROLLBACK))
		reopen = true;
	if (reopen)
		sqlite_file_close(file);
}
