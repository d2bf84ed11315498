/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters in a real Redis that restarts, hangs, and refuses; and in fakes that talk nonsense. */
#define _GNU_SOURCE
#include "milter/stores/redis.h"

#include "tests/e2e/support/patience.h"
#include "tests/support/fake_redis.h"
#include "tests/support/redis.h"
#include "tests/support/stores.h"
#include "tests/support/suite.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TIMEOUT_MS = 5000, /* where it is not the time that matters: sanitizers on a loaded machine */
	SHORT_MS = 100,
	SLACK_MS = 400, /* what a loaded machine may add */
	NONSENSE_MS = 250,
	CALLERS = 64
};

static struct redis_server server;

static struct counters_conf
conf_with(unsigned timeout_ms)
{
	return (struct counters_conf){
		.target = "redis+unix:test", .path = server.socket.text, .prefix = "postern:", .timeout_ms = timeout_ms
	};
}

static struct store *
open_with(unsigned timeout_ms)
{
	struct counters_conf conf = conf_with(timeout_ms);

	signal(SIGPIPE, SIG_IGN); /* as libmilter does */
	struct store *store = store_redis_new(&conf);

	ck_assert_ptr_nonnull(store);
	return store;
}

static struct store *
open_store(void)
{
	return open_with(TIMEOUT_MS);
}

static void
end(struct store *store)
{
	store->class->free(store);
	redis_server_remove(&server);
}

static int64_t
timed_failure(struct store *store)
{
	int64_t began_ms = now_ms();

	ck_assert(!store_charges(store));
	return now_ms() - began_ms;
}

START_TEST(a_password_and_a_database_are_used_over_tcp)
{
	struct counters_conf conf;

	redis_server_make(&server, "open sesame");
	struct path password = path_join(server.dir.path.text, "password");
	file_write(password.text, "wrong\n");
	conf = (struct counters_conf){ .target = "redis://test",
				       .host = "localhost",
				       .port = (unsigned)server.port,
				       .database = 3,
				       .password_file = password.text,
				       .prefix = "postern:",
				       .timeout_ms = TIMEOUT_MS };
	struct store *store = store_redis_new(&conf);
	ck_assert(!store_charges(store));
	assert_store_says(store, "AUTH is answered with WRONGPASS");
	file_write(password.text, "open sesame\nnot this line\n");
	assert_store_recovers(store);
	ck_assert(redis_server_tell(&server, "EVAL %s 0",
				    "redis.call('SELECT', 3) return redis.call('EXISTS', 'postern:key') == 1"
				    " or redis.error_reply('absent')"));
	end(store);
}
END_TEST

START_TEST(without_a_password_file_the_reason_is_told)
{
	redis_server_make(&server, "open sesame");
	struct store *store = open_store();
	ck_assert(!store_charges(store));
	assert_store_says(store, "NOAUTH");
	end(store);
}
END_TEST

START_TEST(a_flushed_script_is_sent_again_within_the_call)
{
	redis_server_make(&server, NULL);
	struct store *store = open_store();
	for (int i = 0; i < 3; i++) {
		ck_assert(charge_passes(store, "key", "10/24h", 1));
		ck_assert(redis_server_tell(&server, "SCRIPT FLUSH"));
	}
	ck_assert_uint_eq(units_used(store, "key", "10/24h"), 3);
	end(store);
}
END_TEST

START_TEST(counters_expire_by_themselves)
{
	static const char script[] = "local t = redis.call('PTTL', KEYS[1]) / 1000"
				     " return t > 3600 and t < 3700 or redis.error_reply('no')";

	redis_server_make(&server, NULL);
	struct store *store = open_store();
	ck_assert(charge_passes(store, "key", "10/1h", 1));
	ck_assert(redis_server_tell(&server, "EVAL %s 1 postern:key", script));
	end(store);
}
END_TEST

START_TEST(a_restarted_server_is_found_again)
{
	redis_server_make(&server, NULL);
	struct store *store = open_store();
	ck_assert(charge_passes(store, "kept", "10/24h", 4));
	redis_server_kill(&server);
	ck_assert(!store_charges(store));
	assert_store_says(store, "cannot connect");
	redis_server_start(&server);
	assert_store_recovers(store);
	ck_assert_uint_eq(units_used(store, "kept", "10/24h"), 4);
	end(store);
}
END_TEST

START_TEST(a_restart_between_two_calls_is_not_noticed)
{
	redis_server_make(&server, NULL);
	struct store *store = open_store();
	ck_assert(charge_passes(store, "kept", "10/24h", 4));
	redis_server_kill(&server);
	redis_server_start(&server);
	ck_assert(charge_passes(store, "kept", "10/24h", 4));
	ck_assert_uint_eq(units_used(store, "kept", "10/24h"), 8);
	end(store);
}
END_TEST

START_TEST(a_server_that_hangs_costs_the_timeout_a_few_times_only)
{
	redis_server_make(&server, NULL);
	struct store *store = open_with(SHORT_MS);
	assert_store_recovers(store);
	process_signal(&server.process, SIGSTOP);
	for (int i = 0; i < REDIS_FAILURES; i++) {
		int64_t took_ms = timed_failure(store);
		ck_assert_int_ge(took_ms, SHORT_MS - 10);
		ck_assert_int_le(took_ms, SHORT_MS + SLACK_MS);
	}
	assert_store_says(store, "no answer in time");
	int64_t began_ms = now_ms();
	for (int i = 0; i < 1000; i++)
		ck_assert(!store_charges(store));
	ck_assert_int_le(now_ms() - began_ms, SLACK_MS);
	process_signal(&server.process, SIGCONT);
	assert_store_recovers(store);
	end(store);
}
END_TEST

