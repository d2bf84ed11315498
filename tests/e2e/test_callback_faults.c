/* SPDX-License-Identifier: BSD-2-Clause */
/* Callbacks that crash, and callbacks that never return, in a daemon under load: a worker goes and another one comes, and every message is
 * answered once, as a rule says or with a 4xx. */
#define _GNU_SOURCE
#include "tests/e2e/support/asking.h"
#include "tests/e2e/support/callback_faults.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/preload.h"
#include "tests/e2e/support/rig.h"
#include "tests/e2e/support/smtp.h"
#include "tests/e2e/support/storm.h"
#include "tests/support/suite.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CLIENTS = 6, /* of each MTA */
	SESSIONS_MAX = 64,
	SESSIONS_LEAST = 3, /* of each worker */
	CALM = 20,          /* messages of a storm before something happens, */
	SERVED_AFTER = 40,  /* and that are accepted after all that happened */
	POISONS = 8,        /* messages that crash a worker each */
	HANG_NOTICED =
		60000, /* milliseconds in which a worker that hangs is gone: it has twenty looks, of a second each */
	TEST_TIMEOUT_S = 120,
};

/* Mail is asked about at each event that there is. */
static const char checks[] = "checks = {\n"
			     "\tconnections_total = { limit = 10000; };\n"
			     "\trecipients_too_many = { limit = 1000; };\n"
			     "\tsubject_missing = { };\n"
			     "\tbody_missing = { };\n"
			     "\tdaily_quota = { quota = \"1000000000/24h\"; };\n"
			     "};\n";

#define FROM "From: Robin <robin@example.com>\n"
#define GOOD FROM "Subject: Good morning\n\nThe worm was early.\n"
#define NO_SUBJECT FROM "\nThe worm was early.\n"
#define NO_BODY FROM "Subject: Good morning\n\n"
#define POISON FROM "X-Poison: yes\nSubject: Good morning\n\nThe worm was early.\n"

static const struct storm_letter letters[] = {
	{ "good", "robin@example.com", GOOD, { NULL } },
	{ "no-subject", "robin@example.com", NO_SUBJECT, { "554 5.6.0 Subject not present" } },
	{ "no-body", "robin@example.com", NO_BODY, { "554 5.6.0 Body not present" } },
};

static struct mta mtas[MTA_COUNT];
static int mtas_count; /* without a Sendmail, Postfix alone */

/* --- the daemon --------------------------------------------------------------------------------------------------- */

static void
serve(void)
{
	char config[1024];

	snprintf(config, sizeof config, "control = \"%s/control\";\n%s", asking.postern.directory.text, checks);
	postern_configure(&asking.postern, config);
	callback_faults_prepare(&asking.postern);
	preload_begin("callback_faults");
	asking_launch();
	preload_end();
	pid_t workers[ASKING_WORKERS];
	asking_workers(workers);
	callback_faults_expect_all();
}

static long long
restarts(void)
{
	json_t *status = asking_status();
	long long count = asking_figure(status, "workers", "restarts", NULL);

	json_decref(status);
	return count;
}

static void
await_restarts(long long count)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	long long seen;

	while ((seen = restarts()) < count)
		ck_assert_msg(deadline_nap(&deadline), "%lld workers of %lld were replaced", seen, count);
	ck_assert_int_eq(seen, count);
}

/* A session that gives up its message. */
static void
abort_message(int port)
{
	struct smtp client;

	smtp_open(&client, port, NULL);
	smtp_hello(&client);
	smtp_command(&client, "MAIL FROM:<robin@example.com>");
	smtp_command(&client, "RCPT TO:<%s>", smtp_recipient);
	smtp_command(&client, "RSET");
	smtp_quit(&client);
}

/* It happens while mail is sent. */
static void
let_happen(enum callback_fault fault, const char *name, int port)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	callback_fault_order(fault, name);
	while (!callback_fault_happened(fault, name)) {
		ck_assert_msg(deadline_nap(&deadline), "nobody calls %s", name);
		if (strcmp(name, "abort") == 0)
			abort_message(port);
	}
}

/* --- the sessions of one worker ----------------------------------------------------------------------------------- */

static size_t
sockets_of(pid_t pid)
{
	char path[64], target[64];
	const struct dirent *entry;
	size_t count = 0;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	DIR *directory = opendir(path);
	if (directory == NULL)
		return 0;
	while ((entry = readdir(directory)) != NULL) {
		ssize_t length = readlinkat(dirfd(directory), entry->d_name, target, sizeof target - 1);

		count += length > 7 && memcmp(target, "socket:", 7) == 0;
	}
	closedir(directory);
	return count;
}

