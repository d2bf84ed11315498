/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/visible.h"
#include "policy/parse/words.h"
#include "tests/support/cuts.h"
#include "tests/support/iconv_fault.h"
#include "tests/support/points.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A question mark before another is written with a backslash: `?\?=` would be a trigraph. */
struct row {
	const char *sentence;
	const char *value;
	const char *expected;
};

static const struct row rows[] = {
	{ "An empty value is nothing", "", "" },
	{ "Text is itself", "Hello, world", "Hello, world" },
	{ "Blanks stay", " \t a ", " <U+0009> a " },
	{ "A fold leaves its blank", "a\r\n b\n\tc", "a b<U+0009>c" },
	{ "Raw UTF-8 is read", "caf\xc3\xa9", "caf<U+00E9>" },
	{ "Raw octets that are no UTF-8 are visible", "caf\xe9!", "caf<invalid>!" },
	{ "Raw UTF-8 that a word cuts is invalid", "\xe2\x80=?utf-8?Q?a?=", "<invalid>a" },
	{ "Raw UTF-8 that the end cuts is invalid", "a\xe2\x80", "a<invalid>" },

	{ "Q", "=?utf-8?Q?Hello=2C_world?=", "Hello, world" },
	{ "B", "=?utf-8?B?SGVsbG8=?=", "Hello" },
	{ "The encoding's case does not matter", "=?utf-8?q?a?= =?utf-8?b?Yg==?=", "ab" },
	{ "The charset's case does not matter", "=?UTF-8?Q?a?= =?utf-8?Q?b?=", "ab" },
	{ "A language is passed over", "=?utf-8*en-gb?Q?a=E2=82=ac?=", "a<U+20AC>" },
	{ "A language does not part words", "=?utf-8*en?Q?=E2?= =?utf-8*fr?Q?=82=AC?=", "<U+20AC>" },
	{ "Lower-case hex digits", "=?utf-8?Q?=c3=a9?=", "<U+00E9>" },
	{ "Latin-1", "=?iso-8859-1?Q?=E9_?=x", "<U+00E9> x" },
	{ "KOI8-R", "=?koi8-r?B?8NLJ1w==?=", "<U+041F><U+0440><U+0438><U+0432>" },
	{ "ISO-2022-JP", "=?iso-2022-jp?B?GyRCRnwbKEI=?=", "<U+65E5>" },
	{ "UTF-7", "=?utf-7?Q?+AKA-?=", "<U+00A0>" },
	{ "UTF-16", "=?utf-16?B?/v8AQQ==?=", "<U+FEFF>A" },

	{ "Text before and after a word stays, with its blanks", "Re: =?utf-8?Q?a?= b", "Re: a b" },
	{ "The blank between words vanishes", "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab" },
	{ "A fold between words vanishes", "=?utf-8?Q?a?=\r\n  =?utf-8?Q?b?=", "ab" },
	{ "The blank between words of two charsets vanishes", "=?utf-8?Q?a?= =?koi8-r?Q?b?= =?utf-8?Q?c?=", "abc" },
	{ "An underscore in a word is a blank that stays", "=?utf-8?Q?a_?= =?utf-8?Q?b?=", "a b" },
	{ "A character may be split between words", "=?utf-8?Q?=E2?= =?utf-8?Q?=80=8B?=", "<U+200B>" },
	{ "Even between Q and B", "=?utf-8?Q?=E2?= =?utf-8?B?gIs=?=", "<U+200B>" },
	{ "Even in a charset that iconv knows", "=?big5?Q?=A1?= =?BIG5?Q?=40?=", "<U+3000>" },
	{ "A base64 quantum may be split", "=?utf-8?B?4oC?= =?utf-8?B?L?=", "<U+200B>" },
	{ "But not across a word in Q", "=?utf-8?B?4oC?= =?utf-8?B?LYg?= =?utf-8?Q?-?= =?utf-8?B?YQ?=", "<U+200B>b-a" },
	{ "Words that are complete without padding are read each by itself", "=?utf-8?B?YQ?= =?utf-8?B?Yg?=", "ab" },
	{ "Escape state goes on from word to word", "=?iso-2022-jp?Q?=1B$B?= =?iso-2022-jp?Q?F|=1B(B?=", "<U+65E5>" },

	{ "A word within a word's neighbour needs no blank", "x=?utf-8?Q?a?==?utf-8?Q?b?=y", "xaby" },
	{ "Words may hold blanks", "=?utf-8?Q?a b?=", "a b" },
	{ "Words may hold folds", "=?utf-8?Q?a\r\n b?=", "a b" },
	{ "Blanks around charset and encoding", "=? utf-8 ? Q ?a?=", "a" },
	{ "A question mark in Q", "=?utf-8?Q?really?\?=", "really?" },
	{ "Text that begins with an escape", "=?utf-8?Q?=41?=", "A" },
	{ "Raw UTF-8 in Q", "=?utf-8?Q?\xc2\xa0?=", "<U+00A0>" },
	{ "An escape without hex digits stays", "=?utf-8?Q?a=4x=?=", "a=4x=" },
	{ "Rubbish in base64 is passed over", "=?utf-8?B?S G-V*s\r\n bG8=?=", "Hello" },
	{ "Padding is all there is", "=?utf-8?B?====?=", "" },
	{ "Padding is missing", "=?utf-8?B?SGVsbG8?=", "Hello" },
	{ "Padding in the middle", "=?utf-8?B?YQ==Yg==?=", "ab" },
	{ "One symbol of base64 is no octet", "=?utf-8?B?Y?=", "" },

	{ "An empty word in Q", "=?utf-8?Q?\?=", "" },
	{ "An empty word in B", "=?utf-8?B?\?=", "" },
	{ "Empty words with blanks between", "=?utf-8?Q?\?= =?utf-8?B?\?=\r\n =?koi8-r?Q?\?=", "" },
	{ "An empty charset is UTF-8", "=??Q?=C2=A0?=", "<U+00A0>" },
	{ "Escape sequences alone are nothing", "=?iso-2022-jp?B?GyRCGyhC?=", "" },
	{ "Invisible characters are themselves", "=?utf-8?B?4oCL77u/wq0=?=", "<U+200B><U+FEFF><U+00AD>" },
	{ "A blank in EBCDIC", "=?ebcdic-us?Q?=40@?=", "  " },
	{ "An old name of KS C 5601, which is a blank", "=?ks_c_5601-1987?B?oaE=?=", "<U+3000>" },
	{ "Blanks around an empty word stay", " =?utf-8?Q?\?= ", "  " },

	{ "An unknown charset stands as it is", "=?x-nope?Q?a_b?=", "=?x-nope?Q?a_b?=" },
	{ "Also when the word is empty", "=?x-nope?Q?\?=", "=?x-nope?Q?\?=" },
	{ "An unknown encoding stands as it is", "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
	{ "Octets that are no text of the charset", "=?utf-8?Q?=FF?=", "=?utf-8?Q?=FF?=" },
	{ "A character that no word completes", "=?utf-8?Q?=E2=80?= =?koi8-r?Q?=8B?=", "=?utf-8?Q?=E2=80?= <U+2580>" },
	{ "Invalid in a charset of iconv's", "=?euc-kr?Q?=FF?=", "=?euc-kr?Q?=FF?=" },
	{ "A blank between a word and an undecodable one stays",
	  "=?utf-8?Q?a?= =?x-nope?Q?b?= =?utf-8?Q?c?=", "a =?x-nope?Q?b?= c" },
	{ "A charset with options of iconv's", "=?utf-7//IGNORE?Q?a?=", "=?utf-7//IGNORE?Q?a?=" },
	{ "A charset that is a path", "=?../../lib/x?Q?a?=", "=?../../lib/x?Q?a?=" },

	{ "An equals sign after a word", "=?utf-8?Q?a?= =b", "a =b" },
	{ "A word without an end", "=?utf-8?Q?abc", "=?utf-8?Q?abc" },
	{ "A word whose end is its text's beginning", "=?utf-8?Q?=", "=?utf-8?Q?=" },
	{ "A word without text", "=?utf-8?Q", "=?utf-8?Q" },
	{ "A word without an encoding", "=?utf-8", "=?utf-8" },
	{ "The beginning of a word", "a=?", "a=?" },
	{ "Half the beginning of a word", "a=", "a=" },
	{ "An opening before a word is text", "=?=?utf-8?Q?a?=", "=?a" },
	{ "An open word takes the next one as its text", "=?utf-8?Q?a =?utf-8?Q?b?=", "a =?utf-8?Q?b" },
	{ "Openings and ends in a row", "=?=?=?=?=?", "=?=?=?=?=?" },
	{ "An end alone", "?= ?=", "?= ?=" },
	{ "Something like a question", "what =? why ?= that", "what =? why ?= that" },
};

static void
trace_words(struct trace *trace, struct bytes value)
{
	struct words words;
	uint32_t point;

	words_init(&words, value);
	while (words_next(&words, &point))
		trace_add_point(trace, point);
	ck_assert(!words.refused);
	ck_assert(!words_next(&words, &point));
	words_close(&words);
}

START_TEST(each_value_gives_its_points)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes value = guarded_copy(bytes_of(rows[i].value));
		struct trace trace = { NULL, 0, 0 };

		trace_add(&trace, "%s", "");
		trace_words(&trace, value);
		if (strcmp(trace.text, rows[i].expected) != 0)
			ck_abort_msg("%s\n expected: %s\n but got:  %s", rows[i].sentence, rows[i].expected,
				     trace.text);
		free(trace.text);
		guarded_free(value);
	}
	ck_assert_uint_eq(iconv_open_count > 0, iconv_close_count > 0);
}
END_TEST

