/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/visible.h"

#include "policy/parse/blank.h"

#include <unictype.h>

enum { POINT_MAX = 0x10ffff };

/* Blank, though Unicode classes them as symbols or format characters that are not ignorable. */
static bool
is_blank_symbol(uint32_t point)
{
	return point == 0x2800 || (point >= 0xfff9 && point <= 0xfffb) || point == 0x1d159;
}

bool
visible_point(uint32_t point)
{
	if (point < 0x7f)
		return point > ' ';
	if (point > POINT_MAX)
		return true;
	return !uc_is_property_white_space(point) && !uc_is_property_default_ignorable_code_point(point) &&
	       !uc_is_general_category(point, UC_CONTROL) && !is_blank_symbol(point);
}

enum charset_status
visible_open(struct visible *visible, struct bytes charset_name, enum visible_kind kind)
{
	visible->seen = false;
	visible->kind = kind;
	html_init(&visible->html);
	return charset_open(&visible->charset, charset_name);
}

/* Passes over what can be told from octets faster than point by point. */
static void
skip(struct visible *visible)
{
	struct charset *charset = &visible->charset;
	bool latin1 = charset->method == CHARSET_AS_LATIN1;
	bool utf8 = charset->method == CHARSET_AS_UTF8 && charset->missing == 0;
	size_t length = 0;

	if (charset->rest.length == 0 || !(latin1 || utf8))
		return;
	if (visible->kind == VISIBLE_HTML)
		length = html_octets(&visible->html, charset->rest, &visible->seen);
	else
		length = latin1 ? blank_latin1(charset->rest) : blank_utf8(charset->rest);
	charset->rest = bytes_from(charset->rest, length);
}

/* Draws points until one is visible; the rest of the text does not matter then. */
static void
drain(struct visible *visible)
{
	uint32_t point;

	for (;;) {
		skip(visible);
		if (visible->seen || !charset_next(&visible->charset, &point))
			break;
		visible->seen =
			visible->kind == VISIBLE_HTML ? html_point(&visible->html, point) : visible_point(point);
		if (visible->seen)
			break;
	}
}

void
visible_feed(struct visible *visible, struct bytes octets)
{
	if (visible->seen)
		return;
	charset_feed(&visible->charset, octets);
	drain(visible);
}

void
visible_finish(struct visible *visible)
{
	if (visible->seen)
		return;
	charset_finish(&visible->charset);
	drain(visible);
	if (!visible->seen && visible->kind == VISIBLE_HTML)
		visible->seen = html_finish(&visible->html);
}

void
visible_close(struct visible *visible)
{
	charset_close(&visible->charset);
}
