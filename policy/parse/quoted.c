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

static bool
step_long(struct quoted *quoted, char c, struct output *output)
{
	if (!is_blank(c)) {
		enter(quoted, IN_TEXT);
		return false;
	}
	put(output, c);
	return true;
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
	if (ascii_hex_value(c) < 0)
		return keep(quoted, output, IN_TEXT);
	put(output, (char)(ascii_hex_value(quoted->held[1]) * 16 + ascii_hex_value(c)));
	return drop(quoted);
}

/* Reads one octet; false when the state has changed and it is to be read again. */
static bool
step(struct quoted *quoted, char c, struct output *output)
{
	switch ((enum state)quoted->state) {
	case IN_TEXT: /* copy_text stopped at it */
		return hold(quoted, c, c == '=' ? IN_ESCAPE : IN_BLANKS);
	case IN_BLANKS:
		return step_blanks(quoted, c, output);
	case IN_BLANKS_CR:
		return step_blanks_cr(quoted, c, output);
	case IN_LONG:
		return step_long(quoted, c, output);
	case IN_ESCAPE:
		if (ascii_hex_value(c) >= 0)
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

/* Copies text up to what needs a state: the greater part of any message. Returns how many octets were read. */
static size_t
copy_text(struct bytes chunk, struct output *output)
{
	size_t at = 0;

	for (; at < chunk.length; at++) {
		char c = chunk.data[at];

		if (c == '=')
			break;
		/* A single blank between words stays. */
		if (is_blank(c) && (at + 1 == chunk.length || ascii_is_blank(chunk.data[at + 1])))
			break;
		put(output, c);
	}
	return at;
}

size_t
quoted_feed(struct quoted *quoted, struct bytes chunk, char *out)
{
	struct output output = { out, 0 };
	size_t at = 0;

	while (at < chunk.length) {
		if (quoted->state == IN_TEXT)
			at += copy_text(bytes_from(chunk, at), &output);
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
