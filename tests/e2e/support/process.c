/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/process.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/guard.h"
#include "tests/e2e/support/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	EXIT_NOT_STARTED = 127, /* as a shell says it */
	FIRST_PASSED_FD = 3     /* SD_LISTEN_FDS_START */
};

/* Returns the first descriptor that the program does not get. */
static int
pass_on(int listener)
{
	char own[32];

	if (listener < 0)
		return FIRST_PASSED_FD;
	snprintf(own, sizeof own, "%ld", (long)getpid());
	setenv("LISTEN_PID", own, 1);
	setenv("LISTEN_FDS", "1", 1);
	if (listener == FIRST_PASSED_FD ? fcntl(listener, F_SETFD, 0) != 0 : dup2(listener, FIRST_PASSED_FD) < 0)
		_exit(EXIT_NOT_STARTED);
	return FIRST_PASSED_FD + 1;
}

static _Noreturn void
become(const char *const argv[], const char *output, int listener)
{
	int in = open("/dev/null", O_RDONLY);
	int out = open(output, O_WRONLY | O_CREAT | O_APPEND, 0644);
	sigset_t none;

	setsid();
	if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(EXIT_NOT_STARTED);
	closefrom(pass_on(listener));
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* execv takes char *const [] for historical reasons and changes nothing. */
	execv(argv[0], (char *const *)argv);
	fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_NOT_STARTED);
}

void
process_start(struct process *process, const char *const argv[], const char *output, int leash)
{
	process_start_on(process, argv, output, leash, -1);
}

void
process_start_on(struct process *process, const char *const argv[], const char *output, int leash, int listener)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("cannot fork: %s", strerror(errno));
	if (pid == 0)
		become(argv, output, listener);
	*process = (struct process){ pid, leash };
	if (leash >= 0)
		guard_watch(leash, pid);
}

/* It has been waited for: its number may soon be somebody else's. */
static void
process_ended(struct process *process)
{
	if (process->leash >= 0)
		guard_unwatch(process->leash, process->pid);
	process->pid = 0;
}

void
process_signal(const struct process *process, int signal)
{
	kill(process->pid, signal);
}

bool
process_wait(struct process *process, int timeout_ms, int *status_out)
{
	struct deadline deadline = deadline_in(timeout_ms);
	pid_t ended;
	int status;

	while ((ended = waitpid(process->pid, &status, WNOHANG)) == 0)
		if (!deadline_nap(&deadline))
			return false;
	if (ended < 0)
		fail("process %d is not ours to wait for", (int)process->pid);
	process_ended(process);
	*status_out = WIFSIGNALED(status) ? PROCESS_SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}

void
process_kill(struct process *process)
{
	if (process->pid == 0)
		return;
	/* The group first: once its leader is reaped the number may be somebody else's. */
	kill(-process->pid, SIGKILL);
	kill(process->pid, SIGKILL);
	waitpid(process->pid, NULL, 0);
	process_ended(process);
}

int
process_run(const char *const argv[], const char *output)
{
	struct process process;
	int status;

	process_start(&process, argv, output, -1);
	if (!process_wait(&process, PATIENCE_MS, &status)) {
		process_kill(&process);
		fail("%s does not end", argv[0]);
	}
	return status;
}

bool
process_lives(pid_t pid)
{
	char name[32];
	char line[512];
	size_t length;

	snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
	char *text = file_read(name, &length);
	if (text == NULL)
		return false;
	snprintf(line, sizeof line, "%s", text);
	free(text);
	/* "pid (name) state ...", and the name may hold anything. */
	const char *end = strrchr(line, ')');
	return end != NULL && end[1] == ' ' && end[2] != 'Z' && end[2] != 'X';
}

size_t
process_children(pid_t parent, pid_t *children_out, size_t max)
{
	char name[64];
	size_t count = 0;
	size_t length;

	snprintf(name, sizeof name, "/proc/%d/task/%d/children", (int)parent, (int)parent);
	char *text = file_read(name, &length);
	if (text == NULL)
		return 0;
	char *rest = text;
	for (const char *word; (word = strsep(&rest, " ")) != NULL;) {
		if (word[0] == '\0')
			continue;
		if (count < max)
			children_out[count] = (pid_t)strtol(word, NULL, 10);
		count++;
	}
	free(text);
	return count;
}