START_TEST(a_nul_is_a_point)
{
	struct trace trace = { NULL, 0, 0 };

	trace_words(&trace, (struct bytes){ "a\0=?utf-8?Q?=00\0?=", 18 });
	ck_assert_str_eq(trace.text, "a<U+0000><U+0000><U+0000>");
	free(trace.text);
}
END_TEST

START_TEST(words_of_any_length_are_decoded)
{
	char value[3000] = "";

	for (unsigned length = 0; length < 1000; length++) {
		struct words words;
		uint32_t point;
		unsigned points = 0;

		snprintf(value, sizeof value, "=?utf-8?Q?%0*d?= =?koi8-r?B?%0*d?=", (int)length + 1, 0,
			 (int)length * 4 / 3 + 2, 0);
		words_init(&words, bytes_of(value));
		while (words_next(&words, &point))
			points++;
		words_close(&words);
		ck_assert_uint_eq(points, length + 1 + (length * 4 / 3 + 2) * 6 / 8);
	}
}
END_TEST

START_TEST(no_octets_at_all_are_nothing)
{
	struct words words;
	uint32_t point;

	words_init(&words, (struct bytes){ NULL, 0 });
	ck_assert(!words_next(&words, &point));
	words_close(&words);
}
END_TEST

/* A value cut short anywhere is a value too; none may be read past its end. */
START_TEST(every_prefix_of_every_value_is_read)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t length = 0; length < strlen(rows[i].value); length++) {
			struct bytes value = guarded_copy((struct bytes){ rows[i].value, length });
			struct trace trace = { NULL, 0, 0 };

			trace_words(&trace, value);
			free(trace.text);
			guarded_free(value);
		}
	}
}
END_TEST

