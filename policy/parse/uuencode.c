/* SPDX-License-Identifier: BSD-2-Clause */
/* By lines:
 *
 *      SEEK --"begin " and a digit--> BEGIN_LINE --LF--> COUNT --count--> DATA --as many octets--> REST --LF--> COUNT
 *       | ^                                               |
 *       v | LF                                            +--"end"--> END --LF--> SEEK
 *      SKIP
 */
#include "policy/parse/uuencode.h"

enum state { IN_SEEK, IN_SKIP, IN_BEGIN_LINE, IN_COUNT, IN_DATA, IN_REST, IN_END };

static const char begin_prefix[] = "begin ", end_line[] = "end";
enum { BEGIN_LENGTH = sizeof begin_prefix - 1, END_LENGTH = sizeof end_line - 1 };

/* Six bits are an octet from SP, or a backquote for zero. */
static bool
is_symbol(char c)
{
	return c >= ' ' && c <= '`';
}

static uint8_t
value_of(char c)
{
	return (uint8_t)((c - ' ') & 63);
}

static void
enter(struct uuencode *uuencode, enum state state)
{
	uuencode->state = (uint8_t)state;
	uuencode->matched = 0;
	uuencode->symbols = 0;
}

static void
step_seek(struct uuencode *uuencode, char c)
{
	if (uuencode->matched < BEGIN_LENGTH && c == begin_prefix[uuencode->matched]) {
		uuencode->matched++;
	} else if (uuencode->matched == BEGIN_LENGTH && ascii_is_digit(c)) {
		uuencode->begun = true;
		enter(uuencode, IN_BEGIN_LINE);
	} else {
		enter(uuencode, c == '\n' ? IN_SEEK : IN_SKIP);
	}
}

static void
step_count(struct uuencode *uuencode, char c)
{
	if (c == '\r' || c == '\n')
		return;
	if (c == end_line[0]) {
		enter(uuencode, IN_END);
		uuencode->matched = 1;
	} else if (is_symbol(c)) {
		uuencode->due = value_of(c);
		enter(uuencode, uuencode->due > 0 ? IN_DATA : IN_REST);
	} else {
		uuencode->invalid = true;
		enter(uuencode, IN_REST);
	}
}

static size_t
step_data(struct uuencode *uuencode, char c, char *out)
{
	if (c == '\r')
		return 0;
	if (!is_symbol(c)) {
		uuencode->invalid = true;
		if (c == '\n')
			enter(uuencode, IN_COUNT);
		return 0;
	}
	uuencode->bits = uuencode->bits << 6 | value_of(c);
	uint8_t symbols = uuencode->symbols;
	uuencode->symbols = (symbols + 1) & 3;
	if (symbols == 0)
		return 0;
	*out = (char)(uuencode->bits >> (6 - 2 * symbols));
	if (--uuencode->due == 0)
		enter(uuencode, IN_REST);
	return 1;
}

static void
step_end(struct uuencode *uuencode, char c)
{
	if (uuencode->matched < END_LENGTH && c == end_line[uuencode->matched]) {
		uuencode->matched++;
	} else if (uuencode->matched < END_LENGTH || !ascii_is_blank(c)) {
		uuencode->invalid = true;
		enter(uuencode, c == '\n' ? IN_COUNT : IN_REST);
	} else if (c == '\n') {
		enter(uuencode, IN_SEEK);
	}
}

/* Returns how many octets were written: none or one. */
static size_t
step(struct uuencode *uuencode, char c, char *out)
{
	switch ((enum state)uuencode->state) {
	case IN_SEEK:
		step_seek(uuencode, c);
		break;
	case IN_SKIP:
		if (c == '\n')
			enter(uuencode, IN_SEEK);
		break;
	case IN_BEGIN_LINE:
	case IN_REST:
		if (c == '\n')
			enter(uuencode, IN_COUNT);
		break;
	case IN_COUNT:
		step_count(uuencode, c);
		break;
	case IN_DATA:
		return step_data(uuencode, c, out);
	case IN_END:
		step_end(uuencode, c);
		break;
	}
	return 0;
}

size_t
uuencode_feed(struct uuencode *uuencode, struct bytes chunk, char *out)
{
	size_t length = 0;

	for (size_t i = 0; i < chunk.length; i++)
		length += step(uuencode, chunk.data[i], out + length);
	return length;
}

void
uuencode_finish(struct uuencode *uuencode)
{
	bool outside = uuencode->state == IN_SEEK || uuencode->state == IN_SKIP;
	bool at_end = uuencode->state == IN_END && uuencode->matched == END_LENGTH;

	if (!uuencode->begun || !(outside || at_end))
		uuencode->invalid = true;
}
