/* SPDX-License-Identifier: BSD-2-Clause */
/* What a service manager is told of the daemon's life, when its watchdog hears nothing any more, and the socket that it holds. */
#define _DEFAULT_SOURCE
#include "tests/e2e/support/manager.h"
#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/postern.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	WORKERS = 2,
	WATCHDOG_MS = 2000,
	SILENCE_MS = 3 * WATCHDOG_MS / 2, /* in which a daemon that is well would have spoken */
	GAP_MS = 300,                     /* in which there is no daemon */
	ORPHANS_MS = 4000                 /* in which workers end after their supervisor */
};

static const char config[] = "checks = { subject_missing = { }; };\n";
static const char wrong_config[] = "checks = { subject_mising = { }; };\n";

static struct tempdir dir;
static struct postern postern;
static struct manager manager;

static void
start(int watchdog_ms)
{
	struct path path = path_join(dir.path.text, "notify");

	manager_open(&manager, &path, watchdog_ms);
	postern_configure(&postern, config);
	postern_start(&postern);
	ck_assert_msg(manager_hears(&manager, "READY=1", PATIENCE_MS), "not ready");
}

static void
stop(void)
{
	postern_stop(&postern);
	manager_close(&manager);
}

static void
signal_workers(int signal)
{
	pid_t workers[WORKERS + 1];
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (process_children(postern.supervisor.pid, workers, WORKERS + 1) != WORKERS)
		ck_assert_msg(deadline_nap(&deadline), "there are not %d workers", WORKERS);
	for (size_t i = 0; i < WORKERS; i++)
		kill(workers[i], signal);
}

START_TEST(readiness_reloads_and_the_end_are_told)
{
	start(0);
	ck_assert(manager_hears(&manager, "STATUS=", PATIENCE_MS));
	process_signal(&postern.supervisor, SIGHUP);
	ck_assert(manager_hears(&manager, "RELOADING=1", PATIENCE_MS));
	ck_assert(manager_hears(&manager, "READY=1", PATIENCE_MS));
	manager_forget(&manager);
	process_signal(&postern.supervisor, SIGTERM);
	ck_assert(manager_hears(&manager, "STOPPING=1", PATIENCE_MS));
	ck_assert_msg(!manager_hears(&manager, "READY=1", 0), "it is ready to stop");
	stop();
}
END_TEST

START_TEST(after_a_reload_that_failed_it_is_ready_as_before)
{
	start(0);
	manager_forget(&manager);
	postern_configure(&postern, wrong_config);
	process_signal(&postern.supervisor, SIGHUP);
	ck_assert(manager_hears(&manager, "RELOADING=1", PATIENCE_MS));
	ck_assert(manager_hears(&manager, "READY=1", PATIENCE_MS));
	ck_assert(postern_logs(&postern, "not reloaded"));
	ck_assert_msg(!manager_hears(&manager, "WATCHDOG=1", 0), "nobody asked for a watchdog");
	stop();
}
END_TEST

START_TEST(the_reloads_time_and_the_number_of_workers_are_told)
{
	start(0);
	process_signal(&postern.supervisor, SIGHUP);
	ck_assert(manager_hears(&manager, "MONOTONIC_USEC=", PATIENCE_MS));
	struct deadline deadline = deadline_in(PATIENCE_MS);
	while (strstr(manager.heard, "STATUS=2 of 2 workers serve, 0 leave; configuration 2 of ") == NULL)
		ck_assert_msg(!manager_hears(&manager, "no such line", NAP_MS) && deadline_nap(&deadline), "heard: %s",
			      manager.heard);
	stop();
}
END_TEST

START_TEST(the_watchdog_hears_of_a_milter_that_answers)
{
	start(WATCHDOG_MS);
	for (int i = 0; i < 3; i++) {
		int64_t began = now_ms();

		ck_assert(manager_hears(&manager, "WATCHDOG=1", PATIENCE_MS));
		/* At half its period; later only where the machine is slow. */
		ck_assert_int_ge(now_ms() - began, WATCHDOG_MS / 2 - 500);
	}
	stop();
}
END_TEST