START_TEST(refused_memory_stops_the_text_and_says_so)
{
	struct words words;
	uint32_t point;

	iconv_open_error = ENOMEM;
	words_init(&words, bytes_of("a=?utf-8?Q?b?= =?koi8-r?Q?c?= d"));
	while (words_next(&words, &point))
		ck_assert(point == 'a' || point == 'b');
	ck_assert(words.refused);
	ck_assert(!words_next(&words, &point));
	words_close(&words);
	ck_assert_uint_eq(iconv_close_count, 0);
}
END_TEST

/* The unit, count times, in a buffer to be freed; %u in it is the repetition's number. */
static struct bytes
repeated(const char *unit, unsigned count)
{
	size_t size = (strlen(unit) + 10) * count + 1;
	char *text = malloc(size);
	size_t length = 0;

	ck_assert_ptr_nonnull(text);
	for (unsigned i = 0; i < count; i++) {
		const char *hole = strstr(unit, "%u");

		if (hole == NULL)
			length += (size_t)snprintf(text + length, size - length, "%s", unit);
		else
			length += (size_t)snprintf(text + length, size - length, "%.*s%u%s", (int)(hole - unit), unit,
						   i, hole + 2);
	}
	return (struct bytes){ text, length };
}

struct summary {
	size_t points, visible;
};

static struct summary
read_repeated(const char *unit, unsigned count)
{
	struct bytes value = repeated(unit, count);
	struct summary summary = { 0, 0 };
	struct words words;
	uint32_t point;

	words_init(&words, value);
	while (words_next(&words, &point)) {
		summary.points++;
		summary.visible += visible_point(point);
	}
	ck_assert(!words.refused);
	words_close(&words);
	free((char *)value.data);
	return summary;
}

