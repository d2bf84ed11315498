/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/guard.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	WATCHED_MAX = 32,        /* a test program runs two or three at a time */
	REMOVAL_PATIENCE = 5000, /* milliseconds */
	OPEN_DIRECTORIES = 16,
};

/* What is said through the leash. */
struct order {
	enum { WATCH, UNWATCH, FINISH, DISMISS } what;
	pid_t pid;
};

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	remove(path);
	return 0;
}

void
remove_tree(const char *path)
{
	struct deadline deadline = deadline_in(REMOVAL_PATIENCE);

	do
		nftw(path, remove_entry, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS);
	while (path_exists(path) && deadline_nap(&deadline));
}

/* In watched, 0 is a free place. */
static void
replace(pid_t watched[WATCHED_MAX], pid_t old, pid_t new)
{
	for (size_t i = 0; i < WATCHED_MAX; i++) {
		if (watched[i] == old) {
			watched[i] = new;
			return;
		}
	}
}

static _Noreturn void
guard(int pipe_end, const char *directory)
{
	pid_t watched[WATCHED_MAX] = { 0 };
	struct order order;
	ssize_t got;

	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	/* An order is far shorter than PIPE_BUF and so comes whole. */
	while ((got = read(pipe_end, &order, sizeof order)) == sizeof order || (got < 0 && errno == EINTR)) {
		if (got < 0)
			continue;
		if (order.what == DISMISS)
			_exit(EXIT_SUCCESS);
		if (order.what == FINISH)
			break;
		if (order.what == WATCH)
			replace(watched, 0, order.pid);
		else
			replace(watched, order.pid, 0);
	}
	for (size_t i = 0; i < WATCHED_MAX; i++)
		if (watched[i] != 0)
			kill(-watched[i], SIGKILL);
	remove_tree(directory);
	_exit(EXIT_SUCCESS);
}

pid_t
guard_start(const char *directory, int *leash_out)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		fail("cannot make a pipe: %s", strerror(errno));
	pid_t pid = fork();
	if (pid < 0)
		fail("cannot fork: %s", strerror(errno));
	if (pid == 0) {
		close(ends[1]);
		guard(ends[0], directory);
	}
	close(ends[0]);
	*leash_out = ends[1];
	return pid;
}

static void
give_order(int leash, struct order order)
{
	if (write(leash, &order, sizeof order) != sizeof order)
		fail("the guard is gone");
}

void
guard_watch(int leash, pid_t pid)
{
	give_order(leash, (struct order){ WATCH, pid });
}

void
guard_unwatch(int leash, pid_t pid)
{
	give_order(leash, (struct order){ UNWATCH, pid });
}

static void
give_last_order(pid_t pid, int leash, struct order order)
{
	give_order(leash, order);
	close(leash);
	waitpid(pid, NULL, 0);
}

void
guard_finish(pid_t pid, int leash)
{
	give_last_order(pid, leash, (struct order){ FINISH, 0 });
}

void
guard_dismiss(pid_t pid, int leash)
{
	give_last_order(pid, leash, (struct order){ DISMISS, 0 });
}
