/* SPDX-License-Identifier: BSD-2-Clause */
/* words.h - unstructured header text with encoded words (RFC 2047, RFC 2231 5) as Unicode code points.
 *
 *      words_init(&w, value);
 *      while (words_next(&w, &point)) ...
 *      if (w.refused) ...                 (the system refused memory: the text is incomplete)
 *      words_close(&w);
 *
 * The value is whole, folded or not. Line breaks of folds vanish, their blank stays. White space between adjacent encoded words vanishes, and adjacent
 * words of one charset are joined before conversion, so that a character may be split between them. Read as leniently as mail
 * readers do, since text they show as nothing must be seen as nothing: words of any length, words without white space
 * around them, blanks inside, empty words. A word with an unknown charset or encoding, or octets that are no text of its
 * charset, is undecodable: it comes as it stands, visible. Raw octets outside words are UTF-8; others are CHARSET_INVALID. */
#ifndef POSTERN_POLICY_PARSE_WORDS_H
#define POSTERN_POLICY_PARSE_WORDS_H

#include "policy/parse/charset.h"

void words_init(struct words *words, struct bytes value);
bool words_next(struct words *words, uint32_t *point_out);
void words_close(struct words *words);

#endif
