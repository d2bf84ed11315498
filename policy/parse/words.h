/* SPDX-License-Identifier: BSD-2-Clause */
/* words.h - unstructured header text with encoded words (RFC 2047, RFC 2231 5) as Unicode code points.
 *
 *      words_init(&w, value);
 *      while (words_next(&w, &point)) ...
 *      if (w.refused) ...                 (the system refused memory: the text is incomplete)
 *      words_close(&w);
 *
 * The value is whole, folded or not; it stays in place until words_close. Line breaks vanish, the blank after one stays. White
 * space between adjacent decoded words vanishes, and adjacent words of one charset are joined before conversion, so that a
 * character (and, where it is no text otherwise, a base64 quantum) may be split between them.
 *
 * Read as leniently as mail readers do, since text they show as nothing must be seen as nothing: words of any length, words
 * without white space around them, blanks inside, empty words, base64 with octets outside the alphabet or without its padding,
 * an empty charset (UTF-8). A word with an unknown charset or encoding, or in a run of words whose octets are no text of their
 * charset, is undecodable: it comes as it stands, visible. Past WORDS_OPENS_MAX it vanishes instead: so many charsets are there
 * to hide that nothing is shown. Raw octets outside words are UTF-8; others are CHARSET_INVALID.
 *
 * Time is linear in the length of the value; memory is that of the struct and of one open charset. */
#ifndef POSTERN_POLICY_PARSE_WORDS_H
#define POSTERN_POLICY_PARSE_WORDS_H

#include "policy/parse/base64.h"
#include "policy/parse/charset.h"

enum {
	WORDS_CHARSET_MAX = 128, /* octets of `charset*language`, blanks included; looked through at each `=?` */
	WORDS_OPENS_MAX = 32,    /* charsets that iconv is asked for in one value: loading one may take a millisecond */
	WORDS_DECODED_MAX = 128  /* octets decoded at a time */
};

/* Adjacent words of one charset, while they are decoded. */
struct words_run {
	size_t at, end;     /* the next word, and the end of the last one, in the value */
	struct bytes text;  /* what is left of the current word's text */
	bool in_base64;     /* its encoding; else Q */
	bool quanta_joined; /* base64 quanta go on from word to word */
	struct base64 base64;
};

struct words {
	bool refused;
	struct bytes value;
	size_t at;      /* the end of what is in hand: text first, then a run */
	bool after_run; /* nothing lies between the last run and `at` */
	bool in_text, in_run;
	struct bytes text; /* what is left of it */
	struct words_run run;
	struct bytes charset_name, unknown_name; /* of `charset`; the last that was no charset */
	size_t opens;
	size_t mark_from, mark_at; /* the first `?=` at or after mark_from is at mark_at */
	/* The last members, see words_init. */
	struct charset raw;     /* that text's, UTF-8 */
	struct charset charset; /* the run's, or the last one's */
	char decoded[WORDS_DECODED_MAX];
};

void words_init(struct words *words, struct bytes value);
bool words_next(struct words *words, uint32_t *point_out);
/* As charset_next_ascii: the points that come next as far as they are printable ASCII; none says nothing of what follows. */
struct bytes words_next_ascii(struct words *words);
void words_close(struct words *words);

#endif
