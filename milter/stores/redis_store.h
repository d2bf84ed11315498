/* SPDX-License-Identifier: BSD-2-Clause */
/* redis_store.h - the parts of store_redis, for its own files. */
#ifndef POSTERN_MILTER_STORES_REDIS_STORE_H
#define POSTERN_MILTER_STORES_REDIS_STORE_H

#include "milter/stores/redis_pool.h"

struct store_redis {
	struct store store;
	struct redis_pool pool;
};

static inline struct redis_pool *
redis_pool_of(struct store *store)
{
	return &((struct store_redis *)store)->pool; /* the store is its first member */
}

bool store_redis_list(struct store *, bool (*visit)(void *data, const struct store_entry *entry), void *data);
bool store_redis_reset(struct store *, const char *key, bool *known_out);
bool store_redis_set(struct store *, const char *key, uint64_t used, bool *known_out);

#endif
