/* SPDX-License-Identifier: BSD-2-Clause */
/* What may vanish is held, and the state says what it is:
 *
 *      TEXT --blank--> BLANKS --CR--> BLANKS_CR        up to the line break: the blanks vanish
 *                      BLANKS --too many--> LONG       until another octet: they stay
 *      TEXT --'='--> ESCAPE --hex digit--> HEX         up to the second digit: an octet
 *                    ESCAPE --blank--> SOFT --CR--> SOFT_CR    up to the line break: all vanishes
 *
 * Any other octet ends such a state: what is held is written as it stands and the octet read as text. */
#include "policy/parse/quoted.h"

#include <string.h>

enum state { IN_TEXT, IN_BLANKS, IN_BLANKS_CR, IN_LONG, IN_ESCAPE, IN_HEX, IN_SOFT, IN_SOFT_CR };

/* clang-format off */
static const int8_t hex_values[256] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, -1, -1, -1, -1, -1, -1,
	-1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};
/* clang-format on */

static int
hex_value(char c)
{
	return hex_values[(unsigned char)c];
}

struct output {
	char *data;
	size_t length;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
put(struct output *output, char c)
{
	output->data[output->length++] = c;
}

static void
enter(struct quoted *quoted, enum state state)
{
	quoted->state = (uint8_t)state;
}

static bool
hold(struct quoted *quoted, char c, enum state state)
{
	quoted->held[quoted->held_length++] = c;
	enter(quoted, state);
	return true;
}

/* What is held vanishes. */
static bool
drop(struct quoted *quoted)
{
	quoted->held_length = 0;
	enter(quoted, IN_TEXT);
	return true;
}

/* What is held stays, and the octet after it has not been read. */
static bool
keep(struct quoted *quoted, struct output *output, enum state state)
{
	if (quoted->held_length > 0 && quoted->held[0] == '=')
		quoted->invalid = true;
	memcpy(output->data + output->length, quoted->held, quoted->held_length);
	output->length += quoted->held_length;
	quoted->held_length = 0;
	enter(quoted, state);
	return false;
}

static bool
step_blanks(struct quoted *quoted, char c, struct output *output)
{
	if (is_blank(c) && quoted->held_length == QUOTED_BLANKS_MAX)
		return keep(quoted, output, IN_LONG);
	if (is_blank(c))
		return hold(quoted, c, IN_BLANKS);
	if (c == '\r')
		return hold(quoted, c, IN_BLANKS_CR);
	if (c != '\n')
		return keep(quoted, output, IN_TEXT);
	put(output, c);
	return drop(quoted);
}

static bool
step_blanks_cr(struct quoted *quoted, char c, struct output *output)
{
	if (c != '\n')
		return keep(quoted, output, IN_TEXT);
	put(output, '\r');
	put(output, '\n');
	return drop(quoted);
}

/* After `=`, and after `=` and blanks. */
static bool
step_soft(struct quoted *quoted, char c, struct output *output)
{
	if (is_blank(c) && quoted->held_length == QUOTED_BLANKS_MAX + 1)
		return keep(quoted, output, IN_LONG);
	if (is_blank(c))
		return hold(quoted, c, IN_SOFT);
	if (c == '\r')
		return hold(quoted, c, IN_SOFT_CR);
	return c == '\n' ? drop(quoted) : keep(quoted, output, IN_TEXT);
}

static bool
step_hex(struct quoted *quoted, char c, struct output *output)
{
	if (hex_value(c) < 0)
		return keep(quoted, output, IN_TEXT);
	put(output, (char)(hex_value(quoted->held[1]) * 16 + hex_value(c)));
	return drop(quoted);
}

/* Reads one octet; false when the state has changed and it is to be read again. */
static bool
step(struct quoted *quoted, char c, struct output *output)
{
	switch ((enum state)quoted->state) {
	case IN_TEXT: /* decode_whole stopped at it */
		return hold(quoted, c, c == '=' ? IN_ESCAPE : IN_BLANKS);
	case IN_BLANKS:
		return step_blanks(quoted, c, output);
	case IN_BLANKS_CR:
		return step_blanks_cr(quoted, c, output);
	case IN_LONG: /* copy_blanks stopped at it */
		enter(quoted, IN_TEXT);
		return false;
	case IN_ESCAPE:
		if (hex_value(c) >= 0)
			return hold(quoted, c, IN_HEX);
		return step_soft(quoted, c, output);
	case IN_SOFT:
		return step_soft(quoted, c, output);
	case IN_HEX:
		return step_hex(quoted, c, output);
	case IN_SOFT_CR:
		break;
	}
	return c == '\n' ? drop(quoted) : keep(quoted, output, IN_TEXT);
}

/* `=` with all that belongs to it: two hex digits, or a line break. */
static size_t
whole_escape(struct bytes text, struct output *output)
{
	if (text.length > 1 && text.data[1] == '\n')
		return 2;
	if (text.length < 3)
		return 0;
	if (text.data[1] == '\r' && text.data[2] == '\n')
		return 3;
	int high = hex_value(text.data[1]), low = hex_value(text.data[2]);
	if ((high | low) < 0)
		return 0;
	put(output, (char)(high * 16 + low));
	return 3;
}

/* Blanks with the line break, or any other octet, that says what becomes of them. That octet is left. */
static size_t
whole_blanks(struct bytes text, struct output *output)
{
	size_t length = 1;

	while (length < text.length && length <= QUOTED_BLANKS_MAX && is_blank(text.data[length]))
		length++;
	if (length == text.length || length > QUOTED_BLANKS_MAX)
		return 0;
	if (text.data[length] == '\n')
		return length;
	if (text.data[length] == '\r') {
		if (text.length - length < 2)
			return 0;
		if (text.data[length + 1] == '\n')
			return length;
	}
	memcpy(output->data + output->length, text.data, length);
	output->length += length;
	return length;
}

/* Decodes what needs no state, since all of it is in the chunk: nearly everything in any message. Returns how many octets were read. */
static size_t
decode_whole(struct bytes chunk, struct output *output)
{
	size_t at = 0;

	while (at < chunk.length) {
		char c = chunk.data[at];
		size_t read = 1;

		if (c == '=')
			read = whole_escape(bytes_from(chunk, at), output);
		else if (is_blank(c))
			read = whole_blanks(bytes_from(chunk, at), output);
		else
			put(output, c);
		if (read == 0)
			break;
		at += read;
	}
	return at;
}

/* A run of blanks that is too long to vanish. */
static size_t
copy_blanks(struct bytes chunk, struct output *output)
{
	size_t at = 0;

	for (; at < chunk.length && is_blank(chunk.data[at]); at++)
		put(output, chunk.data[at]);
	return at;
}

size_t
quoted_feed(struct quoted *quoted, struct bytes chunk, char *out)
{
	struct output output = { out, 0 };
	size_t at = 0;

	while (at < chunk.length) {
		if (quoted->state == IN_TEXT)
			at += decode_whole(bytes_from(chunk, at), &output);
		else if (quoted->state == IN_LONG)
			at += copy_blanks(bytes_from(chunk, at), &output);
		if (at < chunk.length && step(quoted, chunk.data[at], &output))
			at++;
	}
	return output.length;
}

size_t
quoted_finish(struct quoted *quoted, char *out)
{
	struct output output = { out, 0 };

	switch ((enum state)quoted->state) {
	case IN_BLANKS: /* the end of all is the end of a line */
	case IN_ESCAPE:
	case IN_SOFT:
		drop(quoted);
		break;
	default:
		keep(quoted, &output, IN_TEXT);
	}
	return output.length;
}
