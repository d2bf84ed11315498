/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables that a server of Postfix's socketmap protocol answers, or does not. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/server.h"
#include "tests/e2e/support/patience.h"
#include "tests/support/one_table.h"
#include "tests/support/socketmap.h"
#include "tests/support/suite.h"
#include "tests/support/test_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The budget is 100 ms; the rest is for sanitizers and busy machines. */
enum { LATE_MS = 1500 };

static struct socketmap_server server;
static struct one_table one;
static char argument[256];

static void
begin(void)
{
	char path[128];

	one_table_folder();
	snprintf(path, sizeof path, "%s/socket", one_table_path());
	socketmap_server_start(&server, path);
	snprintf(argument, sizeof argument, "unix:%s:senders", path);
	one_table_open(&one, TABLE_SOCKETMAP, argument, NULL);
}

static void
end(void)
{
	one_table_close(&one);
	socketmap_server_stop(&server);
	one_table_folder_end();
}

START_TEST(the_server_gives_the_value)
{
	char key[TABLE_KEY_MAX], value[TABLE_KEY_MAX + 16];

	begin();
	one_table_assert(&one, "robin", "senders robin");
	one_table_assert(&one, "absent", ONE_TABLE_ABSENT);
	one_table_assert(&one, "", "senders ");
	one_table_assert(&one, "a b, 5:c\n", "senders a b, 5:c\n");
	memset(key, 'k', sizeof key - 1);
	key[sizeof key - 1] = '\0';
	snprintf(value, sizeof value, "senders %s", key);
	one_table_assert(&one, key, value);
	atomic_store(&server.way, SOCKETMAP_PIECES);
	one_table_assert(&one, "kim", "senders kim");
	ck_assert_uint_eq(atomic_load(&server.accepted), 1);
	end();
}
END_TEST

static char too_long[TABLE_VALUE_MAX + 32];
static char longest[TABLE_VALUE_MAX + 32];

static const struct {
	const char *sentence, *says, *expected, *why;
} rows[] = {
	{ "a value", "8:OK value,", "value", "" },
	{ "an empty value", "3:OK ,", "", "" },
	{ "an empty value without its blank", "2:OK,", "", "" },
	{ "the longest value", longest, longest + 8, "" },
	{ "one octet more", too_long, ONE_TABLE_FAILED, "longer than 4095 octets" },
	{ "a value that claims to be far longer", "99999:OK x", ONE_TABLE_FAILED, "no socketmap reply, or longer" },
	{ "a length that overflows", "18446744073709551618:OK,", ONE_TABLE_FAILED, "no socketmap reply, or longer" },
	{ "an absent key", "9:NOTFOUND ,", ONE_TABLE_ABSENT, "" },
	{ "an absent key without its blank", "8:NOTFOUND,", ONE_TABLE_ABSENT, "" },
	{ "an absent key with words", "13:NOTFOUND gone,", ONE_TABLE_ABSENT, "" },
	{ "a temporary failure", "9:TEMP busy,", ONE_TABLE_FAILED, "the server says TEMP: busy" },
	{ "a server that waited too long", "8:TIMEOUT ,", ONE_TABLE_FAILED, "the server says TIMEOUT: " },
	{ "a permanent failure", "11:PERM no map,", ONE_TABLE_FAILED, "the server says PERM: no map" },
	{ "a failure with an escape sequence", "9:TEMP \x1b[2J,", ONE_TABLE_FAILED, "TEMP: \\x1b[2J" },
	{ "an unknown word", "7:MAYBE x,", ONE_TABLE_FAILED, "is no socketmap reply" },
	{ "a word that begins like another", "3:OKX,", ONE_TABLE_FAILED, "is no socketmap reply" },
	{ "a word in lower case", "8:ok value,", ONE_TABLE_FAILED, "is no socketmap reply" },
	{ "an empty reply", "0:,", ONE_TABLE_FAILED, "is no socketmap reply" },
	{ "no netstring", "HTTP/1.1 400 Bad Request\r\n\r\n", ONE_TABLE_FAILED, "no socketmap reply" },
	{ "a netstring without its length", ":OK x,", ONE_TABLE_FAILED, "no socketmap reply" },
	{ "a length with zeros in front", "008:OK value,", ONE_TABLE_FAILED, "no socketmap reply" },
	{ "a netstring that goes on", "8:OK values,", ONE_TABLE_FAILED, "no socketmap reply" },
	{ "more than was asked for", "8:OK value,8:OK other,", ONE_TABLE_FAILED, "more than was asked for" },
	{ "half a length", "1", ONE_TABLE_FAILED, "no reply in time" },
	{ "half a reply", "8:OK va", ONE_TABLE_FAILED, "no reply in time" },
};

