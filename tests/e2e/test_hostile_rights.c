/* SPDX-License-Identifier: BSD-2-Clause */
/* What a daemon that was taken over could do: it has given up every right, runs no program, and makes no sockets but local ones. */
#define _GNU_SOURCE
#include "tests/e2e/support/health.h"
#include "tests/support/suite.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char tracer[] = "/usr/bin/strace";

/* The line of /proc/PID/status behind this name, for free(). */
static char *
status_line(pid_t pid, const char *name)
{
	char path[64], label[64];
	size_t length;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	snprintf(label, sizeof label, "\n%s:\t", name);
	char *text = file_read(path, &length);
	ck_assert_ptr_nonnull(text);
	const char *line = strstr(text, label);
	ck_assert_msg(line != NULL, "no %s", name);
	line += strlen(label);
	char *copy = strndup(line, strcspn(line, "\n"));
	free(text);
	return copy;
}

static void
expect_line(pid_t pid, const char *name, const char *expected)
{
	char *line = status_line(pid, name);

	ck_assert_msg(strcmp(line, expected) == 0, "%s of %d is \"%s\", not \"%s\"", name, (int)pid, line, expected);
	free(line);
}

static void
expect_no_rights(pid_t pid, const struct passwd *user)
{
	static const char none[] = "0000000000000000";
	char ids[128];
	unsigned uid = user->pw_uid, gid = user->pw_gid;

	snprintf(ids, sizeof ids, "%u\t%u\t%u\t%u", uid, uid, uid, uid);
	expect_line(pid, "Uid", ids);
	snprintf(ids, sizeof ids, "%u\t%u\t%u\t%u", gid, gid, gid, gid);
	expect_line(pid, "Gid", ids);
	expect_line(pid, "CapInh", none);
	expect_line(pid, "CapPrm", none);
	expect_line(pid, "CapEff", none);
	expect_line(pid, "CapAmb", none);
	expect_line(pid, "Umask", "0077");
	char *groups = status_line(pid, "Groups");
	ck_assert_msg(strtoul(groups, NULL, 10) == 0 || strtoul(groups, NULL, 10) == gid, "groups: %s", groups);
	free(groups);
}

static mode_t
mode_of(const char *path)
{
	struct stat status;

	ck_assert_msg(stat(path, &status) == 0, "no %s", path);
	return status.st_mode & 07777;
}

START_TEST(every_right_is_given_up)
{
	const struct passwd *nobody = getpwnam("nobody");
	pid_t workers[ASKING_WORKERS];

	if (geteuid() != 0 || nobody == NULL)
		return; /* it has none from the start */
	health_begin();
	asking_workers(workers);
	expect_no_rights(asking.postern.supervisor.pid, nobody);
	for (size_t i = 0; i < ASKING_WORKERS; i++)
		expect_no_rights(workers[i], nobody);
	ck_assert_uint_eq(mode_of(asking.postern.socket.text), 0666); /* as these tests configure it */
	ck_assert_uint_eq(mode_of(path_join(asking.postern.directory.text, "control").text), 0600);
	postern_stop(&asking.postern);
}
END_TEST

/* Many containers forbid it. */
static bool
can_trace(const struct path *trace)
{
	const char *const argv[] = { tracer, "-D", "-f", "-qq", "-o", trace->text, "/bin/true", NULL };

	if (access(tracer, X_OK) == 0 && process_run(argv, "/dev/null") == 0)
		return true;
	fprintf(stderr, "not tested: processes cannot be traced here\n");
	return false;
}

/* The daemon, by way of a shell that has the tracer watch it; the process stays the same. */
static void
start_traced(const struct path *trace)
{
	struct path script = path_join(asking.dir.path.text, "traced"), program = asking.postern.program;
	char text[1024];

	snprintf(text, sizeof text,
		 "#!/bin/sh\nexec %s -D -f -qq -o %s -e trace=execve,execveat,socket,bind,connect %s \"$@\"\n", tracer,
		 trace->text, program.text);
	file_write(script.text, text);
	ck_assert_int_eq(chmod(script.text, 0755), 0);
	health_configure(NULL);
	asking.postern.program = script;
	asking_launch();
	asking.postern.program = program;
}

/* The program itself, once; and of sockets only local ones. */
static void
expect_few_calls(char *trace)
{
	size_t programs = 0;
	char *rest = trace;

	for (const char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (strstr(line, "execve") != NULL)
			programs++;
		if (strstr(line, "socket(") != NULL || strstr(line, "connect(") != NULL ||
		    strstr(line, "bind(") != NULL)
			ck_assert_msg(strstr(line, "AF_UNIX") != NULL || strstr(line, "resumed>") != NULL, "%s", line);
	}
	ck_assert_uint_eq(programs, 1);
}

START_TEST(it_runs_no_program_and_makes_local_sockets_only)
{
	struct path trace = path_join(asking.dir.path.text, "trace");
	size_t length;

#ifdef __SANITIZE_ADDRESS__
	return; /* the search for leaks wants to trace it as well */
#endif
	if (!can_trace(&trace))
		return;
	start_traced(&trace);
	for (int i = 0; i < 3; i++)
		health_expect_served();
	ck_assert_int_eq(asking_run("reload", NULL), 0);
	health_expect_served();
	ck_assert_int_eq(postern_stop(&asking.postern), 0);
	char *text = file_read(trace.text, &length);
	ck_assert_ptr_nonnull(text);
	expect_few_calls(text);
	free(text);
}
END_TEST

HOSTILE_MAIN(hostile_rights, every_right_is_given_up, it_runs_no_program_and_makes_local_sockets_only)
