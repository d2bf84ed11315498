/* SPDX-License-Identifier: BSD-2-Clause */
/* checks_document.h - the table of checks as text, for people and for the documentation. */
#ifndef POSTERN_MILTER_CHECKS_DOCUMENT_H
#define POSTERN_MILTER_CHECKS_DOCUMENT_H

#include "policy/checks.h"

#include <stdio.h>

void checks_list(FILE *stream);                               /* a line each */
void checks_explain(const struct check *check, FILE *stream); /* all that the row says */
void checks_markdown(FILE *stream);                           /* the README's table */
void checks_mdoc(FILE *stream);                               /* sections of postern-checks(7) */

#endif
