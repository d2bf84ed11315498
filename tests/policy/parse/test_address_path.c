/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/address_trace.h"
#include "tests/support/suite.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* `null`, or the local part and domain as traced; then the flaws of what is a path, or `unreadable`. */
static void
trace_path(struct trace *trace, struct bytes text)
{
	struct address_path path;
	struct bytes input = guarded_copy(text);

	memset(&path, 'x', sizeof path);
	address_parse_path(input, &path);
	guarded_free(input);
	if (path.null) {
		ck_assert(path.flaws == 0 && path.local[0] == '\0' && path.domain[0] == '\0');
		trace_add(trace, "null");
	} else if ((path.flaws & ADDRESS_UNREADABLE) != 0) {
		trace_add(trace, "unreadable");
	} else {
		trace_add_bytes(trace, bytes_of(path.local));
		trace_add(trace, "@");
		trace_add_bytes(trace, bytes_of(path.domain));
		trace_address_flaws(trace, path.flaws);
	}
}

#define TEXT(literal) literal, sizeof(literal) - 1

/* clang-format off */
static const struct {
	const char *sentence;
	const char *input;
	size_t length;
	const char *expected;
} paths[] = {
	{ "a path", TEXT("<a@example.com>"), "a@example.com" },
	{ "a path without brackets", TEXT("a@example.com"), "a@example.com" },
	{ "blanks around it", TEXT(" \t<a@example.com>\r\n"), "a@example.com" },
	{ "blanks around one without brackets", TEXT(" a@example.com "), "a@example.com" },
	{ "the null path", TEXT("<>"), "null" },
	{ "nothing at all", TEXT(""), "null" },
	{ "blanks alone", TEXT(" \t"), "null" },
	{ "blanks in the brackets", TEXT("< >"), "null" },
	{ "a source route", TEXT("<@example.org,@example.net:a@example.com>"), "a@example.com !route" },
	{ "a source route without brackets", TEXT("@example.org:a@example.com"), "a@example.com !route" },
	{ "a route that ends nowhere", TEXT("<@example.org:>"), "unreadable" },
	{ "a route with a comma for its colon", TEXT("<@example.org,a@example.com>"), "unreadable" },
	{ "a quoted local part", TEXT("<\"a b\"@example.com>"), "a b@example.com" },
	{ "at signs and brackets in quotes", TEXT("<\"a@b>,<\"@example.com>"), "a@b>,<@example.com" },
	{ "the same without brackets", TEXT("\"a@b>\"@example.com"), "a@b>@example.com" },
	{ "a quoted pair", TEXT("<\"a\\\"b\"@example.com>"), "a\"b@example.com" },
	{ "UTF-8", TEXT("<j\xc3\xb6@b\xc3\xbc" "cher.test>"), "j\\xc3\\xb6@b\\xc3\\xbccher.test" },
	{ "other octets than UTF-8", TEXT("<j\xf6@example.com>"), "j\\xf6@example.com" },
	{ "case and a dot at the end stay", TEXT("<A@Example.COM.>"), "A@Example.COM. !domain_empty_label" },
	{ "an address literal", TEXT("<a@[192.0.2.1]>"), "a@[192.0.2.1]" },
	{ "VERP and SRS", TEXT("<SRS0=ab=cd=example.org=x+y=z@example.com>"), "SRS0=ab=cd=example.org=x+y=z@example.com" },
	{ "no local part", TEXT("<@example.com>"), "@example.com !local_missing" },
	{ "dots out of place", TEXT("<.a..b.@example.com>"),
	  ".a..b.@example.com !local_starts_with_dot !local_ends_with_dot !local_two_dots" },
	{ "a comment within, as MTAs take it", TEXT("<a(x)@example.com>"), "a@example.com" },
	{ "no domain", TEXT("<postmaster>"), "unreadable" },
	{ "no domain and no brackets", TEXT("root"), "unreadable" },
	{ "nothing behind the at sign", TEXT("<a@>"), "unreadable" },
	{ "a comment alone", TEXT("(a@example.com)"), "unreadable" },
	{ "a closing bracket missing", TEXT("<a@example.com"), "unreadable" },
	{ "an opening bracket missing", TEXT("a@example.com>"), "unreadable" },
	{ "a bracket alone", TEXT("<"), "unreadable" },
	{ "a closing bracket alone", TEXT(">"), "unreadable" },
	{ "brackets twice", TEXT("<<a@example.com>>"), "unreadable" },
	{ "two paths", TEXT("<a@example.com><b@example.com>"), "unreadable" },
	{ "two paths apart", TEXT("<a@example.com> <b@example.com>"), "unreadable" },
	{ "two paths and a comma", TEXT("<a@example.com>,<b@example.com>"), "unreadable" },
	{ "two addresses without brackets", TEXT("a@example.com, b@example.com"), "unreadable" },
	{ "two addresses in brackets", TEXT("<a@example.com,b@example.com>"), "unreadable" },
	{ "two addresses without a comma", TEXT("a@example.com b@example.com"), "unreadable" },
	{ "an address before a path", TEXT("a@example.com<b@example.com>"), "unreadable" },
	{ "the null path before a path", TEXT("<><a@example.com>"), "unreadable" },
	{ "the null path behind a path", TEXT("<a@example.com><>"), "unreadable" },
	{ "the null path twice", TEXT("<><>"), "unreadable" },
	{ "a name", TEXT("Jane <a@example.com>"), "unreadable" },
	{ "a name without brackets", TEXT("Jane a@example.com"), "unreadable" },
	{ "a quoted name", TEXT("\"Jane\" <a@example.com>"), "unreadable" },
	{ "words behind", TEXT("<a@example.com> SIZE=1"), "unreadable" },
	{ "a comma behind", TEXT("<a@example.com>,"), "unreadable" },
	{ "a comma behind an address without brackets", TEXT("a@example.com,"), "unreadable" },
	{ "a semicolon behind", TEXT("<a@example.com>;"), "unreadable" },
	{ "a comma before", TEXT(",a@example.com"), "unreadable" },
	{ "a group", TEXT("g:a@example.com;"), "unreadable" },
	{ "a group in brackets", TEXT("<g:a@example.com>"), "unreadable" },
	{ "a group of paths", TEXT("g:<a@example.com>;"), "unreadable" },
	{ "an empty group", TEXT("g:;"), "unreadable" },
	{ "a group behind a comma", TEXT("<a@example.com>,g:;"), "unreadable" },
	{ "two at signs", TEXT("<a@b@example.com>"), "unreadable" },
	{ "a blank in the local part", TEXT("<a b@example.com>"), "unreadable" },
	{ "a blank in the domain", TEXT("<a@example.org .example.com>"), "unreadable" },
	{ "a quoted domain", TEXT("<a@\"example.com\">"), "unreadable" },
	{ "a parenthesis", TEXT("<a)@example.com>"), "unreadable" },
	{ "a quote that is not closed", TEXT("<\"a@example.com>"), "unreadable" },
	{ "a comment that is not closed", TEXT("<a@example.com>(x"), "unreadable" },
	{ "a literal that is not closed", TEXT("<a@[192.0.2.1>"), "unreadable" },
	{ "a control character", TEXT("<a\x01@example.com>"), "unreadable" },
	{ "a NUL in the local part", TEXT("<a\0b@example.com>"), "unreadable" },
	{ "a NUL in the domain", TEXT("<a@example.org\0.example.com>"), "unreadable" },
	{ "a NUL behind", TEXT("<a@example.com>\0"), "unreadable" },
};
/* clang-format on */

