/* SPDX-License-Identifier: BSD-2-Clause */
/* The system's clock is set while the daemon runs: limits are counted as policy/limit.h says, changed tables are noticed, and nobody takes it for a
 * worker that hangs. */
#define _GNU_SOURCE
#include "tests/e2e/support/asking.h"
#include "tests/e2e/support/manager.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/preload.h"
#include "tests/e2e/support/rig.h"
#include "tests/e2e/support/storm.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	QUOTA = 6, /* messages in an hour */
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	WATCHDOG_MS = 2000,
	STEPS = 20,
	STEP_MS = 100,               /* between two of them */
	STEP_UNSEEN_S = 50 * MINUTE, /* back and forth make less than two hours */
};

#define TEXT "From: Robin <robin@example.com>\nSubject: Good morning\n\nThe worm was early.\n"
#define NO_SUBJECT "From: Robin <robin@example.com>\n\nThe worm was early.\n"
#define EXCEEDED "reply 454 Throttling failure: Daily message quota exceeded"

static const struct storm_letter letters[] = {
	{ "good", "robin@example.com", TEXT, { NULL } },
	{ "no-subject", "robin@example.com", NO_SUBJECT, { "554 5.6.0 Subject not present" } },
};

static struct mta mta = { .kind = MTA_POSTFIX };
static _Atomic int64_t *clock_off;

/* --- the daemon and its clock ------------------------------------------------------------------------------------- */

static void
make_clock(void)
{
	struct path path = path_join(asking.dir.path.text, "clock");
	int fd = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	void *memory = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof *clock_off) == 0)
		memory = mmap(NULL, sizeof *clock_off, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED || setenv("CLOCK_STEPS", path.text, 1) != 0)
		abort();
	clock_off = memory;
	close(fd);
}

static void
step(int64_t seconds)
{
	*clock_off += seconds;
}

static void
serve(const char *config)
{
	char text[2048];

	*clock_off = 0;
	snprintf(text, sizeof text, "control = \"%s/control\";\n%s", asking.postern.directory.text, config);
	postern_configure(&asking.postern, text);
	preload_begin("clock_steps");
	asking_launch();
	preload_end();
}

static void
serve_quota(const char *store)
{
	char config[1024];

	snprintf(config, sizeof config,
		 "counters = { store = \"%s\"; timeout = \"2s\"; };\n"
		 "checks = { daily_quota = { quota = \"%d/1h\"; per = \"sender\"; }; };\n",
		 store, QUOTA);
	serve(config);
}

static void
expect_answers(int count, const char *verdict)
{
	struct milter_client client;

	for (int i = 0; i < count; i++) {
		asking_connect(&client);
		asking_send(&client, "<robin@example.com>", TEXT, verdict);
		milter_close(&client);
	}
}

START_TEST(counters_in_memory_do_not_see_it)
{
	static const int64_t steps[] = { DAY, -2 * DAY, 365 * DAY, -365 * DAY };

	serve_quota("memory");
	expect_answers(QUOTA, "accept");
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		step(steps[i]);
		expect_answers(2, EXCEEDED);
	}
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
}
END_TEST

/* Forward, time has passed. Backward, none has: what was counted is as old as it was. */
START_TEST(counters_in_a_file_follow_it)
{
	char store[PATH_TEXT_MAX + 32];

	snprintf(store, sizeof store, "sqlite:%s", path_join(asking.postern.directory.text, "counters.db").text);
	serve_quota(store);
	expect_answers(QUOTA, "accept");
	expect_answers(1, EXCEEDED);
	step(-DAY);
	expect_answers(2, EXCEEDED);
	/* A period later, and a slice: not a day later, when the clock is where it was. */
	step(HOUR + 2 * MINUTE);
	expect_answers(QUOTA, "accept");
	expect_answers(1, EXCEEDED);
	step(30 * MINUTE);
	expect_answers(1, EXCEEDED);
	step(7 * DAY);
	expect_answers(QUOTA, "accept");
	expect_answers(1, EXCEEDED);
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
}
END_TEST

/* --- under load --------------------------------------------------------------------------------------------------- */

