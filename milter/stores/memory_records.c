/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/stores/memory_store.h"

#include <string.h>

size_t
memory_store_kept_size(enum limit_kind kind)
{
	size_t buckets = kind == LIMIT_RATE ? LIMIT_RATE_BUCKETS : LIMIT_BUCKETS;

	return offsetof(struct kept, state.buckets) + buckets * sizeof(uint64_t);
}

struct counter
memory_store_load(const struct memory_store *memory, enum limit_kind kind, uint32_t record)
{
	struct kept kept = { 0 };

	memcpy(&kept, key_table_value(memory->tables[kind], record), memory_store_kept_size(kind));
	return (struct counter){ .limit = kept.limit,
				 .state = kept.state,
				 .most_us = kept.most_us,
				 .all_us = kept.all_us,
				 .known = kept.limit.amount > 0 };
}

void
memory_store_save(struct memory_store *memory, uint32_t record, const struct counter *counter)
{
	const struct kept kept = { counter->limit, counter->most_us, counter->all_us, counter->state };
	enum limit_kind kind = counter->limit.kind;

	memcpy(key_table_value(memory->tables[kind], record), &kept, memory_store_kept_size(kind));
}

void
memory_store_note(struct memory_store *memory, size_t place, enum limit_kind kind, uint32_t record)
{
	memory->journal.entries[place].kind = kind;
	memory->journal.entries[place].record = record;
	memcpy(&memory->journal.entries[place].before, key_table_value(memory->tables[kind], record),
	       memory_store_kept_size(kind));
}

void
memory_store_begin(struct memory_store *memory, size_t count)
{
	shared_order(); /* the journal is whole before it counts, */
	memory->journal.count = (uint32_t)count;
	shared_order(); /* counts before anything changes, */
}

void
memory_store_end(struct memory_store *memory)
{
	shared_order(); /* and until all has */
	memory->journal.count = 0;
}

static void
mend(struct memory_store *memory)
{
	const struct journal *journal = &memory->journal;

	for (uint32_t i = 0; i < journal->count && i < CHARGES_MAX; i++) {
		enum limit_kind kind = journal->entries[i].kind;

		memcpy(key_table_value(memory->tables[kind], journal->entries[i].record), &journal->entries[i].before,
		       memory_store_kept_size(kind));
	}
	shared_order(); /* who dies here leaves the journal to the next */
	memory->journal.count = 0;
	key_table_repair(memory->tables[LIMIT_RATE]);
	key_table_repair(memory->tables[LIMIT_QUOTA]);
	shared_lock_mended(&memory->lock);
}

bool
memory_store_enter(struct memory_store *memory)
{
	switch (shared_lock_enter(&memory->lock)) {
	case SHARED_LOCK_TORN:
		mend(memory);
		return true;
	case SHARED_LOCK_TAKEN:
		return true;
	case SHARED_LOCK_FAILED:
		break;
	}
	return false;
}

void
memory_store_leave(struct memory_store *memory)
{
	shared_lock_leave(&memory->lock);
}
