/* SPDX-License-Identifier: BSD-2-Clause */
/* What administrators ask of Redis: over a connection of their own, with more patience than mail, whether calls enter at present or not. */
#define _GNU_SOURCE
#include "milter/clock.h"
#include "milter/stores/counter.h"
#include "milter/stores/redis_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ADMIN_TIMEOUT_MS = 2000, /* of each step */
	KEYS_AT_ONCE = 100,      /* of one MGET: what a command takes, and a moment's work for the server */
	KEY_MAX = REDIS_PREFIX_MAX + CHARGE_KEY_MAX,
	PATTERN_MAX = 2 * REDIS_PREFIX_MAX + 1,
	NUMBER_MAX = 24
};

static redisReply *
ask(struct redis_pool *pool, struct redis_link *link, const struct redis_command *command)
{
	return redis_link_call(link, &pool->target, command, clock_ms() + ADMIN_TIMEOUT_MS, &pool->reason);
}

static bool
ask_time(struct redis_pool *pool, struct redis_link *link, int64_t *now_us_out)
{
	struct redis_command command = { .answers = REDIS_ANSWER(ARRAY) };

	redis_command_add(&command, "TIME");
	redisReply *reply = ask(pool, link, &command);
	bool ok = reply != NULL && reply->elements == 2 && reply->element[0]->type == REDIS_REPLY_STRING &&
		  reply->element[1]->type == REDIS_REPLY_STRING;
	if (ok)
		*now_us_out =
			strtoll(reply->element[0]->str, NULL, 10) * 1000000 + strtoll(reply->element[1]->str, NULL, 10);
	freeReplyObject(reply);
	return ok;
}

static bool
read_counter_of(const redisReply *text, struct counter *counter_out)
{
	return text->type == REDIS_REPLY_STRING &&
	       counter_read((struct bytes){ text->str, (size_t)text->len }, counter_out);
}

struct listing {
	struct redis_pool *pool;
	struct redis_link link;
	bool (*visit)(void *data, const struct store_entry *entry);
	void *data;
	bool ended; /* by visit */
};

/* Keys that are gone by now have no text; those that are not counters have another. */
static void
visit_values(struct listing *listing, const redisReply *const *keys, const redisReply *values, int64_t now_us)
{
	struct store_entry entry;
	struct counter counter;

	for (size_t i = 0; i < values->elements && !listing->ended; i++) {
		if (!read_counter_of(values->element[i], &counter))
			continue;
		if (limit_used(&counter.limit, &counter.state, now_us) == 0)
			continue;
		counter_entry(keys[i]->str + strlen(listing->pool->prefix), &counter, now_us, &entry);
		listing->ended = !listing->visit(listing->data, &entry);
	}
}

static bool
visit_keys(struct listing *listing, const redisReply *const *keys, size_t count)
{
	struct redis_command command = { .answers = REDIS_ANSWER(ARRAY) };
	int64_t now_us;

	redis_command_add(&command, "MGET");
	for (size_t i = 0; i < count; i++) {
		command.arguments[command.count] = keys[i]->str;
		command.lengths[command.count++] = (size_t)keys[i]->len;
	}
	redisReply *values = ask(listing->pool, &listing->link, &command);
	bool ok = values != NULL && values->elements == count && ask_time(listing->pool, &listing->link, &now_us);
	if (ok)
		visit_values(listing, keys, values, now_us);
	freeReplyObject(values);
	return ok;
}

/* Whether it may be a counter's key. */
static bool
is_ours(const struct redis_pool *pool, const redisReply *key)
{
	size_t length = strlen(pool->prefix);

	return key->type == REDIS_REPLY_STRING && (size_t)key->len > length &&
	       (size_t)key->len < length + CHARGE_KEY_MAX && memcmp(key->str, pool->prefix, length) == 0;
}

static bool
visit_scanned(struct listing *listing, const redisReply *scanned)
{
	const redisReply *keys[KEYS_AT_ONCE];
	size_t count = 0;

	for (size_t i = 0; i < scanned->elements && !listing->ended; i++) {
		if (!is_ours(listing->pool, scanned->element[i]))
			continue;
		keys[count++] = scanned->element[i];
		if (count == KEYS_AT_ONCE) {
			if (!visit_keys(listing, keys, count))
				return false;
			count = 0;
		}
	}
	return listing->ended || count == 0 || visit_keys(listing, keys, count);
}

/* The prefix as a pattern of Redis', and `*`. */
static void
write_pattern(const char *prefix, char pattern_out[PATTERN_MAX + 1])
{
	char *to = pattern_out;

	for (const char *at = prefix; *at != '\0'; at++) {
		if (strchr("*?[]\\^-", *at) != NULL)
			*to++ = '\\';
		*to++ = *at;
	}
	strcpy(to, "*");
}

