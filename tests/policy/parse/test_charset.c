/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/charset.h"
#include "tests/support/cuts.h"
#include "tests/support/iconv_fault.h"
#include "tests/support/points.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct row {
	const char *charset;
	struct cut_case octets;
};

#define ROW(charset, sentence, input, expected)                      \
	{                                                            \
		charset,                                             \
		{                                                    \
			sentence, input, sizeof(input) - 1, expected \
		}                                                    \
	}

static const struct row rows[] = {
	ROW("utf-8", "ASCII is itself", "Hi, there", "Hi, there"),
	ROW("utf-8", "Characters of two, three and four octets", "\xc2\xa0\xe2\x80\x8b\xf0\x9f\x98\x80",
	    "<U+00A0><U+200B><U+1F600>"),
	ROW("utf-8", "The first and the last of each length",
	    "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
	    "<U+007F><U+0080><U+07FF><U+0800><U+FFFF><U+10000><U+10FFFF>"),
	ROW("utf-8", "Both sides of the surrogates are characters", "\xed\x9f\xbf\xee\x80\x80", "<U+D7FF><U+E000>"),
	ROW("utf-8", "A NUL is a character", "a\0b", "a<U+0000>b"),
	ROW("utf-8", "A byte order mark is a character", "\xef\xbb\xbfx", "<U+FEFF>x"),
	ROW("utf-8", "An overlong slash is invalid", "\xc0\xaf", "<invalid><invalid>"),
	ROW("utf-8", "An overlong form of three octets is invalid",
	    "\xe0\x9f\xbf"
	    "x",
	    "<invalid><invalid><invalid>x"),
	ROW("utf-8", "An overlong form of four octets is invalid", "\xf0\x8f\xbf\xbf",
	    "<invalid><invalid><invalid><invalid>"),
	ROW("utf-8", "A surrogate is invalid", "\xed\xa0\x80", "<invalid><invalid><invalid>"),
	ROW("utf-8", "A point past the last is invalid", "\xf4\x90\x80\x80", "<invalid><invalid><invalid><invalid>"),
	ROW("utf-8", "Octets that begin nothing are invalid", "\xf5\xff\x80", "<invalid><invalid><invalid>"),
	ROW("utf-8", "A broken character does not swallow the next one", "\xe2\x80x\xc2\xc2\xa0",
	    "<invalid>x<invalid><U+00A0>"),
	ROW("utf-8", "A character that the end cuts is invalid", "x\xf0\x9f\x98", "x<invalid>"),
	ROW("", "No name is UTF-8", "\xc2\xa0", "<U+00A0>"),
	ROW("us-ascii", "US-ASCII with high octets is UTF-8", "\xc2\xa0\xa0", "<U+00A0><invalid>"),
	ROW("default", "What a mailer calls its default is UTF-8", "\xc2\xa0", "<U+00A0>"),
	ROW("x-unknown-to-all", "An unknown charset is read as UTF-8", "a\xc2\xa0\xff", "a<U+00A0><invalid>"),
	ROW("iso-8859-1", "Latin-1 is the octet", "\xa0\xe9 \x85", "<U+00A0><U+00E9> <U+0085>"),
	ROW("iso-8859-15", "Latin-9 has the euro", "\xa4\xa0", "<U+20AC><U+00A0>"),
	ROW("windows-1252", "Windows-1252 has quotation marks and five octets that are nothing", "\x93\x81\x94",
	    "<U+201C><invalid><U+201D>"),
	ROW("koi8-r", "KOI8-R", "\xf0\xd2\xc9\xd7\x9a", "<U+041F><U+0440><U+0438><U+0432><U+00A0>"),
	ROW("windows-1251", "Windows-1251", "\xcf\xf0\xe8\xe2\xa0", "<U+041F><U+0440><U+0438><U+0432><U+00A0>"),
	ROW("iso-8859-8-i", "Hebrew in logical order", "\xf9\xa0", "<U+05E9><U+00A0>"),
	ROW("gb18030", "GB 18030 with two and with four octets", "\xd6\xd0\xa1\xa1\x81\x30\x81\x30",
	    "<U+4E2D><U+3000><U+0080>"),
	ROW("gb18030", "GB 18030 that the end cuts", "\xd6\xd0\x81\x30", "<U+4E2D><invalid>"),
	ROW("x-gbk", "GBK by the name of old mailers", "\xd6\xd0\xa1\xa1", "<U+4E2D><U+3000>"),
	ROW("big5", "Big5", "\xa4\xa4\xa1\x40", "<U+4E2D><U+3000>"),
	ROW("big5-hkscs", "Two octets can be two characters", "\x88\x62", "<U+00CA><U+0304>"),
	ROW("euc-kr", "EUC-KR", "\xc7\xd1\xa1\xa1", "<U+D55C><U+3000>"),
	ROW("ks_c_5601-1987", "Korean mail's name for code page 949, with a syllable that only that has",
	    "\xc7\xd1\x81\x41", "<U+D55C><U+AC02>"),
	ROW("shift_jis", "Shift JIS, with its ideographic space", "\x93\xfa\x81\x40", "<U+65E5><U+3000>"),
	ROW("x-sjis", "Shift JIS by the name of old mailers", "\x93\xfa\x81\x40", "<U+65E5><U+3000>"),
	ROW("euc-jp", "EUC-JP", "\xc6\xfc\xa1\xa1", "<U+65E5><U+3000>"),
	ROW("iso-2022-jp", "ISO-2022-JP", "\x1b$BF|\x1b(Bx", "<U+65E5>x"),
	ROW("iso-2022-jp", "Escape sequences alone are nothing", "\x1b$B\x1b(B", ""),
	ROW("iso-2022-kr", "ISO-2022-KR", "\x1b$)C\x0eGQ\x0fx", "<U+D55C>x"),
	ROW("utf-7", "UTF-7", "a+-b+ZeUAoA-c", "a+b<U+65E5><U+00A0>c"),
	ROW("unicode-1-1-utf-7", "UTF-7 by its old name", "+AKA-", "<U+00A0>"),
	ROW("utf-16be", "UTF-16 with a surrogate pair", "\0A\xd8\x3d\xde\0\0\xa0", "A<U+1F600><U+00A0>"),
	ROW("utf-16le", "UTF-16 the other way round", "A\0\x3d\xd8\0\xde\xa0\0", "A<U+1F600><U+00A0>"),
	ROW("utf-16le", "UTF-16 that ends in mid-character", "A\0\x3d\xd8", "A<invalid>"),
	ROW("utf-32be", "UTF-32", "\0\0\0A\0\1\xf6\0", "A<U+1F600>"),
	ROW("utf-32le", "UTF-32 the other way round", "A\0\0\0\0\xf6\1\0", "A<U+1F600>"),
	ROW("utf-16", "A mark, big end first", "\xfe\xff\0A\0\xa0", "<U+FEFF>A<U+00A0>"),
	ROW("utf-16", "A mark, little end first",
	    "\xff\xfe"
	    "A\0\xa0\0",
	    "<U+FEFF>A<U+00A0>"),
	ROW("utf-32", "A wide mark, big end first", "\0\0\xfe\xff\0\0\0A", "<U+FEFF>A"),
	ROW("utf-32", "A wide mark, little end first", "\xff\xfe\0\0A\0\0\0", "<U+FEFF>A"),
	ROW("utf-16", "ASCII without a mark, big end first", "\0A\0\xa0", "A<U+00A0>"),
	ROW("utf-16", "ASCII without a mark, little end first", "A\0\xa0\0", "A<U+00A0>"),
	ROW("utf-32", "ASCII without a mark, in the widest units", "A\0\0\0\xa0\0\0\0", "A<U+00A0>"),
	ROW("utf-16be", "A name's order stands, whatever the mark", "\xff\xfe\0A", "<U+FFFE>A"),
	ROW("utf-16be", "Surrogates without their other half", "\xd8\0\0A\xdc\0\0B\xd8\0\xd8\0\xdc\0",
	    "<invalid>A<invalid>B<invalid><U+10000>"),
	ROW("utf-16be", "Half a unit at the end", "\0A\0", "A<invalid>"),
	ROW("utf-32be", "Surrogates and what is past the last point", "\0\0\xd8\0\0\x11\0\0\0\0\0A",
	    "<invalid><invalid>A"),
	ROW("utf-32be", "Half a wide unit at the end", "\0\0\0A\0\0", "A<invalid>"),
	ROW("windows-1258", "A letter that might be followed by its accent comes at the end", "a", "a"),
	ROW("windows-1258", "A letter and its accent", "a\xcc", "<U+00E0>"),
	ROW("ebcdic-us", "EBCDIC has its space elsewhere", "\x40\xc1", " A"),
};

