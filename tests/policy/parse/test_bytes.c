/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/bytes.h"

#include "tests/support/suite.h"

#include <string.h>

static const struct bytes nothing = { NULL, 0 };

START_TEST(octets_are_the_same_or_are_not)
{
	static const struct {
		const char *a, *b;
		bool equal, equal_nocase;
	} cases[] = {
		{ "", "", true, true },         { "a", "", false, false },     { "abc", "abc", true, true },
		{ "abc", "abd", false, false }, { "abc", "ab", false, false }, { "abc", "ABC", false, true },
		{ "a@", "a`", false, false },   { "a[", "a{", false, false },  { "\xc3\xa9", "\xc3\x89", false, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct bytes a = bytes_of(cases[i].a), b = bytes_of(cases[i].b);

		ck_assert_msg(bytes_equal(a, b) == cases[i].equal, "%s, %s", cases[i].a, cases[i].b);
		ck_assert_msg(bytes_equal(b, a) == cases[i].equal, "%s, %s", cases[i].b, cases[i].a);
		ck_assert_msg(bytes_equal_nocase(a, b) == cases[i].equal_nocase, "%s, %s", cases[i].a, cases[i].b);
		ck_assert_msg(bytes_is(a, cases[i].b) == cases[i].equal_nocase, "%s, %s", cases[i].a, cases[i].b);
	}
	ck_assert(bytes_equal(nothing, bytes_of("")));
	ck_assert(bytes_equal_nocase(nothing, bytes_of("")));
	ck_assert(bytes_is(nothing, ""));
}
END_TEST

START_TEST(a_nul_is_an_octet)
{
	static const struct {
		struct bytes a, b;
		const char *string;
		ptrdiff_t nul; /* in a */
	} cases[] = {
		{ { "a\0b", 3 }, { "a\0c", 3 }, "a", 1 },
		{ { "a\0", 2 }, { "a", 1 }, "a", 1 },
		{ { "\0", 1 }, { "", 0 }, "", 0 },
		{ { "ab\0", 2 }, { "ab\0", 3 }, "abc", -1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_assert_msg(!bytes_equal(cases[i].a, cases[i].b), "%zu", i);
		ck_assert_msg(!bytes_equal_nocase(cases[i].a, cases[i].b), "%zu", i);
		ck_assert_msg(!bytes_is(cases[i].a, cases[i].string), "%zu", i);
		ck_assert_msg(bytes_find(cases[i].a, '\0') == cases[i].nul, "%zu", i);
	}
	ck_assert_int_eq(bytes_find(cases[0].a, 'b'), 2);
}
END_TEST

START_TEST(beginnings)
{
	static const struct {
		const char *text, *prefix;
		bool starts;
	} cases[] = {
		{ "SRS0=x", "srs0", true }, { "srs0", "SRS0", true }, { "SRS", "srs0", false },
		{ "xSRS0", "SRS0", false }, { "x", "", true },        { "", "x", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(bytes_starts_nocase(bytes_of(cases[i].text), cases[i].prefix) == cases[i].starts,
			      "%s, %s", cases[i].text, cases[i].prefix);
	ck_assert(bytes_starts_nocase(nothing, ""));
}
END_TEST

START_TEST(blanks_at_both_ends_are_trimmed)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{ "", "" },           { " \t\r\n", "" },          { "a", "a" }, { "\r\n\ta b\t \n", "a b" },
		{ "\va\f", "\va\f" }, { "\xc2\xa0", "\xc2\xa0" }, /* a no-break space is not ASCII */
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(bytes_equal(bytes_trim(bytes_of(cases[i].text)), bytes_of(cases[i].trimmed)), "%s",
			      cases[i].trimmed);
	ck_assert_uint_eq(bytes_trim(nothing).length, 0);
}
END_TEST

START_TEST(what_lies_behind_a_place)
{
	struct bytes text = bytes_of("abc");

	ck_assert(bytes_is(bytes_from(text, 0), "abc"));
	ck_assert(bytes_is(bytes_from(text, 2), "c"));
	ck_assert_uint_eq(bytes_from(text, 3).length, 0);
	ck_assert_uint_eq(bytes_from(text, 4).length, 0);
	ck_assert_uint_eq(bytes_from(nothing, 0).length, 0);
	ck_assert_int_eq(bytes_find(text, 'a'), 0);
	ck_assert_int_eq(bytes_find(text, 'd'), -1);
	ck_assert_int_eq(bytes_find(nothing, '\0'), -1);
}
END_TEST

START_TEST(kinds_of_octets)
{
	for (int i = 0; i < 256; i++) {
		char c = (char)i;
		const char *digits = "0123456789abcdef";
		const char *hex = c != '\0' ? strchr(digits, ascii_lower(c)) : NULL;

		ck_assert_msg(ascii_hex_value(c) == (hex != NULL ? (int)(hex - digits) : -1), "%d", i);
		ck_assert_msg(ascii_is_digit(c) == (i >= 48 && i <= 57), "%d", i);
		ck_assert_msg(ascii_is_blank(c) == (i == 9 || i == 10 || i == 13 || i == 32), "%d", i);
		ck_assert_msg(ascii_lower(c) == (char)(i >= 65 && i <= 90 ? i + 32 : i), "%d", i);
	}
}
END_TEST

START_TEST(a_buffer_takes_what_fits)
{
	char buffer[6] = "";

	ck_assert(buffer_append(buffer, sizeof buffer, bytes_of("ab")));
	ck_assert(buffer_append(buffer, sizeof buffer, nothing));
	ck_assert(buffer_append(buffer, sizeof buffer, bytes_of("cde")));
	ck_assert_str_eq(buffer, "abcde");
	ck_assert(buffer_append(buffer, sizeof buffer, nothing));
	ck_assert(!buffer_append(buffer, sizeof buffer, bytes_of("f")));
	ck_assert_str_eq(buffer, "abcde");
	buffer[0] = '\0';
	ck_assert(!buffer_append(buffer, sizeof buffer, bytes_of("abcdef")));
	ck_assert_str_eq(buffer, "abcde");
}
END_TEST

SUITE_MAIN(bytes, octets_are_the_same_or_are_not, a_nul_is_an_octet, beginnings, blanks_at_both_ends_are_trimmed,
	   what_lies_behind_a_place, kinds_of_octets, a_buffer_takes_what_fits)
