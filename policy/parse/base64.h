/* SPDX-License-Identifier: BSD-2-Clause */
/* base64.h - base64 as mail has it (RFC 2045 6.8), chunks cut anywhere.
 *
 *      struct base64 b = { 0 };
 *      n = base64_feed(&b, chunk, out);        (out has room for chunk.length octets)
 *      base64_finish(&b);
 *
 * Octets outside the alphabet are passed over. `=` ends a quantum, whose left-over bits are dropped, and what follows is
 * decoded on. An octet comes out as soon as its eight bits are in. */
#ifndef POSTERN_POLICY_PARSE_BASE64_H
#define POSTERN_POLICY_PARSE_BASE64_H

#include "policy/parse/bytes.h"

#include <stdint.h>

struct base64 {
	bool invalid; /* an octet that is neither of the alphabet nor white space, padding that is amiss, text after it */

	/* The decoder's own. */
	uint32_t bits;   /* of the quantum so far, the last ones lowest */
	uint8_t symbols; /* of the quantum so far */
	uint8_t due;     /* `=` that are still to come */
	bool padded;     /* the padding is complete */
};

size_t base64_feed(struct base64 *base64, struct bytes chunk, char *out);
void base64_finish(struct base64 *base64);

#endif
