/* SPDX-License-Identifier: BSD-2-Clause */
/* `postern limits` and the control socket of a daemon that counts in memory. */
#define _GNU_SOURCE
#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/postern.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tempdir dir;
static struct postern postern;
static struct path control;

/* The control socket is there a moment after the other one. */
static void
start(void)
{
	postern_start(&postern);
	ck_assert(postern_logs(&postern, " starts with "));
}

/* Senders have a quota of five an hour, and a rate that never stands in the way. */
static void
set_up(void)
{
	char config[1024];

	tempdir_make(&dir);
	postern_prepare(&postern, &dir, "postern");
	control = path_join(postern.directory.text, "control.sock");
	snprintf(config, sizeof config,
		 "control = \"%s\";\n"
		 "checks = {\n"
		 "  daily_quota = { mode = \"enforce\"; quota = \"5/1h\"; per = [ \"sender\" ]; unit = \"messages\"; "
		 "};\n"
		 "  send_rate = { mode = \"enforce\"; rate = \"1000/1s\"; per = [ \"all\" ]; };\n"
		 "};\n",
		 control.text);
	postern_configure(&postern, config);
	start();
}

static void
tear_down(void)
{
	ck_assert_int_eq(postern_stop(&postern), 0);
	ck_assert_msg(!path_exists(control.text), "the socket goes with the daemon");
	tempdir_remove(&dir);
}

static void
send_mail(const char *sender, const char *expected)
{
	struct milter_client client;

	milter_open(&client, postern.socket.text);
	milter_connect(&client, "client.example.com", "192.0.2.1");
	milter_mail(&client, sender, "4bQ2Xk0000z1");
	milter_message(&client, "Subject: x\n\nhello\n", (struct milter_cut){ 0, 0 });
	ck_assert_str_eq(milter_verdict(&client), expected);
	milter_close(&client);
}

/* Runs `postern limits ARGUMENTS`; what it prints on both streams is there until the next call. */
static const char *
limits(const char *arguments, int status)
{
	static char seen[16384];
	char *command;

	ck_assert_int_gt(
		asprintf(&command, "'%s' limits -c '%s' %s 2>&1", postern.program.text, postern.config.text, arguments),
		0);
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	seen[fread(seen, 1, sizeof seen - 1, pipe)] = '\0';
	int result = pclose(pipe);
	ck_assert_msg(WIFEXITED(result) && WEXITSTATUS(result) == status, "%s: status %d\n%s", arguments, result, seen);
	free(command);
	return seen;
}

static void
assert_has(const char *text, const char *words)
{
	ck_assert_msg(strstr(text, words) != NULL, "no `%s` in:\n%s", words, text);
}

#define KEY "daily_quota messages/3600s sender=a@example.com"

START_TEST(counters_are_listed_shown_set_and_reset)
{
	set_up();
	ck_assert_str_eq(limits("list", 0), "");
	ck_assert_str_eq(limits("--json list", 0), "[]\n");
	send_mail("<a@example.com>", "accept");
	send_mail("<a@example.com>", "accept");
	send_mail("<b@example.com>", "accept");
	const char *all = limits("list", 0);
	assert_has(all, "        used         left  limit                  key\n");
	assert_has(all, "           2            3  5/1h                   " KEY "\n");
	assert_has(
		all,
		"           1            4  5/1h                   daily_quota messages/3600s sender=b@example.com\n");
	ck_assert_ptr_null(strstr(limits("list '*a@EXAMPLE.com'", 0), "b@example.com"));
	ck_assert_str_eq(limits("show '" KEY "'", 0), "           2            3  5/1h                   " KEY "\n");
	ck_assert_str_eq(limits("set '" KEY "' 5", 0), "");
	send_mail("<a@example.com>", "reply 454 Throttling failure: Daily message quota exceeded");
	send_mail("<b@example.com>", "accept");
	assert_has(limits("show '" KEY "'", 0), "(the next in ");
	ck_assert_str_eq(limits("reset '" KEY "'", 0), "");
	ck_assert_str_eq(limits("show '" KEY "'", 1), "postern: there is no such counter\n");
	send_mail("<a@example.com>", "accept");
	tear_down();
}
END_TEST

START_TEST(programs_read_json)
{
	set_up();
	send_mail("<a@example.com>", "accept");
	const char *json = limits("--json show '" KEY "'", 0);
	assert_has(json, "\"key\": \"" KEY "\"");
	assert_has(json, "\"limit\": \"5/1h\"");
	assert_has(json, "\"used\": 1");
	assert_has(json, "\"left\": 4");
	assert_has(json, "\"wait\": 0.0");
	ck_assert_str_eq(limits("--json show nothing", 1), "[]\n");
	tear_down();
}
END_TEST

START_TEST(what_is_not_there_or_not_meant_is_said)
{
	set_up();
	ck_assert_str_eq(limits("reset nothing", 1), "postern: there is no such counter\n");
	ck_assert_str_eq(limits("set nothing 3", 1), "postern: there is no such counter\n");
	limits("", 64);
	limits("show", 64);
	limits("reset", 64);
	limits("set '" KEY "'", 64);
	limits("set '" KEY "' many", 64);
	limits("set '" KEY "' -1", 64);
	limits("forget '" KEY "'", 64);
	limits("list a b", 64);
	limits("--no-such-option list", 64);
	tear_down();
}
END_TEST

START_TEST(without_a_daemon_nobody_answers)
{
	char expected[512];

	set_up();
	ck_assert_int_eq(postern_stop(&postern), 0);
	snprintf(expected, sizeof expected, "postern: no daemon listens at %s", control.text);
	assert_has(limits("list", 69), expected);
	start();
	tear_down();
}
END_TEST

/* Straight to the socket: lines that the command would not send. Each gets an answer or its connection closed; the daemon goes on. */
START_TEST(nothing_that_is_asked_does_harm)
{
	static const char *const requests[] = {
		"\n",
		"limits\n",
		"limits \n",
		"limits dance\n",
		"limits set\n",
		"limits set x\n",
		"limits set 5\n",
		"limits set -1 x\n",
		"limits set 99999999999999999999999 x\n",
		"limits reset \n",
		"shutdown\n",
		"limits list",
	};

	set_up();
	for (size_t i = 0; i <= sizeof requests / sizeof requests[0]; i++) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		char longest[4096], answer[256] = "";
		const char *request = i < sizeof requests / sizeof requests[0] ? requests[i] : longest;
		int client = socket(AF_UNIX, SOCK_STREAM, 0);

		memset(longest, 'x', sizeof longest - 1);
		longest[sizeof longest - 1] = '\0';
		strcpy(address.sun_path, control.text);
		ck_assert_msg(connect(client, (struct sockaddr *)&address, sizeof address) == 0, "%zu: %s", i,
			      strerror(errno));
		send(client, request, strlen(request), MSG_NOSIGNAL);
		shutdown(client, SHUT_WR);
		ssize_t length = read(client, answer, sizeof answer - 1);
		ck_assert_msg(length <= 0 || strncmp(answer, "error ", 6) == 0, "%s: %s", request, answer);
		close(client);
	}
	send_mail("<a@example.com>", "accept");
	assert_has(limits("list", 0), KEY);
	tear_down();
}
END_TEST

SUITE_MAIN(limits_command, counters_are_listed_shown_set_and_reset, programs_read_json,
	   what_is_not_there_or_not_meant_is_said, without_a_daemon_nobody_answers, nothing_that_is_asked_does_harm)
