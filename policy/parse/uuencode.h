/* SPDX-License-Identifier: BSD-2-Clause */
/* uuencode.h - uuencoded files (POSIX uuencode), chunks cut anywhere.
 *
 *      struct uuencode u = { 0 };
 *      n = uuencode_feed(&u, chunk, out);      (out has room for chunk.length octets)
 *      uuencode_finish(&u);
 *
 * Decoded is what lies between a line `begin MODE NAME` and a line `end`, of one file after the other. A line that is
 * shorter than its count gives what it has, one that is longer what it counts. */
#ifndef POSTERN_POLICY_PARSE_UUENCODE_H
#define POSTERN_POLICY_PARSE_UUENCODE_H

#include "policy/parse/bytes.h"

#include <stdint.h>

struct uuencode {
	bool invalid; /* no `begin`, no `end`, a short line, or an octet outside the alphabet */

	/* The decoder's own. */
	uint8_t state;
	uint8_t matched; /* octets of "begin " or "end" */
	uint8_t due;     /* octets that the line still has to give */
	uint8_t symbols; /* of the quantum so far */
	uint32_t bits;   /* of the quantum so far, the last ones lowest */
	bool begun;      /* a `begin` was seen */
};

size_t uuencode_feed(struct uuencode *uuencode, struct bytes chunk, char *out);
void uuencode_finish(struct uuencode *uuencode);

#endif
