/* SPDX-License-Identifier: BSD-2-Clause */
/* html_element.h - what an element's name means for its being seen. */
#ifndef POSTERN_POLICY_PARSE_HTML_ELEMENT_H
#define POSTERN_POLICY_PARSE_HTML_ELEMENT_H

#include "policy/parse/bytes.h"

enum html_trait {
	HTML_DRAWS = 1 << 0,    /* shows something by itself */
	HTML_RAW = 1 << 1,      /* its content is no markup, up to its end tag, and not shown */
	HTML_RAW_TEXT = 1 << 2, /* the same, but shown */
	HTML_REST = 1 << 3,     /* all that follows in the document is text */
	HTML_TEMPLATE = 1 << 4  /* its content is markup, and not shown */
};

struct html_element {
	const char *name;
	size_t length;
	unsigned traits; /* of html_trait */
};

/* NULL for an element with none of the traits. The name is not empty; its case does not matter. */
const struct html_element *html_element_find(struct bytes name);

#endif
