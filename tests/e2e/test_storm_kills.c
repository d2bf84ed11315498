/* SPDX-License-Identifier: BSD-2-Clause */
/* Workers and supervisors killed at any moment while clients send: nothing is lost, and mail goes on. STORM_KILLS is how often, for each test
 * with Postfix; STORM_SEED brings the same choices again. */
#define _DEFAULT_SOURCE
#include "tests/e2e/support/mta.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/storm.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>

enum {
	WORKERS = 2,
	WORKER_KILLS = 100,
	SUPERVISOR_KILLS = 20,
	SENDMAIL_PART = 4,       /* Sendmail gets so much less: it starts a process for each connection */
	ROUND_KILLS = 500,       /* then the ledger is judged, and another one begun */
	AWAITED_MESSAGES = 8,    /* between two kills up to so many, */
	AWAITED_MS = 40,         /* and so long */
	HASTE = 4,               /* one time in so many a supervisor is killed before it serves */
	RESTART_MS = 100,        /* a service manager's pause (RestartSec) */
	WORKERS_ACCEPTED = 20,   /* percent of good mail, while two workers are killed many times a second */
	HELD_ACCEPTED = 20,      /* while supervisors are, and each start takes its time */
	SUPERVISORS_ACCEPTED = 1 /* without a socket that somebody holds: whatever it is, there is some */
};

static struct mtas rig;
static struct storm storm;
static struct dice dice;
static uint64_t seed;

static unsigned
kills_wanted(int kind, unsigned usual)
{
	const char *given = getenv("STORM_KILLS");
	unsigned kills = given != NULL ? (unsigned)strtoul(given, NULL, 10) : usual;

	return kind == MTA_SENDMAIL ? kills / SENDMAIL_PART : kills;
}

/* Any moment, but one at which there is load. */
static void
let_pass(void)
{
	storm_await(&storm, 1 + (unsigned)dice_throw(&dice, AWAITED_MESSAGES));
	nap_ms((int64_t)dice_throw(&dice, AWAITED_MS));
}

static void
kill_worker(void)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	pid_t workers[WORKERS];
	size_t count;

	while ((count = process_children(rig.postern.supervisor.pid, workers, WORKERS)) == 0)
		ck_assert_msg(deadline_nap(&deadline), "there is no worker");
	kill(workers[dice_throw(&dice, count < WORKERS ? count : WORKERS)], SIGKILL);
}

/* Starts the supervisor again as often as it ends; that it does because the socket is still in use, and for nothing else. */
static void
await_mail(unsigned more)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	unsigned before = storm.accepted;
	int status;

	while (storm.accepted - before < more) {
		ck_assert_msg(deadline_nap(&deadline), "no mail passes any more");
		if (!process_wait(&rig.postern.supervisor, 0, &status))
			continue;
		ck_assert_int_eq(status, EX_TEMPFAIL);
		nap_ms(RESTART_MS);
		postern_start_again(&rig.postern);
	}
}

static void
kill_supervisor(void)
{
	int status;

	process_signal(&rig.postern.supervisor, SIGKILL);
	ck_assert(process_wait(&rig.postern.supervisor, PATIENCE_MS, &status));
	postern_start_again(&rig.postern);
	await_mail(dice_throw(&dice, HASTE) == 0 ? 0 : 1);
}

/* One after the other in rounds, so that a ledger holds them. */
static void
kill_many(int kind, unsigned kills, void (*kill_one)(void), unsigned percent)
{
	char name[32];

	for (unsigned round = 0; kills > 0; round++) {
		unsigned now = kills < ROUND_KILLS ? kills : ROUND_KILLS;

		snprintf(name, sizeof name, "%s-%u", mta_names[kind], round);
		storm_start(&storm,
			    &(struct storm_options){ .name = name, .mta = &rig.mta[kind], .seed = seed + round });
		for (unsigned i = 0; i < now; i++) {
			let_pass();
			kill_one();
		}
		await_mail(1);
		storm_finish(&storm);
		fprintf(stderr, "%u kills, ", now);
		expect_storm_kept(&storm);
		expect_storm_lost(&storm, 0);
		expect_storm_accepted(&storm, percent);
		storm_free(&storm);
		kills -= now;
	}
}

static void
begin(bool held)
{
	seed = dice_seed("STORM_SEED");
	dice_init(&dice, seed, STORM_CLIENTS_MAX);
	if (held)
		postern_hold_socket(&rig.postern);
	mtas_serve(&rig, postern_all_checks);
}

static void
finish(bool held)
{
	postern_kill(&rig.postern);
	if (held)
		postern_let_go_socket(&rig.postern);
}

START_TEST(workers_are_killed)
{
	begin(false);
	for (int kind = 0; kind < MTA_COUNT; kind++)
		kill_many(kind, kills_wanted(kind, WORKER_KILLS), kill_worker, WORKERS_ACCEPTED);
	finish(false);
}
END_TEST

START_TEST(supervisors_are_killed)
{
	begin(false);
	for (int kind = 0; kind < MTA_COUNT; kind++)
		kill_many(kind, kills_wanted(kind, SUPERVISOR_KILLS), kill_supervisor, SUPERVISORS_ACCEPTED);
	finish(false);
}
END_TEST

START_TEST(supervisors_are_killed_and_the_manager_holds_the_socket)
{
	begin(true);
	for (int kind = 0; kind < MTA_COUNT; kind++)
		kill_many(kind, kills_wanted(kind, SUPERVISOR_KILLS), kill_supervisor, HELD_ACCEPTED);
	finish(true);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		workers_are_killed,
		supervisors_are_killed,
		supervisors_are_killed_and_the_manager_holds_the_socket,
	};
	const struct mta_options options = { .name = NULL };

	if (!mtas_open(&rig, &options))
		return MTAS_SKIPPED;
	int status = suite_run("storm_kills", tests, sizeof tests / sizeof tests[0],
			       getenv("STORM_KILLS") != NULL ? 0 : 2 * MTAS_TIMEOUT_S);
	mtas_close(&rig);
	return status;
}
