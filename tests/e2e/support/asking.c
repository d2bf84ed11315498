/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/asking.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char checks[] =
	"checks = { subject_missing = { }; null_sender = { }; body_missing = { mode = \"observe\"; }; };\n";

struct asking asking;

void
asking_configure(const char *more)
{
	char text[2048];

	snprintf(text, sizeof text, "control = \"%s/control\";\n%s%s", asking.postern.directory.text, checks, more);
	postern_configure(&asking.postern, text);
}

/* The control socket is opened after the milter's. */
void
asking_launch(void)
{
	struct path control = path_join(asking.postern.directory.text, "control");
	struct deadline deadline = deadline_in(PATIENCE_MS);
	int fd;

	postern_start(&asking.postern);
	while ((fd = connect_unix(control.text)) < 0)
		ck_assert_msg(deadline_nap(&deadline), "no control socket");
	close(fd);
}

void
asking_start(void)
{
	char metrics[512];

	snprintf(metrics, sizeof metrics, "metrics = { listen = \"unix:%s\"; };\n", asking.metrics.text);
	asking_configure(metrics);
	asking_launch();
}

int
asking_run(const char *name, const char *more)
{
	const char *const argv[] = { asking.postern.program.text, name, "-c", asking.postern.config.text, more, NULL };

	unlink(asking.output.text);
	return process_run(argv, asking.output.text);
}

bool
asking_printed(const char *text)
{
	return file_has(asking.output.text, text);
}

size_t
asking_times_logged(const char *text)
{
	size_t length, count = 0;
	char *log = file_read(asking.postern.log.text, &length);

	ck_assert_ptr_nonnull(log);
	for (const char *at = log; (at = strstr(at, text)) != NULL; at++)
		count++;
	free(log);
	return count;
}

json_t *
asking_status(void)
{
	json_error_t error;

	ck_assert_int_eq(asking_run("status", "--json"), EX_OK);
	json_t *status = json_load_file(asking.output.text, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(status != NULL, "line %d: %s", error.line, error.text);
	return status;
}

long long
asking_figure(const json_t *status, ...)
{
	va_list names;

	va_start(names, status);
	for (const char *name; status != NULL && (name = va_arg(names, const char *)) != NULL;)
		status = json_object_get(status, name);
	va_end(names);
	return json_integer_value(status);
}

void
asking_workers(pid_t workers_out[ASKING_WORKERS])
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	size_t count = 0;

	while (count != ASKING_WORKERS) {
		json_t *status = asking_status();
		const char *pid;
		json_t *worker;

		ck_assert_msg(deadline_nap(&deadline), "there are not %d workers", ASKING_WORKERS);
		count = 0;
		json_object_foreach(json_object_get(status, "worker"), pid, worker)
		{
			const char *state = json_string_value(json_object_get(worker, "state"));

			if (strcmp(state, "serving") == 0 && count < ASKING_WORKERS)
				workers_out[count++] = (pid_t)strtol(pid, NULL, 10);
		}
		json_decref(status);
	}
}

void
asking_connect(struct milter_client *client)
{
	milter_open(client, asking.postern.socket.text);
	milter_connect(client, "client.example.com", "192.0.2.1");
	ck_assert_str_eq(milter_verdict(client), "open");
}

void
asking_send(struct milter_client *client, const char *sender, const char *text, const char *verdict)
{
	milter_mail(client, sender, "4Qstatus01z");
	milter_message(client, text, (struct milter_cut){ 0, 0 });
	ck_assert_str_eq(milter_verdict(client), verdict);
}

void
asking_send_known(void)
{
	struct milter_client client;

	asking_connect(&client);
	asking_send(&client, "<a@example.com>", "Subject: x\n\ntext\n", "accept");
	asking_send(&client, "<a@example.com>", "Subject: x\n\n", "accept");
	asking_send(&client, "<a@example.com>", "From: a@example.com\n\ntext\n", "reply 554 5.6.0 Subject not present");
	milter_close(&client);
	asking_connect(&client);
	asking_send(&client, "<>", "Subject: x\n\ntext\n", "reply 550 5.7.1 Empty sender not allowed");
	asking_send(&client, "<a@example.com>", "From: a@example.com\n\n", "reply 554 5.6.0 Subject not present");
	milter_close(&client);
}

void
asking_expect_known(void)
{
	json_t *status = asking_status();

	ck_assert_int_eq(asking_figure(status, "messages", "accept", NULL), 2);
	ck_assert_int_eq(asking_figure(status, "messages", "refuse", NULL), 3);
	ck_assert_int_eq(asking_figure(status, "messages", "defer", NULL), 0);
	ck_assert_int_eq(asking_figure(status, "hits", "subject_missing", "enforce", NULL), 2);
	ck_assert_int_eq(asking_figure(status, "hits", "null_sender", "enforce", NULL), 1);
	ck_assert_int_eq(asking_figure(status, "hits", "body_missing", "observe", NULL), 1);
	ck_assert_int_eq(asking_figure(status, "sessions", "started", NULL), 2);
	ck_assert_int_eq(asking_figure(status, "latency", "mail", "count", NULL), 5);
	json_decref(status);
}

void
asking_begin(void)
{
	tempdir_make(&asking.dir);
	postern_prepare(&asking.postern, &asking.dir, "postern");
	asking.metrics = path_join(asking.postern.directory.text, "metrics");
	asking.output = path_join(asking.dir.path.text, "output");
}

void
asking_end(void)
{
	postern_kill(&asking.postern);
	tempdir_remove(&asking.dir);
}
