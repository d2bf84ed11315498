/* SPDX-License-Identifier: BSD-2-Clause */
/* A running daemon, asked how it is and what it did by `postern status`, and told to reload by `postern reload`. */
#define _GNU_SOURCE
#include "tests/e2e/support/asking.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

START_TEST(status_counts_what_was_answered)
{
	asking_start();
	asking_send_known();
	asking_expect_known();
	json_t *status = asking_status();
	ck_assert_int_eq(asking_figure(status, "pid", NULL), asking.postern.supervisor.pid);
	ck_assert_int_eq(asking_figure(status, "workers", "wanted", NULL), ASKING_WORKERS);
	ck_assert(
		json_is_true(json_object_get(json_object_get(json_object_get(status, "stores"), "memory"), "healthy")));
	json_decref(status);
	ck_assert_int_eq(asking_run("status", NULL), EX_OK);
	ck_assert(asking_printed("messages       2 accept, 0 hold, 0 defer, 3 refuse\n"));
	ck_assert(asking_printed("  subject_missing  2 enforce\n"));
	ck_assert(asking_printed("last reload    none since the start\n"));
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(what_was_counted_survives_the_workers)
{
	pid_t workers[ASKING_WORKERS], others[ASKING_WORKERS];
	struct milter_client open;

	asking_start();
	asking_workers(workers);
	asking_send_known();
	asking_connect(&open);
	json_t *before = asking_status();
	ck_assert_int_eq(asking_figure(before, "sessions", "open", NULL), 1);
	json_decref(before);
	for (size_t i = 0; i < ASKING_WORKERS; i++)
		kill(workers[i], SIGKILL);
	milter_close(&open);
	ck_assert(postern_logs(&asking.postern, "was killed by signal 9"));
	asking_workers(others);
	json_t *after = asking_status();
	ck_assert_int_eq(asking_figure(after, "messages", "refuse", NULL), 3);
	ck_assert_int_eq(asking_figure(after, "hits", "subject_missing", "enforce", NULL), 2);
	ck_assert_int_eq(asking_figure(after, "sessions", "started", NULL), 3);
	ck_assert_int_eq(asking_figure(after, "sessions", "open", NULL), 0);
	ck_assert_int_eq(asking_figure(after, "workers", "restarts", NULL), ASKING_WORKERS);
	json_decref(after);
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(status_says_which_table_does_not_answer)
{
	asking_configure("profiles = ( { name = \"some\"; when = { sender = \"file:/nowhere/senders\"; }; } );\n");
	asking_launch();
	ck_assert_int_eq(asking_run("status", NULL), EX_OK);
	ck_assert(asking_printed("file:/nowhere/senders does not answer: "));
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(without_a_daemon_there_is_no_status)
{
	asking_configure("");
	ck_assert_int_eq(asking_run("status", NULL), EX_UNAVAILABLE);
	ck_assert(asking_printed("no daemon listens at "));
	ck_assert_int_eq(asking_run("reload", NULL), EX_UNAVAILABLE);
	asking_configure("control = \"none\";\n");
	ck_assert_int_eq(asking_run("status", "extra"), EX_USAGE);
}
END_TEST

/* --- reload ------------------------------------------------------------------------------------------------------- */

static void
write_policy(int number)
{
	char text[512];

	snprintf(text, sizeof text,
		 "control = \"%s/control\";\nchecks = { subject_missing = { reply = \"554 5.6.0 policy %d\"; }; };\n",
		 asking.postern.directory.text, number);
	postern_configure(&asking.postern, text);
}

START_TEST(reload_returns_when_the_new_policy_is_in_force)
{
	struct milter_client client;

	asking_start();
	for (int i = 0; i < 3; i++) {
		char verdict[128];

		asking_configure("checks = { };\n");
		ck_assert_int_eq(asking_run("reload", NULL), EX_CONFIG);
		ck_assert(asking_printed("checks: given twice"));
		write_policy(i);
		ck_assert_int_eq(asking_run("reload", NULL), EX_OK);
		ck_assert(asking_printed("reloaded\n"));
		snprintf(verdict, sizeof verdict, "reply 554 5.6.0 policy %d", i);
		asking_connect(&client);
		asking_send(&client, "<a@example.com>", "From: a@example.com\n\ntext\n", verdict);
		milter_close(&client);
	}
	json_t *status = asking_status();
	ck_assert_int_eq(asking_figure(status, "reload", "ok", NULL), 3);
	ck_assert_int_eq(asking_figure(status, "reload", "wrong", NULL), 0);
	ck_assert_int_eq(asking_figure(status, "configuration", "generation", NULL), 4);
	json_decref(status);
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(a_reload_that_the_daemon_refuses_is_told_with_its_reason)
{
	struct path hidden = path_join(asking.dir.path.text, "hidden.conf");
	char include[512];

	if (geteuid() != 0)
		return; /* there is nobody who may read more than the daemon */
	asking_start();
	file_write(hidden.text, "drain_timeout = \"1m\";\n");
	ck_assert_int_eq(chmod(hidden.text, 0600), 0);
	snprintf(include, sizeof include, "@include \"%s\"\n", hidden.text);
	asking_configure(include);
	ck_assert_int_eq(asking_run("reload", NULL), EX_TEMPFAIL);
	ck_assert(asking_printed("not reloaded, the old configuration stays in force"));
	json_t *status = asking_status();
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(status, "reload"), "last")), "wrong");
	json_decref(status);
	postern_stop(&asking.postern);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		status_counts_what_was_answered,
		what_was_counted_survives_the_workers,
		status_says_which_table_does_not_answer,
		without_a_daemon_there_is_no_status,
		reload_returns_when_the_new_policy_is_in_force,
		a_reload_that_the_daemon_refuses_is_told_with_its_reason,
	};

	asking_begin();
	int status = suite_run("status", tests, sizeof tests / sizeof tests[0], 60);
	asking_end();
	return status;
}
