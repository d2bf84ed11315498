/* SPDX-License-Identifier: BSD-2-Clause */
/* scanner_kinds.h - the messages that the scanner is measured with: ordinary ones of each kind of body, and such as somebody
 * would write who wants a filter to be slow.
 *
 *      text = kind_make(&kinds[i], size); ... free((void *)text.data);
 *
 * Ends the program when memory is refused. */
#ifndef POSTERN_TESTS_BENCH_SCANNER_KINDS_H
#define POSTERN_TESTS_BENCH_SCANNER_KINDS_H

#include "policy/parse/bytes.h"

enum { KIND_SIZE = 25 << 20 }; /* octets of most messages: what many mail servers accept at most */

struct kind {
	const char *name;
	const char *before; /* header, and what comes before the repeated line */
	const char *line;   /* a `%` in it stands for its number, six digits */
	const char *after;
	size_t size; /* octets of all lines, about */
};

extern const struct kind ordinary_kinds[], hostile_kinds[];
extern const size_t ordinary_kinds_count, hostile_kinds_count;
/* What a hostile message is compared with: a text and a file. */
extern const struct kind usual_kind;

struct bytes kind_make(const struct kind *kind, size_t size);

#endif
