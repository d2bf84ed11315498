/* SPDX-License-Identifier: BSD-2-Clause */
/* Eight octets at a time as long as all are ASCII blanks, then one character after the other. */
#include "policy/parse/blank.h"

#include <stdint.h>
#include <string.h>

static const uint64_t ones = 0x0101010101010101u;

static bool
is_blank_octet(unsigned char octet)
{
	return octet <= ' ' || octet == 0x7f;
}

/* The characters, up to U+FFFF and beyond ASCII, that a text shows nothing of and that a sender would choose: they are many, and
 * their order here is that of their frequency. Any other is looked up in Unicode's tables. */
static bool
is_blank_point(uint32_t point)
{
	if (point < 0x2000)
		return point <= 0xa0 || point == 0xad || point == 0x34f || point == 0x61c || point == 0x115f ||
		       point == 0x1160 || point == 0x1680;
	if (point < 0x3000)
		return point <= 0x200f || (point >= 0x2028 && point <= 0x202f) ||
		       (point >= 0x205f && point <= 0x206f) || point == 0x2800;
	return point == 0x3000 || point == 0xfeff || point == 0x3164 || point == 0xffa0 ||
	       (point >= 0xfe00 && point <= 0xfe0f);
}

size_t
blank_ascii(struct bytes text)
{
	size_t at = 0;
	uint64_t octets;

	for (; text.length - at >= sizeof octets; at += sizeof octets) {
		memcpy(&octets, text.data + at, sizeof octets);
		/* An octet above SP reaches its high bit, by itself or with what is added. */
		if (((octets | (octets + ones * (0x7f - ' '))) & ones * 0x80) != 0)
			break;
	}
	while (at < text.length && is_blank_octet((unsigned char)text.data[at]))
		at++;
	return at;
}

size_t
blank_latin1(struct bytes text)
{
	size_t at = 0;

	for (;;) {
		at += blank_ascii(bytes_from(text, at));
		if (at >= text.length || (unsigned char)text.data[at] < 0x80 ||
		    !is_blank_point((unsigned char)text.data[at]))
			return at;
		at++;
	}
}

static bool
continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The length of the blank character of two or three octets that the text begins with, or 0. */
static size_t
blank_character(const unsigned char *octets, size_t length)
{
	uint32_t point;

	if (length >= 2 && octets[0] >= 0xc2 && octets[0] < 0xe0 && continues((char)octets[1])) {
		point = (octets[0] & 0x1fu) << 6 | (octets[1] & 0x3fu);
		return is_blank_point(point) ? 2 : 0;
	}
	if (length < 3 || octets[0] < 0xe1 || octets[0] > 0xef || !continues((char)octets[1]) ||
	    !continues((char)octets[2]))
		return 0;
	point = (octets[0] & 0x0fu) << 12 | (octets[1] & 0x3fu) << 6 | (octets[2] & 0x3fu);
	return is_blank_point(point) ? 3 : 0;
}

size_t
blank_utf8(struct bytes text)
{
	size_t at = 0;

	while (at < text.length) {
		const unsigned char *octets = (const unsigned char *)text.data + at;
		size_t length = octets[0] < 0x80 ? blank_ascii(bytes_from(text, at))
						 : blank_character(octets, text.length - at);

		if (length == 0)
			break;
		at += length;
	}
	return at;
}
