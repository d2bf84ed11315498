/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/html_element.h"

enum { LETTERS = 'z' - 'a' + 1, PER_LETTER_MAX = 4 };

#define ELEMENT(name, traits)                      \
	{                                          \
		(name), sizeof(name) - 1, (traits) \
	}

/* By first letter: a document may hold millions of tags. An image is what parsers make an img of. */
static const struct html_element elements[LETTERS][PER_LETTER_MAX] = {
	['a' - 'a'] = { ELEMENT("audio", HTML_DRAWS) },
	['b' - 'a'] = { ELEMENT("button", HTML_DRAWS) },
	['c' - 'a'] = { ELEMENT("canvas", HTML_DRAWS) },
	['e' - 'a'] = { ELEMENT("embed", HTML_DRAWS) },
	['f' - 'a'] = { ELEMENT("frame", HTML_DRAWS) },
	['h' - 'a'] = { ELEMENT("hr", HTML_DRAWS) },
	['i' - 'a'] = { ELEMENT("iframe", HTML_DRAWS | HTML_RAW), ELEMENT("image", HTML_DRAWS),
			ELEMENT("img", HTML_DRAWS), ELEMENT("input", HTML_DRAWS) },
	['m' - 'a'] = { ELEMENT("math", HTML_DRAWS), ELEMENT("meter", HTML_DRAWS) },
	['n' - 'a'] = { ELEMENT("noembed", HTML_RAW), ELEMENT("noframes", HTML_RAW) },
	['o' - 'a'] = { ELEMENT("object", HTML_DRAWS) },
	['p' - 'a'] = { ELEMENT("picture", HTML_DRAWS), ELEMENT("plaintext", HTML_REST),
			ELEMENT("progress", HTML_DRAWS) },
	['s' - 'a'] = { ELEMENT("script", HTML_RAW), ELEMENT("select", HTML_DRAWS), ELEMENT("style", HTML_RAW),
			ELEMENT("svg", HTML_DRAWS) },
	['t' - 'a'] = { ELEMENT("template", HTML_TEMPLATE), ELEMENT("textarea", HTML_DRAWS | HTML_RAW),
			ELEMENT("title", HTML_RAW) },
	['v' - 'a'] = { ELEMENT("video", HTML_DRAWS) },
	['x' - 'a'] = { ELEMENT("xmp", HTML_RAW_TEXT) },
};

const struct html_element *
html_element_find(struct bytes name)
{
	unsigned letter = (unsigned char)ascii_lower(name.data[0]) - (unsigned)'a';

	for (size_t i = 0; letter < LETTERS && i < PER_LETTER_MAX; i++) {
		const struct html_element *element = &elements[letter][i];

		if (element->length == name.length && bytes_is(name, element->name))
			return element;
	}
	return NULL;
}
