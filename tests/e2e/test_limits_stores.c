/* SPDX-License-Identifier: BSD-2-Clause */
/* `postern limits` on each store, asked of the daemon and, when that is down, of the store itself; and the lines that tell of 80 % and 100 %. */
#define _GNU_SOURCE
#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/postern.h"
#include "tests/support/redis.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { QUOTA = 5, HELD_MS = 1000, OUTPUT_MAX = 4096 };

#define KEY "daily_quota messages/3600s sender=robin@example.com"
#define EXCEEDED "reply 454 Throttling failure: Daily message quota exceeded"
#define MOST "limit: 80 % of a quota reached: check=daily_quota key=\"" KEY "\""
#define ALL "limit: 100 % of a quota reached: check=daily_quota key=\"" KEY "\""

static struct tempdir dir;
static struct postern postern;
static struct redis_server redis;

/* --- the daemon ----------------------------------------------------------------------------------------------------- */

static void
start(void)
{
	postern_start(&postern);
	ck_assert(postern_logs(&postern, " starts with ")); /* then the control socket is there */
}

static void
serve_within(const char *store, const char *timeout)
{
	char config[1024];

	snprintf(config, sizeof config,
		 "control = \"%s/control\";\n"
		 "counters = { store = \"%s\"; timeout = \"%s\"; };\n"
		 "checks = { daily_quota = { quota = \"%d/1h\"; per = \"sender\"; unit = \"messages\"; }; };\n",
		 postern.directory.text, store, timeout, QUOTA);
	postern_configure(&postern, config);
	start();
}

static void
serve(const char *store)
{
	serve_within(store, "2s");
}

static void
expect_answer(const char *sender, const char *verdict)
{
	struct milter_client client;

	milter_open(&client, postern.socket.text);
	milter_connect(&client, "client.example.net", "192.0.2.1");
	milter_mail(&client, sender, "4cQ0aBcD");
	milter_message(&client, "From: robin@example.com\nSubject: x\n\nGood morning.\n", (struct milter_cut){ 0, 0 });
	ck_assert_str_eq(milter_verdict(&client), verdict);
	milter_close(&client);
}

static void
send_good(int count)
{
	while (count-- > 0)
		expect_answer("<robin@example.com>", "accept");
}

static void
expect_told(const char *text, int times)
{
	size_t length;
	char *log = file_read(postern.log.text, &length);
	int seen = 0;

	ck_assert_ptr_nonnull(log);
	for (const char *at = log; (at = strstr(at, text)) != NULL; at++)
		seen++;
	ck_assert_msg(seen == times, "%d times, not %d: %s\n%s", seen, times, text, log);
	free(log);
}

/* --- the command ---------------------------------------------------------------------------------------------------- */

struct ran {
	int status;
	char output[OUTPUT_MAX], errors[OUTPUT_MAX];
};

static void
limits(const char *arguments, struct ran *ran_out)
{
	struct path errors = path_join(dir.path.text, "errors");
	char command[1024];
	size_t length;

	snprintf(command, sizeof command, "%s limits -c %s %s 2>%s", postern.program.text, postern.config.text,
		 arguments, errors.text);
	FILE *stream = popen(command, "r");
	ck_assert_ptr_nonnull(stream);
	ran_out->output[fread(ran_out->output, 1, OUTPUT_MAX - 1, stream)] = '\0';
	ran_out->status = WEXITSTATUS(pclose(stream));
	char *text = file_read(errors.text, &length);
	snprintf(ran_out->errors, OUTPUT_MAX, "%s", text);
	free(text);
}

/* The errors begin so; NULL: there are none. */
static void
expect_limits(const char *arguments, int status, const char *output, const char *errors)
{
	struct ran ran;

	limits(arguments, &ran);
	ck_assert_msg(ran.status == status, "%s: status %d: %s", arguments, ran.status, ran.errors);
	ck_assert_str_eq(ran.output, output);
	if (errors == NULL)
		ck_assert_str_eq(ran.errors, "");
	else
		ck_assert_msg(strstr(ran.errors, errors) != NULL, "%s: %s", arguments, ran.errors);
}

#define HEADING "        used         left  limit                  key\n"

/* One counter, with a time until the next one only when nothing is left. */
static void
expect_used(int used, const char *errors)
{
	char line[256];
	struct ran ran;

	limits("list", &ran);
	snprintf(line, sizeof line, HEADING "%12d %12d  5/1h                   " KEY, used, QUOTA - used);
	ck_assert_int_eq(ran.status, EX_OK);
	ck_assert_msg(strncmp(ran.output, line, strlen(line)) == 0, "instead of\n%s:\n%s", line, ran.output);
	ck_assert_msg((strstr(ran.output, "(the next in ") != NULL) == (used == QUOTA), "%s", ran.output);
	if (errors == NULL)
		ck_assert_str_eq(ran.errors, "");
	else
		ck_assert_msg(strstr(ran.errors, errors) != NULL, "%s", ran.errors);
}

