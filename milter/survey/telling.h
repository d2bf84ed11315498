/* SPDX-License-Identifier: BSD-2-Clause */
/* telling.h - where an account goes: text or JSON to standard output, a page to a file.
 *
 *      struct telling telling = { .json = ..., .page = path };
 *      status = telling_open(&telling);           before long work, so that it is not in vain
 *      status = telling_tell(&telling, &account);
 *      telling_close(&telling);                   in any case
 *
 * The page replaces the file when it is complete, and not before. */
#ifndef POSTERN_MILTER_SURVEY_TELLING_H
#define POSTERN_MILTER_SURVEY_TELLING_H

#include "milter/survey/account.h"

#include <stdio.h>

struct telling {
	bool json;        /* instead of text */
	const char *page; /* path; "-": the page on standard output, in the place of text or JSON; NULL: no page */

	FILE *file; /* the rest is its own */
	char *temporary;
};

/* Each returns an exit status, 0 for success, and says on standard error what went wrong. */
int telling_open(struct telling *telling);
int telling_tell(const struct telling *telling, const struct account *account);
void telling_close(struct telling *telling);

#endif
