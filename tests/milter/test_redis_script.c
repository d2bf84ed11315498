/* SPDX-License-Identifier: BSD-2-Clause */
/* The script in Redis against the arithmetic of policy/limit.h: the same answers and the same counters, octet by octet, over random calls, with a clock
 * that steps. */
#define _GNU_SOURCE
#include "milter/stores/counter.h"
#include "milter/stores/redis_pool.h"

#include "tests/support/redis.h"
#include "tests/support/suite.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 4000, KEYS = 5, CHARGES_MOST = 4, ARGUMENT_MAX = 128 };

/* Stands before the script: the clock is told by the two last arguments. */
static const char clock_of_ours[] =
	"local real = redis; local redis = { pcall = real.pcall, error_reply = real.error_reply,"
	" call = function(name, ...) if name == 'TIME' then return { ARGV[#ARGV - 1], ARGV[#ARGV] } end"
	" return real.call(name, ...) end }\n";

/* Small and large, short and long, and some that do not divide. */
static const char *const limit_texts[KEYS][3] = {
	{ "14/1s burst 28", "14/1s burst 28", "7/3s burst 28" },
	{ "1000/1h", "1000/1h", "700/1h" },
	{ "1000000000000000/366d burst 500000000000000", "1000000000000000/366d burst 500000000000000",
	  "999999999999999/7s burst 3" },
	{ "1000000000000000/24h", "999999999999937/24h", "50000/1d2h" },
	{ "1000003/1h burst 17", "1000003/1h", "3/365d burst 5" },
};

struct rehearsal {
	struct redis_server server;
	redisContext *redis;
	uint64_t random;
	int64_t now_us;
	struct counter counters[KEYS]; /* as C keeps them */
};

static uint64_t
random_below(struct rehearsal *rehearsal, uint64_t most)
{
	rehearsal->random ^= rehearsal->random << 13;
	rehearsal->random ^= rehearsal->random >> 7;
	rehearsal->random ^= rehearsal->random << 17;
	return rehearsal->random % most;
}

/* Mostly a little forward, sometimes far, sometimes back. */
static void
let_time_pass(struct rehearsal *rehearsal)
{
	static const int64_t most_us[] = { 1000, 1000000, 60000000, 3600000000, 86400000000 };
	int64_t step_us = (int64_t)random_below(rehearsal, (uint64_t)most_us[random_below(rehearsal, 5)]);

	rehearsal->now_us += random_below(rehearsal, 8) == 0 ? -step_us : step_us;
}

static struct charge
random_charge(struct rehearsal *rehearsal, size_t variant, size_t *key_out)
{
	struct charge charge = { .enforced = random_below(rehearsal, 4) > 0 };
	char rule[REPLY_RULE_MAX];

	*key_out = random_below(rehearsal, KEYS);
	const char *text = limit_texts[*key_out][variant];
	enum limit_kind kind = strstr(text, "burst") != NULL ? LIMIT_RATE : LIMIT_QUOTA;
	ck_assert_msg(limit_parse(text, kind, &charge.limit, rule), "%s: %s", text, rule);
	uint64_t room = kind == LIMIT_RATE ? charge.limit.burst : charge.limit.amount;
	charge.units = random_below(rehearsal, random_below(rehearsal, 3) == 0 ? room + 2 : room / 20 + 2);
	snprintf(charge.key, sizeof charge.key, "key %zu", *key_out);
	return charge;
}

struct arguments {
	char texts[ARGUMENT_MAX][32];
	const char *list[ARGUMENT_MAX];
	int count;
};

static void
add(struct arguments *arguments, const char *text)
{
	arguments->list[arguments->count++] = text;
}

static void
add_number(struct arguments *arguments, uint64_t number)
{
	snprintf(arguments->texts[arguments->count], 32, "%" PRIu64, number);
	add(arguments, arguments->texts[arguments->count]);
}

static redisReply *
run_script(struct rehearsal *rehearsal, const char *script, const char *what, const struct charge *charges,
	   size_t count)
{
	struct arguments arguments = { .count = 0 };

	add(&arguments, "EVAL");
	add(&arguments, script);
	add_number(&arguments, count);
	for (size_t i = 0; i < count; i++)
		add(&arguments, charges[i].key);
	add(&arguments, what);
	for (size_t i = 0; i < count; i++) {
		add(&arguments, charges[i].limit.kind == LIMIT_RATE ? "rate" : "quota");
		add_number(&arguments, charges[i].limit.amount);
		add_number(&arguments, (uint64_t)charges[i].limit.period_us);
		add_number(&arguments, charges[i].limit.burst);
		add_number(&arguments, charges[i].units);
		add(&arguments, charges[i].enforced ? "1" : "0");
	}
	add_number(&arguments, (uint64_t)rehearsal->now_us / 1000000);
	add_number(&arguments, (uint64_t)rehearsal->now_us % 1000000);
	redisReply *reply = redisCommandArgv(rehearsal->redis, arguments.count, arguments.list, NULL);
	ck_assert_ptr_nonnull(reply);
	ck_assert_msg(reply->type == REDIS_REPLY_ARRAY, "%s", reply->str);
	return reply;
}

