/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	COMPLAINT_MAX = 256,    /* octets kept of standard error */
	EXIT_NOT_STARTED = 127, /* as a shell says it */
	END_NAP_MS = 5
};

struct run {
	pid_t pid;
	int out, err;
	int64_t until_ms;
	char *output; /* SUBPROCESS_OUTPUT_MAX octets and a NUL */
	size_t length;
	char complaint[COMPLAINT_MAX];
	size_t complaint_length;
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static _Noreturn void
become(const char *const argv[], int out, int err)
{
	static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
	int in = open("/dev/null", O_RDONLY);
	sigset_t none;

	setpgid(0, 0);
	if (in < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		_exit(EXIT_NOT_STARTED);
	closefrom(STDERR_FILENO + 1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* execve takes char *const [] for historical reasons and changes nothing. */
	execve(argv[0], (char *const *)argv, (char *const *)environment);
	dprintf(STDERR_FILENO, "%s", strerror(errno));
	_exit(EXIT_NOT_STARTED);
}

static bool
start(struct run *run, const char *const argv[])
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 };

	run->pid = -1;
	if (pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0)
		run->pid = fork();
	if (run->pid == 0)
		become(argv, out[1], err[1]);
	int error = errno;
	if (out[1] >= 0)
		close(out[1]);
	if (err[1] >= 0)
		close(err[1]);
	run->out = out[0];
	run->err = err[0];
	if (run->pid > 0)
		setpgid(run->pid, run->pid); /* both do it: whoever comes first */
	errno = error;
	return run->pid > 0;
}

/* Closes the end of the pipe when there is no more. False when there is more than may be. */
static bool
take_output(struct run *run)
{
	ssize_t got = read(run->out, run->output + run->length, SUBPROCESS_OUTPUT_MAX - run->length);

	if (got > 0)
		run->length += (size_t)got;
	else if (got == 0 || errno != EINTR) {
		close(run->out);
		run->out = -1;
	}
	return run->length < SUBPROCESS_OUTPUT_MAX;
}

/* What does not fit is read and forgotten. */
static void
take_complaint(struct run *run)
{
	char more[COMPLAINT_MAX];
	ssize_t got = read(run->err, more, sizeof more);

	if (got == 0 || (got < 0 && errno != EINTR)) {
		close(run->err);
		run->err = -1;
	}
	size_t room = sizeof run->complaint - 1 - run->complaint_length;
	size_t length = got < 0 ? 0 : (size_t)got;
	memcpy(run->complaint + run->complaint_length, more, length < room ? length : room);
	run->complaint_length += length < room ? length : room;
}

/* NULL, or which bound was broken. */
static const char *
read_all(struct run *run)
{
	while (run->out >= 0 || run->err >= 0) {
		struct pollfd fds[2] = { { .fd = run->out, .events = POLLIN }, { .fd = run->err, .events = POLLIN } };
		int64_t left = run->until_ms - now_ms();

		if (left <= 0)
			return "takes too long";
		int ready = poll(fds, 2, (int)left);
		if (ready < 0 && errno != EINTR)
			return strerror(errno);
		if (ready > 0 && fds[0].revents != 0 && !take_output(run))
			return "prints too much";
		if (ready > 0 && fds[1].revents != 0)
			take_complaint(run);
	}
	return NULL;
}

/* Its pipes are closed; it may live on all the same. */
static const char *
await_end(struct run *run)
{
	static const struct timespec nap = { .tv_nsec = END_NAP_MS * 1000000 };
	pid_t ended;
	int status;

	while ((ended = waitpid(run->pid, &status, WNOHANG)) == 0) {
		if (now_ms() >= run->until_ms)
			return "does not end";
		nanosleep(&nap, NULL);
	}
	pid_t pid = run->pid;
	run->pid = -1;
	if (ended != pid || !WIFEXITED(status))
		return "was killed";
	if (WEXITSTATUS(status) == EXIT_NOT_STARTED)
		return "cannot be run";
	return WEXITSTATUS(status) == 0 ? NULL : "fails";
}

static void
close_run(struct run *run)
{
	if (run->pid > 0) {
		kill(-run->pid, SIGKILL);
		kill(run->pid, SIGKILL);
		waitpid(run->pid, NULL, 0);
	}
	if (run->out >= 0)
		close(run->out);
	if (run->err >= 0)
		close(run->err);
}

static void
say(const struct run *run, const char *program, const char *trouble, char *why_out)
{
	int length = (int)strcspn(run->complaint, "\n");

	snprintf(why_out, SUBPROCESS_WHY_MAX, "%.200s %s%s%.*s", program, trouble, length > 0 ? ": " : "", length,
		 run->complaint);
}

char *
subprocess_output(const char *const argv[], char why_out[SUBPROCESS_WHY_MAX])
{
	struct run run = { .pid = -1, .out = -1, .err = -1, .until_ms = now_ms() + SUBPROCESS_DEADLINE_MS };

	run.output = malloc(SUBPROCESS_OUTPUT_MAX + 1);
	const char *trouble = "cannot be run: out of memory";
	if (run.output != NULL)
		trouble = start(&run, argv) ? read_all(&run) : strerror(errno);
	if (trouble == NULL)
		trouble = await_end(&run);
	close_run(&run);
	if (trouble != NULL) {
		say(&run, argv[0], trouble, why_out);
		free(run.output);
		return NULL;
	}
	for (size_t i = 0; i < run.length; i++)
		if (run.output[i] == '\0')
			run.output[i] = '?';
	run.output[run.length] = '\0';
	return run.output;
}
