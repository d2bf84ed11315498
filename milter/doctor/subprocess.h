/* SPDX-License-Identifier: BSD-2-Clause */
/* subprocess.h - another program's output, whatever that program does: run without a shell and with a small environment of its own, it
 * has so long and may say so much. */
#ifndef POSTERN_MILTER_DOCTOR_SUBPROCESS_H
#define POSTERN_MILTER_DOCTOR_SUBPROCESS_H

#include <stdbool.h>

enum {
	SUBPROCESS_OUTPUT_MAX = 1024 * 1024, /* octets: postconf prints 60 KB of Postfix's 900 settings */
	SUBPROCESS_DEADLINE_MS = 5000,       /* for a host that is busy; postconf takes 20 ms */
	SUBPROCESS_WHY_MAX = 512
};

/* Runs argv, whose first item is the path of the program and NULL its last. Returns what it printed on standard output, NUL-terminated, for
 * free(), octets of zero in it as `?`. NULL with the reason in why_out, the first line of what it printed on standard error
 * included, when it cannot be run, does not end with status 0, or keeps to none of the bounds: it is killed then, with its process
 * group. */
char *subprocess_output(const char *const argv[], char why_out[SUBPROCESS_WHY_MAX]);

#endif
