/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/stores/redis_pool.h"

#include "milter/clock.h"
#include "milter/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	IDLE_MOST_MS = 30 * 1000, /* firewalls forget connections without a word, some after a minute */
	TURN_SHARE =
		4 /* of a call's time one part in so many may pass in line: what is left is enough for a server that is well */
};

static const struct breaker_limits limits = { REDIS_FAILURES, REDIS_RETRY_FIRST_MS, REDIS_RETRY_MOST_MS };

/* A copy, or NULL for NULL; *ok turns false when memory is refused. */
static char *
copy(const char *string, bool *ok)
{
	char *copied = string != NULL ? strdup(string) : NULL;

	if (string != NULL && copied == NULL)
		*ok = false;
	return copied;
}

static bool
copy_target(struct redis_target *target, const struct counters_conf *conf)
{
	bool ok = true;

	*target = (struct redis_target){
		.name = copy(conf->target, &ok),
		.host = copy(conf->host, &ok),
		.path = copy(conf->path, &ok),
		.port = conf->port,
		.database = conf->database,
		.user = copy(conf->user, &ok),
		.password_file = copy(conf->password_file, &ok),
		.tls = conf->tls ? redis_tls_new(conf->ca_file) : NULL,
	};
	return ok && (!conf->tls || target->tls != NULL);
}

bool
redis_pool_init(struct redis_pool *pool, const struct counters_conf *conf)
{
	*pool = (struct redis_pool){ .timeout_ms = conf->timeout_ms, .breaker = { .limits = &limits, .open = true } };
	reason_init(&pool->reason);
	pthread_mutex_init(&pool->lock, NULL);
	wait_init(&pool->changed);
	snprintf(pool->prefix, sizeof pool->prefix, "%s", conf->prefix);
	if (copy_target(&pool->target, conf) && background_start(&pool->background, redis_pool_probe, pool))
		return true;
	redis_pool_destroy(pool);
	return false;
}

static void
close_idle(struct redis_pool *pool)
{
	while (pool->idle_count > 0)
		redis_link_close(&pool->idle[--pool->idle_count]);
}

bool
redis_pool_destroy(struct redis_pool *pool)
{
	if (!background_stop(&pool->background))
		return false;
	close_idle(pool);
	free(pool->target.name);
	free(pool->target.host);
	free(pool->target.path);
	free(pool->target.user);
	free(pool->target.password_file);
	redis_tls_free(pool->target.tls);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->changed);
	reason_destroy(&pool->reason);
	return true;
}

/* With the lock. A call waits for the first try; not for a server that is known not to answer. */
static bool
wait_for_first_try(struct redis_pool *pool, int64_t deadline_ms)
{
	while (!pool->tried)
		if (!wait_until(&pool->changed, &pool->lock, deadline_ms))
			break;
	if (!pool->tried)
		reason_set(&pool->reason, "%s: no connection yet", pool->target.name);
	return pool->tried && !pool->breaker.open;
}

/* With the lock. */
static bool
wait_for_turn(struct redis_pool *pool, int64_t deadline_ms)
{
	bool in_time = true;

	while (pool->calls == REDIS_CALLS && in_time && !(pool->tried && pool->breaker.open))
		in_time = wait_until(&pool->changed, &pool->lock,
				     deadline_ms - pool->timeout_ms / TURN_SHARE * (TURN_SHARE - 1));
	if (pool->calls == REDIS_CALLS)
		reason_set(&pool->reason, "%s: %d calls wait for it already", pool->target.name, REDIS_CALLS);
	return pool->calls < REDIS_CALLS;
}

/* With the lock. One that was not needed for long is given up: those used last are used first. */
static void
close_oldest(struct redis_pool *pool)
{
	if (pool->idle_count == 0 || clock_ms() - pool->idle[0].idle_since_ms < IDLE_MOST_MS)
		return;
	redis_link_close(&pool->idle[0]);
	memmove(&pool->idle[0], &pool->idle[1], --pool->idle_count * sizeof pool->idle[0]);
}

/* With the lock. The one that was used last, as the others may be given up. */
static bool
take_idle(struct redis_pool *pool, struct redis_link *link_out)
{
	while (pool->idle_count > 0) {
		*link_out = pool->idle[--pool->idle_count];
		if (clock_ms() - link_out->idle_since_ms < IDLE_MOST_MS && redis_link_usable(link_out))
			return true;
		redis_link_close(link_out);
	}
	return false;
}

bool
redis_pool_enter(struct redis_pool *pool, int64_t deadline_ms, struct redis_link *link_out)
{
	struct addresses addresses;
	bool entered = false, have_link = false;

	pthread_mutex_lock(&pool->lock);
	if (wait_for_turn(pool, deadline_ms)) {
		pool->calls++;
		entered = wait_for_first_try(pool, deadline_ms);
		if (!entered)
			pool->calls--;
	}
	if (entered) {
		have_link = take_idle(pool, link_out);
		addresses = pool->addresses;
	}
	pthread_mutex_unlock(&pool->lock);
	if (!entered || have_link)
		return entered;
	if (redis_link_open(link_out, &pool->target, &addresses, deadline_ms, &pool->reason))
		return true;
	redis_pool_leave(pool, link_out, REDIS_WENT_BADLY);
	return false;
}

/* With the lock. While the breaker is open, only the thread in the background closes it. */
static void
note(struct redis_pool *pool, bool answered)
{
	if (pool->breaker.open)
		return;
	breaker_note(&pool->breaker, clock_ms(), answered);
	if (answered)
		reason_clear(&pool->reason);
	if (!pool->breaker.open)
		return;
	close_idle(pool);
	pthread_cond_broadcast(&pool->changed);
	background_wake(&pool->background);
}

void
redis_pool_leave(struct redis_pool *pool, struct redis_link *link, enum redis_outcome outcome)
{
	if (outcome == REDIS_WENT_BADLY)
		redis_link_close(link);
	pthread_mutex_lock(&pool->lock);
	pool->calls--;
	pthread_cond_signal(&pool->changed);
	if (outcome != REDIS_NOT_TRIED)
		note(pool, outcome == REDIS_WENT_WELL);
	close_oldest(pool);
	if (link->context != NULL && !pool->breaker.open && pool->idle_count < REDIS_CALLS) {
		link->idle_since_ms = clock_ms();
		pool->idle[pool->idle_count++] = *link;
		link->context = NULL;
	}
	pthread_mutex_unlock(&pool->lock);
	redis_link_close(link);
}

bool
redis_pool_open_own(struct redis_pool *pool, int64_t deadline_ms, struct redis_link *link_out)
{
	pthread_mutex_lock(&pool->lock);
	struct addresses addresses = pool->addresses;
	pthread_mutex_unlock(&pool->lock);
	return (addresses.count > 0 || redis_resolve(&pool->target, &addresses, &pool->reason)) &&
	       redis_link_open(link_out, &pool->target, &addresses, deadline_ms, &pool->reason);
}
