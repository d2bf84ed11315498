/* SPDX-License-Identifier: BSD-2-Clause */
/* sqlite_store.h - the parts of store_sqlite, for its own files. */
#ifndef POSTERN_MILTER_STORES_SQLITE_STORE_H
#define POSTERN_MILTER_STORES_SQLITE_STORE_H

#include "milter/stores/background.h"
#include "milter/stores/sqlite.h"
#include "milter/stores/sqlite_file.h"

struct store_sqlite {
	struct store store;
	char *path;
	unsigned timeout_ms;
	int64_t (*clock_us)(void);
	struct reason reason;

	pthread_mutex_t lock; /* of the three that follow */
	pthread_cond_t tried;
	struct sqlite_file file;
	bool was_tried; /* to open the file, with or without success */

	/* The keeper's own. */
	struct background background;
	struct sqlite_file keeper;
	unsigned retry_ms;              /* until the file is tried again; 0: it went well */
	char purged_to[CHARGE_KEY_MAX]; /* where the last step of the purge ended */
};

/* Within so many milliseconds, gets the file for the calling thread; false: there is none. */
bool store_sqlite_enter(struct store_sqlite *store, unsigned timeout_ms);
/* Takes note of how it went, gives the file to others, and returns went_well. */
bool store_sqlite_leave(struct store_sqlite *store, bool went_well);

/* A step in the background: opens the file when it is not open, has what was written go to the disk, deletes what expired. */
unsigned store_sqlite_keep(void *store);

bool store_sqlite_list(struct store *, bool (*visit)(void *data, const struct store_entry *entry), void *data);
bool store_sqlite_reset(struct store *, const char *key, bool *known_out);
bool store_sqlite_set(struct store *, const char *key, uint64_t used, bool *known_out);

#endif
