/* SPDX-License-Identifier: BSD-2-Clause */
/* What is passed over as blank is whole characters, and none that shows. */
#include "policy/parse/blank.h"

#include "policy/parse/visible.h"
#include "tests/support/cuts.h"
#include "tests/support/suite.h"

#include <string.h>

#define TEXT(literal)                        \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

struct row {
	const char *sentence;
	struct bytes text;
	size_t ascii, latin1, utf8; /* octets that are passed over */
};

static const struct row rows[] = {
	{ "Nothing", TEXT(""), 0, 0, 0 },
	{ "A letter", TEXT("a"), 0, 0, 0 },
	{ "Blanks and controls", TEXT(" \t\r\n\v\f\x7f\0\x1f"), 9, 9, 9 },
	{ "A letter behind one blank", TEXT(" a"), 1, 1, 1 },
	{ "Behind seven", TEXT("       a"), 7, 7, 7 },
	{ "Behind eight", TEXT("        a"), 8, 8, 8 },
	{ "Behind seventeen", TEXT("                 a"), 17, 17, 17 },
	{ "The first octet that shows", TEXT("        !       "), 8, 8, 8 },
	{ "The last one", TEXT("        ~       "), 8, 8, 8 },
	{ "An octet beyond ASCII", TEXT("        \xff       "), 8, 8, 8 },
	{ "A no-break space of Latin-1", TEXT(" \xa0 "), 1, 3, 1 },
	{ "A soft hyphen of Latin-1", TEXT("\xad"), 0, 1, 0 },
	{ "A letter of Latin-1", TEXT(" \xe9 "), 1, 1, 1 },
	{ "A no-break space", TEXT(" \xc2\xa0 a"), 1, 1, 4 },
	{ "A zero width space", TEXT("\xe2\x80\x8b\xe2\x80\x8b\xe2\x80\x94"), 0, 0, 6 },
	{ "An ideographic space, a byte order mark", TEXT("\xe3\x80\x80\xef\xbb\xbf"), 0, 0, 6 },
	{ "A letter of two octets", TEXT("\xc3\xa9"), 0, 0, 0 },
	{ "A letter of three", TEXT("\xe3\x81\x82"), 0, 0, 0 },
	{ "The half of a character", TEXT(" \xc2"), 1, 1, 1 },
	{ "A third of one", TEXT(" \xe2"), 1, 1, 1 },
	{ "Two thirds", TEXT(" \xe2\x80"), 1, 1, 1 },
	{ "A half, and a blank", TEXT("\xc2 "), 0, 0, 0 },
	{ "A third, and blanks", TEXT("\xe2  "), 0, 0, 0 },
	{ "Two thirds, and a blank", TEXT("\xe2\x80 "), 0, 0, 0 },
	{ "A space in two octets is no text", TEXT("\xc0\xa0"), 0, 0, 0 },
	{ "A no-break space in three is none", TEXT("\xe0\x82\xa0"), 0, 0, 0 },
	{ "A surrogate is none", TEXT("\xed\xa0\x80"), 0, 0, 0 },
};

static size_t
passed(size_t (*blank)(struct bytes), struct bytes text)
{
	struct bytes copy = guarded_copy(text);
	size_t length = blank(copy);

	guarded_free(copy);
	return length;
}

START_TEST(blanks_are_passed_over)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];

		ck_assert_msg(passed(blank_ascii, row->text) == row->ascii, "%s, in ASCII", row->sentence);
		ck_assert_msg(passed(blank_latin1, row->text) == row->latin1, "%s, in Latin-1", row->sentence);
		ck_assert_msg(passed(blank_utf8, row->text) == row->utf8, "%s, in UTF-8", row->sentence);
	}
}
END_TEST

/* Whether the text is one character that does not show. */
static bool
is_one_invisible(struct bytes text)
{
	struct charset charset;
	uint32_t point, more;
	bool one;

	ck_assert_int_eq(charset_open(&charset, bytes_of("utf-8")), CHARSET_KNOWN);
	charset_feed(&charset, text);
	one = charset_next(&charset, &point) && !visible_point(point) && !charset_next(&charset, &more);
	charset_finish(&charset);
	one = one && !charset_next(&charset, &more);
	charset_close(&charset);
	return one;
}

START_TEST(nothing_that_shows_is_passed_over)
{
	static const unsigned char octets[] = {
		0x00, 0x20, 0x41, 0x7f, 0x80, 0x8b, 0xa0, 0xad, 0xbf, 0xc0, 0xc2, 0xff
	};
	enum { COUNT = sizeof octets };

	for (int lead = 0x80; lead <= 0xff; lead++)
		for (int i = 0; i < COUNT * COUNT; i++) {
			const char text[] = { (char)lead, (char)octets[i / COUNT], (char)octets[i % COUNT] };
			/* up to the end of the first character: blanks of ASCII may follow it */
			size_t length = blank_utf8((struct bytes){ text, 2 }) == 2 ? 2 : 3;

			if (blank_utf8((struct bytes){ text, length }) == length)
				ck_assert_msg(is_one_invisible((struct bytes){ text, length }), "%02x %02x %02x", lead,
					      octets[i / COUNT], octets[i % COUNT]);
		}
}
END_TEST

SUITE_MAIN(blank, blanks_are_passed_over, nothing_that_shows_is_passed_over)
