/* SPDX-License-Identifier: BSD-2-Clause */
/* rewrite.h - edits that take out of a message what the two parsers are known to read in different ways, and nothing
 * else. Each adds the edited message to made; where there is nothing to edit, it is the message. Nearly all put in the
 * place of what they take out what Postern reads there, written so that nobody can read it in another way. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_REWRITE_H
#define POSTERN_TESTS_DIFFERENTIAL_REWRITE_H

#include "tests/differential/text.h"

typedef void rewrite(struct bytes message, struct text *made);

rewrite rewrite_nul, rewrite_line_breaks, rewrite_bare_cr, rewrite_no_field, rewrite_header_open;
rewrite rewrite_type_invalid, rewrite_field_repeated, rewrite_message_types, rewrite_boundary, rewrite_comments,
	rewrite_params_syntax, rewrite_name_extended, rewrite_name_backslash, rewrite_name_words, rewrite_name_charset,
	rewrite_name_octets, rewrite_disposition_invalid, rewrite_encoding_syntax;
rewrite rewrite_enclosed;
rewrite rewrite_base64, rewrite_quoted, rewrite_uuencode;

#endif
