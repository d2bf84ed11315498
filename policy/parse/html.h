/* SPDX-License-Identifier: BSD-2-Clause */
/* html.h - whether an HTML document shows anything, code point by code point.
 *
 *      html_init(&h);
 *      for each point: if (html_point(&h, point)) seen = true;
 *      if (html_finish(&h)) seen = true;
 *
 * Markup is told from text as the HTML standard's tokenizer does (WHATWG HTML 13.2.5), since mail readers use browser engines:
 * quotes hold a `>` back in attributes but not in a declaration; a comment also ends at `--!>`; nothing but their own end tag
 * ends script, style and title; at the end of input an open tag or comment is dropped with what it holds, while `<` before
 * anything but a letter, `/`, `!` or `?` is text. Scripts are not run and style sheets not applied: what they hide is visible, and what
 * they draw is not. Nor does a script's own `<!--` hide its end tag.
 *
 * Memory and time per point are constant; nothing allocates or fails. */
#ifndef POSTERN_POLICY_PARSE_HTML_H
#define POSTERN_POLICY_PARSE_HTML_H

#include "policy/parse/bytes.h"
#include "policy/parse/html_reference.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTML_NAME_MAX = 16 }; /* the longest name looked for, of an element or attribute, has 10 */

struct html_element;

struct html {
	unsigned state; /* of enum state in html.c */
	const struct html_element
		*element; /* of the tag, or whose raw text this is; NULL when nothing is known of it */
	bool end_tag;
	bool draws;         /* something in the tag shows by itself */
	size_t templates;   /* open <template> elements: nothing within is shown */
	uint32_t quote;     /* around the attribute value */
	unsigned matched;   /* characters of `url(` at this place of a style attribute */
	unsigned attribute; /* of enum attribute in html.c */
	struct html_reference reference;
	size_t name_length; /* HTML_NAME_MAX when it is longer than any known name */
	char name[HTML_NAME_MAX];
};

void html_init(struct html *html);
/* Each returns whether something visible has become certain. */
bool html_point(struct html *html, uint32_t point);
bool html_finish(struct html *html);

/* For text in UTF-8, at the beginning of a character, or in another charset that has ASCII as it is and nowhere else: reads octets of the
 * text as html_point would their characters, but faster, and stops before the first that needs decoding, or when something
 * visible is certain: *seen_out is true then, else untouched. Returns how many octets were read. */
size_t html_octets(struct html *html, struct bytes text, bool *seen_out);

#endif
