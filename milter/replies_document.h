/* SPDX-License-Identifier: BSD-2-Clause */
/* replies_document.h - the catalogue of replies as text, for people, for scripts and for the documentation. */
#ifndef POSTERN_MILTER_REPLIES_DOCUMENT_H
#define POSTERN_MILTER_REPLIES_DOCUMENT_H

#include "milter/replies_query.h"

#include <stdio.h>

/* A line for each entry that is asked for, codes in a column; with `columns`, those of a terminal, lines are wrapped at blanks, 0:
 * they are not. False when memory is refused. */
bool replies_print(const struct replies_query *query, unsigned columns, FILE *stream);

/* A JSON object a line. Of each kind:
 *      {"kind":"code","code":550,"meaning":"...","sources":["RFC 5321", ...]}
 *      {"kind":"enhanced","code":"x.7.1","classes":[5],"with":["451", ...],"meaning":"...","sources":[...]}
 *      {"kind":"reply","reply":"550 5.7.1 Sender not allowed","code":550,"enhanced":"5.7.1","text":"Sender not allowed",
 *       "document":"Infobip","command":"MAIL FROM","given_by":"sender_not_allowed","reason":null,"postfix":null,"sendmail":null}
 * What is not known, or not so, is null. False when memory is refused. */
bool replies_json(const struct replies_query *query, FILE *stream);

void replies_mdoc(FILE *stream); /* sections of postern-replies(7) */

#endif