START_TEST(a_path_is_one_address_and_nothing_else)
{
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct trace trace = { NULL, 0, 0 };

		trace_path(&trace, (struct bytes){ paths[i].input, paths[i].length });
		if (strcmp(trace.text, paths[i].expected) != 0)
			ck_abort_msg("%s\n expected: %s\n but got:  %s", paths[i].sentence, paths[i].expected,
				     trace.text);
		free(trace.text);
	}
}
END_TEST

/* count octets, of which the first and the last ones are before and behind. */
static uint32_t
flaws_of_long(const char *before, char c, size_t count, const char *behind)
{
	struct address_path path;
	char *text = malloc(count);

	ck_assert_ptr_nonnull(text);
	memset(text, c, count);
	memcpy(text, before, strlen(before));
	memcpy(text + count - strlen(behind), behind, strlen(behind));
	address_parse_path((struct bytes){ text, count }, &path);
	ck_assert_ptr_nonnull(memchr(path.local, '\0', sizeof path.local));
	ck_assert_ptr_nonnull(memchr(path.domain, '\0', sizeof path.domain));
	free(text);
	return path.flaws;
}

START_TEST(a_part_that_does_not_fit_with_its_end_is_too_long)
{
	size_t ends = strlen("<@b>");

	ck_assert_uint_eq(flaws_of_long("<", 'a', ADDRESS_LOCAL_MAX - 1 + ends, "@b>"), 0);
	ck_assert_uint_eq(flaws_of_long("<", 'a', ADDRESS_LOCAL_MAX + ends, "@b>"), ADDRESS_TOO_LONG);
	ck_assert_uint_eq(flaws_of_long("<", 'a', ADDRESS_LOCAL_MAX + 1 + ends, "@b>"), ADDRESS_TOO_LONG);
	ck_assert_uint_eq(flaws_of_long("<b@", 'a', ADDRESS_DOMAIN_MAX - 1 + ends, ">"), 0);
	ck_assert_uint_eq(flaws_of_long("<b@", 'a', ADDRESS_DOMAIN_MAX + ends, ">"), ADDRESS_TOO_LONG);
	ck_assert_uint_eq(flaws_of_long("b@", 'a', 60000, "a"), ADDRESS_TOO_LONG);
	ck_assert_uint_eq(flaws_of_long("", 'a', 60000, "a@b"), ADDRESS_TOO_LONG);
}
END_TEST

