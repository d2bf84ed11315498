/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of patterns. */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/watched.h"
#include "tests/support/one_table.h"
#include "tests/support/suite.h"
#include "tests/support/test_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
	const char *sentence, *text, *key, *expected;
} rows[] = {
	{ "a pattern is found anywhere in the key", "/robin/ 1\n", "xrobiny", "1" },
	{ "anchors hold it", "/^robin$/ 1\n", "xrobin", ONE_TABLE_ABSENT },
	{ "the end is the end, not a line break before it", "/^robin$/ 1\n", "robin\n", ONE_TABLE_ABSENT },
	{ "with m, each line has an end", "/^robin$/m 1\n", "robin\nkim", "1" },
	{ "with x, blanks in it do not count", "/^ robin $/x 1\n", "robin", "1" },
	{ "keys are in lower case, and patterns fit whatever theirs is", "/^ROBIN$/ 1\n", "robin", "1" },
	{ "i may be written", "/^ROBIN$/i 1\n", "robin", "1" },
	{ "several flags", "/^ ROBIN $/ixm 1\n", "robin", "1" },
	{ "the first that fits counts", "/kim/ 1\n/rob/ 2\n/robin/ 3\n", "robin", "2" },
	{ "a value may have blanks", "/robin/  a, b c \n", "robin", "a, b c" },
	{ "no value is an empty one", "/robin/\n", "robin", "" },
	{ "another delimiter", "%a/b% 1\n", "a/b", "1" },
	{ "a slash behind a backslash", "/a\\/b/ 1\n", "a/b", "1" },
	{ "what does not match", "!/@example\\.com$/ other\n", "robin@example.org", "other" },
	{ "and what does", "!/@example\\.com$/ other\n", "robin@example.com", ONE_TABLE_ABSENT },
	{ "a dollar sign in a value means itself", "/^(.*)@/ $1\n", "robin@example.com", "$1" },
	{ "comments", "# /robin/ 1\n\n/kim/ 2\n", "robin", ONE_TABLE_ABSENT },
	{ "octets are not characters", "/^r..bin$/ 1\n",
	  "r\xc3\xb6"
	  "bin",
	  "1" },
	{ "an empty file", "", "robin", ONE_TABLE_ABSENT },
};

START_TEST(the_first_pattern_that_fits_counts)
{
	struct one_table one;

	one_table_folder();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		one_table_write("table", rows[i].text);
		one_table_open(&one, TABLE_REGEXP, "/table", NULL);
		one_table_assert(&one, rows[i].key, rows[i].expected);
		one_table_close(&one);
	}
	one_table_folder_end();
}
END_TEST

static const struct {
	const char *sentence, *text, *why;
} broken[] = {
	{ "no pattern", "/a/ 1\nrobin 1\n", "line 2: must begin with a pattern" },
	{ "a pattern that does not end", "/robin 1\n", "line 1: must begin with a pattern" },
	{ "one that ends in a backslash", "/robin\\/\n", "line 1: must begin with a pattern" },
	{ "an exclamation mark alone", "!\n", "line 1: must begin with a pattern" },
	{ "an unknown flag", "/robin/z 1\n", "line 1: the flags are" },
	{ "a group that does not close", "/a/\n\n/(b/ 1\n", "line 3: missing closing parenthesis, at octet 3" },
	{ "characters instead of octets", "/(*UTF)a/ 1\n", "line 1: using UTF is disabled" },
	{ "a condition as Postfix has it", "if /a/\nendif\n", "line 1: must begin with a pattern" },
};

START_TEST(broken_patterns_are_told_with_their_line)
{
	struct one_table one;

	one_table_folder();
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		one_table_write("table", broken[i].text);
		one_table_open(&one, TABLE_REGEXP, "/table", NULL);
		one_table_assert(&one, "a", ONE_TABLE_FAILED);
		one_table_assert_why(&one, TABLE_FAILS, broken[i].why);
		one_table_close(&one);
	}
	one_table_folder_end();
}
END_TEST

