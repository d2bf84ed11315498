/* SPDX-License-Identifier: BSD-2-Clause */
/* progress.h - how far long work is: a line on standard error that is written over itself, and wiped off at the end.
 *
 *      progress_begin(&p, octets);
 *      ... progress_add(&p, messages, octets); ...
 *      progress_wipe(&p);                         before anything else is printed there, and at the end
 *
 * Only when standard error is a terminal and standard output is none (on a terminal the results themselves show how far it is), and
 * only from the second second on. */
#ifndef POSTERN_MILTER_PROGRESS_H
#define POSTERN_MILTER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_LINE_MAX = 160 }; /* octets; the line has 71 columns at most with numbers that occur */

struct progress {
	bool shown;           /* at all */
	bool on_screen;       /* now */
	size_t octets, total; /* total is 0 when it is not known */
	size_t messages;
	int64_t begin_ms, next_ms; /* when it is drawn again */
};

/* Whether there is somebody to look at it. */
bool progress_wanted(void);

/* shown is what progress_wanted says; or of work that prints nothing before its end, whether standard error is a terminal. */
void progress_begin(struct progress *progress, bool shown, size_t total);
void progress_add(struct progress *progress, size_t messages, size_t octets);
void progress_wipe(struct progress *progress);

/* ` 43 % [########>           ]  8612 messages, 41200/s, 0:12 left`; without percentage, bar and time when the total is not known. */
void progress_line(const struct progress *progress, int64_t now_ms, char line_out[PROGRESS_LINE_MAX]);

#endif
