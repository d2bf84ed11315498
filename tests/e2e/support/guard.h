/* SPDX-License-Identifier: BSD-2-Clause */
/* guard.h - a small process that clears up after its maker, however that one ends.
 *
 * It listens at a pipe, the leash. When the maker and its forks are gone, killed or not, it ends the processes that it
 * was told of and removes a directory. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_GUARD_H
#define POSTERN_TESTS_E2E_SUPPORT_GUARD_H

#include <sys/types.h>

/* Starts it for this directory. leash_out is for the calls below and is closed on exec. */
pid_t guard_start(const char *directory, int *leash_out);
/* Has it clear up at once: a test that failed may have left processes of which its maker knows nothing. */
void guard_finish(pid_t guard, int leash);
/* Sends it home: nothing is removed, nobody is ended. */
void guard_dismiss(pid_t guard, int leash);

/* The leader of a process group that is to be ended with its group, and one that no longer is. */
void guard_watch(int leash, pid_t pid);
void guard_unwatch(int leash, pid_t pid);

/* Removes a directory and all that is in it, against somebody who may still be writing there for a moment. */
void remove_tree(const char *path);

#endif