static void
expect_json(int used)
{
	struct ran ran;
	const char *key, *limit;
	json_int_t used_there, left;
	double wait;

	limits("show --json '" KEY "'", &ran);
	ck_assert_int_eq(ran.status, EX_OK);
	json_t *json = json_loads(ran.output, 0, NULL);
	ck_assert_msg(json_array_size(json) == 1, "%s", ran.output);
	ck_assert_int_eq(json_unpack(json_array_get(json, 0), "{s:s, s:s, s:I, s:I, s:F !}", "key", &key, "limit",
				     &limit, "used", &used_there, "left", &left, "wait", &wait),
			 0);
	ck_assert_str_eq(key, KEY);
	ck_assert_str_eq(limit, "5/1h");
	ck_assert_int_eq(used_there, used);
	ck_assert_int_eq(left, QUOTA - used);
	json_decref(json);
}

/* --- each store ----------------------------------------------------------------------------------------------------- */

static void
check_thresholds(void)
{
	send_good(3);
	expect_used(3, NULL);
	expect_json(3);
	expect_told(MOST, 0);
	send_good(1);
	expect_told(MOST, 1);
	send_good(1);
	expect_told(ALL, 1);
	for (int i = 0; i < 3; i++)
		expect_answer("<robin@example.com>", EXCEEDED);
	expect_told(MOST, 1);
	expect_told(ALL, 1);
	expect_used(QUOTA, NULL);
}

static void
check_changes(void)
{
	expect_limits("reset '" KEY "'", EX_OK, "", NULL);
	expect_limits("list", EX_OK, "", NULL);
	expect_limits("show '" KEY "'", 1, "", "there is no such counter");
	expect_limits("reset '" KEY "'", 1, "", "there is no such counter");
	expect_limits("set '" KEY "' 3", 1, "", "there is no such counter");
	send_good(1);
	expect_limits("set '" KEY "' 5", EX_OK, "", NULL);
	expect_used(QUOTA, NULL);
	/* Refused at MAIL, where nothing is counted, and told all the same: the counter was set anew. */
	expect_answer("<robin@example.com>", EXCEEDED);
	expect_told(ALL, 2);
	expect_answer("<robin@example.com>", EXCEEDED);
	expect_told(ALL, 2);
	expect_limits("set '" KEY "' 2", EX_OK, "", NULL);
	send_good(1);
	expect_used(3, NULL);
	expect_limits("set '" KEY "' many", EX_USAGE, "", "usage: ");
}

/* Without the daemon. */
static void
check_store_itself(const char *store)
{
	char note[512];

	snprintf(note, sizeof note, "; asking %s itself\n", store);
	ck_assert_int_eq(postern_stop(&postern), 0);
	expect_used(3, note);
	expect_json(3);
	expect_limits("set '" KEY "' 4", EX_OK, "", note);
	expect_used(4, "no daemon listens at ");
	start();
	send_good(1);
	expect_answer("<robin@example.com>", EXCEEDED);
	ck_assert_int_eq(postern_stop(&postern), 0);
	expect_limits("reset '" KEY "'", EX_OK, "", note);
	expect_limits("show '" KEY "'", 1, "", "there is no such counter");
	start();
	send_good(QUOTA);
	postern_kill(&postern);
}

START_TEST(in_memory)
{
	serve("memory");
	check_thresholds();
	check_changes();
	ck_assert_int_eq(postern_stop(&postern), 0);
	expect_limits("list", EX_UNAVAILABLE, "", "no daemon listens at ");
}
END_TEST

START_TEST(in_sqlite)
{
	char store[PATH_TEXT_MAX + 32];

	snprintf(store, sizeof store, "sqlite:%s/counters.db", postern.directory.text);
	serve(store);
	check_thresholds();
	check_changes();
	check_store_itself(store + strlen("sqlite:"));
	remove(store + strlen("sqlite:"));
	expect_limits("list", EX_UNAVAILABLE, "", "counters.db: No such file or directory");
	ck_assert_msg(!path_exists(store + strlen("sqlite:")), "the command makes no file");
}
END_TEST

START_TEST(in_redis)
{
	char store[64];

	redis_server_make(&redis, NULL);
	snprintf(store, sizeof store, "redis://127.0.0.1:%d/2", redis.port);
	serve(store);
	check_thresholds();
	check_changes();
	check_store_itself(store);
	redis_server_kill(&redis);
	expect_limits("list", EX_TEMPFAIL, "", "the redis store cannot be reached: ");
	redis_server_remove(&redis);
}
END_TEST

/* For so long nobody can make the file. */
static pid_t
hold_folder(void)
{
	int fd = open(postern.directory.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	pid_t holder = fork();
	if (holder == 0) {
		nap_ms(HELD_MS);
		_exit(EXIT_SUCCESS);
	}
	close(fd);
	return holder;
}

START_TEST(while_the_file_is_being_made_nobody_is_refused)
{
	char store[PATH_TEXT_MAX + 32];

	snprintf(store, sizeof store, "sqlite:%s/slow.db", postern.directory.text);
	pid_t holder = hold_folder();
	serve_within(store, "100ms");
	send_good(1);
	ck_assert_int_eq(waitpid(holder, NULL, 0), holder);
	ck_assert_int_eq(postern_stop(&postern), 0);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { in_memory, in_sqlite, in_redis, while_the_file_is_being_made_nobody_is_refused };

	tempdir_make(&dir);
	postern_prepare(&postern, &dir, "postern");
	int status = suite_run("limits_stores", tests, sizeof tests / sizeof tests[0], 60);
	postern_kill(&postern);
	tempdir_remove(&dir);
	return status;
}
