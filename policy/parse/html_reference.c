/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/html_reference.h"

#include "policy/parse/bytes.h"
#include "policy/parse/visible.h"

enum { POINT_MAX = 0x10ffff, LETTERS = 'z' - 'A' + 1, PER_LETTER_MAX = 7 };

/* The character references of which no character is visible, by first letter. Case matters. */
static const char *const invisible_references[LETTERS][PER_LETTER_MAX] = {
	['A' - 'A'] = { "ApplyFunction" },
	['I' - 'A'] = { "InvisibleComma", "InvisibleTimes" },
	['M' - 'A'] = { "MediumSpace" },
	['N' - 'A'] = { "NegativeMediumSpace", "NegativeThickSpace", "NegativeThinSpace", "NegativeVeryThinSpace",
			"NewLine", "NoBreak", "NonBreakingSpace" },
	['T' - 'A'] = { "Tab", "ThickSpace", "ThinSpace" },
	['V' - 'A'] = { "VeryThinSpace" },
	['Z' - 'A'] = { "ZeroWidthSpace" },
	['a' - 'A'] = { "af" },
	['e' - 'A'] = { "emsp", "emsp13", "emsp14", "ensp" },
	['h' - 'A'] = { "hairsp" },
	['i' - 'A'] = { "ic", "it" },
	['l' - 'A'] = { "lrm" },
	['n' - 'A'] = { "nbsp", "numsp" },
	['p' - 'A'] = { "puncsp" },
	['r' - 'A'] = { "rlm" },
	['s' - 'A'] = { "shy" },
	['t' - 'A'] = { "thinsp" },
	['z' - 'A'] = { "zwj", "zwnj" },
};

void
html_reference_init(struct html_reference *reference)
{
	*reference = (struct html_reference){ .base = 0 };
}

static bool
is_name_octet(char c)
{
	return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

static bool
name_point(struct html_reference *reference, uint32_t point)
{
	if (point == '#' && reference->name_length == 0) {
		reference->base = 10;
		return true;
	}
	if (point >= 0x80 || !is_name_octet((char)point))
		return false;
	if (reference->name_length < HTML_REFERENCE_MAX)
		reference->name[reference->name_length++] = (char)point;
	return true;
}

static bool
number_point(struct html_reference *reference, uint32_t point)
{
	int digit = point < 0x80 ? ascii_hex_value((char)point) : -1;

	if (!reference->digits && reference->base == 10 && (point == 'x' || point == 'X')) {
		reference->base = 16;
		return true;
	}
	if (digit < 0 || (uint32_t)digit >= reference->base)
		return false;
	reference->digits = true;
	if (reference->number <= POINT_MAX)
		reference->number = reference->number * reference->base + (uint32_t)digit;
	return true;
}

bool
html_reference_point(struct html_reference *reference, uint32_t point)
{
	return reference->base == 0 ? name_point(reference, point) : number_point(reference, point);
}

static bool
is_name(struct bytes name, const char *string)
{
	size_t i = 0;

	while (i < name.length && string[i] == name.data[i])
		i++;
	return i == name.length && string[i] == '\0';
}

/* The name is not empty. */
static bool
is_invisible_name(struct bytes name)
{
	unsigned letter = (unsigned char)name.data[0] - (unsigned)'A';

	for (size_t i = 0; letter < LETTERS && i < PER_LETTER_MAX && invisible_references[letter][i] != NULL; i++)
		if (is_name(name, invisible_references[letter][i]))
			return true;
	return false;
}

/* 0x80 to 0x9f stand for the characters of windows-1252, of which five are none; what is no point shows as U+FFFD. */
static bool
number_visible(uint32_t number)
{
	if (number == 0 || number > POINT_MAX || (number >= 0xd800 && number <= 0xdfff))
		return true;
	if (number >= 0x80 && number <= 0x9f)
		return number != 0x81 && number != 0x8d && number != 0x8f && number != 0x90 && number != 0x9d;
	return visible_point(number);
}

bool
html_reference_visible(const struct html_reference *reference, bool closed)
{
	struct bytes name = { reference->name, reference->name_length };

	if (reference->base != 0)
		return !reference->digits || number_visible(reference->number);
	if (name.length == 0)
		return true;
	if (!closed) /* these two are older than the rule that a `;` ends a reference */
		return !bytes_equal(name, bytes_of("nbsp")) && !bytes_equal(name, bytes_of("shy"));
	return !is_invisible_name(name);
}

size_t
html_reference_blank(struct bytes text)
{
	struct html_reference reference;
	size_t at = 1;

	if (text.length > 1 && text.data[1] != '#') {
		while (at < text.length && at <= HTML_REFERENCE_MAX && is_name_octet(text.data[at]))
			at++;
		struct bytes name = { text.data + 1, at - 1 };
		return at > 1 && at < text.length && text.data[at] == ';' && is_invisible_name(name) ? at + 1 : 0;
	}
	html_reference_init(&reference);
	while (at < text.length && at <= HTML_REFERENCE_MAX && (unsigned char)text.data[at] < 0x80 &&
	       html_reference_point(&reference, (unsigned char)text.data[at]))
		at++;
	return at < text.length && text.data[at] == ';' && !html_reference_visible(&reference, true) ? at + 1 : 0;
}
