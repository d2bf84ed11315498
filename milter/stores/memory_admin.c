/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/stores/memory_store.h"

#include <stdio.h>

enum { LIST_BATCH = 32 }; /* records looked at under the lock at a time */

static bool
entry_of(const struct memory_store *memory, enum limit_kind kind, uint32_t record, struct store_entry *entry_out)
{
	const struct counter counter = memory_store_load(memory, kind, record);
	struct bytes key = key_table_key(memory->tables[kind], record);
	char name[CHARGE_KEY_MAX];
	int64_t now_us = memory->clock_us();

	if (!counter.known || limit_used(&counter.limit, &counter.state, now_us) == 0)
		return false;
	snprintf(name, sizeof name, "%.*s", (int)key.length, key.data);
	counter_entry(name, &counter, now_us, entry_out);
	return true;
}

/* Visits without the lock: whoever visits may take long, or call the store. */
static bool
list_kind(struct memory_store *memory, enum limit_kind kind, bool (*visit)(void *, const struct store_entry *),
	  void *data, bool *more)
{
	uint32_t record = 0;

	while (*more && record != KEY_TABLE_NONE) {
		struct store_entry entries[LIST_BATCH];
		size_t count = 0;

		if (!memory_store_enter(memory))
			return false;
		for (unsigned i = 0; i < LIST_BATCH && record != KEY_TABLE_NONE; i++) {
			record = key_table_next(memory->tables[kind], record);
			if (record != KEY_TABLE_NONE)
				count += entry_of(memory, kind, record++, &entries[count]);
		}
		memory_store_leave(memory);
		for (size_t i = 0; *more && i < count; i++)
			*more = visit(data, &entries[i]);
	}
	return true;
}

bool
memory_store_list(struct store *store, bool (*visit)(void *data, const struct store_entry *entry), void *data)
{
	struct memory_store *memory = (struct memory_store *)store;
	bool more = true;

	return list_kind(memory, LIMIT_QUOTA, visit, data, &more) && list_kind(memory, LIMIT_RATE, visit, data, &more);
}

/* The record of the key, of either kind. */
static bool
find_record(const struct memory_store *memory, const char *key, enum limit_kind *kind_out, uint32_t *record_out)
{
	for (enum limit_kind kind = LIMIT_RATE; kind <= LIMIT_QUOTA; kind++) {
		uint32_t record = key_table_find(memory->tables[kind], bytes_of(key));

		if (record == KEY_TABLE_NONE || !memory_store_load(memory, kind, record).known)
			continue;
		*kind_out = kind;
		*record_out = record;
		return true;
	}
	return false;
}

bool
memory_store_reset(struct store *store, const char *key, bool *known_out)
{
	struct memory_store *memory = (struct memory_store *)store;
	enum limit_kind kind;
	uint32_t record;

	if (!memory_store_enter(memory))
		return false;
	*known_out = find_record(memory, key, &kind, &record);
	if (*known_out)
		key_table_remove(memory->tables[kind], record);
	memory_store_leave(memory);
	return true;
}

bool
memory_store_set(struct store *store, const char *key, uint64_t used, bool *known_out)
{
	struct memory_store *memory = (struct memory_store *)store;
	enum limit_kind kind;
	uint32_t record;

	if (!memory_store_enter(memory))
		return false;
	*known_out = find_record(memory, key, &kind, &record);
	if (*known_out) {
		struct counter counter = memory_store_load(memory, kind, record);

		limit_set(&counter.limit, &counter.state, memory->clock_us(), used);
		counter.most_us = counter.all_us = 0;
		memory_store_note(memory, 0, kind, record);
		memory_store_begin(memory, 1);
		memory_store_save(memory, record, &counter);
		memory_store_end(memory);
	}
	memory_store_leave(memory);
	return true;
}
