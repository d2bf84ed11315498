/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole quanta go through a loop of their own; all else - the ends of chunks and lines, padding, rubbish - is read
 * octet by octet. */
#include "policy/parse/base64.h"

enum { OTHER = -1, BLANK = -2, PADDING = -3 };

/* clang-format off */
static const int8_t values[256] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -2, -2, -1, -1, -2, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1, -1, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -3, -1, -1,
	-1,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1,
	-1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
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
value_of(char c)
{
	return values[(unsigned char)c];
}

/* Decodes whole quanta while they come without anything between. Returns how many octets were read; three are written
 * for each four. */
static size_t
decode_quanta(struct bytes chunk, char *out)
{
	size_t at = 0;

	for (; chunk.length - at >= 4; at += 4, out += 3) {
		int a = value_of(chunk.data[at]);
		int b = value_of(chunk.data[at + 1]);
		int c = value_of(chunk.data[at + 2]);
		int d = value_of(chunk.data[at + 3]);

		if ((a | b | c | d) < 0)
			break;
		out[0] = (char)(a << 2 | b >> 4);
		out[1] = (char)(b << 4 | c >> 2);
		out[2] = (char)(c << 6 | d);
	}
	return at;
}

static size_t
take_symbol(struct base64 *base64, int value, char *out)
{
	if (base64->due > 0 || base64->padded)
		base64->invalid = true;
	base64->due = 0;
	base64->padded = false;
	base64->bits = base64->bits << 6 | (uint32_t)value;
	switch (base64->symbols++) {
	case 0:
		return 0;
	case 1:
		*out = (char)(base64->bits >> 4);
		return 1;
	case 2:
		*out = (char)(base64->bits >> 2);
		return 1;
	default:
		*out = (char)base64->bits;
		base64->symbols = 0;
		return 1;
	}
}

static void
take_padding(struct base64 *base64)
{
	if (base64->due > 0)
		base64->due--;
	else if (base64->symbols >= 2)
		base64->due = (uint8_t)(3 - base64->symbols);
	else
		base64->invalid = true;
	base64->padded = base64->due == 0;
	base64->symbols = 0;
}

/* Between quanta an octet that is no symbol changes nothing, however many come. Returns how many were read. */
static size_t
pass_over(struct base64 *base64, struct bytes chunk)
{
	size_t at = 0;

	for (; at < chunk.length && value_of(chunk.data[at]) < 0; at++)
		if (value_of(chunk.data[at]) != BLANK) {
			base64->invalid = true;
			base64->padded |= value_of(chunk.data[at]) == PADDING;
		}
	return at;
}

size_t
base64_feed(struct base64 *base64, struct bytes chunk, char *out)
{
	size_t length = 0;
	size_t at = 0;

	while (at < chunk.length) {
		if (base64->symbols == 0 && base64->due == 0) {
			at += pass_over(base64, bytes_from(chunk, at));
			size_t read = base64->padded ? 0 : decode_quanta(bytes_from(chunk, at), out + length);
			length += read / 4 * 3;
			at += read;
			if (at == chunk.length)
				break;
		}
		int value = value_of(chunk.data[at++]);
		if (value >= 0)
			length += take_symbol(base64, value, out + length);
		else if (value == PADDING)
			take_padding(base64);
		else if (value == OTHER)
			base64->invalid = true;
	}
	return length;
}

void
base64_finish(struct base64 *base64)
{
	if (base64->symbols > 0 || base64->due > 0)
		base64->invalid = true;
}
