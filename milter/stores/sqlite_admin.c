/* SPDX-License-Identifier: BSD-2-Clause */
/* What administrators ask of the file: they have more patience than mail. */
#define _GNU_SOURCE
#include "milter/stores/sqlite_store.h"

#include <stdio.h>
#include <string.h>

enum {
	ADMIN_TIMEOUT_MS = 2000, /* of each step */
	PAGE_ROWS = 32           /* read while calls wait */
};

struct page {
	struct {
		char key[CHARGE_KEY_MAX];
		struct counter counter;
	} rows[PAGE_ROWS];
	int count;
};

static struct bytes
column(sqlite3_stmt *statement, int number)
{
	const char *data = (const char *)sqlite3_column_text(statement, number);
	int length = sqlite3_column_bytes(statement, number);

	return (struct bytes){ data, data != NULL ? (size_t)length : 0 };
}

/* The rows behind a key. Those that are no counter have no `known`. */
static bool
read_page(struct sqlite_file *file, const char *after, struct page *page_out)
{
	sqlite3_stmt *statement = file->statements[STATEMENT_PAGE];
	int result;

	sqlite3_bind_text(statement, 1, after, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 2, PAGE_ROWS);
	while ((result = sqlite_file_step(file, STATEMENT_PAGE)) == SQLITE_ROW && page_out->count < PAGE_ROWS) {
		char *key = page_out->rows[page_out->count].key;
		struct counter *counter = &page_out->rows[page_out->count++].counter;

		key[0] = '\0';
		buffer_append(key, CHARGE_KEY_MAX, column(statement, 0));
		*counter = (struct counter){ .known = false };
		counter_read(column(statement, 1), counter);
	}
	return result == SQLITE_DONE;
}

static bool
says_nothing(const struct counter *counter, int64_t now_us)
{
	return limit_used(&counter->limit, &counter->state, now_us) == 0;
}

bool
store_sqlite_list(struct store *base, bool (*visit)(void *data, const struct store_entry *entry), void *data)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	char after[CHARGE_KEY_MAX] = "";
	struct store_entry entry;
	struct page page;

	do {
		page.count = 0;
		if (!store_sqlite_enter(store, ADMIN_TIMEOUT_MS))
			return false;
		bool ok = sqlite_file_begin(&store->file, false) && read_page(&store->file, after, &page) &&
			  sqlite_file_commit(&store->file);
		if (!store_sqlite_leave(store, ok))
			return false;
		int64_t now_us = store->clock_us();
		for (int i = 0; i < page.count; i++) {
			const struct counter *counter = &page.rows[i].counter;

			memcpy(after, page.rows[i].key, sizeof after);
			if (!counter->known || says_nothing(counter, now_us))
				continue;
			counter_entry(after, counter, now_us, &entry);
			if (!visit(data, &entry))
				return true;
		}
	} while (page.count == PAGE_ROWS);
	return true;
}

bool
store_sqlite_reset(struct store *base, const char *key, bool *known_out)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	bool known = false;

	if (!store_sqlite_enter(store, ADMIN_TIMEOUT_MS))
		return false;
	bool ok = sqlite_file_begin(&store->file, true) && sqlite_file_delete(&store->file, key, &known) &&
		  sqlite_file_commit(&store->file);
	if (!store_sqlite_leave(store, ok))
		return false;
	*known_out = known;
	return true;
}

static bool
set_counter(struct sqlite_file *file, const char *key, uint64_t used, int64_t now_us, bool *known_out)
{
	struct counter counter;

	if (!sqlite_file_get(file, key, &counter))
		return false;
	*known_out = counter.known;
	if (!counter.known)
		return true;
	limit_set(&counter.limit, &counter.state, now_us, used);
	counter.most_us = counter.all_us = 0;
	return sqlite_file_put(file, key, &counter, counter_expires_us(&counter, now_us));
}

bool
store_sqlite_set(struct store *base, const char *key, uint64_t used, bool *known_out)
{
	struct store_sqlite *store = (struct store_sqlite *)base;
	bool known = false;

	if (!store_sqlite_enter(store, ADMIN_TIMEOUT_MS))
		return false;
	bool ok = sqlite_file_begin(&store->file, true) &&
		  set_counter(&store->file, key, used, store->clock_us(), &known) && sqlite_file_commit(&store->file);
	if (!store_sqlite_leave(store, ok))
		return false;
	*known_out = known;
	return true;
}
