/* SPDX-License-Identifier: BSD-2-Clause */
/* trials.h - what `make load` tries on a daemon. Each prints what it found and returns whether all answers were right and nothing was left behind;
 * figures that miss their goal are printed beside it. */
#ifndef POSTERN_TESTS_LOAD_TRIALS_H
#define POSTERN_TESTS_LOAD_TRIALS_H

#include "tests/load/footprint.h"

struct trials {
	struct tempdir dir;
	const char *shipped; /* configuration */
	struct postern postern;
	double seconds;     /* of a long trial, */
	size_t messages;    /* which does not end before it has sent so many */
	unsigned crowd;     /* connections of it */
	unsigned smtp_most; /* connections through Postfix */
};

bool trial_of_endurance(struct trials *trials); /* a crowd, for long: answers, latency, memory, descriptors */
bool trial_of_idleness(struct trials *trials);  /* many connections that say nothing */
bool trial_of_bursts(struct trials *trials);    /* everybody at once */
bool trial_of_slowness(struct trials *trials);  /* peers that say an octet a second */
bool trial_of_postfix(struct trials *trials);   /* mail through a Postfix */

#endif
