/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables in a real Redis server. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/server.h"
#include "tests/e2e/support/patience.h"
#include "tests/support/one_table.h"
#include "tests/support/redis.h"
#include "tests/support/suite.h"
#include "tests/support/test_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The budget is 100 ms; the rest is for sanitizers and busy machines. */
enum { LATE_MS = 1500 };

static struct redis_server server;
static struct one_table one;
static char source[1024];

static void
begin(const char *password)
{
	redis_server_make(&server, password);
	one_table_folder();
}

static void
end(void)
{
	one_table_folder_end();
	redis_server_remove(&server);
}

static void
open_unix(const char *options, const char *prefix)
{
	snprintf(source, sizeof source, "redis+unix:%s%s", server.socket.text, options);
	one_table_open(&one, TABLE_REDIS, source, prefix);
}

START_TEST(a_key_of_redis_for_each_key)
{
	char longest[TABLE_VALUE_MAX + 1];

	memset(longest, 'x', TABLE_VALUE_MAX);
	longest[TABLE_VALUE_MAX] = '\0';
	begin(NULL);
	ck_assert(redis_server_tell(&server, "SET robin robin@example.com"));
	ck_assert(redis_server_tell(&server, "SET %s %s", "a b\r\n", "blanks"));
	ck_assert(redis_server_tell(&server, "SET empty %s", ""));
	ck_assert(redis_server_tell(&server, "EVAL %s 0", "redis.call('SET', 'nul', 'a\\0b')"));
	ck_assert(redis_server_tell(&server, "SET lines %s", "a\r\nb\r\n"));
	ck_assert(redis_server_tell(&server, "LPUSH list a"));
	ck_assert(redis_server_tell(&server, "SET longer %s", longest));
	longest[TABLE_VALUE_MAX - 1] = '\0';
	ck_assert(redis_server_tell(&server, "SET longest %s", longest));
	ck_assert(redis_server_tell(&server, "SETRANGE huge 1000000 x"));
	open_unix("", NULL);
	one_table_assert(&one, "robin", "robin@example.com");
	one_table_assert(&one, "kim", ONE_TABLE_ABSENT);
	one_table_assert(&one, "a b\r\n", "blanks");
	one_table_assert(&one, "empty", "");
	one_table_assert(&one, "lines", "a\r\nb\r\n");
	one_table_assert(&one, "longest", longest);
	one_table_assert(&one, "nul", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "holds a NUL");
	one_table_assert(&one, "longer", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "longer than 4095 octets");
	one_table_assert(&one, "list", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "the server says: WRONGTYPE");
	one_table_assert(&one, "huge", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "longer than a value of 4095 octets");
	one_table_assert(&one, "robin", "robin@example.com");
	one_table_close(&one);
	end();
}
END_TEST

START_TEST(keys_may_have_a_prefix_and_a_database)
{
	begin(NULL);
	ck_assert(redis_server_tell(&server, "SET senders:robin 1"));
	ck_assert(redis_server_tell(&server, "EVAL %s 0", "redis.call('SELECT', 3); redis.call('SET', 'robin', '3')"));
	open_unix("", "senders:");
	one_table_assert(&one, "robin", "1");
	one_table_assert(&one, "senders:robin", ONE_TABLE_ABSENT);
	one_table_close(&one);
	open_unix("?db=3", NULL);
	one_table_assert(&one, "robin", "3");
	one_table_close(&one);
	snprintf(source, sizeof source, "redis://localhost:%d/3", server.port);
	one_table_open(&one, TABLE_REDIS, source, NULL);
	one.table.timeout_ms = LATE_MS; /* who is asked for localhost is the system's business */
	one_table_assert(&one, "robin", "3");
	one_table_assert(&one, "kim", ONE_TABLE_ABSENT);
	one_table_close(&one);
	open_unix("?db=4711", NULL);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "out of range");
	one_table_close(&one);
	end();
}
END_TEST

START_TEST(a_prefix_has_a_bound)
{
	char prefix[300];

	memset(prefix, 'x', sizeof prefix - 1);
	prefix[sizeof prefix - 1] = '\0';
	one_table_folder();
	one_table_open(&one, TABLE_REDIS, "redis://127.0.0.1:1", prefix);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "has at most 255 octets");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(a_password_is_read_from_its_file)
{
	char options[256];

	begin("secret word");
	ck_assert(redis_server_tell(&server, "SET robin 1"));
	open_unix("", NULL);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "NOAUTH");
	one_table_close(&one);

	snprintf(options, sizeof options, "?password_file=%s/secret", one_table_path());
	open_unix(options, NULL);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "No such file");
	one_table_write("secret", "wrong\n");
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "WRONGPASS");
	one_table_write("secret", "secret word\r\nand more\n");
	one_table_assert(&one, "robin", "1");
	one_table_close(&one);

	snprintf(options, sizeof options, "?user=default&password_file=%s/secret", one_table_path());
	open_unix(options, NULL);
	one_table_assert(&one, "robin", "1");
	one_table_close(&one);
	ck_assert_uint_eq(one_table_logged("secret word"), 0);
	end();
}
END_TEST

START_TEST(a_server_that_went_away_comes_back)
{
	int64_t start_ms;

	begin(NULL);
	ck_assert(redis_server_tell(&server, "SET robin 1"));
	open_unix("", NULL);
	one_table_assert(&one, "robin", "1");
	redis_server_kill(&server);
	start_ms = now_ms();
	for (unsigned i = 0; i < 1000; i++)
		ck_assert_int_eq(tables_find(one.tables, &one.table, "robin", NULL), TABLE_FAILED);
	ck_assert_int_lt(now_ms() - start_ms, LATE_MS);
	redis_server_start(&server);
	test_clock_pass(SERVER_PAUSE_MAX_MS);
	one_table_assert(&one, "robin", "1");
	one_table_assert(&one, "kim", ONE_TABLE_ABSENT);
	one_table_close(&one);
	end();
}
END_TEST

/* The reply that comes later is nobody's. */
START_TEST(a_slow_server_has_a_budget)
{
	int64_t start_ms;

	begin(NULL);
	ck_assert(redis_server_tell(&server, "SET robin 1"));
	ck_assert(redis_server_tell(&server, "SET kim 2"));
	open_unix("", NULL);
	one_table_assert(&one, "robin", "1");
	ck_assert(redis_server_tell(&server, "CLIENT PAUSE 400"));
	start_ms = now_ms();
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	ck_assert_int_lt(now_ms() - start_ms, LATE_MS);
	one_table_assert_why(&one, TABLE_FAILS, "no reply in time");
	nanosleep(&(struct timespec){ .tv_nsec = 500 * 1000000 }, NULL);
	one_table_assert(&one, "kim", "2");
	one_table_assert(&one, "robin", "1");
	one_table_close(&one);
	end();
}
END_TEST

SUITE_MAIN(tables_redis, a_key_of_redis_for_each_key, keys_may_have_a_prefix_and_a_database, a_prefix_has_a_bound,
	   a_password_is_read_from_its_file, a_server_that_went_away_comes_back, a_slow_server_has_a_budget)
