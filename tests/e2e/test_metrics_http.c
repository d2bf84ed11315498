/* SPDX-License-Identifier: BSD-2-Clause */
/* A running daemon's metrics over HTTP, and the process that serves them. */
#define _GNU_SOURCE
#include "tests/e2e/support/asking.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"
#include "tests/support/exposition.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { CLIENTS_MAX = 16 /* as many as are served at a time */ };

static struct exposition exposition;

/* The whole answer to a request, for free(). */
static char *
ask(int fd, const char *request)
{
	char *answer = calloc(1, 1 << 20);
	size_t length = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, request, strlen(request)), (ssize_t)strlen(request));
	for (ssize_t got; (got = read(fd, answer + length, (1 << 20) - 1 - length)) > 0;)
		length += (size_t)got;
	close(fd);
	return answer;
}

/* Its process starts after the daemon. */
static int
connect_metrics(void)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	int fd;

	while ((fd = connect_unix(asking.metrics.text)) < 0)
		ck_assert_msg(deadline_nap(&deadline), "no metrics at %s", asking.metrics.text);
	return fd;
}

static void
scrape(int fd)
{
	char *answer = ask(fd, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
	char *text = strstr(answer, "\r\n\r\n");

	ck_assert_msg(strncmp(answer, "HTTP/1.1 200 ", 13) == 0 && text != NULL, "answered: %.200s", answer);
	ck_assert_ptr_nonnull(strcasestr(answer, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
	exposition_read(&exposition, text + 4);
	free(answer);
}

START_TEST(metrics_say_the_same_as_status)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	asking_start();
	asking_send_known();
	do
		scrape(connect_metrics());
	while ((exposition_value(&exposition, "postern_workers", "state=\"serving\"") < ASKING_WORKERS ||
		exposition_value(&exposition, "postern_sessions", "") > 0) &&
	       deadline_nap(&deadline));
	ck_assert_double_eq(exposition_value(&exposition, "postern_messages_total", "verdict=\"refuse\""), 3);
	ck_assert_double_eq(
		exposition_value(&exposition, "postern_check_hits_total", "check=\"subject_missing\",mode=\"enforce\""),
		2);
	ck_assert_double_eq(exposition_value(&exposition, "postern_sessions", ""), 0);
	ck_assert_double_eq(exposition_value(&exposition, "postern_stage_seconds_count", "stage=\"mail\""), 5);
	ck_assert_double_eq(exposition_value(&exposition, "postern_workers", "state=\"serving\""), ASKING_WORKERS);
	postern_stop(&asking.postern);
	ck_assert_msg(!path_exists(asking.metrics.text), "the socket is still there");
}
END_TEST

START_TEST(metrics_come_over_tcp_too_and_move_with_a_reload)
{
	char text[128];
	int port = free_port();

	asking_start();
	scrape(connect_metrics());
	snprintf(text, sizeof text, "metrics = { listen = \"inet:%d@127.0.0.1\"; };\n", port);
	asking_configure(text);
	ck_assert_int_eq(asking_run("reload", NULL), EX_OK);
	scrape(connect_loopback(port));
	ck_assert_msg(!path_exists(asking.metrics.text), "the old socket is still there");
	asking_configure("");
	ck_assert_int_eq(asking_run("reload", NULL), EX_OK);
	ck_assert_int_lt(connect_loopback(port), 0);
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(other_requests_are_answered_as_they_deserve)
{
	static const struct {
		const char *request, *status;
	} rows[] = {
		{ "GET / HTTP/1.0\r\n\r\n", " 404 " },
		{ "GET /metrics/../etc/passwd HTTP/1.0\r\n\r\n", " 404 " },
		{ "POST /metrics HTTP/1.0\r\nContent-Length: 0\r\n\r\n", " 405 " },
		{ "HEAD /metrics HTTP/1.0\r\n\r\n", " 200 " },
	};

	asking_start();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *answer = ask(connect_metrics(), rows[i].request);

		ck_assert_msg(strncmp(answer, "HTTP/1.", 7) == 0 && strstr(answer, rows[i].status) == answer + 8,
			      "%s: %.100s", rows[i].request, answer);
		free(answer);
	}
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(clients_that_say_nothing_do_not_keep_others_out_for_long)
{
	int silent[CLIENTS_MAX];

	asking_start();
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		silent[i] = connect_metrics();
		ck_assert_int_eq(write(silent[i], "GET /metr", 9), 9);
	}
	scrape(connect_metrics());
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		close(silent[i]);
	postern_stop(&asking.postern);
}
END_TEST

/* The metrics' process: the child that has been forked last and is no worker. */
static pid_t
find_metrics_process(void)
{
	pid_t workers[ASKING_WORKERS], children[8];

	scrape(connect_metrics());
	asking_workers(workers);
	size_t count = process_children(asking.postern.supervisor.pid, children, 8);
	for (size_t i = 0; i < count && i < 8; i++)
		if (children[i] != workers[0] && children[i] != workers[1] && process_lives(children[i]))
			return children[i];
	ck_abort_msg("there is none");
	return 0;
}

START_TEST(the_metrics_process_may_die_and_mail_goes_on)
{
	asking_start();
	pid_t first = find_metrics_process();
	kill(first, SIGSEGV);
	asking_send_known();
	scrape(connect_metrics());
	ck_assert(find_metrics_process() != first);
	asking_expect_known();
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(nobody_of_a_daemon_that_was_killed_holds_its_sockets)
{
	struct path control = path_join(asking.postern.directory.text, "control");

	asking_start();
	pid_t metrics = find_metrics_process();
	kill(asking.postern.supervisor.pid, SIGKILL);
	struct deadline deadline = deadline_in(PATIENCE_MS);
	while (process_lives(metrics))
		ck_assert_msg(deadline_nap(&deadline), "the metrics' process lives on");
	ck_assert_int_lt(connect_unix(asking.metrics.text), 0);
	ck_assert_int_lt(connect_unix(control.text), 0);
	while (postern_answers(&asking.postern))
		ck_assert_msg(deadline_nap(&deadline), "workers live on");
	postern_kill(&asking.postern);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		metrics_say_the_same_as_status,
		metrics_come_over_tcp_too_and_move_with_a_reload,
		other_requests_are_answered_as_they_deserve,
		clients_that_say_nothing_do_not_keep_others_out_for_long,
		the_metrics_process_may_die_and_mail_goes_on,
		nobody_of_a_daemon_that_was_killed_holds_its_sockets,
	};

	asking_begin();
	int status = suite_run("metrics_http", tests, sizeof tests / sizeof tests[0], 60);
	asking_end();
	return status;
}
