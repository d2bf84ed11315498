/* SPDX-License-Identifier: BSD-2-Clause */
/* advice.h - what to say of a check to those who meet it: for `postern checks NAME` and postern-checks(7). One for each row of the table of
 * checks, in its order. Sentences end in a full stop. */
#ifndef POSTERN_POLICY_ADVICE_H
#define POSTERN_POLICY_ADVICE_H

struct check;

struct advice {
	const char *check;
	const char *why;    /* senders trip over it */
	const char *mend;   /* what to change in the mail, or in what makes it */
	const char *recipe; /* a group of configuration to begin with, lines of 4 blanks a level */
};

/* Never NULL for a row of the table. */
const struct advice *check_advice(const struct check *check);

#endif
