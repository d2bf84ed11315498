/* SPDX-License-Identifier: BSD-2-Clause */
/* What a worker's background thread does for the file. It has a connection of its own, so that no call waits while the disk is written to; each
 * worker does all of it, as any of them may be killed. */
#define _GNU_SOURCE
#include "milter/clock.h"
#include "milter/stores/sqlite_store.h"

#include <stdio.h>
#include <string.h>

enum {
	STEP_MS = 1000, /* what a crash of the machine may cost */
	RETRY_FIRST_MS = 100,
	RETRY_MOST_MS = 5000,
	OPEN_TIMEOUT_MS = 2000, /* the log that a crash left may be long */
	WRITE_TIMEOUT_MS = 100, /* for the purge, and for a log that must begin anew */
	LOG_PAGES_MOST = 4096,  /* 16 MiB */
	PURGE_ROWS = 256        /* a step: some hundred microseconds, for which others wait when something is deleted */
};

#define PURGE_GRACE_US ((int64_t)3600 * 1000 * 1000) /* clocks are wrong now and then */

static unsigned
back_off(struct store_sqlite *store)
{
	unsigned next = store->retry_ms == 0 ? RETRY_FIRST_MS : store->retry_ms * 2;

	store->retry_ms = next < RETRY_MOST_MS ? next : RETRY_MOST_MS;
	return store->retry_ms;
}

static bool
is_open(struct store_sqlite *store)
{
	pthread_mutex_lock(&store->lock);
	bool open = store->file.db != NULL;
	pthread_mutex_unlock(&store->lock);
	return open;
}

/* A connection cannot be given away while SQLite's busy handler knows the old place: it is told the new one. */
static bool
open_for_calls(struct store_sqlite *store)
{
	struct sqlite_file file = { .deadline_ms = clock_ms() + OPEN_TIMEOUT_MS };
	bool opened = sqlite_file_open(&file, store->path, &store->reason);

	pthread_mutex_lock(&store->lock);
	if (opened) {
		store->file = file;
		sqlite_file_settle(&store->file);
		reason_clear(&store->reason);
	}
	store->was_tried = true;
	pthread_cond_broadcast(&store->tried);
	pthread_mutex_unlock(&store->lock);
	return opened;
}

/* Notices when the file was removed although no call comes by. */
static bool
check_moved(struct store_sqlite *store)
{
	int moved = 0;

	sqlite3_file_control(store->keeper.db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (moved == 0)
		return true;
	sqlite_file_close(&store->keeper);
	if (store_sqlite_enter(store, WRITE_TIMEOUT_MS))
		store_sqlite_leave(store, sqlite_file_begin(&store->file, false) && sqlite_file_commit(&store->file));
	return false;
}

/* Everything that was committed goes to the disk, while others go on writing. Only when they write so much that the log never
 * comes to an end do they wait, for the little that is left after the second time. */
static void
write_to_disk(struct store_sqlite *store)
{
	sqlite3 *db = store->keeper.db;
	int pages = 0, written = 0;

	sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &written);
	if (pages <= LOG_PAGES_MOST || written == pages)
		return;
	sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	store->keeper.deadline_ms = clock_ms() + WRITE_TIMEOUT_MS;
	sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
}

/* From purged_to on, the next stretch of rows. A counter that is charged meanwhile has another time to expire, and stays. */
static void
purge(struct store_sqlite *store, int64_t now_us)
{
	struct sqlite_file *keeper = &store->keeper;
	sqlite3_stmt *stretch = keeper->statements[STATEMENT_STRETCH], *delete = keeper->statements[STATEMENT_PURGE];
	char last[CHARGE_KEY_MAX] = "";
	bool expired = false;

	keeper->deadline_ms = clock_ms() + WRITE_TIMEOUT_MS;
	sqlite3_bind_text(stretch, 1, store->purged_to, -1, SQLITE_STATIC);
	sqlite3_bind_int(stretch, 2, PURGE_ROWS);
	sqlite3_bind_int64(stretch, 3, now_us - PURGE_GRACE_US);
	if (sqlite_file_step(keeper, STATEMENT_STRETCH) != SQLITE_ROW)
		return;
	const char *key = (const char *)sqlite3_column_text(stretch, 0);
	snprintf(last, sizeof last, "%s", key != NULL ? key : "");
	expired = sqlite3_column_int64(stretch, 1) > 0;
	sqlite3_reset(stretch);
	if (expired) {
		sqlite3_bind_text(delete, 1, store->purged_to, -1, SQLITE_STATIC);
		sqlite3_bind_text(delete, 2, last, -1, SQLITE_STATIC);
		sqlite3_bind_int64(delete, 3, now_us - PURGE_GRACE_US);
		if (sqlite_file_step(keeper, STATEMENT_PURGE) != SQLITE_DONE)
			return; /* again with the next step */
	}
	memcpy(store->purged_to, last, sizeof last);
}

unsigned
store_sqlite_keep(void *data)
{
	struct store_sqlite *store = data;
	struct sqlite_file *keeper = &store->keeper;

	if (keeper->db != NULL && !check_moved(store))
		return 0;
	if (!is_open(store)) {
		sqlite_file_close(keeper);
		if (!open_for_calls(store))
			return back_off(store);
	}
	store->retry_ms = 0;
	keeper->deadline_ms = clock_ms() + OPEN_TIMEOUT_MS;
	if (keeper->db == NULL && !sqlite_file_open(keeper, store->path, &store->reason))
		return STEP_MS;
	write_to_disk(store);
	pthread_mutex_lock(&store->lock);
	int64_t now_us = store->clock_us();
	pthread_mutex_unlock(&store->lock);
	purge(store, now_us);
	return STEP_MS;
}
