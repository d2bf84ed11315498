/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/html_element.h"

static const struct html_element elements[] = {
	{ "audio", HTML_DRAWS },
	{ "button", HTML_DRAWS },
	{ "canvas", HTML_DRAWS },
	{ "embed", HTML_DRAWS },
	{ "frame", HTML_DRAWS },
	{ "hr", HTML_DRAWS },
	{ "iframe", HTML_DRAWS | HTML_RAW },
	{ "image", HTML_DRAWS }, /* what parsers make an img of */
	{ "img", HTML_DRAWS },
	{ "input", HTML_DRAWS },
	{ "math", HTML_DRAWS },
	{ "meter", HTML_DRAWS },
	{ "noembed", HTML_RAW },
	{ "noframes", HTML_RAW },
	{ "object", HTML_DRAWS },
	{ "picture", HTML_DRAWS },
	{ "plaintext", HTML_REST },
	{ "progress", HTML_DRAWS },
	{ "script", HTML_RAW },
	{ "select", HTML_DRAWS },
	{ "style", HTML_RAW },
	{ "svg", HTML_DRAWS },
	{ "template", HTML_TEMPLATE },
	{ "textarea", HTML_DRAWS | HTML_RAW },
	{ "title", HTML_RAW },
	{ "video", HTML_DRAWS },
	{ "xmp", HTML_RAW_TEXT },
};

const struct html_element *
html_element_find(struct bytes name)
{
	for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
		if (name.data[0] == elements[i].name[0] && bytes_equal(name, bytes_of(elements[i].name)))
			return &elements[i];
	return NULL;
}