/* A quadratic reader needs hours for these; the suite's timeout ends it. */
START_TEST(hostile_values_take_linear_time)
{
	enum { MANY = 200000 };

	ck_assert_uint_eq(read_repeated("=?utf-8?Q?\?= ", MANY).visible, 0);
	ck_assert_uint_eq(read_repeated("=?utf-8?B?4oCL?= ", MANY).visible, 0);
	ck_assert_uint_eq(read_repeated("=?utf-8?B?4?= ", MANY).visible, 0);
	ck_assert_uint_eq(read_repeated("=?koi8-r?Q?=9A?= ", MANY).points, MANY + 1);
	ck_assert_uint_eq(read_repeated("=?", MANY).points, 2 * MANY);
	ck_assert_uint_eq(read_repeated("=?u?Q?x ", MANY).points, 8 * MANY);
	ck_assert_uint_eq(read_repeated("=?=?u?Q", MANY).points, 7 * MANY);
	ck_assert_uint_eq(read_repeated("?=", MANY).points, 2 * MANY);
	ck_assert_uint_eq(read_repeated("=", MANY).points, MANY);
	ck_assert_uint_eq(read_repeated("  ", MANY).points, 2 * MANY);
	ck_assert_uint_eq(read_repeated("\r\n ", MANY).points, MANY);
	ck_assert_uint_eq(read_repeated("=?utf-8?Q?a?= x ", MANY).visible, 2 * MANY);
	ck_assert_uint_eq(read_repeated("=?utf-8?Q?a?= =?x-nope?Q?a?= ", MANY).visible, (1 + 14) * MANY);
	ck_assert_uint_eq(iconv_open_count, 1 + 2); /* an unknown one is asked for twice */
	ck_assert_uint_eq(read_repeated("=?utf-8?Q?=FF?= =?us-ascii?Q?\?= ", MANY).visible, 15 * MANY);
}
END_TEST

START_TEST(charsets_are_asked_for_a_bounded_number_of_times)
{
	enum { MANY = 10000 };

	ck_assert_uint_gt(read_repeated("=?x-%u?Q?\?= ", MANY).visible, WORDS_OPENS_MAX * strlen("=?x-?Q?\?="));
	ck_assert_uint_le(iconv_open_count, 2 * WORDS_OPENS_MAX);
	iconv_open_count = 0;
	ck_assert_uint_eq(read_repeated("=?koi8-r?Q?=9A?= =?big5?Q?=A1=40?= ", MANY).visible, 0);
	ck_assert_uint_le(iconv_open_count, WORDS_OPENS_MAX);
	iconv_open_count = 0;
	ck_assert_uint_eq(read_repeated("=?x-nope?Q?a?= =?X-NOPE?Q?b?= c ", MANY).visible, MANY * (14 + 14 + 1));
	ck_assert_uint_eq(iconv_open_count, 2);
	iconv_open_count = 0;
	ck_assert_uint_eq(read_repeated("=?koi8-r?Q?=9A?= c ", MANY).visible, MANY);
	ck_assert_uint_eq(iconv_open_count, 1);
}
END_TEST

START_TEST(as_many_charsets_as_the_limit_are_decoded)
{
	struct bytes pair = repeated("=?koi8-r?Q?=9A?= =?big5?Q?=A1=40?= ", WORDS_OPENS_MAX / 2);
	struct words words;
	uint32_t point;

	words_init(&words, pair);
	while (words_next(&words, &point))
		ck_assert(!visible_point(point));
	words_close(&words);
	ck_assert_uint_eq(iconv_open_count, WORDS_OPENS_MAX);
	ck_assert_uint_eq(iconv_close_count, WORDS_OPENS_MAX);
	free((char *)pair.data);
}
END_TEST

/* Nothing is to be gained by changing charsets until they are no more decoded. */
START_TEST(undecodable_words_vanish_past_the_limit)
{
	enum { MANY = 1000 };

	ck_assert_uint_eq(read_repeated("=?koi8-r?Q?=9A?= =?big5?Q?=A1=40?= =?x-%u?Q?a?= ", MANY).visible,
			  read_repeated("=?koi8-r?Q?=9A?= =?big5?Q?=A1=40?= =?x-%u?Q?a?= ", WORDS_OPENS_MAX).visible);
	ck_assert_uint_eq(read_repeated("=?koi8-r?Q?=9A?= =?big5?Q?=A1=40?= a ", MANY).visible, MANY);
}
END_TEST

/* Charsets that need no iconv are no burden, so no number of others makes them undecodable. */
START_TEST(utf_8_is_decoded_past_the_limit)
{
	enum { MANY = 100 };

	ck_assert_uint_eq(read_repeated("=?x-%u?Q?\?= ", MANY).visible + MANY,
			  read_repeated("=?x-%u?Q?\?= =?utf-8?Q?a=C2=A0?= =?iso-8859-1?Q?=A0?= ", MANY).visible);
}
END_TEST

SUITE_MAIN(words, each_value_gives_its_points, a_nul_is_a_point, words_of_any_length_are_decoded,
	   no_octets_at_all_are_nothing, every_prefix_of_every_value_is_read, refused_memory_stops_the_text_and_says_so,
	   hostile_values_take_linear_time, charsets_are_asked_for_a_bounded_number_of_times,
	   as_many_charsets_as_the_limit_are_decoded, undecodable_words_vanish_past_the_limit,
	   utf_8_is_decoded_past_the_limit)