START_TEST(sixty_kilobytes_of_any_octet_are_no_path)
{
	for (int c = 0; c <= UCHAR_MAX; c++)
		if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
			ck_assert_msg((flaws_of_long("", (char)c, 60000, "") & ADDRESS_UNREADABLE) != 0, "octet %d", c);
}
END_TEST

START_TEST(each_flaw_has_a_text_of_its_own)
{
	uint32_t all = 0;

	for (size_t i = 0; i < ADDRESS_FLAW_COUNT; i++) {
		uint32_t flaw = address_flaw_names[i].flaw;
		const char *text = address_flaw_text(flaw);

		ck_assert_msg(flaw != 0 && (flaw & (flaw - 1)) == 0, "%s is one bit", address_flaw_names[i].name);
		ck_assert_uint_eq(all & flaw, 0);
		all |= flaw;
		ck_assert_str_ne(text, address_flaw_text(0));
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(text, address_flaw_text(address_flaw_names[j].flaw));
	}
	ck_assert_uint_eq(all, ((uint32_t)1 << ADDRESS_FLAW_COUNT) - 1);
}
END_TEST

START_TEST(a_text_can_stand_in_a_reply)
{
	for (size_t i = 0; i < ADDRESS_FLAW_COUNT; i++) {
		const char *text = address_flaw_text(address_flaw_names[i].flaw);
		size_t length = strlen(text);

		ck_assert_msg(isupper((unsigned char)text[0]), "%s", text);
		ck_assert_msg(isalpha((unsigned char)text[length - 1]), "%s", text);
		for (size_t j = 0; j < length; j++)
			ck_assert_msg(text[j] >= 0x20 && text[j] < 0x7f && strchr("<>%", text[j]) == NULL, "%s", text);
	}
}
END_TEST

START_TEST(the_documented_flaw_has_the_documented_text)
{
	ck_assert_str_eq(address_flaw_text(ADDRESS_LOCAL_ENDS_WITH_DOT), "Local address ends with dot");
}
END_TEST

START_TEST(of_several_flaws_one_text_is_given_and_unreadable_ones_first)
{
	uint32_t all = ((uint32_t)1 << ADDRESS_FLAW_COUNT) - 1;

	for (size_t i = 0; i < ADDRESS_FLAW_COUNT; i++) {
		uint32_t flaw = address_flaw_names[i].flaw;

		if ((flaw & ADDRESS_UNREADABLE) != 0)
			ck_assert_str_eq(address_flaw_text(flaw | (all & ~(uint32_t)ADDRESS_UNREADABLE)),
					 address_flaw_text(flaw));
	}
}
END_TEST

SUITE_MAIN(address_path, a_path_is_one_address_and_nothing_else, a_part_that_does_not_fit_with_its_end_is_too_long,
	   sixty_kilobytes_of_any_octet_are_no_path, each_flaw_has_a_text_of_its_own, a_text_can_stand_in_a_reply,
	   the_documented_flaw_has_the_documented_text, of_several_flaws_one_text_is_given_and_unreadable_ones_first)