static void *
time_failure(void *store)
{
	return (void *)(intptr_t)timed_failure(store);
}

START_TEST(only_some_callers_wait_for_a_server_that_hangs)
{
	pthread_t threads[CALLERS];
	int at_once = 0;

	redis_server_make(&server, NULL);
	struct store *store = open_with(2000);
	assert_store_recovers(store);
	process_signal(&server.process, SIGSTOP);
	for (int i = 0; i < CALLERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, time_failure, store), 0);
	for (int i = 0; i < CALLERS; i++) {
		void *took_ms;
		pthread_join(threads[i], &took_ms);
		ck_assert_int_le((intptr_t)took_ms, 2000 + SLACK_MS);
		at_once += (intptr_t)took_ms < 1000;
	}
	ck_assert_int_ge(at_once, CALLERS - REDIS_CALLS);
	process_signal(&server.process, SIGCONT);
	end(store);
}
END_TEST

START_TEST(a_replica_cannot_count)
{
	redis_server_make(&server, NULL);
	struct store *store = open_store();
	assert_store_recovers(store);
	ck_assert(redis_server_tell(&server, "REPLICAOF 127.0.0.1 1"));
	for (int i = 0; i <= REDIS_FAILURES; i++)
		ck_assert(!store_charges(store));
	assert_store_says(store, "READONLY");
	ck_assert(redis_server_tell(&server, "REPLICAOF NO ONE"));
	assert_store_recovers(store);
	end(store);
}
END_TEST

START_TEST(what_is_no_counter_fails_alone)
{
	redis_server_make(&server, NULL);
	struct store *store = open_store();
	ck_assert(redis_server_tell(&server, "SET postern:key words"));
	for (int i = 0; i <= REDIS_FAILURES; i++)
		ck_assert(!store_charges(store));
	assert_store_says(store, "postern:key");
	ck_assert(redis_server_tell(&server, "DEL postern:key"));
	ck_assert(redis_server_tell(&server, "LPUSH postern:key words"));
	ck_assert(!store_charges(store));
	ck_assert(charge_passes(store, "other", "10/24h", 1));
	bool known;
	ck_assert(store->class->reset(store, "key", &known) && known);
	ck_assert(store_charges(store));
	end(store);
}
END_TEST

START_TEST(nobody_there_is_told_within_the_timeout)
{
	redis_server_make(&server, NULL);
	redis_server_kill(&server);
	struct store *store = open_with(SHORT_MS);
	ck_assert_int_le(timed_failure(store), SHORT_MS + SLACK_MS);
	assert_store_says(store, "cannot connect");
	bool known;
	ck_assert(!store->class->reset(store, "key", &known));
	end(store);
}
END_TEST

START_TEST(tls_needs_a_server_that_speaks_it)
{
	redis_server_make(&server, NULL);
	struct counters_conf conf = { .target = "rediss://test",
				      .host = "127.0.0.1",
				      .port = (unsigned)server.port,
				      .tls = true,
				      .prefix = "p:",
				      .timeout_ms = TIMEOUT_MS };
	struct store *store = store_redis_new(&conf);
	ck_assert(!store_charges(store)); /* the server speaks none either */
	end(store);
}
END_TEST

static const char *const nonsenses[] = {
	"HTTP/1.1 400 Bad Request\r\n\r\n",
	"",
	"+OK\r\n",
	":1\r\n",
	"$-1\r\n",
	"*-1\r\n",
	"*0\r\n",
	"*3\r\n$1\r\n1\r\n:0\r\n",
	"*3\r\n$1\r\n1\r\n:0\r\n$5\r\nwords\r\n",
	"*3\r\n$16\r\n1700000000000000\r\n:0\r\n$36\r\n2 quota 100000 86400000000 0 0 0 1 0:1\r\n",
	"*3\r\n$1\r\n1\r\n:0\r\n$5\r\nwords\r\n+more\r\n",
	"*1000000000\r\n",
	"$999999999999999999999\r\n",
	"-ERR \x1b[31mred\x07\r\n",
	"-NOSCRIPT for ever\r\n",
	"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
};

static void
check_nonsense(const char *nonsense)
{
	const char *why = NULL;
	struct fake_redis fake;

	fake_redis_start(&fake, server.socket.text, nonsense);
	struct store *store = open_with(NONSENSE_MS);
	for (int i = 0; i < REDIS_FAILURES + 1; i++)
		ck_assert_int_le(timed_failure(store), NONSENSE_MS + SLACK_MS);
	ck_assert(!store->class->healthy(store, &why));
	ck_assert_ptr_nonnull(why);
	for (const char *at = why; *at != '\0'; at++)
		ck_assert(*at >= ' ' && *at <= '~');
	store->class->free(store);
	fake_redis_stop(&fake);
}

START_TEST(nonsense_is_a_failure)
{
	tempdir_make(&server.dir);
	server.socket = path_join(server.dir.path.text, "fake.sock");
	for (size_t i = 0; i < sizeof nonsenses / sizeof nonsenses[0]; i++)
		check_nonsense(nonsenses[i]);
	tempdir_remove(&server.dir);
}
END_TEST

SUITE_MAIN(store_redis, a_password_and_a_database_are_used_over_tcp, without_a_password_file_the_reason_is_told,
	   a_flushed_script_is_sent_again_within_the_call, counters_expire_by_themselves,
	   a_restarted_server_is_found_again, a_restart_between_two_calls_is_not_noticed,
	   a_server_that_hangs_costs_the_timeout_a_few_times_only, only_some_callers_wait_for_a_server_that_hangs,
	   a_replica_cannot_count, what_is_no_counter_fails_alone, nobody_there_is_told_within_the_timeout,
	   tls_needs_a_server_that_speaks_it, nonsense_is_a_failure)
