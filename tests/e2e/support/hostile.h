/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile.h - what somebody may write where a name or an address belongs, to reach a log, a terminal or a page with it; and what must
 * hold of whatever comes out there. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_HOSTILE_H
#define POSTERN_TESTS_E2E_SUPPORT_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>

struct hostile {
	const char *name; /* a sentence */
	const char *text; /* holds hostile_mark */
};

extern const struct hostile hostiles[];
extern const size_t hostiles_count;
/* A word by which what they wrote is found again. */
extern const char hostile_mark[];

/* The first octet of a string that is no printable ASCII; NULL: there is none. */
const char *hostile_not_plain(const char *text);
/* The first that a terminal might obey or a reader not see, in a text of lines: controls but LF, what is no UTF-8, what changes the
 * direction of writing or takes no room; NULL: there is none. */
const char *hostile_not_harmless(const char *text);

#endif
