/* SPDX-License-Identifier: BSD-2-Clause */
/* field.h - the MIME fields of a message as Postern reads them, and written so that no reader can differ. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_FIELD_H
#define POSTERN_TESTS_DIFFERENTIAL_FIELD_H

#include "policy/parse/params.h"
#include "tests/differential/pieces.h"
#include "tests/differential/text.h"

enum field { FIELD_TYPE, FIELD_DISPOSITION, FIELD_ENCODING, FIELD_OTHER };

/* Of a piece that is no field: FIELD_OTHER. */
enum field field_of(const struct piece *piece);

/* The value, which has parameters or none. */
void field_read(const struct piece *piece, struct params *params_out);

/* Writes the main value, unless it is none, and the parameters that Postern looks at; with that boundary, or without. Of a file
 * name that is no UTF-8, the octets that are none become letters. */
void field_write(struct text *made, const struct piece *piece, const struct params *params, const char *boundary);
/* With the boundary it has. */
void field_write_again(struct text *made, const struct piece *piece, const struct params *params);

bool is_utf8(const char *text);
/* RFC 2045 5.1 */
bool is_token(const char *text);
bool is_type(const char *value); /* token/token */
/* `token[/token]; name=value; ...`, values tokens or in quotes, without comments. */
bool is_strict(struct bytes value);

/* With a blank for each; false when one is not closed. */
bool add_without_comments(struct text *text, struct bytes value);

/* Writes the message again; write puts something in the place of a field of that kind, or returns false. */
typedef bool field_rewrite(const struct piece *piece, const struct params *params, struct text *made);
void field_each(struct bytes message, enum field field, field_rewrite *write, struct text *made);
/* Those of FIELD_TYPE and FIELD_DISPOSITION. */
void field_each_with_params(struct bytes message, field_rewrite *write, struct text *made);

#endif
