/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/stores/redis.h"

#include "milter/clock.h"
#include "milter/stores/counter.h"
#include "milter/stores/redis_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FLAG_OVER = 1, /* of the script's answer */
	FLAG_MOST = 2,
	FLAG_ALL = 4,
	NUMBER_MAX = 24, /* octets with NUL */
	KEY_MAX = REDIS_PREFIX_MAX + CHARGE_KEY_MAX
};

#define UNITS_MAX (((uint64_t)1 << 53) - 1) /* what a double can tell from its neighbours */

/* A call as the script takes it. The command points into the rest. */
struct request {
	struct redis_command command;
	char sha[REDIS_SHA_MAX];
	char count[NUMBER_MAX];
	char keys[CHARGES_MAX][KEY_MAX];
	char numbers[CHARGES_MAX][4][NUMBER_MAX];
};

static void
add_number(struct request *request, char text[NUMBER_MAX], uint64_t number)
{
	snprintf(text, NUMBER_MAX, "%" PRIu64, number);
	redis_command_add(&request->command, text);
}

static void
add_charge(struct request *request, size_t i, const struct charge *charge)
{
	const struct limit *limit = &charge->limit;

	redis_command_add(&request->command, limit->kind == LIMIT_RATE ? "rate" : "quota");
	add_number(request, request->numbers[i][0], limit->amount);
	add_number(request, request->numbers[i][1], (uint64_t)limit->period_us);
	add_number(request, request->numbers[i][2], limit->burst);
	add_number(request, request->numbers[i][3], charge->units < UNITS_MAX ? charge->units : UNITS_MAX);
	redis_command_add(&request->command, charge->enforced ? "1" : "0");
}

static void
write_request(struct request *request, const struct redis_pool *pool, const char *what, const struct charge *charges,
	      size_t count)
{
	request->command.answers = 0;
	request->command.count = 0;
	redis_command_add(&request->command, "EVALSHA");
	redis_command_add(&request->command, request->sha);
	add_number(request, request->count, count);
	for (size_t i = 0; i < count; i++) {
		snprintf(request->keys[i], KEY_MAX, "%s%s", pool->prefix, charges[i].key);
		redis_command_add(&request->command, request->keys[i]);
	}
	redis_command_add(&request->command, what);
	for (size_t i = 0; i < count; i++)
		add_charge(request, i, &charges[i]);
}

static bool
begins(const redisReply *reply, const char *word)
{
	return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, word, strlen(word)) == 0;
}

/* Like the command, but with the script itself, which the server then knows again. */
static redisReply *
call_script(struct redis_pool *pool, struct redis_link *link, struct request *request, int64_t deadline_ms)
{
	redisReply *reply = redis_link_call(link, &pool->target, &request->command, deadline_ms, &pool->reason);

	if (reply == NULL || !begins(reply, "NOSCRIPT"))
		return reply;
	freeReplyObject(reply);
	request->command.arguments[0] = "EVAL";
	request->command.lengths[0] = strlen("EVAL");
	request->command.arguments[1] = redis_script;
	request->command.lengths[1] = strlen(redis_script);
	return redis_link_call(link, &pool->target, &request->command, deadline_ms, &pool->reason);
}

static bool
read_counter_of(const redisReply *text, struct counter *counter_out)
{
	return text->type == REDIS_REPLY_STRING &&
	       counter_read((struct bytes){ text->str, (size_t)text->len }, counter_out);
}

static bool
read_now(const redisReply *text, int64_t *now_us_out)
{
	if (text->type != REDIS_REPLY_STRING)
		return false;
	*now_us_out = strtoll(text->str, NULL, 10);
	return *now_us_out > 0;
}

