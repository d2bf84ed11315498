/* SPDX-License-Identifier: BSD-2-Clause */
/* A Redis that hangs, talks nonsense, or is slow, in a daemon under load. Of one that is killed, see test_fleet.c. */
#define _GNU_SOURCE
#include "tests/e2e/support/outage.h"
#include "tests/support/fake_redis.h"
#include "tests/support/redis.h"
#include "tests/support/slow_proxy.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SLOW_US = 20000,  /* what a slow Redis takes, */
	LATE_US = 1000000 /* and longer than anybody waits */
};

static struct redis_server redis;
static struct fake_redis fake;

static void
stop_redis(void)
{
	process_signal(&redis.process, SIGSTOP);
}

static void
continue_redis(void)
{
	process_signal(&redis.process, SIGCONT);
}

/* The daemon is another user. */
static void
let_in(void)
{
	ck_assert_int_eq(chmod(redis.socket.text, 0777), 0);
}

static void
put_nonsense_in_its_place(void)
{
	redis_server_kill(&redis);
	unlink(redis.socket.text);
	fake_redis_start(&fake, redis.socket.text, "*3\r\n:1\r\n$-1\r\n+a walrus\r\n");
	let_in();
}

static void
put_redis_back(void)
{
	fake_redis_stop(&fake);
	redis_server_start(&redis);
	let_in();
}

static const struct outage stopped = { "stopped", "redis", false, stop_redis, continue_redis };
static const struct outage nonsense = { "nonsense", "redis", false, put_nonsense_in_its_place, put_redis_back };

static void
play_redis(const struct outage *outage, enum counters_on_failure on_failure)
{
	char store[PATH_TEXT_MAX + 32];

	redis_server_make(&redis, NULL);
	let_in();
	snprintf(store, sizeof store, "redis+unix:%s", redis.socket.text);
	outage_play(store, outage, on_failure);
	redis_server_remove(&redis);
}

START_TEST(while_redis_hangs_all_come_again)
{
	play_redis(&stopped, COUNTERS_TEMPFAIL);
}
END_TEST

START_TEST(while_redis_hangs_all_pass_if_so_configured)
{
	play_redis(&stopped, COUNTERS_ACCEPT);
}
END_TEST

START_TEST(while_redis_hangs_it_is_counted_here_if_so_configured)
{
	play_redis(&stopped, COUNTERS_LOCAL);
}
END_TEST

START_TEST(while_redis_talks_nonsense_all_come_again)
{
	play_redis(&nonsense, COUNTERS_TEMPFAIL);
}
END_TEST

START_TEST(while_redis_talks_nonsense_it_is_counted_here_if_so_configured)
{
	play_redis(&nonsense, COUNTERS_LOCAL);
}
END_TEST

/* First it is slow, then later than anybody waits: what it counts then is not accepted, and nothing is more than once. */
START_TEST(a_slow_redis_gives_nobody_more)
{
	static struct slow_proxy proxy;
	char store[64];

	redis_server_make(&redis, NULL);
	slow_proxy_start(&proxy, redis.port);
	proxy.delay_us = SLOW_US;
	snprintf(store, sizeof store, "redis://127.0.0.1:%d/0", proxy.port);
	outage_serve(store, "tempfail", "300ms");
	outage_begin_storm("slow");
	proxy.delay_us = LATE_US;
	ck_assert(postern_logs(&asking.postern, " store fails: "));
	outage_expect_all_come_again();
	proxy.delay_us = 0;
	ck_assert(postern_logs(&asking.postern, " store answers again"));
	outage_exhaust(1);
	outage_end_storm(OUTAGE_QUOTA, true);
	slow_proxy_stop(&proxy);
	redis_server_remove(&redis);
}
END_TEST

OUTAGE_MAIN(redis_faults, while_redis_hangs_all_come_again, while_redis_hangs_all_pass_if_so_configured,
	    while_redis_hangs_it_is_counted_here_if_so_configured, while_redis_talks_nonsense_all_come_again,
	    while_redis_talks_nonsense_it_is_counted_here_if_so_configured, a_slow_redis_gives_nobody_more)
