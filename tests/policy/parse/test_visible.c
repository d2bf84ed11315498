/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/visible.h"
#include "tests/support/cuts.h"
#include "tests/support/iconv_fault.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <string.h>

START_TEST(points_that_no_reader_shows_are_not_visible)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x0000, 0x0020 },   /* controls and SP */
		{ 0x007f, 0x00a0 },   /* DEL, C1 controls, no-break space */
		{ 0x00ad, 0x00ad },   /* soft hyphen */
		{ 0x034f, 0x034f },   /* combining grapheme joiner */
		{ 0x061c, 0x061c },   /* Arabic letter mark */
		{ 0x115f, 0x1160 },   /* Hangul fillers */
		{ 0x1680, 0x1680 },   /* Ogham space mark */
		{ 0x17b4, 0x17b5 },   /* Khmer inherent vowels */
		{ 0x180b, 0x180e },   /* Mongolian separators */
		{ 0x2000, 0x200f },   /* spaces of all widths, joiners, marks of direction */
		{ 0x2028, 0x202f },   /* separators, embeddings, narrow no-break space */
		{ 0x205f, 0x206f },   /* mathematical space, word joiner, invisible operators, isolates */
		{ 0x2800, 0x2800 },   /* Braille blank */
		{ 0x3000, 0x3000 },   /* ideographic space */
		{ 0x3164, 0x3164 },   /* Hangul filler */
		{ 0xfe00, 0xfe0f },   /* variation selectors */
		{ 0xfeff, 0xfeff },   /* byte order mark */
		{ 0xffa0, 0xffa0 },   /* half-width Hangul filler */
		{ 0xfff0, 0xfffb },   /* reserved as ignorable, annotation controls */
		{ 0x1d159, 0x1d159 }, /* musical symbol null notehead */
		{ 0x1d173, 0x1d17a }, /* musical controls */
		{ 0xe0000, 0xe0fff }, /* tags and more variation selectors */
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		for (uint32_t point = ranges[i].first; point <= ranges[i].last; point++)
			ck_assert_msg(!visible_point(point), "U+%04X", point);
}
END_TEST

START_TEST(points_that_readers_show_are_visible)
{
	static const uint32_t points[] = {
		'!',
		'~',
		'.',
		0xa1,
		0xac,
		0xae,
		0xe9,
		0x0301,
		0x200a + 6,
		0x2010,
		0x2027,
		0x2030,
		0x2801,
		0x3001,
		0x4e2d,
		0xfffc,
		0xfffd,
		0xe000,
		0x1f600,
		0x1d158,
		0xe1000,
		0x10ffff,
		CHARSET_INVALID,
		0x110000,
	};

	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
		ck_assert_msg(visible_point(points[i]), "U+%04X", points[i]);
	for (uint32_t point = '!'; point <= '~'; point++)
		ck_assert(visible_point(point));
}
END_TEST

struct row {
	const char *charset;
	enum visible_kind kind;
	struct cut_case octets;
};

#define PLAIN(charset, sentence, input, expected)                    \
	{                                                            \
		charset, VISIBLE_PLAIN,                              \
		{                                                    \
			sentence, input, sizeof(input) - 1, expected \
		}                                                    \
	}
#define HTML(charset, sentence, input, expected)                     \
	{                                                            \
		charset, VISIBLE_HTML,                               \
		{                                                    \
			sentence, input, sizeof(input) - 1, expected \
		}                                                    \
	}

static const struct row rows[] = {
	PLAIN("", "Blank lines are blank", " \r\n\t\r\n", "blank"),
	PLAIN("", "Nothing is blank", "", "blank"),
	PLAIN("us-ascii", "A full stop is not", "\r\n.\r\n", "seen"),
	PLAIN("utf-8", "No-break spaces and a mark at the beginning are blank", "\xef\xbb\xbf\xc2\xa0\xe2\x80\x8b\r\n",
	      "blank"),
	PLAIN("utf-8", "A letter at the end is seen", "\xc2\xa0\xc3\xa9", "seen"),
	PLAIN("utf-8", "An octet that is no UTF-8 is seen", "\xa0\r\n", "seen"),
	PLAIN("utf-8", "Half a character at the end is seen", "\xe2\x80", "seen"),
	PLAIN("utf-8", "Markup in plain text is text", "<br>", "seen"),
	PLAIN("iso-8859-1", "A no-break space in Latin-1 is blank", "\xa0\r\n", "blank"),
	PLAIN("shift_jis", "An ideographic space in Shift JIS is blank", "\x81\x40\r\n", "blank"),
	PLAIN("iso-2022-jp", "Escape sequences are blank", "\x1b$B!!\x1b(B\r\n", "blank"),
	PLAIN("utf-16le", "Blank UTF-16 is blank", "\xff\xfe \0\r\0\n\0", "blank"),
	PLAIN("utf-16le", "A letter in UTF-16 is seen", " \0a\0", "seen"),
	PLAIN("x-nope", "White space in an unknown charset is blank", " \r\n\xc2\xa0", "blank"),
	PLAIN("x-nope", "All else in an unknown charset is seen", " \x81\x40", "seen"),
	HTML("utf-8", "Markup without text is blank", "<html><body><p>\xc2\xa0&nbsp;</p></body></html>\r\n", "blank"),
	HTML("utf-8", "Text is seen", "<html><body><p>\xc3\xa9</p></body></html>\r\n", "seen"),
	HTML("utf-8", "A title is not text", "<title>Hello</title>\xef\xbb\xbf", "blank"),
	HTML("utf-8", "A picture is seen", "<p><img src=\"cid:1\"></p>", "seen"),
	HTML("utf-8", "What is no UTF-8 is seen in text", "<p>\xff</p>", "seen"),
	HTML("utf-8", "And not within a tag", "<p title=\"\xff\"\xff>", "blank"),
	HTML("utf-8", "Names beyond ASCII are names", "<p\xc3\xa9 \xc3\xa9=\xc3\xa9></p\xc3\xa9>", "blank"),
	HTML("utf-8", "A blank beyond ASCII ends a reference", "&nbsp\xc2\xa0&#160\xc2\xa0", "blank"),
	HTML("utf-8", "A letter beyond ASCII is no number", "&#\xc2\xa0", "seen"),
	HTML("utf-8", "A less-than sign at the end is seen", "<p>\r\n<", "seen"),
	HTML("utf-8", "A tag that is cut by the end is not", "<p>\r\n<a", "blank"),
	HTML("iso-8859-1", "Markup in Latin-1", "<p>\xa0</p>", "blank"),
	HTML("utf-16be", "Markup in UTF-16", "\0<\0p\0>\0\xa0", "blank"),
	HTML("utf-7", "Markup in UTF-7", "+ADw-p+AD4-+AKA-", "blank"),
	HTML("x-nope", "Markup in an unknown charset", "<p>&nbsp;</p>", "blank"),
};

