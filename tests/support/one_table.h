/* SPDX-License-Identifier: BSD-2-Clause */
/* one_table.h - a look-up table outside the policy, in a folder of the test's own, and what it answers.
 *
 *      struct one_table one;
 *      one_table_open(&one, TABLE_FILE, "/senders", NULL);      the path is within the folder
 *      one_table_write("senders", "robin robin@example.com\n");
 *      one_table_assert(&one, "robin", "robin@example.com");
 *      one_table_assert(&one, "kim", ONE_TABLE_ABSENT);
 *      one_table_close(&one);
 *
 * The folder is made by one_table_folder, and the working folder then; what is logged goes to a file in it. Failures end the running Check
 * test. */
#ifndef POSTERN_TESTS_SUPPORT_ONE_TABLE_H
#define POSTERN_TESTS_SUPPORT_ONE_TABLE_H

#include "milter/tables/tables.h"

#define ONE_TABLE_ABSENT "(absent)"
#define ONE_TABLE_FAILED "(failed)"

struct one_table {
	struct policy policy;
	struct table table;
	struct tables *tables;
	char source[512];
};

/* Once in a test, before anything else; removed when one_table_folder_end is called. */
void one_table_folder(void);
void one_table_folder_end(void);
/* The folder's path. */
const char *one_table_path(void);

/* argument: a path in the folder when it begins with a slash; else as it stands. Redis' sources are as they stand. */
void one_table_open(struct one_table *one, enum table_kind kind, const char *argument, const char *query);
void one_table_close(struct one_table *one);

/* Found with that value, ONE_TABLE_ABSENT or ONE_TABLE_FAILED. */
void one_table_assert(struct one_table *one, const char *key, const char *expected);
/* What is wrong with it now holds this text. */
void one_table_assert_why(struct one_table *one, enum table_state state, const char *why);

/* Writes a file beside it and renames it. */
void one_table_write(const char *name, const char *text);
void one_table_write_octets(const char *name, struct bytes octets);
/* Lines logged so far that hold the text. */
unsigned one_table_logged(const char *text);

#endif