static const struct row *running;

static void
trace_points(struct trace *trace, struct charset *charset)
{
	uint32_t point;

	while (charset_next(charset, &point))
		trace_add_point(trace, point);
}

static void
trace_charset(struct trace *trace, const struct bytes *chunks, size_t count)
{
	struct charset charset;

	ck_assert_int_ne(charset_open(&charset, bytes_of(running->charset)), CHARSET_REFUSED);
	for (size_t i = 0; i < count; i++) {
		charset_feed(&charset, chunks[i]);
		trace_points(trace, &charset);
	}
	charset_finish(&charset);
	trace_points(trace, &charset);
	charset_close(&charset);
}

START_TEST(each_charset_gives_its_characters_however_it_is_cut)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		running = &rows[i];
		check_cuts(&rows[i].octets, trace_charset);
	}
}
END_TEST

START_TEST(names_of_charsets_are_known_in_any_case)
{
	static const char *const known[] = {
		"UTF-8",        "utf8",         "US-ASCII",        "ANSI_X3.4-1968", "_autodetect",
		"unknown-8bit", " iso-8859-1 ", "ISO_8859-1:1987", "latin1",         "Windows-1250",
		"CP-850",       "windows-874",  "KS_C_5601-1987",  "x-windows-949",  "Shift_JIS",
		"x-sjis",       "x-euc-jp",     "cp50220",         "GB2312",         "x-gbk",
		"big5-hkscs",   "x-mac-roman",  "koi8-u",          "x-cp1251",       "TIS-620",
		"iso-8859-6-e", "iso-8859-8-i", "UTF-7",           "UTF-16",         "utf-32le",
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		struct charset charset;

		if (charset_open(&charset, bytes_of(known[i])) != CHARSET_KNOWN)
			ck_abort_msg("%s is not known", known[i]);
		charset_close(&charset);
	}
}
END_TEST