static const struct row *running;

static void
trace_visible(struct trace *trace, const struct bytes *chunks, size_t count)
{
	struct visible visible;

	ck_assert_int_ne(visible_open(&visible, bytes_of(running->charset), running->kind), CHARSET_REFUSED);
	for (size_t i = 0; i < count; i++)
		visible_feed(&visible, chunks[i]);
	visible_finish(&visible);
	trace_add(trace, "%s", visible.seen ? "seen" : "blank");
	visible_close(&visible);
}

START_TEST(text_shows_something_or_not_however_it_is_cut)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		running = &rows[i];
		check_cuts(&rows[i].octets, trace_visible);
	}
}
END_TEST

static bool
shows(const char *charset, struct bytes octets)
{
	struct visible visible;

	ck_assert_int_eq(visible_open(&visible, bytes_of(charset), VISIBLE_PLAIN), CHARSET_KNOWN);
	visible_feed(&visible, octets);
	visible_finish(&visible);
	visible_close(&visible);
	return visible.seen;
}

START_TEST(runs_of_octets_are_read_as_their_points_are)
{
	for (uint32_t point = 1; point <= 0xffff; point++) {
		char text[16] = " ";

		if (point == 0xd800)
			point = 0xe000;
		ck_assert(charset_append_utf8(text, sizeof text, point));
		ck_assert_msg(shows("utf-8", bytes_of(text)) == visible_point(point), "U+%04X", point);
	}
	for (uint32_t point = 0; point <= 0xff; point++) {
		char text[9];

		memset(text, (int)point, sizeof text);
		ck_assert_msg(shows("iso-8859-1", (struct bytes){ text, sizeof text }) == visible_point(point),
			      "U+%04X", point);
	}
	for (size_t place = 0; place < 24; place++)
		for (int octet = 0; octet <= 0xff; octet++) {
			char text[24];

			memset(text, ' ', sizeof text);
			text[place] = (char)octet;
			ck_assert_msg(shows("utf-8", (struct bytes){ text, sizeof text }) ==
					      (octet >= 0x80 || visible_point((uint32_t)octet)),
				      "octet %d at %zu", octet, place);
		}
}
END_TEST

START_TEST(what_was_seen_stays_seen)
{
	struct visible visible;

	visible_open(&visible, bytes_of("utf-8"), VISIBLE_PLAIN);
	visible_feed(&visible, bytes_of(" a \xe2"));
	ck_assert(visible.seen);
	visible_feed(&visible, bytes_of("  "));
	visible_finish(&visible);
	ck_assert(visible.seen);
	visible_close(&visible);
}
END_TEST

START_TEST(the_status_is_that_of_the_charset)
{
	struct visible visible;

	ck_assert_int_eq(visible_open(&visible, bytes_of("x-nope"), VISIBLE_PLAIN), CHARSET_UNKNOWN);
	visible_close(&visible);
	ck_assert_int_eq(visible_open(&visible, bytes_of("koi8-r"), VISIBLE_PLAIN), CHARSET_KNOWN);
	visible_close(&visible);
	iconv_open_error = ENOMEM;
	ck_assert_int_eq(visible_open(&visible, bytes_of("koi8-r"), VISIBLE_PLAIN), CHARSET_REFUSED);
	visible_close(&visible);
	visible_close(&visible);
	ck_assert_uint_eq(iconv_close_count, 1);
}
END_TEST

SUITE_MAIN(visible, points_that_no_reader_shows_are_not_visible, points_that_readers_show_are_visible,
	   text_shows_something_or_not_however_it_is_cut, runs_of_octets_are_read_as_their_points_are,
	   what_was_seen_stays_seen, the_status_is_that_of_the_charset)