START_TEST(when_no_worker_answers_the_watchdog_hears_nothing)
{
	start(WATCHDOG_MS);
	ck_assert(manager_hears(&manager, "WATCHDOG=1", PATIENCE_MS));
	signal_workers(SIGSTOP);
	ck_assert(postern_logs(&postern, "the milter socket does not answer us: there is no answer"));
	manager_forget(&manager);
	ck_assert_msg(!manager_hears(&manager, "WATCHDOG=1", SILENCE_MS), "but the workers were stopped");
	signal_workers(SIGCONT);
	ck_assert(manager_hears(&manager, "WATCHDOG=1", PATIENCE_MS));
	ck_assert(postern_logs(&postern, "the milter socket answers again"));
	stop();
}
END_TEST

START_TEST(when_nobody_can_find_the_socket_the_watchdog_hears_nothing)
{
	start(WATCHDOG_MS);
	unlink(postern.socket.text);
	ck_assert(postern_logs(&postern, "the milter socket does not answer us: No such file or directory"));
	manager_forget(&manager);
	ck_assert(!manager_hears(&manager, "WATCHDOG=1", SILENCE_MS));
	stop();
}
END_TEST

/* --- a socket that the manager holds ------------------------------------------------------------------------------ */

static void
end(int signal)
{
	int status;

	process_signal(&postern.supervisor, signal);
	ck_assert(process_wait(&postern.supervisor, PATIENCE_MS, &status));
	ck_assert_int_eq(status, signal == SIGKILL ? PROCESS_SIGNALLED + SIGKILL : 0);
}

/* A client that connects now, and is answered once somebody is there. */
static pid_t
send_client(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	struct milter_client client;
	milter_open(&client, postern.socket.text);
	milter_connect(&client, "client.example.com", "192.0.2.1");
	milter_mail(&client, "<a@example.com>", "4Qrestart01");
	milter_message(&client, "From: a@example.com\n\ntext\n", (struct milter_cut){ 0, 0 });
	_exit(strcmp(milter_verdict(&client), "reply 554 5.6.0 Subject not present") == 0 ? 0 : 1);
}

static void
expect_served(pid_t client)
{
	int status;

	ck_assert_int_eq(waitpid(client, &status, 0), client);
	ck_assert_msg(status == 0, "a connection was lost");
}

START_TEST(while_the_manager_holds_the_socket_a_restart_refuses_nobody)
{
	static const int ends[] = { SIGTERM, SIGKILL };

	postern_hold_socket(&postern);
	postern_configure(&postern, config);
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		postern_start(&postern);
		expect_served(send_client());
		end(ends[i]);
		nap_ms(ends[i] == SIGKILL ? ORPHANS_MS : 0);
		pid_t client = send_client();
		nap_ms(GAP_MS);
		postern_start_again(&postern);
		expect_served(client);
		end(SIGTERM);
		ck_assert_msg(path_exists(postern.socket.text), "it removed what is not its own");
	}
	postern_let_go_socket(&postern);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		readiness_reloads_and_the_end_are_told,
		after_a_reload_that_failed_it_is_ready_as_before,
		the_reloads_time_and_the_number_of_workers_are_told,
		the_watchdog_hears_of_a_milter_that_answers,
		when_no_worker_answers_the_watchdog_hears_nothing,
		when_nobody_can_find_the_socket_the_watchdog_hears_nothing,
		while_the_manager_holds_the_socket_a_restart_refuses_nobody,
	};

	tempdir_make(&dir);
	postern_prepare(&postern, &dir, "postern");
	int status = suite_run("life_cycle", tests, sizeof tests / sizeof tests[0], 60);
	postern_kill(&postern);
	tempdir_remove(&dir);
	return status;
}
