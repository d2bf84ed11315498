/* SPDX-License-Identifier: BSD-2-Clause */
/* mdoc.h - any text as text of a manual page in mdoc(7). */
#ifndef POSTERN_MILTER_MDOC_H
#define POSTERN_MILTER_MDOC_H

#include "policy/parse/bytes.h"

#include <stdio.h>

/* Text lines, one for each sentence; nothing in them is a request or an escape. */
void mdoc_text(const char *text, FILE *stream);
/* One argument of a macro, in quotes, whatever is in it. */
void mdoc_argument(const char *text, FILE *stream);

#endif
