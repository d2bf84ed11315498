/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables in files of lines: what a line means, and what happens when the file changes. */
#define _XOPEN_SOURCE 700
#include "milter/tables/text.h"
#include "milter/tables/watched.h"
#include "tests/support/one_table.h"
#include "tests/support/suite.h"
#include "tests/support/test_clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Two looks at the file: it is seen to have changed, and seen to have come to rest. The tables look when they are asked. */
static void
come_to_rest(struct one_table *one, const char *key)
{
	for (unsigned i = 0; i < 2; i++) {
		test_clock_pass(WATCHED_LOOK_MS);
		tables_find(one->tables, &one->table, key, NULL);
	}
}

static const struct {
	const char *sentence, *text, *key, *expected;
} lines[] = {
	{ "a key alone has an empty value", "robin\n", "robin", "" },
	{ "a value goes to the end of the line", "robin  a, b\t c \n", "robin", "a, b\t c" },
	{ "a tab separates as a blank does", "robin\tvalue\n", "robin", "value" },
	{ "the last line needs no line break", "kim\nrobin value", "robin", "value" },
	{ "lines may end in CRLF", "kim x\r\nrobin value\r\n", "robin", "value" },
	{ "a key alone before CRLF", "robin\r\nkim\r\n", "robin", "" },
	{ "keys are in lower case whatever the file has", "Robin@Example.COM Value\n", "robin@example.com", "Value" },
	{ "blanks in front do not count", "  \trobin value\n", "robin", "value" },
	{ "a comment is no key", "# robin\n#robin\n  # robin\n", "#", ONE_TABLE_ABSENT },
	{ "a number sign within a line is no comment", "robin #1\n", "robin", "#1" },
	{ "of two equal keys the first counts", "robin 1\nkim\nROBIN 2\n", "robin", "1" },
	{ "the beginning of a key is not the key", "robin 1\n", "rob", ONE_TABLE_ABSENT },
	{ "nor is the key the beginning of a longer one", "rob 1\n", "robin", ONE_TABLE_ABSENT },
	{ "an empty file has no keys", "", "robin", ONE_TABLE_ABSENT },
	{ "an empty key is in no file", "\n\n robin\n", "", ONE_TABLE_ABSENT },
	{ "a byte order mark is no part of the first key", "\xef\xbb\xbfrobin 1\n", "robin", "1" },
	{ "octets beyond ASCII are compared as they are",
	  "r\xc3\xb6"
	  "bin 1\n",
	  "r\xc3\xb6"
	  "bin",
	  "1" },
};

START_TEST(lines_have_a_key_and_perhaps_a_value)
{
	struct one_table one;

	one_table_folder();
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		one_table_write("table", lines[i].text);
		one_table_open(&one, TABLE_FILE, "/table", NULL);
		one_table_assert(&one, lines[i].key, lines[i].expected);
		one_table_close(&one);
	}
	one_table_folder_end();
}
END_TEST