/* As a store does it: what changed is kept. */
static void
run_in_c(struct rehearsal *rehearsal, size_t what, const size_t *keys, struct charge *charges, size_t count)
{
	struct counter loaded[KEYS];
	struct counter *of[CHARGES_MOST];

	memcpy(loaded, rehearsal->counters, sizeof loaded);
	for (size_t i = 0; i < count; i++)
		of[i] = &loaded[keys[i]];
	if (what == 0)
		counters_look(of, charges, count, rehearsal->now_us);
	else if (what == 1)
		counters_release(of, charges, count, rehearsal->now_us);
	else
		counters_charge(of, charges, count, rehearsal->now_us);
	for (size_t i = 0; i < count; i++) {
		if (!of[i]->changed)
			continue;
		rehearsal->counters[keys[i]] = *of[i];
		rehearsal->counters[keys[i]].known = true;
		rehearsal->counters[keys[i]].changed = false;
	}
}

static void
compare_kept(struct rehearsal *rehearsal, int call)
{
	char text[COUNTER_TEXT_MAX];
	char key[16];

	for (size_t i = 0; i < KEYS; i++) {
		snprintf(key, sizeof key, "key %zu", i);
		redisReply *reply = redisCommand(rehearsal->redis, "GET %s", key);
		ck_assert_ptr_nonnull(reply);
		counter_write(&rehearsal->counters[i], text);
		if (rehearsal->counters[i].known)
			ck_assert_msg(reply->str != NULL && strcmp(reply->str, text) == 0,
				      "call %d, key %zu: C has %s, the script %s", call, i, text, reply->str);
		else
			ck_assert_int_eq(reply->type, REDIS_REPLY_NIL);
		freeReplyObject(reply);
	}
}

static void
rehearse_call(struct rehearsal *rehearsal, const char *script, int call)
{
	static const char *const names[] = { "look", "release", "charge" };
	size_t what = random_below(rehearsal, 6), count = 1 + random_below(rehearsal, CHARGES_MOST);
	size_t variant = random_below(rehearsal, 20) > 0 ? 0 : 1 + random_below(rehearsal, 2); /* of all in a call */
	struct charge charges[CHARGES_MOST];
	size_t keys[CHARGES_MOST];

	what = what < 2 ? what : 2;
	for (size_t i = 0; i < count; i++)
		charges[i] = random_charge(rehearsal, variant, &keys[i]);
	redisReply *reply = run_script(rehearsal, script, names[what], charges, count);
	run_in_c(rehearsal, what, keys, charges, count);
	ck_assert_uint_eq(reply->elements, 1 + 2 * count);
	for (size_t i = 0; what != 1 && i < count; i++) {
		const struct charge *charge = &charges[i];
		int flags = charge->over + 2 * charge->reached_most + 4 * charge->reached_all;
		ck_assert_msg(reply->element[1 + 2 * i]->integer == flags,
			      "call %d, %s of key %zu: C has flags %d, the script %lld", call, names[what], keys[i],
			      flags, reply->element[1 + 2 * i]->integer);
	}
	freeReplyObject(reply);
	compare_kept(rehearsal, call);
}

START_TEST(the_script_counts_as_c_does)
{
	struct rehearsal *rehearsal = calloc(1, sizeof *rehearsal);
	size_t length = strlen(clock_of_ours) + strlen(redis_script);
	char *script = malloc(length + 1);

	snprintf(script, length + 1, "%s%s", clock_of_ours, redis_script);
	redis_server_make(&rehearsal->server, NULL);
	rehearsal->redis = redisConnectUnix(rehearsal->server.socket.text);
	rehearsal->random = 88172645463325252u;
	rehearsal->now_us = (int64_t)1700000000 * 1000000 + 123456;
	for (int call = 0; call < CALLS; call++) {
		let_time_pass(rehearsal);
		rehearse_call(rehearsal, script, call);
	}
	redisFree(rehearsal->redis);
	redis_server_remove(&rehearsal->server);
	free(script);
	free(rehearsal);
}
END_TEST

SUITE_MAIN(redis_script, the_script_counts_as_c_does)