/* The next cursor replaces the one before; "0" begins, and ends. */
static bool
scan_step(struct listing *listing, const char *pattern, char cursor[NUMBER_MAX])
{
	struct redis_command command = { .answers = REDIS_ANSWER(ARRAY) };

	redis_command_add(&command, "SCAN");
	redis_command_add(&command, cursor);
	redis_command_add(&command, "MATCH");
	redis_command_add(&command, pattern);
	redis_command_add(&command, "COUNT");
	redis_command_add(&command, "500");
	redisReply *reply = ask(listing->pool, &listing->link, &command);
	bool ok = reply != NULL && reply->elements == 2 && reply->element[0]->type == REDIS_REPLY_STRING &&
		  reply->element[1]->type == REDIS_REPLY_ARRAY;
	if (ok) {
		snprintf(cursor, NUMBER_MAX, "%s", reply->element[0]->str);
		ok = visit_scanned(listing, reply->element[1]);
	}
	freeReplyObject(reply);
	return ok;
}

bool
store_redis_list(struct store *store, bool (*visit)(void *data, const struct store_entry *entry), void *data)
{
	struct listing listing = { .pool = redis_pool_of(store), .visit = visit, .data = data };
	char pattern[PATTERN_MAX + 1];
	char cursor[NUMBER_MAX] = "0";
	bool ok = true;

	if (!redis_pool_open_own(listing.pool, clock_ms() + ADMIN_TIMEOUT_MS, &listing.link))
		return false;
	write_pattern(listing.pool->prefix, pattern);
	do
		ok = scan_step(&listing, pattern, cursor);
	while (ok && !listing.ended && strcmp(cursor, "0") != 0);
	redis_link_close(&listing.link);
	return ok;
}

static void
write_key(const struct redis_pool *pool, const char *key, char key_out[KEY_MAX])
{
	snprintf(key_out, KEY_MAX, "%s%s", pool->prefix, key);
}

bool
store_redis_reset(struct store *store, const char *key, bool *known_out)
{
	struct redis_pool *pool = redis_pool_of(store);
	struct redis_command command = { .answers = REDIS_ANSWER(INTEGER) };
	struct redis_link link;
	char name[KEY_MAX];

	if (!redis_pool_open_own(pool, clock_ms() + ADMIN_TIMEOUT_MS, &link))
		return false;
	write_key(pool, key, name);
	redis_command_add(&command, "DEL");
	redis_command_add(&command, name);
	redisReply *reply = ask(pool, &link, &command);
	bool ok = reply != NULL;
	if (ok)
		*known_out = reply->integer > 0;
	freeReplyObject(reply);
	redis_link_close(&link);
	return ok;
}

/* Only if it is still there: what was reset or expired meanwhile stays away. */
static bool
put(struct redis_pool *pool, struct redis_link *link, const char *name, const struct counter *counter, int64_t now_us)
{
	struct redis_command command = { .answers = REDIS_ANSWER(STATUS) | REDIS_ANSWER(NIL) };
	char text[COUNTER_TEXT_MAX], lasts_ms[NUMBER_MAX];
	int64_t lasts_us = counter_expires_us(counter, now_us) - now_us;

	counter_write(counter, text);
	snprintf(lasts_ms, sizeof lasts_ms, "%" PRId64, (lasts_us > 0 ? lasts_us / 1000 : 0) + 1000);
	redis_command_add(&command, "SET");
	redis_command_add(&command, name);
	redis_command_add(&command, text);
	redis_command_add(&command, "PX");
	redis_command_add(&command, lasts_ms);
	redis_command_add(&command, "XX");
	redisReply *reply = ask(pool, link, &command);
	bool ok = reply != NULL;
	freeReplyObject(reply);
	return ok;
}

/* What is counted between the reading and the writing is lost: it is set, after all. */
static bool
set_counter(struct redis_pool *pool, struct redis_link *link, const char *name, uint64_t used, bool *known_out)
{
	struct redis_command command = { .answers = REDIS_ANSWER(STRING) | REDIS_ANSWER(NIL) };
	struct counter counter;
	int64_t now_us;

	redis_command_add(&command, "GET");
	redis_command_add(&command, name);
	redisReply *reply = ask(pool, link, &command);
	if (reply == NULL)
		return false;
	bool known = reply->type != REDIS_REPLY_NIL;
	bool readable = known && read_counter_of(reply, &counter);
	if (known && !readable)
		reason_set(&pool->reason, "%s: what is kept there is no counter: %s", pool->target.name, name);
	freeReplyObject(reply);
	*known_out = known;
	if (!readable)
		return !known;
	if (!ask_time(pool, link, &now_us))
		return false;
	limit_set(&counter.limit, &counter.state, now_us, used);
	counter.most_us = counter.all_us = 0;
	return put(pool, link, name, &counter, now_us);
}

bool
store_redis_set(struct store *store, const char *key, uint64_t used, bool *known_out)
{
	struct redis_pool *pool = redis_pool_of(store);
	struct redis_link link;
	char name[KEY_MAX];
	bool known = false;

	if (!redis_pool_open_own(pool, clock_ms() + ADMIN_TIMEOUT_MS, &link))
		return false;
	write_key(pool, key, name);
	bool ok = set_counter(pool, &link, name, used < LIMIT_AMOUNT_MAX ? used : LIMIT_AMOUNT_MAX, &known);
	redis_link_close(&link);
	if (ok)
		*known_out = known;
	return ok;
}
