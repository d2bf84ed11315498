/* SPDX-License-Identifier: BSD-2-Clause */
/* memory_store.h - the parts of the memory store, for its own files: two tables, a lock and a journal, all in shared memory.
 *
 * Between memory_store_enter and memory_store_leave, records are changed like this, all or none of them:
 *
 *      memory_store_note(memory, place, kind, record);         for each, place from 0 to CHARGES_MAX - 1
 *      memory_store_begin(memory, count);
 *      memory_store_save(memory, record, &counter);            for each
 *      memory_store_end(memory);
 *
 * Who finds the lock torn writes back what was noted. */
#ifndef POSTERN_MILTER_STORES_MEMORY_STORE_H
#define POSTERN_MILTER_STORES_MEMORY_STORE_H

#include "milter/stores/counter.h"
#include "milter/stores/key_table.h"
#include "milter/stores/memory.h"
#include "milter/stores/shared_memory.h"

/* What a record keeps of a counter. Those of rates end behind the first LIMIT_RATE_BUCKETS buckets. All zero: nothing yet. */
struct kept {
	struct limit limit;
	int64_t most_us, all_us;
	struct limit_state state;
};

/* Records as they were before a call changed them. */
struct journal {
	uint32_t count; /* not 0: a call is at it */
	struct {
		enum limit_kind kind;
		uint32_t record;
		struct kept before;
	} entries[CHARGES_MAX];
};

struct memory_store {
	struct store store;
	size_t size;
	int64_t (*clock_us)(void);
	struct shared_lock lock;
	struct journal journal;
	struct key_table *tables[2]; /* by enum limit_kind */
	uint32_t hands[2];           /* where the next search for room begins */
	atomic_uint_least64_t forgotten;
};

/* Octets of the records of that kind. */
size_t memory_store_kept_size(enum limit_kind kind);

/* False: somebody has the lock and does not give it back. */
bool memory_store_enter(struct memory_store *memory);
void memory_store_leave(struct memory_store *memory);

/* known is false for a record that nothing was saved to. */
struct counter memory_store_load(const struct memory_store *memory, enum limit_kind kind, uint32_t record);
void memory_store_note(struct memory_store *memory, size_t place, enum limit_kind kind, uint32_t record);
void memory_store_begin(struct memory_store *memory, size_t count);
void memory_store_save(struct memory_store *memory, uint32_t record, const struct counter *counter);
void memory_store_end(struct memory_store *memory);

bool memory_store_list(struct store *, bool (*visit)(void *data, const struct store_entry *entry), void *data);
bool memory_store_reset(struct store *, const char *key, bool *known_out);
bool memory_store_set(struct store *, const char *key, uint64_t used, bool *known_out);

#endif