START_TEST(replies_are_what_they_are)
{
	memset(longest, 'x', sizeof longest);
	memcpy(longest, "4098:OK ", 8);
	strcpy(longest + 8 + TABLE_VALUE_MAX - 1, ",");
	memset(too_long, 'x', sizeof too_long);
	memcpy(too_long, "4099:OK ", 8);
	strcpy(too_long + 8 + TABLE_VALUE_MAX, ",");
	begin();
	atomic_store(&server.way, SOCKETMAP_SAYS);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char expected[TABLE_VALUE_MAX + 32];
		int64_t start_ms = now_ms();

		strcpy(expected, rows[i].expected);
		if (expected[0] != '\0' && expected[strlen(expected) - 1] == ',')
			expected[strlen(expected) - 1] = '\0';
		atomic_store(&server.says, rows[i].says);
		one_table_close(&one); /* with its breaker */
		one_table_open(&one, TABLE_SOCKETMAP, argument, NULL);
		one_table_assert(&one, "robin", expected);
		one_table_assert_why(&one, strcmp(expected, ONE_TABLE_FAILED) == 0 ? TABLE_FAILS : TABLE_WORKS,
				     rows[i].why);
		ck_assert_int_lt(now_ms() - start_ms, LATE_MS);
	}
	end();
}
END_TEST

START_TEST(a_connection_is_kept_and_made_anew)
{
	begin();
	for (unsigned i = 0; i < 50; i++)
		one_table_assert(&one, "robin", "senders robin");
	ck_assert_uint_eq(atomic_load(&server.accepted), 1);
	atomic_store(&server.way, SOCKETMAP_LEAVES);
	for (unsigned i = 0; i < 20; i++)
		one_table_assert(&one, "robin", "senders robin");
	ck_assert_uint_ge(atomic_load(&server.accepted), 20);
	/* The kept connection turns out to be closed, and so does the next: once is enough. */
	atomic_store(&server.way, SOCKETMAP_CLOSES);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "closed the connection");
	end();
}
END_TEST

START_TEST(a_late_reply_is_not_taken_for_the_next_one)
{
	begin();
	atomic_store(&server.way, SOCKETMAP_LATE);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	atomic_store(&server.way, SOCKETMAP_BEHAVES);
	for (int64_t start_ms = now_ms(); now_ms() - start_ms < 2 * SOCKETMAP_LATE_MS;)
		one_table_assert(&one, "kim", "senders kim");
	end();
}
END_TEST

START_TEST(a_server_that_fails_is_left_alone)
{
	int64_t start_ms;

	begin();
	atomic_store(&server.way, SOCKETMAP_SILENT);
	for (unsigned i = 0; i < SERVER_FAILURES; i++) {
		start_ms = now_ms();
		one_table_assert(&one, "robin", ONE_TABLE_FAILED);
		ck_assert_int_ge(now_ms() - start_ms, TABLE_TIMEOUT_MS - 1);
	}
	start_ms = now_ms();
	for (unsigned i = 0; i < 1000; i++)
		tables_find(one.tables, &one.table, "robin", NULL);
	ck_assert_int_lt(now_ms() - start_ms, SERVER_PAUSE_MS);
	one_table_assert_why(&one, TABLE_FAILS, "not asked for a while: no reply in time");
	ck_assert_uint_eq(atomic_load(&server.accepted), SERVER_FAILURES);
	/* One attempt, and twice the pause. */
	test_clock_pass(SERVER_PAUSE_MS);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "no reply in time");
	atomic_store(&server.way, SOCKETMAP_BEHAVES);
	test_clock_pass(SERVER_PAUSE_MS);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	test_clock_pass(SERVER_PAUSE_MS);
	one_table_assert(&one, "robin", "senders robin");
	one_table_assert(&one, "kim", "senders kim");
	ck_assert_uint_eq(one_table_logged("cannot tell"), 1);
	ck_assert_uint_eq(one_table_logged("answers again"), 1);
	end();
}
END_TEST

