/* SPDX-License-Identifier: BSD-2-Clause */
/* Tries a server that did not answer: that it can be found, connected to and written to, and has the script. */
#define _GNU_SOURCE
#include "milter/clock.h"
#include "milter/stores/redis_pool.h"

#include <stdio.h>
#include <string.h>

enum { NOTHING_TO_DO_MS = 60 * 1000 /* one is woken */ };

/* Replicas, and servers that cannot save, refuse to write. */
static bool
can_write(struct redis_pool *pool, struct redis_link *link, int64_t deadline_ms)
{
	struct redis_command command = { .answers = REDIS_ANSWER(STATUS) };
	char key[REDIS_PREFIX_MAX + 8];

	snprintf(key, sizeof key, "%sprobe", pool->prefix);
	redis_command_add(&command, "SET");
	redis_command_add(&command, key);
	redis_command_add(&command, "1");
	redis_command_add(&command, "PX");
	redis_command_add(&command, "1000");
	redisReply *reply = redis_link_call(link, &pool->target, &command, deadline_ms, &pool->reason);
	bool ok = reply != NULL;
	freeReplyObject(reply);
	return ok;
}

static bool
load_script(struct redis_pool *pool, struct redis_link *link, int64_t deadline_ms, char sha_out[REDIS_SHA_MAX])
{
	struct redis_command command = { .answers = REDIS_ANSWER(STRING) };

	redis_command_add(&command, "SCRIPT");
	redis_command_add(&command, "LOAD");
	redis_command_add(&command, redis_script);
	redisReply *reply = redis_link_call(link, &pool->target, &command, deadline_ms, &pool->reason);
	if (reply == NULL)
		return false;
	snprintf(sha_out, REDIS_SHA_MAX, "%s", reply->str);
	freeReplyObject(reply);
	return true;
}

static void
succeeded(struct redis_pool *pool, const struct addresses *addresses, const struct redis_link *link, const char *sha)
{
	pool->addresses = *addresses;
	memcpy(pool->script_sha, sha, sizeof pool->script_sha);
	pool->idle[0] = *link; /* there are none: the breaker closed them when it opened */
	pool->idle[0].idle_since_ms = clock_ms();
	pool->idle_count = 1;
	reason_clear(&pool->reason);
}

/* Each step has as long as a call: a server that answers all calls in time passes. */
static int64_t
step_deadline(const struct redis_pool *pool)
{
	return clock_ms() + pool->timeout_ms;
}

static bool
try(struct redis_pool *pool)
{
	struct addresses addresses;
	struct redis_link link = { .context = NULL };
	char sha[REDIS_SHA_MAX] = "";

	bool ok = redis_resolve(&pool->target, &addresses, &pool->reason);
	ok = ok && redis_link_open(&link, &pool->target, &addresses, step_deadline(pool), &pool->reason) &&
	     load_script(pool, &link, step_deadline(pool), sha) && can_write(pool, &link, step_deadline(pool));
	if (!ok)
		redis_link_close(&link);
	pthread_mutex_lock(&pool->lock);
	if (ok)
		succeeded(pool, &addresses, &link, sha);
	breaker_note_probe(&pool->breaker, clock_ms(), ok);
	pool->tried = true;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
	return ok;
}

unsigned
redis_pool_probe(void *data)
{
	struct redis_pool *pool = data;

	pthread_mutex_lock(&pool->lock);
	int64_t now_ms = clock_ms();
	bool open = pool->breaker.open;
	bool due = breaker_allows(&pool->breaker, now_ms);
	int64_t wait_ms = pool->breaker.paused_until_ms - now_ms;
	pthread_mutex_unlock(&pool->lock);
	if (!open)
		return NOTHING_TO_DO_MS;
	if (!due)
		return (unsigned)wait_ms;
	return try(pool) ? NOTHING_TO_DO_MS : (unsigned)pool->breaker.pause_ms;
}
