/* SPDX-License-Identifier: BSD-2-Clause */
/* settings_document.h - all that configuration can say, as text, for people and for postern.conf(5). */
#ifndef POSTERN_MILTER_SETTINGS_DOCUMENT_H
#define POSTERN_MILTER_SETTINGS_DOCUMENT_H

#include <stdbool.h>
#include <stdio.h>

/* The settings whose path ("counters.timeout") holds the word. False: there is none. */
bool settings_list(const char *word, FILE *stream);

/* The members of a group as items of a list in mdoc(7): of "" those of the top level, of "check" what each check has of its own. False: there is
 * no such group. */
bool settings_mdoc(const char *group, FILE *stream);

#endif
