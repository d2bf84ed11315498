/* SPDX-License-Identifier: BSD-2-Clause */
/* A sender may fill megabytes with markup that shows nothing. Most of it is runs of octets that leave the state as it is, and tags
 * and references that lie within the text as a whole: those are read here, and all else by html_point.
 *
 * Where only certain ASCII characters leave a state, the octets of others are passed over without being decoded: no octet of
 * a longer character is ASCII. When text ends within one, what is left of it is passed over just so with the next text. */
#include "policy/parse/html.h"

#include "policy/parse/blank.h"
#include "policy/parse/html_element.h"
#include "policy/parse/html_state.h"

#include <string.h>

static size_t
up_to(struct bytes text, char c)
{
	ptrdiff_t at = bytes_find(text, c);

	return at >= 0 ? (size_t)at : text.length;
}

static bool
is_letter(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

/* `<b>` or `</b>`, of an element that means nothing here; 0 when text does not begin so. */
static size_t
plain_tag(struct bytes text)
{
	size_t start = text.length > 1 && text.data[1] == '/' ? 2 : 1;
	size_t end = start;

	while (end < text.length && (is_letter(text.data[end]) || (end > start && ascii_is_digit(text.data[end]))))
		end++;
	if (end == start || end == text.length || text.data[end] != '>')
		return 0;
	return html_element_find((struct bytes){ text.data + start, end - start }) == NULL ? end + 1 : 0;
}

/* `<!-- ... -->` without any other `--` in it, nor a dash at its beginning; 0 when text does not begin so. */
static size_t
plain_comment(struct bytes text)
{
	static const char open[] = "<!--", close[] = "-->";
	size_t at = strlen(open);

	if (text.length <= at || memcmp(text.data, open, at) != 0 || text.data[at] == '>' || text.data[at] == '-')
		return 0;
	for (;; at += 2) {
		at += up_to(bytes_from(text, at), '-');
		if (text.length - at < strlen(close))
			return 0;
		if (text.data[at + 1] == '-')
			return text.data[at + 2] == '>' ? at + strlen(close) : 0;
	}
}

static size_t
markup(struct bytes text)
{
	if (text.data[0] == '&')
		return html_reference_blank(text);
	return text.length > 1 && text.data[1] == '!' ? plain_comment(text) : plain_tag(text);
}

static size_t
text_run(struct bytes text)
{
	size_t at = 0;

	while (at < text.length) {
		struct bytes rest = bytes_from(text, at);
		bool marked = rest.data[0] == '<' || rest.data[0] == '&';
		size_t length = marked ? markup(rest) : blank_ascii(rest);

		if (length == 0)
			break;
		at += length;
	}
	return at;
}

/* What may end a name, and what may begin a value. */
static bool
ends_name(char c)
{
	return c <= ' ' || c == '/' || c == '=' || c == '>';
}

static size_t
name_run(struct html *html, struct bytes text)
{
	size_t at = 0;

	for (; at < text.length && !ends_name(text.data[at]); at++)
		if (html->name_length < HTML_NAME_MAX)
			html->name[html->name_length++] = ascii_lower(text.data[at]);
	return at;
}

/* How much of a value in quotes means nothing here: of a style all that cannot begin `url(`. */
static size_t
value_run(const struct html *html, struct bytes text)
{
	size_t at = 0;

	if (html->attribute == ATTRIBUTE_OTHER || html->draws)
		return up_to(text, (char)html->quote);
	if (html->attribute == ATTRIBUTE_STYLE && html->matched == 0)
		while (at < text.length && ascii_lower(text.data[at]) != 'u' && text.data[at] != (char)html->quote)
			at++;
	return at;
}

/* How many octets leave the state as it is; those of a name are added to it. */
static size_t
run(struct html *html, struct bytes text)
{
	switch (html->state) {
	case TEXT:
		return text_run(text);
	case TAG_NAME:
	case ATTRIBUTE_NAME:
		return name_run(html, text);
	case QUOTED_VALUE:
		return value_run(html, text);
	case COMMENT:
		return up_to(text, '-');
	case BOGUS:
		return up_to(text, '>');
	case RAW:
		return (html->element->traits & HTML_RAW_TEXT) == 0 ? up_to(text, '<') : 0;
	default:
		return 0;
	}
}

size_t
html_octets(struct html *html, struct bytes text, bool *seen_out)
{
	struct bytes rest = text;

	while (rest.length > 0) {
		size_t length = run(html, rest);

		rest.data += length;
		rest.length -= length;
		if (rest.length == 0 || (unsigned char)rest.data[0] >= 0x80)
			break;
		rest.length--;
		if (html_point(html, (unsigned char)*rest.data++)) {
			*seen_out = true;
			break;
		}
	}
	return text.length - rest.length;
}
