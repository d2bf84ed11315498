/* SPDX-License-Identifier: BSD-2-Clause */
/* html_reference.h - whether a character reference in HTML text shows anything (WHATWG HTML 13.2.5.72 to 13.2.5.80).
 *
 *      html_reference_init(&r);                       (the & has been read)
 *      while (html_reference_point(&r, point)) ...    (false: the point ends it and, unless it is `;`, does not belong to it)
 *      if (html_reference_visible(&r, point == ';')) ...
 *
 * Of any length, numeric ones with or without `;`. What is no reference is text and visible, the & at least. */
#ifndef POSTERN_POLICY_PARSE_HTML_REFERENCE_H
#define POSTERN_POLICY_PARSE_HTML_REFERENCE_H

#include "policy/parse/bytes.h"

#include <stdint.h>

enum { HTML_REFERENCE_MAX = 24 }; /* the longest of interest, NegativeVeryThinSpace, has 21 */

struct html_reference {
	uint32_t base;      /* of a numeric one: 10 or 16; else 0 */
	uint32_t number;    /* stops growing past the last code point */
	bool digits;        /* there are some */
	size_t name_length; /* HTML_REFERENCE_MAX when it is longer than any of interest */
	char name[HTML_REFERENCE_MAX];
};

void html_reference_init(struct html_reference *reference);
bool html_reference_point(struct html_reference *reference, uint32_t point);
bool html_reference_visible(const struct html_reference *reference, bool closed);

/* The length of the reference that text begins with, if it is there up to its `;` and shows nothing; else 0. */
size_t html_reference_blank(struct bytes text);

#endif
