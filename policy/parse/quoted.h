/* SPDX-License-Identifier: BSD-2-Clause */
/* quoted.h - quoted-printable as mail has it (RFC 2045 6.7), chunks cut anywhere.
 *
 *      struct quoted q = { 0 };
 *      n = quoted_feed(&q, chunk, out);        (out has room for chunk.length + QUOTED_HELD_MAX octets)
 *      n = quoted_finish(&q, out);             (and here for QUOTED_HELD_MAX)
 *
 * Soft line breaks vanish, with blanks between `=` and the line break; so does a `=` at the end of all. Blanks at the end of
 * a line vanish, if they are no more than QUOTED_BLANKS_MAX: longer runs stay as they are, wherever chunks are cut. A `=` that
 * neither two hex digits nor a line break follow is kept as it stands. Lines end in CRLF or LF; a lone CR is an ordinary
 * octet, and so is what RFC 2045 wants encoded and is not. */
#ifndef POSTERN_POLICY_PARSE_QUOTED_H
#define POSTERN_POLICY_PARSE_QUOTED_H

#include "policy/parse/bytes.h"

#include <stdint.h>

enum {
	QUOTED_BLANKS_MAX = 128,                /* a line has at most 76 octets (RFC 2045 6.7) */
	QUOTED_HELD_MAX = QUOTED_BLANKS_MAX + 2 /* with `=` before and CR after them */
};

struct quoted {
	bool invalid; /* a `=` was kept */

	/* The decoder's own. */
	uint8_t state;
	uint8_t held_length;
	char held[QUOTED_HELD_MAX]; /* what vanishes or stays, depending on what follows */
};

size_t quoted_feed(struct quoted *quoted, struct bytes chunk, char *out);
size_t quoted_finish(struct quoted *quoted, char *out);

#endif