START_TEST(what_iconv_reads_more_into_never_reaches_it)
{
	static const char *const names[] = {
		"//TRANSLIT",    "koi8-r//IGNORE",
		"koi8-r/x",      "../../tmp/module",
		"koi8-r,ignore", "koi8 r",
		"koi8-{r}",      "koi8-r\"",
		"k\xd6i8",       "a-name-which-is-longer-than-any-charset-has-and-that-goes-on-and-on-and-on",
	};
	struct charset charset;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		ck_assert_msg(charset_open(&charset, bytes_of(names[i])) == CHARSET_UNKNOWN, "%s", names[i]);
	ck_assert_int_eq(charset_open(&charset, (struct bytes){ "koi8-r\0x", 8 }), CHARSET_UNKNOWN);
	ck_assert_int_eq(charset_open(&charset, (struct bytes){ NULL, 0 }), CHARSET_KNOWN);
	ck_assert_uint_eq(iconv_open_count, 0);
	ck_assert_int_eq(charset_open(&charset, bytes_of("x-nope")), CHARSET_UNKNOWN);
	ck_assert_uint_eq(iconv_open_count, 2); /* an unknown one is asked for twice */
}
END_TEST

/* glibc's ISO-2022-CN-EXT: what it says of broken escape sequences depends on how much it sees of them. */
START_TEST(a_charset_whose_converter_depends_on_cuts_is_unknown)
{
	static const char *const names[] = { "iso-2022-cn-ext", "ISO-2022-CN-EXT", "ISO2022CNEXT" };
	static const char octets[] = "\n\x0e\0,,";
	struct charset charset;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		ck_assert_msg(charset_open(&charset, bytes_of(names[i])) == CHARSET_UNKNOWN, "%s", names[i]);
	ck_assert_uint_eq(iconv_open_count, 0);
	const struct row row = { names[0], { names[0], octets, sizeof octets - 1, "<U+000A><U+000E><U+0000>,," } };
	running = &row;
	check_cuts(&row.octets, trace_charset);
}
END_TEST

