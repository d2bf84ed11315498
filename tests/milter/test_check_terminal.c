/* SPDX-License-Identifier: BSD-2-Clause */
/* What terminals and signals change in `postern check`. Its output goes into a pipe or terminal that is full until the test
 * reads, so that the work takes as long as the test wants, on any machine. */
#define _GNU_SOURCE
#include "tests/support/commands.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	MESSAGES = 20000,      /* a line for each is more than a pipe, a terminal and the program's own memory hold */
	LONG_WORK_US = 1200000 /* the progress bar comes after a second */
};

enum stream { STREAM_PIPE, STREAM_TERMINAL };

/* A running program, and our ends of what it writes to. */
struct run {
	pid_t pid;
	int out, err;
};

static void
open_stream(enum stream stream, int *ours_out, int *theirs_out)
{
	int ends[2];

	if (stream == STREAM_PIPE) {
		ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
		*ours_out = ends[0];
		*theirs_out = ends[1];
		return;
	}
	*ours_out = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert(*ours_out >= 0 && grantpt(*ours_out) == 0 && unlockpt(*ours_out) == 0);
	*theirs_out = open(ptsname(*ours_out), O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(*theirs_out, 0);
}

static struct run
start(enum stream out, enum stream err)
{
	struct run run;
	int its_out, its_err;

	open_stream(out, &run.out, &its_out);
	open_stream(err, &run.err, &its_err);
	run.pid = fork();
	ck_assert_int_ge(run.pid, 0);
	if (run.pid == 0) {
		dup2(its_out, STDOUT_FILENO);
		dup2(its_err, STDERR_FILENO);
		execl(commands_program(), "postern", "check", "--jobs=2", "box", NULL);
		_exit(127);
	}
	close(its_out);
	close(its_err);
	return run;
}

/* Reads both to their ends; the text of one is kept. The end of a terminal is an error. */
static void
drain(const struct run *run, int kept, char *text, size_t size)
{
	struct pollfd files[] = { { .fd = run->out, .events = POLLIN }, { .fd = run->err, .events = POLLIN } };
	size_t length = strlen(text);
	char chunk[4096];

	while (files[0].fd >= 0 || files[1].fd >= 0) {
		ck_assert_int_gt(poll(files, 2, 30000), 0);
		for (int i = 0; i < 2; i++) {
			ssize_t got = files[i].revents != 0 ? read(files[i].fd, chunk, sizeof chunk) : 0;

			if (files[i].revents != 0 && got <= 0)
				files[i].fd = -1;
			if (got <= 0 || (i == 0 ? run->out : run->err) != kept)
				continue;
			ck_assert_uint_lt(length + (size_t)got, size);
			memcpy(text + length, chunk, (size_t)got);
			length += (size_t)got;
			text[length] = '\0';
		}
	}
}

/* Until something can be read there: on a busy machine a program begins late. */
static void
await(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };

	ck_assert_int_eq(poll(&file, 1, 30000), 1);
}

static int
finish(const struct run *run)
{
	int status;

	ck_assert_int_eq(waitpid(run->pid, &status, 0), run->pid);
	close(run->out);
	close(run->err);
	return status;
}

static char seen[MESSAGES * 64];

START_TEST(an_interrupt_ends_it_with_what_is_done)
{
	char tally[64];
	size_t lines = 0;

	commands_begin();
	commands_write_times("box", MBOX_SEPARATOR MAIL_GOOD "\n", MESSAGES);
	struct run run = start(STREAM_PIPE, STREAM_PIPE);
	ck_assert_int_eq(read(run.out, seen, 1), 1);
	ck_assert_int_eq(kill(run.pid, SIGINT), 0);
	drain(&run, run.out, seen, sizeof seen);
	int status = finish(&run);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);

	char *at = seen;
	for (char *end; (end = strchr(at, '\n')) != NULL && end[1] != '\0'; at = end + 1) {
		char expected[64];

		lines++;
		snprintf(expected, sizeof expected, "box#%zu: accept (submission)\n", lines);
		ck_assert_int_eq(strncmp(at, expected, strlen(expected)), 0);
	}
	ck_assert_uint_gt(lines, 0);
	ck_assert_uint_lt(lines, MESSAGES);
	snprintf(tally, sizeof tally, "%zu messages: %zu accept\n", lines, lines);
	ck_assert_str_eq(at, tally);
	commands_end();
}
END_TEST

START_TEST(a_file_that_is_cut_short_meanwhile_ends_it)
{
	commands_begin();
	commands_write_times("box", MBOX_SEPARATOR MAIL_GOOD "\n", MESSAGES);
	struct run run = start(STREAM_PIPE, STREAM_PIPE);
	ck_assert_int_eq(read(run.out, seen, 1), 1);
	ck_assert_int_eq(truncate("box", 1), 0);
	drain(&run, run.err, memset(seen, 0, 1), sizeof seen);
	int status = finish(&run);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == EX_TEMPFAIL, "status %d: %s", status, seen);
	ck_assert_str_eq(seen, "postern: a file was cut short while it was read\n");
	commands_end();
}
END_TEST

START_TEST(progress_is_shown_where_nothing_else_is)
{
	commands_begin();
	commands_write_times("box", MBOX_SEPARATOR MAIL_GOOD "\n", MESSAGES);
	struct run bar = start(STREAM_PIPE, STREAM_TERMINAL);
	struct run both = start(STREAM_TERMINAL, STREAM_TERMINAL);
	struct run none = start(STREAM_PIPE, STREAM_PIPE);
	await(bar.out);
	await(both.out);
	await(none.out);
	usleep(LONG_WORK_US);

	drain(&bar, bar.err, seen, sizeof seen);
	ck_assert_int_eq(finish(&bar), 0);
	ck_assert_ptr_nonnull(strstr(seen, " messages, "));
	ck_assert_ptr_nonnull(strstr(seen, " left"));
	ck_assert_ptr_nonnull(strstr(seen, "%"));
	ck_assert_msg(strlen(seen) > 4 && strcmp(seen + strlen(seen) - 4, "\r\033[K") == 0, "it is not wiped off");

	struct run *const others[] = { &both, &none };
	for (size_t i = 0; i < 2; i++) {
		seen[0] = '\0';
		drain(others[i], others[i]->err, seen, sizeof seen);
		ck_assert_int_eq(finish(others[i]), 0);
		ck_assert_str_eq(seen, "");
	}
	commands_end();
}
END_TEST

SUITE_MAIN(check_terminal, an_interrupt_ends_it_with_what_is_done, a_file_that_is_cut_short_meanwhile_ends_it,
	   progress_is_shown_where_nothing_else_is)
