/* SPDX-License-Identifier: BSD-2-Clause */
/* jobs.h - work done by several threads, its results given out in the order in which the work was taken.
 *
 *      struct piece { ... };                                  what one thread does at a time
 *      struct jobs_plan plan = { &context, take, work, emit };
 *      jobs_run(&plan, pieces, sizeof pieces[0], threads);    of threads * JOBS_AHEAD pieces
 *
 * What is given out does not depend on the number of threads. Memory is the pieces: when a slow one holds up those behind
 * it, and all others are used, the threads wait. The calling thread is one of the threads, and starts others only when there is
 * something for them to do; when the system refuses one, those that are there do the work. */
#ifndef POSTERN_MILTER_JOBS_H
#define POSTERN_MILTER_JOBS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	JOBS_THREADS_MAX = 256, /* more cores than a mailbox can keep busy */
	JOBS_AHEAD = 8 /* pieces for each thread: enough to go on while a piece of 8 times the usual size is in work */
};

struct jobs_plan {
	void *context;
	/* Fills a piece, new or used, with the next thing to do; false at the end. One at a time. */
	bool (*take)(void *context, void *piece);
	/* Does it. Many at a time, each with a piece of its own. */
	void (*work)(void *context, void *piece);
	/* Gives out what came of it. One at a time, in the order of take; also while others take. False: take no more. */
	bool (*emit)(void *context, void *piece);
};

/* Returns when all that was taken is given out. threads is 1 to JOBS_THREADS_MAX. */
void jobs_run(const struct jobs_plan *plan, void *pieces, size_t piece_size, unsigned threads);

/* The cores this process may use, at most JOBS_THREADS_MAX. */
unsigned jobs_cores(void);

#endif
