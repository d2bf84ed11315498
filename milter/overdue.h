/* SPDX-License-Identifier: BSD-2-Clause */
/* overdue.h - stands between libmilter and the callbacks, and notices those that do not return: nobody can end their threads, so the worker
 * has to go.
 *
 *      smfi_register(overdue_filter(filter));
 *      struct overdue overdue = overdue_look();        each second, always from the same thread
 *
 * Time is counted in looks, as it passes while a whole machine stands still, too. A callback is not asked for the time. */
#ifndef POSTERN_MILTER_OVERDUE_H
#define POSTERN_MILTER_OVERDUE_H

#include <libmilter/mfapi.h>

enum {
	/* Looks at a callback that has not gone on: twice the longest time that a call to a store or table may take. Sendmail
	 * waits 10 seconds for an answer, Postfix 30. */
	OVERDUE_LOOKS = 20,
	OVERDUE_THREADS = 1024 /* of a process are watched; as many callbacks at a time do not happen */
};

/* The same filter, watched. One a process. */
struct smfiDesc overdue_filter(struct smfiDesc filter);

/* The callback of this thread goes on: it begins to wait for something outside, which has a time budget of its own. Anywhere else nothing happens. */
void overdue_postpone(void);

struct overdue {
	unsigned slow; /* callbacks that were there at the last look already, and have not gone on since */
	unsigned hung; /* those of them that were there for OVERDUE_LOOKS: each is logged once */
};
struct overdue overdue_look(void);

#endif
