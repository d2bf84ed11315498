/* SPDX-License-Identifier: BSD-2-Clause */
/* differences.h - what Postern and GMime read in different ways, and who is right.
 *
 * A difference is explained when it goes away once the rows' edits (rewrite.h) have taken out of the message what they
 * name: in what is left both read the same, in every part. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_DIFFERENCES_H
#define POSTERN_TESTS_DIFFERENTIAL_DIFFERENCES_H

#include "tests/differential/rewrite.h"
#include "tests/support/trace.h"

enum { DIFFERENCES_MAX = 64 }; /* for counts */

enum right {
	RIGHT_POSTERN,
	RIGHT_GMIME,  /* and Postern has a reason, which the row gives */
	RIGHT_NEITHER /* the standards leave it open */
};

struct difference {
	const char *name;
	enum right right;
	const char *why; /* with the paragraph */
	rewrite *edit;
	bool alters;          /* the edit changes what Postern reads, since there is no other way to write that */
	struct bytes example; /* a message that differs for this reason, and no other */
};

/* Edits that others build on come first. */
extern const struct difference differences[];
extern const size_t difference_count;

/* Whether both read the same; the readings replace what is in the traces. */
bool same_reading(struct bytes message, struct trace *postern, struct trace *gmime);
/* Whether both read the same after the row's edit, which changes something. */
bool explained_by(const struct difference *row, struct bytes message);
/* Whether the message's difference is explained; counts, if not NULL, are raised of the rows that took part. */
bool explained(struct bytes message, size_t *counts);

#endif
