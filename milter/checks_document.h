/* SPDX-License-Identifier: BSD-2-Clause */
/* checks_document.h - the table of checks as text, for people and for the documentation. */
#ifndef POSTERN_MILTER_CHECKS_DOCUMENT_H
#define POSTERN_MILTER_CHECKS_DOCUMENT_H

#include "policy/checks.h"

#include <stdio.h>

enum { SETTING_PATH_MAX = 100 }; /* "checks.header_duplicate.fields": octets with NUL */

void checks_list(FILE *stream);                               /* a line each */
void checks_explain(const struct check *check, FILE *stream); /* all that the row says */
void checks_markdown(FILE *stream);                           /* the README's table */
void checks_mdoc(FILE *stream);                               /* sections of postern-checks(7) */
/* The settings that checks have of their own: as lines, those whose path holds the word (false: none); as items of a list in postern.conf(5). */
bool checks_list_settings(const char *word, FILE *stream);
void checks_mdoc_settings(FILE *stream);

#endif