struct colleagues {
	pid_t pids[ASKING_WORKERS];
	size_t idle[ASKING_WORKERS]; /* sockets without any session */
};

static size_t
sessions_of(const struct colleagues *colleagues, size_t worker)
{
	return sockets_of(colleagues->pids[worker]) - colleagues->idle[worker];
}

/* In the middle of a message each, until both workers have some. Returns how many. */
static size_t
open_sessions(const struct colleagues *colleagues, struct milter_client *clients)
{
	size_t count = 0;

	while (count < SESSIONS_MAX &&
	       (sessions_of(colleagues, 0) < SESSIONS_LEAST || sessions_of(colleagues, 1) < SESSIONS_LEAST)) {
		asking_connect(&clients[count]);
		milter_mail(&clients[count], "<robin@example.com>", "4Qfaults01");
		ck_assert_str_eq(milter_verdict(&clients[count]), "open");
		count++;
	}
	ck_assert_uint_lt(count, SESSIONS_MAX);
	return count;
}

/* Every other message is refused by a rule. Returns how many sessions are lost. */
static size_t
finish_sessions(struct milter_client *clients, size_t count)
{
	size_t lost = 0;

	for (size_t i = 1; i < count; i++) {
		const char *right = i % 2 == 0 ? "accept" : "reply 554 5.6.0 Subject not present";

		milter_message(&clients[i], i % 2 == 0 ? GOOD : NO_SUBJECT, (struct milter_cut){ 0, 0 });
		if (strcmp(milter_verdict(&clients[i]), "lost") == 0)
			lost++;
		else
			ck_assert_str_eq(milter_verdict(&clients[i]), right);
		milter_close(&clients[i]);
	}
	return lost;
}

START_TEST(a_crash_costs_the_sessions_of_one_worker)
{
	static struct milter_client clients[SESSIONS_MAX];
	struct colleagues colleagues;

	serve();
	asking_workers(colleagues.pids);
	for (size_t i = 0; i < ASKING_WORKERS; i++)
		colleagues.idle[i] = sockets_of(colleagues.pids[i]);
	size_t count = open_sessions(&colleagues, clients);
	const size_t sessions[] = { sessions_of(&colleagues, 0), sessions_of(&colleagues, 1) };
	ck_assert_uint_eq(sessions[0] + sessions[1], count);
	callback_fault_order(FAULT_CRASH, "header");
	milter_message(&clients[0], GOOD, (struct milter_cut){ 0, 0 });
	ck_assert_str_eq(milter_verdict(&clients[0]), "lost");
	milter_close(&clients[0]);
	size_t lost = 1 + finish_sessions(clients, count);
	await_restarts(1);
	ck_assert(process_lives(colleagues.pids[0]) != process_lives(colleagues.pids[1]));
	ck_assert_uint_eq(lost, sessions[process_lives(colleagues.pids[0])]);
	ck_assert_uint_eq(asking_times_logged("was killed by signal 6 (Aborted)"), 1);
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
}
END_TEST

/* --- under load --------------------------------------------------------------------------------------------------- */

/* One through each MTA at the same time: a fault meets whoever comes next. */
static struct storm storms[MTA_COUNT];

static void
begin_storms(const char *name)
{
	char names[MTA_COUNT][32];

	serve();
	for (int kind = 0; kind < mtas_count; kind++) {
		snprintf(names[kind], sizeof names[kind], "%s-%s", name, mta_names[kind]);
		storm_start(&storms[kind],
			    &(struct storm_options){ .name = names[kind],
						     .mta = &mtas[kind],
						     .seed = dice_seed("STORM_SEED"),
						     .clients = CLIENTS,
						     .pause_ms = 40,
						     .letters = letters,
						     .letters_count = sizeof letters / sizeof letters[0] });
	}
	for (int kind = 0; kind < mtas_count; kind++)
		storm_await(&storms[kind], CALM);
}

static void
end_storms(void)
{
	for (int kind = 0; kind < mtas_count; kind++)
		storm_await_accepted(&storms[kind], SERVED_AFTER);
	for (int kind = 0; kind < mtas_count; kind++) {
		storm_finish(&storms[kind]);
		expect_storm_kept(&storms[kind]);
		storm_free(&storms[kind]);
	}
	postern_kill(&asking.postern); /* some message hangs still, for which it would wait */
}

