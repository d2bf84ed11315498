/* SPDX-License-Identifier: BSD-2-Clause */
/* One quota for a login that sends through several hosts at once: never one recipient more, whoever is killed meanwhile. Real Postfixes, a real
 * Redis, a real SQLite file. */
#define _POSIX_C_SOURCE 200809L
#include "tests/e2e/support/fleet.h"
#include "tests/e2e/support/patience.h"
#include "tests/support/redis.h"
#include "tests/support/suite.h"

enum {
	QUOTA = 1000,       /* recipients */
	TRIES = 5000,       /* by all clients together */
	KILL_AFTER = 300,   /* accepted */
	OUTAGE = 40,        /* times that somebody is told so before Redis is back */
	IN_FLIGHT_MS = 500, /* in which what was counted before a kill gets its answer */
	KILLS = 3,
	SMALL_QUOTA = 20,
	SHARE = 2, /* of the small quota, for each ship before Redis is killed */
};

static struct fleet fleet;

static void
serve_with_redis(const struct redis_server *redis, const char *on_failure, int quota)
{
	char config[512];

	/* A patience that a loaded machine does not use up: no call fails while the server is there. */
	snprintf(config, sizeof config,
		 "counters = { store = \"redis://127.0.0.1:%d/0\"; on_failure = \"%s\"; timeout = \"2s\"; };\n"
		 "checks = { daily_quota = { quota = \"%d/24h\"; }; };\n",
		 redis->port, on_failure, quota);
	fleet_serve(&fleet, FLEET_SHIPS, config);
}

static void
await(const atomic_int *tally, int least, const char *what)
{
	struct deadline deadline = deadline_in(FLEET_PATIENCE_MS);

	while (*tally < least)
		ck_assert_msg(deadline_nap(&deadline), "%s: %d of %d; %s", what, *tally, least, fleet.strange_reply);
}

/* A charge whose answer was lost counts, and its message does not: as many may be missing. */
static void
expect_quota_is_used(const char *run, int kills)
{
	int missing_most = kills * (int)fleet.serving * FLEET_SHIP_CLIENTS * FLEET_MESSAGE_MAX;

	ck_assert_int_le(fleet.accepted, QUOTA);
	ck_assert_int_ge(fleet.accepted, QUOTA - missing_most);
	ck_assert_int_eq(fleet_delivered(&fleet, run), fleet.accepted);
}

START_TEST(three_hosts_share_a_quota_to_the_last_recipient)
{
	struct redis_server redis;

	redis_server_make(&redis, NULL);
	serve_with_redis(&redis, "tempfail", QUOTA);
	fleet_start(&fleet, "shared", TRIES);
	fleet_finish(&fleet);
	ck_assert_int_eq(fleet.accepted, QUOTA);
	ck_assert_int_eq(fleet.over_at_mail + fleet.over_at_rcpt + fleet.over_at_end, TRIES - QUOTA);
	ck_assert_int_eq(fleet.deferred + fleet.shut_out, 0);
	ck_assert_int_eq(fleet_delivered(&fleet, "shared"), QUOTA);
	fleet_halt(&fleet);
	redis_server_remove(&redis);
}
END_TEST

START_TEST(while_redis_is_away_all_come_again_and_nobody_gets_more)
{
	struct redis_server redis;

	redis_server_make(&redis, NULL);
	serve_with_redis(&redis, "tempfail", QUOTA);
	fleet_start(&fleet, "deferred", TRIES);
	await(&fleet.accepted, KILL_AFTER, "accepted");
	redis_server_kill(&redis);
	nap_ms(IN_FLIGHT_MS);
	int accepted = fleet.accepted;
	await(&fleet.deferred, fleet.deferred + OUTAGE, "deferred");
	ck_assert_int_eq(fleet.accepted, accepted);
	ck_assert_int_lt(accepted, QUOTA);
	redis_server_start(&redis);
	fleet_finish(&fleet);
	expect_quota_is_used("deferred", 1);
	ck_assert_int_gt(fleet.over_at_mail, 0);
	ck_assert_int_eq(fleet.shut_out, 0);
	fleet_halt(&fleet);
	redis_server_remove(&redis);
}
END_TEST

/* Each ship uses its share. */
static void
use_shares(const char *run)
{
	for (size_t i = 0; i < FLEET_SHIPS; i++)
		ck_assert_int_eq(fleet_pass(&fleet, i, run, SHARE), SHARE);
}