static void
expect_nobody_alarmed(struct manager *manager)
{
	json_t *status = asking_status();

	ck_assert_int_eq(asking_figure(status, "workers", "restarts", NULL), 0);
	json_decref(status);
	ck_assert(!file_has(asking.postern.log.text, "no sign of life"));
	ck_assert(!file_has(asking.postern.log.text, "does not answer us"));
	ck_assert(!file_has(asking.postern.log.text, "has not returned"));
	manager_forget(manager);
	ck_assert_msg(manager_hears(manager, "WATCHDOG=1", PATIENCE_MS), "the watchdog hears nothing");
}

/* With the clock off by as much, back and forth. */
static void
play_steps(struct storm *storm, const char *name, int64_t most)
{
	static struct manager manager;
	struct path socket = path_join(asking.dir.path.text, "notify");
	struct dice dice;

	manager_open(&manager, &socket, WATCHDOG_MS);
	serve("checks = { subject_missing = { }; };\n");
	storm_start(storm, &(struct storm_options){ .name = name,
						    .mta = &mta,
						    .seed = dice_seed("STORM_SEED"),
						    .letters = letters,
						    .letters_count = sizeof letters / sizeof letters[0] });
	dice_init(&dice, storm->options.seed, STORM_CLIENTS_MAX);
	for (int i = 0; i < STEPS; i++) {
		*clock_off = (int64_t)dice_throw(&dice, (uint64_t)(2 * most)) - most;
		if (i == STEPS / 2)
			process_signal(&asking.postern.supervisor, SIGHUP);
		nap_ms(STEP_MS);
	}
	ck_assert(postern_logs(&asking.postern, "reloaded: "));
	expect_nobody_alarmed(&manager);
	storm_finish(storm);
	expect_storm_kept(storm);
	postern_kill(&asking.postern);
	manager_close(&manager);
}

START_TEST(neither_watchdog_nor_workers_nor_clients_mind)
{
	static struct storm storm;

	play_steps(&storm, "minutes", STEP_UNSEEN_S);
	expect_storm_deferred(&storm, 0);
	expect_storm_lost(&storm, 0);
	storm_free(&storm);
}
END_TEST

/* libmilter closes sessions that have been silent for two hours, by the system's clock: their clients come again. */
START_TEST(steps_of_days_lose_nothing_either)
{
	static struct storm storm;

	play_steps(&storm, "days", 2 * DAY);
	storm_free(&storm);
}
END_TEST

/* --- tables ------------------------------------------------------------------------------------------------------- */

static void
await_listed(const char *domain)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	struct milter_client client;
	char sender[64];
	bool accepted;

	snprintf(sender, sizeof sender, "<robin@%s>", domain);
	do {
		ck_assert_msg(deadline_nap(&deadline), "the table is not read again");
		asking_connect(&client);
		milter_mail(&client, sender, "4Qclock01");
		milter_message(&client, NO_SUBJECT, (struct milter_cut){ 0, 0 });
		accepted = strcmp(milter_verdict(&client), "accept") == 0;
		milter_close(&client);
	} while (!accepted);
}

START_TEST(a_table_that_changes_is_read_again_whatever_the_clock_says)
{
	static const int64_t steps[] = { -DAY, 2 * DAY, -3 * DAY };
	struct path table = path_join(asking.postern.directory.text, "senders");
	char config[1024], line[64];

	file_write(table.text, "day0.example.com\n");
	snprintf(config, sizeof config,
		 "checks = { subject_missing = { }; };\n"
		 "profiles = ( { name = \"listed\"; when = { sender_domain = \"file:%s\"; };"
		 " checks = { subject_missing = { mode = \"off\"; }; }; } );\n",
		 table.text);
	serve(config);
	await_listed("day0.example.com");
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		step(steps[i]);
		snprintf(line, sizeof line, "day%zu.example.com", i + 1);
		file_write(table.text, line);
		await_listed(line);
	}
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { counters_in_memory_do_not_see_it, counters_in_a_file_follow_it,
				       neither_watchdog_nor_workers_nor_clients_mind, steps_of_days_lose_nothing_either,
				       a_table_that_changes_is_read_again_whatever_the_clock_says };

	if (postfix_missing() != NULL) {
		fprintf(stderr, "skipped: %s\n", postfix_missing());
		return RIG_SKIPPED;
	}
	asking_begin();
	make_clock();
	postfix_start(&mta.postfix, &asking.dir, asking.postern.socket.text);
	mta.port = mta.postfix.port;
	int status = suite_run("clock_steps", tests, sizeof tests / sizeof tests[0], RIG_TEST_TIMEOUT);
	postfix_stop(&mta.postfix);
	asking_end();
	return status;
}