START_TEST(who_wants_no_value_need_not_take_it)
{
	struct one_table one;

	one_table_folder();
	one_table_write("table", "robin value\n");
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	ck_assert_int_eq(tables_find(one.tables, &one.table, "robin", NULL), TABLE_FOUND);
	ck_assert_int_eq(tables_find(one.tables, &one.table, "kim", NULL), TABLE_ABSENT);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(repeated_keys_are_told_once)
{
	struct one_table one;

	one_table_folder();
	one_table_write("table", "a\nb\nA\nb 2\nB 3\n");
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	one_table_assert(&one, "a", "");
	one_table_assert(&one, "b", "");
	one_table_assert_why(&one, TABLE_WORKS, "line 3 has the key of an earlier line");
	ck_assert_uint_eq(one_table_logged("(3 such lines)"), 1);
	one_table_write("table", "a 1\nb\n");
	come_to_rest(&one, "a");
	one_table_assert(&one, "a", "1");
	one_table_assert_why(&one, TABLE_WORKS, "");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(what_was_opened_is_there_when_the_file_is_gone)
{
	struct one_table one;

	one_table_folder();
	one_table_write("table", "robin 1\n");
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	one_table_assert_why(&one, TABLE_UNUSED, "");
	tables_open(one.tables);
	one_table_assert_why(&one, TABLE_WORKS, "");
	ck_assert_int_eq(unlink("table"), 0);
	one_table_assert(&one, "robin", "1");
	one_table_assert(&one, "kim", ONE_TABLE_ABSENT);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(what_cannot_be_opened_is_told_before_anybody_asks)
{
	struct one_table one;

	one_table_folder();
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	tables_open(one.tables);
	one_table_assert_why(&one, TABLE_FAILS, "No such file");
	ck_assert_uint_eq(one_table_logged("No such file"), 1);
	one_table_write("table", "robin 1\n");
	come_to_rest(&one, "robin");
	one_table_assert(&one, "robin", "1");
	one_table_assert_why(&one, TABLE_WORKS, "");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(a_missing_file_cannot_tell_until_it_appears)
{
	struct one_table one;

	one_table_folder();
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	one_table_assert(&one, "robin", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "No such file");
	one_table_write("table", "robin 1\n");
	test_clock_pass(WATCHED_LOOK_MS);
	one_table_assert(&one, "robin", "1");
	one_table_assert(&one, "kim", ONE_TABLE_ABSENT);
	ck_assert_uint_eq(one_table_logged("answers again"), 1);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(failures_are_logged_once_a_minute)
{
	struct one_table one;

	one_table_folder();
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	for (unsigned second = 0; second < 130; second++) {
		one_table_assert(&one, "robin", ONE_TABLE_FAILED);
		test_clock_pass(1000);
	}
	ck_assert_uint_eq(one_table_logged("cannot tell"), 3);
	ck_assert_uint_eq(one_table_logged("(and 59 times since the last line)"), 2);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(changed_files_are_read_again)
{
	struct one_table one;

	one_table_folder();
	one_table_write("table", "robin 1\n");
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	one_table_assert(&one, "robin", "1");
	one_table_write("table", "robin 2\nkim\n");
	one_table_assert(&one, "robin", "1");
	come_to_rest(&one, "robin");
	one_table_assert(&one, "robin", "2");
	one_table_assert(&one, "kim", "");
	one_table_write("table", "kim\n");
	come_to_rest(&one, "robin");
	one_table_assert(&one, "robin", ONE_TABLE_ABSENT);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

/* Both octets and times are as they were but for the status change. */
START_TEST(a_change_that_hides_its_time_is_seen)
{
	struct one_table one;
	struct stat status;

	one_table_folder();
	one_table_write("table", "robin 1\n");
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	come_to_rest(&one, "robin");
	ck_assert_int_eq(stat("table", &status), 0);
	FILE *file = fopen("table", "r+");
	ck_assert_ptr_nonnull(file);
	fputs("robin 2\n", file);
	fclose(file);
	ck_assert_int_eq(utimensat(AT_FDCWD, "table", (struct timespec[]){ status.st_atim, status.st_mtim }, 0), 0);
	come_to_rest(&one, "robin");
	one_table_assert(&one, "robin", "2");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

/* One that cannot be used, each in its way. */
static void
break_by_nul(void)
{
	one_table_write_octets("table", (struct bytes){ "robin 2\nki\0m\n", 13 });
}

static void
break_by_long_line(void)
{
	char *text = malloc(TEXT_LINE_MAX + 32);

	memset(text, 'x', TEXT_LINE_MAX + 8);
	strcpy(text + TEXT_LINE_MAX + 8, "\nrobin 2\n");
	one_table_write("table", text);
	free(text);
}

static void
break_by_long_key(void)
{
	char text[TABLE_KEY_MAX + 32];

	memset(text, 'x', TABLE_KEY_MAX);
	strcpy(text + TABLE_KEY_MAX, " y\nrobin 2\n");
	one_table_write("table", text);
}

static void
break_by_long_value(void)
{
	char text[TABLE_VALUE_MAX + 32] = "robin ";

	memset(text + 6, 'x', TABLE_VALUE_MAX);
	strcpy(text + 6 + TABLE_VALUE_MAX, "\n");
	one_table_write("table", text);
}

static void
break_by_size(void)
{
	one_table_write("table", "robin 2\n");
	ck_assert_int_eq(truncate("table", TEXT_MAX + 1), 0);
}

static void
break_by_removal(void)
{
	ck_assert_int_eq(unlink("table"), 0);
}

static void
break_by_folder(void)
{
	ck_assert_int_eq(unlink("table"), 0);
	ck_assert_int_eq(mkdir("table", 0700), 0);
}

static void
break_by_pipe(void)
{
	ck_assert_int_eq(unlink("table"), 0);
	ck_assert_int_eq(mkfifo("table", 0600), 0);
}

static const struct {
	const char *sentence;
	void (*apply)(void);
	const char *why;
} breaks[] = {
	{ "a NUL", break_by_nul, "holds a NUL" },
	{ "a line that is too long", break_by_long_line, "line 1 is longer" },
	{ "a key that is too long", break_by_long_key, "line 1: a key has at most 511" },
	{ "a value that is too long", break_by_long_value, "line 1: a key has at most 511 octets, a value 4095" },
	{ "a file that is too long", break_by_size, "more than 16 MiB" },
	{ "no file", break_by_removal, "No such file" },
	{ "a folder", break_by_folder, "is not a file" },
	{ "a pipe", break_by_pipe, "is not a file" },
};

START_TEST(a_broken_version_leaves_the_old_one_in_use)
{
	struct one_table one;

	one_table_folder();
	for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
		one_table_write("table", "robin 1\n");
		one_table_open(&one, TABLE_FILE, "/table", NULL);
		one_table_assert(&one, "robin", "1");
		breaks[i].apply();
		come_to_rest(&one, "robin");
		one_table_assert(&one, "robin", "1");
		one_table_assert(&one, "kim", ONE_TABLE_ABSENT);
		one_table_assert_why(&one, TABLE_WORKS_OLD, breaks[i].why);
		if (breaks[i].apply == break_by_folder)
			ck_assert_int_eq(remove("table"), 0);
		one_table_write("table", "robin 3\n");
		come_to_rest(&one, "robin");
		one_table_assert(&one, "robin", "3");
		one_table_assert_why(&one, TABLE_WORKS, "");
		one_table_close(&one);
	}
	one_table_folder_end();
}
END_TEST

START_TEST(a_broken_file_at_the_start_cannot_tell)
{
	struct one_table one;

	one_table_folder();
	for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
		one_table_write("table", "");
		breaks[i].apply();
		one_table_open(&one, TABLE_FILE, "/table", NULL);
		one_table_assert(&one, "robin", ONE_TABLE_FAILED);
		one_table_assert_why(&one, TABLE_FAILS, breaks[i].why);
		remove("table");
		one_table_close(&one);
	}
	one_table_folder_end();
}
END_TEST

START_TEST(longest_keys_and_values_are_kept)
{
	struct one_table one;
	char key[TABLE_KEY_MAX], value[TABLE_VALUE_MAX], text[TABLE_KEY_MAX + TABLE_VALUE_MAX + 8];

	memset(key, 'k', sizeof key - 1);
	key[sizeof key - 1] = '\0';
	memset(value, 'v', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	snprintf(text, sizeof text, "%s %s\n", key, value);
	one_table_folder();
	one_table_write("table", text);
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	one_table_assert(&one, key, value);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

START_TEST(many_keys_are_found)
{
	enum { KEYS = 300000 };
	char *text = malloc(KEYS * 40), *at = text, key[32], value[32];
	struct one_table one;

	for (unsigned i = 0; i < KEYS; i++)
		at += sprintf(at, "user%u@example.com %u\n", i, i);
	one_table_folder();
	one_table_write("table", text);
	free(text);
	one_table_open(&one, TABLE_FILE, "/table", NULL);
	one.table.timeout_ms = 10000;
	for (unsigned i = 0; i < KEYS; i += 997) {
		snprintf(key, sizeof key, "user%u@example.com", i);
		snprintf(value, sizeof value, "%u", i);
		one_table_assert(&one, key, value);
	}
	one_table_assert(&one, "user300000@example.com", ONE_TABLE_ABSENT);
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

SUITE_MAIN(tables_file, lines_have_a_key_and_perhaps_a_value, who_wants_no_value_need_not_take_it,
	   repeated_keys_are_told_once, what_was_opened_is_there_when_the_file_is_gone,
	   what_cannot_be_opened_is_told_before_anybody_asks, a_missing_file_cannot_tell_until_it_appears,
	   failures_are_logged_once_a_minute, changed_files_are_read_again, a_change_that_hides_its_time_is_seen,
	   a_broken_version_leaves_the_old_one_in_use, a_broken_file_at_the_start_cannot_tell,
	   longest_keys_and_values_are_kept, many_keys_are_found)