START_TEST(while_redis_is_away_all_pass_if_so_configured)
{
	struct deadline deadline;
	struct redis_server redis;
	int passed = FLEET_SHIPS * SHARE;

	redis_server_make(&redis, NULL);
	serve_with_redis(&redis, "accept", SMALL_QUOTA);
	use_shares("passed");
	redis_server_kill(&redis);
	for (size_t i = 0; i < FLEET_SHIPS; i++, passed += SMALL_QUOTA + 1)
		ck_assert_int_eq(fleet_pass(&fleet, i, "passed", SMALL_QUOTA + 1), SMALL_QUOTA + 1);
	redis_server_start(&redis);
	/* Each worker finds out by itself, within seconds. */
	deadline = deadline_in(PATIENCE_MS);
	for (size_t i = 0; i < FLEET_SHIPS; i++)
		for (int got; (got = fleet_pass(&fleet, i, "passed", 1)) > 0; passed += got)
			ck_assert_msg(deadline_nap(&deadline), "nobody counts again");
	ck_assert_int_eq(fleet_delivered(&fleet, "passed"), passed);
	fleet_halt(&fleet);
	redis_server_remove(&redis);
}
END_TEST

START_TEST(while_redis_is_away_each_host_counts_for_itself_if_so_configured)
{
	enum { LEFT = SMALL_QUOTA - FLEET_SHIPS * SHARE };
	struct deadline deadline;
	struct redis_server redis;
	int counted = 0;

	redis_server_make(&redis, NULL);
	serve_with_redis(&redis, "local", SMALL_QUOTA);
	use_shares("local");
	redis_server_kill(&redis);
	for (size_t i = 0; i < FLEET_SHIPS; i++)
		ck_assert_int_eq(fleet_pass(&fleet, i, "local", SMALL_QUOTA + SMALL_QUOTA), SMALL_QUOTA);
	redis_server_start(&redis);
	/* What was counted here meanwhile does not count there. */
	deadline = deadline_in(PATIENCE_MS);
	for (size_t i = 0; counted < LEFT; i++) {
		counted += fleet_pass(&fleet, i % FLEET_SHIPS, "local", 1);
		ck_assert_msg(deadline_nap(&deadline), "only %d of %d are counted again", counted, LEFT);
	}
	for (size_t i = 0; i < FLEET_SHIPS; i++)
		ck_assert_int_eq(fleet_pass(&fleet, i, "local", 2), 0);
	ck_assert_int_eq(fleet_delivered(&fleet, "local"), SMALL_QUOTA + FLEET_SHIPS * SMALL_QUOTA);
	fleet_halt(&fleet);
	redis_server_remove(&redis);
}
END_TEST

START_TEST(a_file_keeps_count_whenever_the_daemon_is_killed)
{
	struct postern *postern = &fleet.ships[0].postern;
	struct path path = path_join(postern->directory.text, "counters.db");
	char config[384];

	snprintf(config, sizeof config,
		 "counters = { store = \"sqlite:%s\"; timeout = \"2s\"; };\n"
		 "checks = { daily_quota = { quota = \"%d/24h\"; }; };\n",
		 path.text, QUOTA);
	fleet_serve(&fleet, 1, config);
	fleet_start(&fleet, "killed", TRIES);
	for (int i = 1; i <= KILLS; i++) {
		await(&fleet.accepted, i * QUOTA / (KILLS + 1), "accepted");
		postern_kill(postern);
		await(&fleet.shut_out, fleet.shut_out + 1, "without a milter");
		postern_start(postern);
	}
	fleet_finish(&fleet);
	expect_quota_is_used("killed", KILLS);
	ck_assert_int_gt(fleet.over_at_mail, 0);
	fleet_halt(&fleet);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { three_hosts_share_a_quota_to_the_last_recipient,
				       while_redis_is_away_all_come_again_and_nobody_gets_more,
				       while_redis_is_away_all_pass_if_so_configured,
				       while_redis_is_away_each_host_counts_for_itself_if_so_configured,
				       a_file_keeps_count_whenever_the_daemon_is_killed };

	if (!fleet_open(&fleet))
		return RIG_SKIPPED;
	int status = suite_run("fleet", tests, sizeof tests / sizeof tests[0], RIG_TEST_TIMEOUT);
	fleet_close(&fleet);
	return status;
}
