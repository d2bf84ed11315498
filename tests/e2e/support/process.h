/* SPDX-License-Identifier: BSD-2-Clause */
/* process.h - a program run beside the test, in a session of its own. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_PROCESS_H
#define POSTERN_TESTS_E2E_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct process {
	pid_t pid; /* also its process group and session; 0 when there is none */
	int leash; /* of the guard that ends it when the test program is killed; -1 when there is none */
};

enum { PROCESS_SIGNALLED = 128 }; /* is added to the number of the signal that ended it, as a shell does */

/* Starts argv, which ends in NULL, with stdin from /dev/null and stdout and stderr appended to output. The leash is
 * that of a tempdir, or -1. (A parent-death signal would not do: daemons lose it when they change their user.) */
void process_start(struct process *process, const char *const argv[], const char *output, int leash);
/* The same with a listening socket that is handed on as sd_listen_fds(3) has it; -1: with none. */
void process_start_on(struct process *process, const char *const argv[], const char *output, int leash, int listener);
void process_signal(const struct process *process, int signal);
/* Waits for the end. False when it has not come in time; then it is still running. */
bool process_wait(struct process *process, int timeout_ms, int *status_out);
/* Ends it and its whole process group without asking, and waits for it. Nothing happens when there is none. */
void process_kill(struct process *process);
/* Runs argv to its end. Ends the program when that takes longer than PATIENCE_MS. */
int process_run(const char *const argv[], const char *output);

/* Whether anybody of that id lives; a zombie does not. */
bool process_lives(pid_t pid);
/* The children of a process, oldest first; how many there are, of which at most max are in children_out. */
size_t process_children(pid_t parent, pid_t *children_out, size_t max);

#endif