/* *charges changes only when all of it can be read. What is used and left follows from the counters, by the arithmetic of policy/limit.h. */
static bool
read_answer(const redisReply *reply, struct charge *charges, size_t count)
{
	struct charge answered[CHARGES_MAX];
	struct counter counter;
	int64_t now_us;

	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 1 + 2 * count ||
	    !read_now(reply->element[0], &now_us))
		return false;
	for (size_t i = 0; i < count; i++) {
		const redisReply *flags = reply->element[1 + 2 * i];

		if (flags->type != REDIS_REPLY_INTEGER || !read_counter_of(reply->element[2 + 2 * i], &counter))
			return false;
		answered[i] = charges[i];
		answered[i].over = (flags->integer & FLAG_OVER) != 0;
		answered[i].reached_most = (flags->integer & FLAG_MOST) != 0;
		answered[i].reached_all = (flags->integer & FLAG_ALL) != 0;
		counter_answer(&counter, &answered[i], now_us);
	}
	memcpy(charges, answered, count * sizeof *charges);
	return true;
}

static enum redis_outcome
judge(struct redis_pool *pool, const redisReply *reply, struct charge *charges, size_t count)
{
	if (reply == NULL)
		return REDIS_WENT_BADLY;
	if (begins(reply, "COUNTER")) {
		reason_set(&pool->reason, "%s: what is kept there is no counter: %s", pool->target.name, reply->str);
		return REDIS_NOT_TRIED;
	}
	if (read_answer(reply, charges, count))
		return REDIS_WENT_WELL;
	reason_set(&pool->reason, "%s: answers with %s", pool->target.name,
		   reply->type == REDIS_REPLY_ERROR ? reply->str : "nonsense");
	return REDIS_WENT_BADLY;
}

static bool
run(struct redis_pool *pool, const char *what, struct charge *charges, size_t count)
{
	int64_t deadline_ms = clock_ms() + pool->timeout_ms;
	struct request request;
	struct redis_link link;

	if (!redis_pool_enter(pool, deadline_ms, &link))
		return false;
	pthread_mutex_lock(&pool->lock);
	memcpy(request.sha, pool->script_sha, sizeof request.sha);
	pthread_mutex_unlock(&pool->lock);
	write_request(&request, pool, what, charges, count);
	redisReply *reply = call_script(pool, &link, &request, deadline_ms);
	enum redis_outcome outcome = judge(pool, reply, charges, count);
	freeReplyObject(reply);
	redis_pool_leave(pool, &link, outcome);
	return outcome == REDIS_WENT_WELL;
}

static bool
store_look(struct store *store, struct charge *charges, size_t count)
{
	return run(redis_pool_of(store), "look", charges, count);
}

static bool
store_charge(struct store *store, struct charge *charges, size_t count)
{
	return run(redis_pool_of(store), "charge", charges, count);
}

static void
store_release(struct store *store, const struct charge *charges, size_t count)
{
	struct charge charged[CHARGES_MAX];
	size_t charged_count = 0;

	for (size_t i = 0; i < count; i++)
		if (!charges[i].over)
			charged[charged_count++] = charges[i];
	if (charged_count > 0)
		run(redis_pool_of(store), "release", charged, charged_count);
}

static bool
store_healthy(struct store *store, const char **why_out)
{
	return reason_healthy(&redis_pool_of(store)->reason, why_out);
}

static void
store_free(struct store *store)
{
	if (redis_pool_destroy(redis_pool_of(store)))
		free(store);
}

static const struct store_class class = {
	.name = "redis",
	.look = store_look,
	.charge = store_charge,
	.release = store_release,
	.list = store_redis_list,
	.reset = store_redis_reset,
	.set = store_redis_set,
	.healthy = store_healthy,
	.free = store_free,
};

struct store *
store_redis_new(const struct counters_conf *conf)
{
	struct store_redis *store = calloc(1, sizeof *store);

	if (store == NULL || strlen(conf->prefix) >= REDIS_PREFIX_MAX || !redis_pool_init(&store->pool, conf)) {
		free(store);
		return NULL;
	}
	store->store.class = &class;
	return &store->store;
}
