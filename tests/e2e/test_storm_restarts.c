/* SPDX-License-Identifier: BSD-2-Clause */
/* The daemon is stopped with SIGTERM and started again while clients send: nothing is lost; and where the service manager holds
 * the socket, no client notices. STORM_RESTARTS is how often. */
#define _DEFAULT_SOURCE
#include "tests/e2e/support/mta.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/storm.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdlib.h>

enum {
	RESTARTS = 12,
	SENDMAIL_PART = 4,       /* Sendmail gets so many less */
	AWAITED_MESSAGES = 60,   /* between two restarts up to so many, */
	AWAITED_MS = 100,        /* and so long */
	ACCEPTED_WITH_GAPS = 1,  /* percent of good mail: whatever it is, there is some */
	CLIENTS_OF_SENDMAIL = 6, /* it starts a process for each connection */
};

static struct mtas rig;
static struct storm storm;
static struct dice dice;

static unsigned
restarts_wanted(int kind)
{
	const char *given = getenv("STORM_RESTARTS");
	unsigned restarts = given != NULL ? (unsigned)strtoul(given, NULL, 10) : RESTARTS;

	return kind == MTA_SENDMAIL ? restarts / SENDMAIL_PART : restarts;
}

static void
restart(void)
{
	storm_await(&storm, 1 + (unsigned)dice_throw(&dice, AWAITED_MESSAGES));
	nap_ms((int64_t)dice_throw(&dice, AWAITED_MS));
	ck_assert_int_eq(postern_stop(&rig.postern), 0);
	postern_start_again(&rig.postern);
	storm_await_accepted(&storm, 1);
}

static void
restart_many(int kind)
{
	uint64_t seed = dice_seed("STORM_SEED");

	dice_init(&dice, seed, STORM_CLIENTS_MAX);
	storm_start(&storm, &(struct storm_options){
				    .name = mta_names[kind],
				    .mta = &rig.mta[kind],
				    .clients = kind == MTA_SENDMAIL ? CLIENTS_OF_SENDMAIL : STORM_CLIENTS,
				    .seed = seed,
			    });
	for (unsigned i = 0; i < restarts_wanted(kind); i++)
		restart();
	storm_await_accepted(&storm, 1);
	storm_finish(&storm);
	expect_storm_kept(&storm);
	expect_storm_lost(&storm, 0);
}

START_TEST(restarts_lose_nothing)
{
	mtas_serve(&rig, postern_all_checks);
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		restart_many(kind);
		expect_storm_accepted(&storm, ACCEPTED_WITH_GAPS);
		storm_free(&storm);
	}
	postern_kill(&rig.postern);
}
END_TEST

START_TEST(nobody_notices_restarts_while_the_manager_holds_the_socket)
{
	postern_hold_socket(&rig.postern);
	mtas_serve(&rig, postern_all_checks);
	for (int kind = 0; kind < MTA_COUNT; kind++) {
		restart_many(kind);
		expect_storm_deferred(&storm, 0);
		expect_storm_accepted(&storm, 100);
		storm_free(&storm);
	}
	postern_kill(&rig.postern);
	postern_let_go_socket(&rig.postern);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		restarts_lose_nothing,
		nobody_notices_restarts_while_the_manager_holds_the_socket,
	};
	const struct mta_options options = { .name = NULL };

	if (!mtas_open(&rig, &options))
		return MTAS_SKIPPED;
	int status = suite_run("storm_restarts", tests, sizeof tests / sizeof tests[0],
			       getenv("STORM_RESTARTS") != NULL ? 0 : 2 * MTAS_TIMEOUT_S);
	mtas_close(&rig);
	return status;
}
