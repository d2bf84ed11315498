/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE
#define _XOPEN_SOURCE 700
#include "tests/support/one_table.h"

#include "tests/e2e/support/patience.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MS = 5000 /* for threads that are about to end */ };

static char folder[64];

void
one_table_folder(void)
{
	int log;

	strcpy(folder, "/tmp/postern-tables-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	log = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	ck_assert_int_ge(log, 0);
	ck_assert_int_ge(dup2(log, STDERR_FILENO), 0);
	close(log);
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static bool
is_alone(void)
{
	DIR *threads = opendir("/proc/self/task");
	unsigned count = 0;

	ck_assert_ptr_nonnull(threads);
	for (const struct dirent *entry; (entry = readdir(threads)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(threads);
	return count == 1;
}

/* A thread that has looked a name up frees what the C library has for it when it ends, which a test that ends meanwhile is told as a leak. One that waits for a
 * name server may go on. */
static void
let_threads_end(void)
{
	struct deadline deadline = deadline_in(THREADS_MS);

	while (!is_alone() && deadline_nap(&deadline))
		continue;
}

void
one_table_folder_end(void)
{
	let_threads_end();
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

const char *
one_table_path(void)
{
	return folder;
}

void
one_table_open(struct one_table *one, enum table_kind kind, const char *argument, const char *query)
{
	static const char *const names[TABLE_KIND_COUNT] = { "list",    "file:",      "cdb:", "sqlite:",
							     "regexp:", "socketmap:", "" };
	int length = snprintf(one->source, sizeof one->source, "%s%s%s", names[kind], argument[0] == '/' ? folder : "",
			      argument);

	ck_assert_int_lt(length, (int)sizeof one->source);
	one->table = (struct table){ .source = one->source,
				     .kind = kind,
				     .argument = one->source + strlen(names[kind]),
				     .query = query,
				     .timeout_ms = TABLE_TIMEOUT_MS };
	one->policy = (struct policy){ .tables = { &one->table }, .table_count = 1 };
	one->tables = tables_new(&one->policy);
	ck_assert_ptr_nonnull(one->tables);
}

void
one_table_close(struct one_table *one)
{
	tables_free(one->tables);
}

void
one_table_assert(struct one_table *one, const char *key, const char *expected)
{
	char value[TABLE_VALUE_MAX] = "untouched";
	enum table_answer answer = tables_find(one->tables, &one->table, key, value);
	const char *given = answer == TABLE_FOUND    ? value
			    : answer == TABLE_ABSENT ? ONE_TABLE_ABSENT
						     : ONE_TABLE_FAILED;
	struct table_health health;

	tables_health(one->tables, 0, &health);
	ck_assert_msg(strcmp(given, expected) == 0, "%s: %s is %s, and not %s. %s", one->source, key, given, expected,
		      health.why);
	if (answer != TABLE_FOUND)
		ck_assert_str_eq(value, "untouched");
	ck_assert_int_eq(health.state == TABLE_FAILS, answer == TABLE_FAILED);
}

void
one_table_assert_why(struct one_table *one, enum table_state state, const char *why)
{
	struct table_health health;

	tables_health(one->tables, 0, &health);
	ck_assert_int_eq((int)health.state, (int)state);
	ck_assert_msg(strstr(health.why, why) != NULL, "\"%s\" does not say \"%s\"", health.why, why);
}

void
one_table_write_octets(const char *name, struct bytes octets)
{
	char beside[256];
	FILE *file;

	snprintf(beside, sizeof beside, "%s.new", name);
	file = fopen(beside, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(octets.data, 1, octets.length, file), octets.length);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(rename(beside, name), 0);
}

void
one_table_write(const char *name, const char *text)
{
	one_table_write_octets(name, bytes_of(text));
}

unsigned
one_table_logged(const char *text)
{
	FILE *file = fopen("log", "r");
	char line[4096];
	unsigned count = 0;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof line, file) != NULL)
		count += strstr(line, text) != NULL;
	fclose(file);
	return count;
}