START_TEST(a_server_may_come_later)
{
	char path[128];

	begin();
	socketmap_server_stop(&server);
	snprintf(path, sizeof path, "%s/socket", one_table_path());
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "Connection refused");
	ck_assert_int_eq(unlink(path), 0);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "No such file");
	socketmap_server_start(&server, path);
	one_table_assert(&one, "robin", "senders robin");
	end();
}
END_TEST

static const char *const hosts[] = { "127.0.0.1", "localhost", "[127.0.0.1]" };

START_TEST(a_server_may_be_reached_over_tcp)
{
	one_table_folder();
	socketmap_server_start(&server, NULL);
	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
		snprintf(argument, sizeof argument, "inet:%s:%u:map", hosts[i], server.port);
		one_table_open(&one, TABLE_SOCKETMAP, argument, NULL);
		one.table.timeout_ms = LATE_MS; /* who is asked for localhost is the system's business */
		one_table_assert(&one, "robin", "map robin");
		one_table_assert(&one, "absent", ONE_TABLE_ABSENT);
		one_table_close(&one);
	}
	socketmap_server_stop(&server);
	one_table_folder_end();
}
END_TEST

START_TEST(a_name_without_address_cannot_tell_within_the_budget)
{
	int64_t start_ms = now_ms();

	one_table_folder();
	one_table_open(&one, TABLE_SOCKETMAP, "inet:nowhere.invalid:1:map", NULL);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	ck_assert_int_lt(now_ms() - start_ms, LATE_MS);
	one_table_assert_why(&one, TABLE_FAILS, "no address for nowhere.invalid");
	one_table_close(&one);
	one_table_open(&one, TABLE_SOCKETMAP, "inet:1:map", NULL);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "must be socketmap:");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

enum { THREADS = 16, EACH = 200 };

static atomic_uint wrong;

static void *
ask_often(void *data)
{
	unsigned number = *(unsigned *)data;
	char key[32], expected[48], value[TABLE_VALUE_MAX];

	for (unsigned i = 0; i < EACH; i++) {
		snprintf(key, sizeof key, "user%u.%u", number, i);
		snprintf(expected, sizeof expected, "senders %s", key);
		if (tables_find(one.tables, &one.table, key, value) != TABLE_FOUND || strcmp(value, expected) != 0)
			atomic_fetch_add(&wrong, 1);
	}
	return NULL;
}

START_TEST(threads_share_a_few_connections)
{
	pthread_t threads[THREADS];
	unsigned numbers[THREADS];

	begin();
	one.table.timeout_ms = 10000;
	for (unsigned i = 0; i < THREADS; i++) {
		numbers[i] = i;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, ask_often, &numbers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(atomic_load(&wrong), 0);
	ck_assert_uint_le(atomic_load(&server.accepted), SERVER_CONNECTIONS);
	end();
}
END_TEST

SUITE_MAIN(tables_socketmap, the_server_gives_the_value, replies_are_what_they_are, a_connection_is_kept_and_made_anew,
	   a_late_reply_is_not_taken_for_the_next_one, a_server_that_fails_is_left_alone, a_server_may_come_later,
	   a_server_may_be_reached_over_tcp, a_name_without_address_cannot_tell_within_the_budget,
	   threads_share_a_few_connections)
