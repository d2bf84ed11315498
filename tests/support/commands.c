/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/commands.h"

#include <check.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/postern-commands-XXXXXX";
static char program[PATH_MAX];

void
commands_begin(void)
{
	const char *given = getenv("POSTERN");

	ck_assert_ptr_nonnull(realpath(given != NULL ? given : "build/postern", program));
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

const char *
commands_program(void)
{
	return program;
}

void
commands_write_times(const char *name, const char *text, unsigned times)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	while (times-- > 0)
		ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

void
commands_write(const char *name, const char *text)
{
	commands_write_times(name, text, 1);
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

void
commands_end(void)
{
	ck_assert_int_eq(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void
commands_assert(const char *arguments, int status, const char *expected)
{
	static char seen[65536];
	char *command = NULL;

	ck_assert_int_gt(asprintf(&command, "'%s' %s 2>&1", program, arguments), 0);
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	seen[fread(seen, 1, sizeof seen - 1, pipe)] = '\0';
	int result = pclose(pipe);
	ck_assert_msg(WIFEXITED(result) && WEXITSTATUS(result) == status, "%s: status %d\n%s", arguments, result, seen);
	if (expected != NULL)
		ck_assert_str_eq(seen, expected);
	free(command);
}