START_TEST(what_the_system_refuses_is_no_unknown_charset)
{
	static const int errors[] = { ENOMEM, EMFILE, ENFILE };

	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		struct charset charset;

		iconv_open_error = errors[i];
		ck_assert_int_eq(charset_open(&charset, bytes_of("koi8-r")), CHARSET_REFUSED);
		charset_close(&charset);
		ck_assert_int_eq(charset_open(&charset, bytes_of("utf-8")), CHARSET_KNOWN);
	}
	ck_assert_uint_eq(iconv_close_count, 0);
}
END_TEST

START_TEST(a_charset_is_closed_once)
{
	struct charset charset;

	memset(&charset, 0, sizeof charset);
	charset_close(&charset);
	ck_assert_int_eq(charset_open(&charset, bytes_of("koi8-r")), CHARSET_KNOWN);
	charset_close(&charset);
	charset_close(&charset);
	ck_assert_uint_eq(iconv_close_count, 1);
}
END_TEST

START_TEST(a_reset_forgets_the_state_and_keeps_the_charset)
{
	static const struct {
		const char *name;
		struct bytes before, after;
		uint32_t point;
	} cases[] = {
		{ "utf-8", { "\xe2\x80", 2 }, { "A", 1 }, 'A' },
		{ "iso-8859-1", { "x", 1 }, { "\xe9", 1 }, 0xe9 },
		{ "gb18030", { "\x81\x30", 2 }, { "A", 1 }, 'A' },
		{ "iso-2022-jp", { "\x1b$B", 3 }, { "F", 1 }, 'F' },
		{ "utf-16", { "\xff\xfe", 2 }, { "\xfe\xff", 2 }, 0xfeff },
		{ "utf-16", { "\xfe\xff\xd8", 3 }, { "\xff\xfe", 2 }, 0xfeff },
		{ "windows-1258", { "a", 1 }, { "\xe9", 1 }, 0xe9 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct charset charset;
		uint32_t point = 0;

		ck_assert_int_eq(charset_open(&charset, bytes_of(cases[i].name)), CHARSET_KNOWN);
		charset_feed(&charset, cases[i].before);
		while (charset_next(&charset, &point))
			;
		charset_reset(&charset);
		charset_feed(&charset, cases[i].after);
		bool first = charset_next(&charset, &point);
		charset_finish(&charset);
		first = first || charset_next(&charset, &point);
		ck_assert_msg(first && point == cases[i].point, "%s: %x", cases[i].name, point);
		ck_assert(!charset_next(&charset, &point));
		charset_close(&charset);
	}
}
END_TEST

/* Octets of which many are escapes, shifts and lead octets; the generator is the one of C's own example. */
static void
fill_hostile(char *octets, size_t length, uint32_t seed)
{
	static const char likely[] = "\x1b$)(BCGJ@+-~{}\x0e\x0f\x81\x30\xa1\xd8\xdc\xfe\xff\x8e\x8f";

	for (size_t i = 0; i < length; i++) {
		seed = seed * UINT32_C(1103515245) + 12345;
		uint32_t random = seed >> 16 & 0x7fff;
		octets[i] = random & 1 ? likely[(random >> 1) % sizeof likely] : (char)(random >> 1);
	}
}

START_TEST(hostile_octets_neither_stall_nor_depend_on_cuts)
{
	static const char *const names[] = {
		"utf-8",       "utf-7",       "utf-16",    "utf-32",       "gb18030",       "gbk",
		"big5",        "big5-hkscs",  "shift_jis", "cp932",        "euc-jp",        "euc-kr",
		"euc-tw",      "cp949",       "johab",     "iso-2022-jp",  "iso-2022-jp-2", "iso-2022-jp-3",
		"iso-2022-kr", "iso-2022-cn", "tscii",     "windows-1258", "tcvn",          "ibm1364",
		"ibm1390",     "ucs-2",       "ucs-4",     "euc-jisx0213", "armscii-8",     "t.61",
		"iso_6937",
	};
	char octets[300];

	for (size_t i = 0; i < sizeof names / sizeof names[0] * 20; i++) {
		size_t name = i % (sizeof names / sizeof names[0]);
		const struct row row = { names[name], { names[name], octets, sizeof octets, "" } };
		struct bytes whole = { octets, sizeof octets }, cut[sizeof octets];
		struct trace a = { NULL, 0, 0 }, b = { NULL, 0, 0 };

		running = &row;
		fill_hostile(octets, sizeof octets, (uint32_t)i);
		for (size_t k = 0; k < sizeof octets; k++)
			cut[k] = (struct bytes){ octets + k, 1 };
		trace_charset(&a, &whole, 1);
		trace_charset(&b, cut, sizeof octets);
		ck_assert_msg(a.length > 0 && strcmp(a.text, b.text) == 0, "%s:\n%s\n%s", names[name], a.text, b.text);
		free(a.text);
		free(b.text);
	}
}
END_TEST

static size_t
count_invalid(struct charset *charset)
{
	size_t count = 0;
	uint32_t point;

	while (charset_next(charset, &point)) {
		ck_assert_uint_eq(point, CHARSET_INVALID);
		count++;
	}
	return count;
}

/* The last one claims that what it refuses was consumed. */
START_TEST(a_converter_that_goes_nowhere_is_left_behind)
{
	static const struct {
		int error;
		bool swallows;
		size_t at_once, at_end; /* of 200 octets */
	} cases[] = {
		{ E2BIG, false, 200, 0 },
		{ EILSEQ, false, 200, 0 },
		{ EBADF, false, 200, 0 },
		{ EINVAL, false, 200 - CHARSET_INPUT_MAX + 1, 1 },
		{ EILSEQ, true, (200 + CHARSET_INPUT_MAX - 1) / CHARSET_INPUT_MAX, 0 },
	};
	char octets[200] = "";

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct charset charset;

		ck_assert_int_eq(charset_open(&charset, bytes_of("koi8-r")), CHARSET_KNOWN);
		iconv_error = cases[i].error;
		iconv_swallows = cases[i].swallows;
		charset_feed(&charset, (struct bytes){ octets, sizeof octets });
		ck_assert_uint_eq(count_invalid(&charset), cases[i].at_once);
		charset_finish(&charset);
		ck_assert_uint_eq(count_invalid(&charset), cases[i].at_end);
		charset_close(&charset);
	}
}
END_TEST

