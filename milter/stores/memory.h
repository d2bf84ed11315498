/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.h - counters in memory that the workers of one daemon share; they are gone when it ends.
 *
 *      struct store *memory = memory_store_new(conf->counters.max_keys, NULL);     in the supervisor, before it forks
 *      if (memory == NULL) ...                                                     errno says why
 *      ... in any thread of any worker: memory->class->charge(memory, charges, count) ...
 *      memory->class->free(memory);                                                of this process alone
 *
 * Rates and quotas have max_keys records each, of about 400 and 900 octets; memory is used as keys come. When all records are taken, one
 * makes room for a new key: of a few that lie together the first that cannot say anything any more; else the one whose share of its limit is
 * least, because forgetting it gives away least. So a flood of keys seen once pushes out its like, and not a login near its quota.
 * memory_store_forgotten counts what was lost that way.
 *
 * A worker may be killed at any moment, below the lock too: the next to take it undoes what was half done, so that a message is
 * counted wholly or not at all. When a worker is stopped below it, calls fail after SHARED_LOCK_MAX_MS. */
#ifndef POSTERN_MILTER_STORES_MEMORY_H
#define POSTERN_MILTER_STORES_MEMORY_H

#include "milter/stores/store.h"

enum {
	MEMORY_STORE_KEYS_MIN = 64, /* more than one message has */
	MEMORY_STORE_KEYS_MAX = 1 << 24
};

/* max_keys is brought into that range. clock_us gives microseconds; NULL: CLOCK_BOOTTIME, which nobody sets and which goes on in a
 * machine that sleeps. NULL when the system refuses memory or random octets. */
struct store *memory_store_new(unsigned max_keys, int64_t (*clock_us)(void));

/* Keys that made room although they counted something, since the store was made. */
uint64_t memory_store_forgotten(const struct store *store);

#endif