START_TEST(too_many_patterns_are_refused)
{
	enum { MANY = 4097 };
	char *text = malloc(MANY * 8 + 1);
	struct one_table one;

	for (unsigned i = 0; i < MANY; i++)
		strcpy(text + i * 4, "/a/\n");
	one_table_folder();
	one_table_write("table", text);
	one_table_open(&one, TABLE_REGEXP, "/table", NULL);
	one_table_assert(&one, "a", ONE_TABLE_FAILED);
	one_table_assert_why(&one, TABLE_FAILS, "more than 4096 patterns");
	one_table_close(&one);
	one_table_folder_end();
	free(text);
}
END_TEST

START_TEST(broken_patterns_leave_the_old_ones_in_use)
{
	struct one_table one;

	one_table_folder();
	one_table_write("table", "/robin/ 1\n");
	one_table_open(&one, TABLE_REGEXP, "/table", NULL);
	one_table_assert(&one, "robin", "1");
	one_table_write("table", "/robin/ 2\n/(/ 3\n");
	for (unsigned i = 0; i < 2; i++) {
		test_clock_pass(WATCHED_LOOK_MS);
		one_table_assert(&one, "robin", "1");
	}
	one_table_assert_why(&one, TABLE_WORKS_OLD, "line 2: ");
	one_table_close(&one);
	one_table_folder_end();
}
END_TEST

static int64_t
thread_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A hundred times what is needed, for sanitizers and small machines; without a limit it would be years. */
enum { CATASTROPHE_MS = 1000 };

static const struct {
	const char *sentence, *text;
} catastrophes[] = {
	{ "nested repetitions", "/(a+)+$/ 1\n" },
	{ "alternatives that overlap", "/^(a|aa)+$/ 1\n" },
	{ "nested repetitions, negated", "!/^(a+)+$/ 1\n" },
	{ "a repetition of a group, deeply", "/^((a?)*)*\\d$/ 1\n" },
	{ "many repetitions in a row", "/a*a*a*a*a*a*a*a*a*\\d/ 1\n" },
};

START_TEST(keys_made_to_take_for_ever_cannot_be_told)
{
	char key[TABLE_KEY_MAX];
	struct one_table one;

	memset(key, 'a', sizeof key - 2);
	strcpy(key + sizeof key - 2, "!");
	one_table_folder();
	for (size_t i = 0; i < sizeof catastrophes / sizeof catastrophes[0]; i++) {
		one_table_write("table", catastrophes[i].text);
		one_table_open(&one, TABLE_REGEXP, "/table", NULL);
		int64_t start_us = thread_us();
		one_table_assert(&one, key, ONE_TABLE_FAILED);
		ck_assert_int_lt(thread_us() - start_us, CATASTROPHE_MS * 1000);
		one_table_assert_why(&one, TABLE_FAILS, "the pattern in line 1: ");
		one_table_close(&one);
	}
	one_table_folder_end();
}
END_TEST

/* Each of the patterns stays below its own limit. */
START_TEST(many_slow_patterns_together_have_a_budget)
{
	enum { PATTERNS = 4000 };
	static const char pattern[] = "/^a.*a.*\\d/\n";
	char *text = malloc(PATTERNS * sizeof pattern), *at = text;
	char key[140];
	struct one_table one;

	for (unsigned i = 0; i < PATTERNS; i++)
		at += sprintf(at, "%s", pattern);
	memset(key, 'a', sizeof key - 1);
	key[sizeof key - 1] = '\0';
	one_table_folder();
	one_table_write("table", text);
	one_table_open(&one, TABLE_REGEXP, "/table", NULL);
	one_table_assert(&one, "b", ONE_TABLE_ABSENT);
	one_table_close(&one);
	one_table_open(&one, TABLE_REGEXP, "/table", NULL);
	one.table.timeout_ms = 20;
	int64_t start_us = thread_us();
	one_table_assert(&one, key, ONE_TABLE_FAILED);
	ck_assert_int_lt(thread_us() - start_us, CATASTROPHE_MS * 1000);
	one_table_assert_why(&one, TABLE_FAILS, "took longer than 20 ms");
	one_table_close(&one);
	one_table_folder_end();
	free(text);
}
END_TEST

SUITE_MAIN(tables_regexp, the_first_pattern_that_fits_counts, broken_patterns_are_told_with_their_line,
	   too_many_patterns_are_refused, broken_patterns_leave_the_old_ones_in_use,
	   keys_made_to_take_for_ever_cannot_be_told, many_slow_patterns_together_have_a_budget)