START_TEST(points_are_written_as_utf_8)
{
	char buffer[32] = "";

	ck_assert(charset_append_utf8(buffer, sizeof buffer, 'A'));
	ck_assert(charset_append_utf8(buffer, sizeof buffer, 0xe9));
	ck_assert(charset_append_utf8(buffer, sizeof buffer, 0x20ac));
	ck_assert(charset_append_utf8(buffer, sizeof buffer, 0x1f600));
	ck_assert_str_eq(buffer, "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}
END_TEST

START_TEST(what_is_no_point_is_written_as_the_replacement_character)
{
	static const uint32_t none[] = { CHARSET_INVALID, 0x110000, 0xd800, 0xdfff, 0 };

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		char buffer[8] = "";

		ck_assert(charset_append_utf8(buffer, sizeof buffer, none[i]));
		ck_assert_str_eq(buffer, "\xef\xbf\xbd");
	}
}
END_TEST

START_TEST(a_character_that_does_not_fit_is_not_begun)
{
	char buffer[4] = "a";

	ck_assert(!charset_append_utf8(buffer, sizeof buffer, 0x20ac));
	ck_assert_str_eq(buffer, "a");
	ck_assert(charset_append_utf8(buffer, sizeof buffer, 0xe9));
	ck_assert_str_eq(buffer, "a\xc3\xa9");
	ck_assert(!charset_append_utf8(buffer, sizeof buffer, 'b'));
}
END_TEST

SUITE_MAIN(charset, each_charset_gives_its_characters_however_it_is_cut, names_of_charsets_are_known_in_any_case,
	   what_iconv_reads_more_into_never_reaches_it, a_charset_whose_converter_depends_on_cuts_is_unknown,
	   what_the_system_refuses_is_no_unknown_charset, a_charset_is_closed_once,
	   a_reset_forgets_the_state_and_keeps_the_charset, hostile_octets_neither_stall_nor_depend_on_cuts,
	   a_converter_that_goes_nowhere_is_left_behind, points_are_written_as_utf_8,
	   what_is_no_point_is_written_as_the_replacement_character, a_character_that_does_not_fit_is_not_begun)
