/* SPDX-License-Identifier: BSD-2-Clause */
/* params_text.h - the texts of the parameters that params.c reads: which are kept, RFC 2231, decoding. For params.c only.
 *
 *      params_text_init(&p);
 *      params_text_begin(&p, key);             the octets before `=`, lower-cased
 *      params_text_put(&p, c); ...             its value, without quotes and escapes
 *      params_text_end(&p);
 *      params_text_finish(&p);                 after the last one */
#ifndef POSTERN_POLICY_PARSE_PARAMS_TEXT_H
#define POSTERN_POLICY_PARSE_PARAMS_TEXT_H

#include "policy/parse/params.h"

void params_text_init(struct params *params);
void params_text_begin(struct params *params, struct bytes key);
void params_text_put(struct params *params, char c);
/* A blank, or an octet of a comment in a file name: belongs to the text only if params_text_put comes after it. */
void params_text_put_loose(struct params *params, char c);
/* What was put loosely so far was indeed no text. */
void params_text_drop_loose(struct params *params);
/* Whether the value being read is a file name that is kept. */
bool params_text_is_file(const struct params *params);
void params_text_end(struct params *params);
void params_text_finish(struct params *params);

#endif
