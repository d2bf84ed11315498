/* SPDX-License-Identifier: BSD-2-Clause */
/* redis_pool.h - a process' connections to Redis, and whether it is worth asking at all.
 *
 *      if (!redis_pool_enter(&pool, deadline_ms, &link)) return false;
 *      ... redis_link_call(&link, ...) ...
 *      redis_pool_leave(&pool, &link, REDIS_WENT_WELL);
 *
 * Calls that fail in a row open the breaker, then none enters, and a thread in the background tries until the server answers, loads
 * the script and can be written to. It is open before the first try, for which calls wait. */
#ifndef POSTERN_MILTER_STORES_REDIS_POOL_H
#define POSTERN_MILTER_STORES_REDIS_POOL_H

#include "milter/breaker.h"
#include "milter/stores/background.h"
#include "milter/stores/redis.h"
#include "milter/stores/redis_link.h"

enum { REDIS_SHA_MAX = 41 }; /* octets with NUL of a script's name */

enum redis_outcome {
	REDIS_WENT_WELL,
	REDIS_WENT_BADLY, /* of no use to others either */
	REDIS_NOT_TRIED   /* says nothing about the server */
};

struct redis_pool {
	struct redis_target target;
	char prefix[REDIS_PREFIX_MAX];
	unsigned timeout_ms;
	struct reason reason;
	struct background background;

	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t changed;
	struct breaker breaker;
	struct addresses addresses;
	char script_sha[REDIS_SHA_MAX];      /* as the server calls the script */
	bool tried;                          /* for the first time */
	unsigned calls;                      /* under way */
	struct redis_link idle[REDIS_CALLS]; /* the one that was used last is the last */
	size_t idle_count;
};

/* False when the system refuses memory or a thread. The prefix must fit. */
bool redis_pool_init(struct redis_pool *pool, const struct counters_conf *conf);
/* False when a name server or the like keeps the thread: the memory must stay. */
bool redis_pool_destroy(struct redis_pool *pool);

bool redis_pool_enter(struct redis_pool *pool, int64_t deadline_ms, struct redis_link *link_out);
void redis_pool_leave(struct redis_pool *pool, struct redis_link *link, enum redis_outcome outcome);

/* A connection beside those of the calls, for administrators: close it. */
bool redis_pool_open_own(struct redis_pool *pool, int64_t deadline_ms, struct redis_link *link_out);

/* A step in the background. */
unsigned redis_pool_probe(void *pool);

/* The text of redis.lua. */
extern const char redis_script[];

#endif
