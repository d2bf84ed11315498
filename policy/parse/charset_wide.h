/* SPDX-License-Identifier: BSD-2-Clause */
/* charset_wide.h - UTF-16 and UTF-32 to code points, chunks cut anywhere; for charset.c.
 *
 *      struct charset_wide w = { .size = 2, .order = CHARSET_ORDER_ASK };
 *      while (charset_wide_next(&w, &chunk, &point)) ...       (takes octets off the chunk's front)
 *      if (charset_wide_cut(&w)) ...                           (at the end: a character is incomplete)
 *
 * Half a surrogate pair is CHARSET_INVALID. Other points may be out of range: that is the caller's to see. */
#ifndef POSTERN_POLICY_PARSE_CHARSET_WIDE_H
#define POSTERN_POLICY_PARSE_CHARSET_WIDE_H

#include "policy/parse/bytes.h"

#include <stdint.h>

enum charset_order {
	CHARSET_ORDER_BIG,
	CHARSET_ORDER_LITTLE,
	CHARSET_ORDER_ASK /* the byte order mark; or what makes the first unit the smaller number */
};

struct charset_wide {
	unsigned size; /* octets of a unit: 2 or 4 */
	enum charset_order order;
	uint32_t unit;      /* as far as it has come, big end first until the order is known */
	unsigned taken;     /* octets of it; all: it has not been looked at */
	uint32_t surrogate; /* the first of a pair; 0: none */
};

bool charset_wide_next(struct charset_wide *wide, struct bytes *chunk, uint32_t *point_out);
bool charset_wide_cut(const struct charset_wide *wide);

#endif
