/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold of every store, of the one in memory, of the one in an SQLite file, and of the one in a real Redis. */
#define _GNU_SOURCE
#include "milter/stores/memory.h"
#include "milter/stores/redis.h"
#include "tests/support/redis.h"
#include "tests/support/sqlite_store.h"
#include "tests/support/stores.h"
#include "tests/support/suite.h"

#include <signal.h>

enum { TIMEOUT_MS = 5000 /* sanitizers on a loaded machine */, MEMORY_KEYS = 1000 };

static struct redis_server server;

static struct store *
open_memory(void)
{
	return memory_store_new(MEMORY_KEYS, NULL);
}

static struct store *
open_redis(void)
{
	struct counters_conf conf = {
		.target = "redis+unix:test", .path = server.socket.text, .prefix = "postern:", .timeout_ms = TIMEOUT_MS
	};

	signal(SIGPIPE, SIG_IGN); /* as libmilter does */
	return store_redis_new(&conf);
}

/* Each on an empty store. */
static void
check_in_memory(void (*check)(struct store *store))
{
	struct store *store = open_memory();

	ck_assert_ptr_nonnull(store);
	check(store);
	store->class->free(store);
}

static void
check_on_disk_and_in_redis(void (*check)(struct store *store))
{
	sqlite_store_begin();
	struct store *store = sqlite_store_open();
	check(store);
	sqlite_store_end(store);

	redis_server_make(&server, NULL);
	store = open_redis();
	ck_assert_ptr_nonnull(store);
	check(store);
	store->class->free(store);
	redis_server_remove(&server);
}

#define STORES_CASE(name, check)                   \
	START_TEST(name)                           \
	{                                          \
		check_in_memory(check);            \
		check_on_disk_and_in_redis(check); \
	}                                          \
	END_TEST

STORES_CASE(a_charge_is_all_or_nothing, check_store_is_all_or_nothing)
STORES_CASE(thresholds_are_told_once, check_store_tells_thresholds_once)
STORES_CASE(what_is_released_does_not_count, check_store_releases)
STORES_CASE(counts_survive_changed_limits, check_store_follows_changed_limits)
STORES_CASE(counters_are_listed_reset_and_set, check_store_lists_resets_and_sets)

/* In memory a call fails rather than waits for eight others; there exactness is test_store_memory_processes'. */
START_TEST(threads_get_exactly_the_quota)
{
	check_on_disk_and_in_redis(check_store_is_exact_among_threads);
}
END_TEST

START_TEST(counts_survive_a_change_of_kind)
{
	check_on_disk_and_in_redis(check_store_follows_changed_kinds);
}
END_TEST

START_TEST(processes_get_exactly_the_quota)
{
	sqlite_store_begin();
	check_store_is_exact_among_processes(sqlite_store_open);
	sqlite_store_end(NULL);
	redis_server_make(&server, NULL);
	check_store_is_exact_among_processes(open_redis);
	redis_server_remove(&server);
}
END_TEST

SUITE_MAIN(stores, a_charge_is_all_or_nothing, thresholds_are_told_once, what_is_released_does_not_count,
	   counts_survive_changed_limits, counters_are_listed_reset_and_set, threads_get_exactly_the_quota,
	   counts_survive_a_change_of_kind, processes_get_exactly_the_quota)