START_TEST(whichever_callback_crashes_nothing_is_lost)
{
	begin_storms("crashes");
	for (size_t i = 0; i < CALLBACKS; i++)
		let_happen(FAULT_CRASH, callback_names[i], mtas[MTA_POSTFIX].port);
	await_restarts(CALLBACKS);
	ck_assert_uint_eq(asking_times_logged("was killed by signal 6 (Aborted)"), CALLBACKS);
	end_storms();
}
END_TEST

/* Postfix waits three seconds for an answer, Sendmail ten: their clients know more before the daemon does. */
START_TEST(whichever_callback_hangs_its_worker_is_replaced)
{
	struct deadline deadline;
	pid_t workers[ASKING_WORKERS];

	begin_storms("hangs");
	asking_workers(workers);
	for (size_t i = 0; i < CALLBACKS; i++)
		let_happen(FAULT_HANG, callback_names[i], mtas[MTA_POSTFIX].port);
	/* Others are served meanwhile, if not by each worker. */
	for (int kind = 0; kind < mtas_count; kind++)
		storm_await(&storms[kind], CALM);
	deadline = deadline_in(HANG_NOTICED);
	while (asking_times_logged(" has not returned for 20 seconds") == 0 || restarts() == 0)
		ck_assert_msg(deadline_nap(&deadline), "nobody notices");
	while (asking_times_logged("a callback hangs; another worker takes this one's place") != (size_t)restarts() ||
	       (process_lives(workers[0]) && process_lives(workers[1])))
		ck_assert_msg(deadline_nap(&deadline), "no worker makes way");
	ck_assert_uint_eq((size_t)restarts(), asking_times_logged(" ended unasked, status 70"));
	end_storms();
}
END_TEST

/* Each crashes a worker, and the pauses before another comes grow up to five seconds: others wait and are served. */
START_TEST(a_message_that_crashes_each_worker_keeps_nobody_out_for_good)
{
	struct deadline deadline = deadline_in(HANG_NOTICED);

	begin_storms("poison");
	for (long long crashed = 0; crashed < POISONS; crashed = restarts()) {
		struct smtp client;

		smtp_open(&client, mtas[MTA_POSTFIX].port, NULL);
		smtp_hello(&client);
		smtp_send(&client, &(struct mail){ "poisonous", "robin@example.com", POISON });
		ck_assert(smtp_replied(&client, "451 4.7.1 Service unavailable - try again later"));
		smtp_quit(&client);
		ck_assert_msg(deadline_nap(&deadline), "%lld workers have crashed", crashed);
	}
	ck_assert_uint_eq(postfix_delivered(&mtas[MTA_POSTFIX].postfix, "poisonous"), 0);
	end_storms();
}
END_TEST

static void
start_mtas(void)
{
	const char *reason = sendmail_missing();

	mtas[MTA_POSTFIX].kind = MTA_POSTFIX;
	postfix_start_with(&mtas[MTA_POSTFIX].postfix, &asking.dir,
			   &(struct postfix_options){ .name = "postfix",
						      .milter_socket = asking.postern.socket.text,
						      .settings = "milter_command_timeout = 3s\n"
								  "milter_content_timeout = 3s\n" });
	mtas[MTA_POSTFIX].port = mtas[MTA_POSTFIX].postfix.port;
	mtas_count = reason == NULL ? MTA_COUNT : 1;
	if (reason == NULL)
		mta_start(&mtas[MTA_SENDMAIL], MTA_SENDMAIL, &asking.dir,
			  &(struct mta_options){ .milters = { asking.postern.socket.text } });
	else
		fprintf(stderr, "without Sendmail: %s\n", reason);
}

int
main(void)
{
	const TTest *const tests[] = { a_crash_costs_the_sessions_of_one_worker,
				       whichever_callback_crashes_nothing_is_lost,
				       whichever_callback_hangs_its_worker_is_replaced,
				       a_message_that_crashes_each_worker_keeps_nobody_out_for_good };

	if (postfix_missing() != NULL) {
		fprintf(stderr, "skipped: %s\n", postfix_missing());
		return RIG_SKIPPED;
	}
	setenv("TMPDIR", "/run", 1); /* Sendmail trusts no socket below /tmp */
	asking_begin();
	start_mtas();
	int status = suite_run("callback_faults", tests, sizeof tests / sizeof tests[0], TEST_TIMEOUT_S);
	for (int kind = 0; kind < mtas_count; kind++)
		mta_stop(&mtas[kind]);
	asking_end();
	return status;
}
