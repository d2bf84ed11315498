/* SPDX-License-Identifier: BSD-2-Clause */
/* What elements and character references are called. */
#include "policy/parse/html_element.h"
#include "policy/parse/html_reference.h"
#include "tests/support/cuts.h"
#include "tests/support/suite.h"

#include <string.h>

START_TEST(elements_have_traits_by_name)
{
	static const struct {
		const char *name;
		unsigned traits; /* 0: it is not found */
	} cases[] = {
		{ "img", HTML_DRAWS },
		{ "IMG", HTML_DRAWS },
		{ "svg", HTML_DRAWS },
		{ "style", HTML_RAW },
		{ "noembed", HTML_RAW },
		{ "iframe", HTML_DRAWS | HTML_RAW },
		{ "XMP", HTML_RAW_TEXT },
		{ "plaintext", HTML_REST },
		{ "template", HTML_TEMPLATE },
		{ "p", 0 },
		{ "im", 0 },
		{ "imgx", 0 },
		{ "noscript", 0 },
		{ "x", 0 },
		{ "zzz", 0 },
		{ "{img", 0 },
		{ "1", 0 },
		{ "\xc3\xa9", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct html_element *element = html_element_find(bytes_of(cases[i].name));

		ck_assert_msg((element != NULL ? element->traits : 0) == cases[i].traits, "%s", cases[i].name);
	}
}
END_TEST

START_TEST(references_that_show_nothing_are_measured)
{
	static const struct {
		const char *text;
		size_t length;
	} cases[] = {
		{ "&nbsp;", 6 },
		{ "&nbsp;&nbsp;a", 6 },
		{ "&NegativeVeryThinSpace;", 23 },
		{ "&Tab;", 5 },
		{ "&emsp13;", 8 },
		{ "&zwnj;", 6 },
		{ "&#160;", 6 },
		{ "&#xA0;", 6 },
		{ "&#X200b;", 8 },
		{ "&#129;", 6 },
		{ "&amp;", 0 },
		{ "&NBSP;", 0 },
		{ "&nbs;", 0 },
		{ "&nbspx;", 0 },
		{ "&{;", 0 },
		{ "&1;", 0 },
		{ "&zwj{;", 0 },
		{ "&nbsp", 0 }, /* its semicolon may come */
		{ "&nbsp a", 0 },
		{ "&#160", 0 },
		{ "&#160a;", 0 },
		{ "&#65;", 0 },
		{ "&#;", 0 },
		{ "&#x;", 0 },
		{ "&;", 0 },
		{ "&", 0 },
		{ "&#", 0 },
		{ "&n\xc2\xa0;", 0 },
		{ "&#1\xc2\xa0;", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct bytes copy = guarded_copy(bytes_of(cases[i].text));

		ck_assert_msg(html_reference_blank(copy) == cases[i].length, "%s", cases[i].text);
		guarded_free(copy);
	}
}
END_TEST

SUITE_MAIN(html_names, elements_have_traits_by_name, references_that_show_nothing_are_measured)
