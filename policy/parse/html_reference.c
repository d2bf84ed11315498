/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/html_reference.h"

#include "policy/parse/bytes.h"
#include "policy/parse/visible.h"

enum { POINT_MAX = 0x10ffff };

/* The character references of which no character is visible. Case matters. */
static const char *const invisible_references[] = {
	"ApplyFunction",
	"InvisibleComma",
	"InvisibleTimes",
	"MediumSpace",
	"NegativeMediumSpace",
	"NegativeThickSpace",
	"NegativeThinSpace",
	"NegativeVeryThinSpace",
	"NewLine",
	"NoBreak",
	"NonBreakingSpace",
	"Tab",
	"ThickSpace",
	"ThinSpace",
	"VeryThinSpace",
	"ZeroWidthSpace",
	"af",
	"emsp",
	"emsp13",
	"emsp14",
	"ensp",
	"hairsp",
	"ic",
	"it",
	"lrm",
	"nbsp",
	"numsp",
	"puncsp",
	"rlm",
	"shy",
	"thinsp",
	"zwj",
	"zwnj",
};

void
html_reference_init(struct html_reference *reference)
{
	*reference = (struct html_reference){ .base = 0 };
}

static bool
name_point(struct html_reference *reference, uint32_t point)
{
	if (point == '#' && reference->name_length == 0) {
		reference->base = 10;
		return true;
	}
	if (point >= 0x80 || !(ascii_is_digit((char)point) || (point | 0x20) - 'a' < 26))
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
	for (size_t i = 0; i < sizeof invisible_references / sizeof invisible_references[0]; i++)
		if (name.data[0] == invisible_references[i][0] && bytes_equal(name, bytes_of(invisible_references[i])))
			return false;
	return true;
}
