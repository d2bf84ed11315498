/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of RFC 5322 3.4 and 4.4, RFC 6854 and RFC 6532, and what each broken rule is called. What readers might see
 * differently is in test_address_readers.c. */
#include "tests/support/address_trace.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

#define TEXT(literal) literal, sizeof(literal) - 1

/* clang-format off */
static const struct cut_case mailboxes[] = {
	{ "an address alone", TEXT("a@example.com"), "mailbox a@example.com" },
	{ "an address in angle brackets", TEXT("<a@example.com>"), "mailbox a@example.com" },
	{ "a name before it", TEXT("Jane Roe <jane@example.com>"), "mailbox jane@example.com" },
	{ "a name that touches the bracket", TEXT("Jane<jane@example.com>"), "mailbox jane@example.com" },
	{ "a quoted name", TEXT("\"Roe, Jane (Ms.) <x>\" <jane@example.com>"), "mailbox jane@example.com" },
	{ "a quoted name with quotes in it", TEXT("\"\\\"Jane\\\" \\\\ Roe\" <jane@example.com>"), "mailbox jane@example.com" },
	{ "a name with a dot, obsolete", TEXT("Jane Q. Roe <jane@example.com>"), "mailbox jane@example.com" },
	{ "a name of dots, obsolete", TEXT("J. R . <jane@example.com>"), "mailbox jane@example.com" },
	{ "words and quoted words mixed", TEXT("Jane \"Q.\" Roe\"x\" <jane@example.com>"), "mailbox jane@example.com" },
	{ "an empty quoted name", TEXT("\"\" <jane@example.com>"), "mailbox jane@example.com" },
	{ "an apostrophe is a letter", TEXT("O'Roe <o'roe@example.com>"), "mailbox o'roe@example.com" },
	{ "all other letters of an atom", TEXT("!#$%&'*+-/=?^_`{|}~@example.com"), "mailbox !#$%&'*+-/=?^_`{|}~@example.com" },
	{ "dots in the local part", TEXT("a.b.c@example.com"), "mailbox a.b.c@example.com" },
	{ "a quoted local part", TEXT("\"a b\"@example.com"), "mailbox a b@example.com" },
	{ "an at sign in a quoted local part", TEXT("<\"a@b\"@example.com>"), "mailbox a@b@example.com" },
	{ "a quoted pair in it", TEXT("\"a\\\"\\\\b\"@example.com"), "mailbox a\"\\\\b@example.com" },
	{ "brackets and separators in it", TEXT("\"<a>,;:(b\"@example.com"), "mailbox <a>,;:(b@example.com" },
	{ "an empty quoted local part", TEXT("\"\"@example.com"), "mailbox @example.com" },
	{ "words of either kind joined by dots, obsolete", TEXT("a.\"b c\".d@example.com"), "mailbox a.b c.d@example.com" },
	{ "a fold in a quoted local part leaves its blank", TEXT("\"a\r\n b\"@example.com"), "mailbox a b@example.com" },
	{ "a tab in a quoted local part is a blank", TEXT("\"a\tb\"@example.com"), "mailbox a\\tb@example.com" },
	{ "the domain stays as written", TEXT("A@EXAMPLE.Com"), "mailbox A@EXAMPLE.Com" },
	{ "a host without a dot", TEXT("root@localhost"), "mailbox root@localhost" },
	{ "digits, hyphens and underscores in a domain", TEXT("a@x-1._y.3com.test"), "mailbox a@x-1._y.3com.test" },
	{ "an address literal", TEXT("a@[192.0.2.1]"), "mailbox a@[192.0.2.1]" },
	{ "an IPv6 literal in brackets", TEXT("<a@[IPv6:2001:db8::1]>"), "mailbox a@[IPv6:2001:db8::1]" },
	{ "blanks in a literal vanish", TEXT("a@[ 192.0.2.1\r\n ]"), "mailbox a@[192.0.2.1]" },
	{ "specials are letters in a literal", TEXT("a@[<x>,(;\"]"), "mailbox a@[<x>,(;\"]" },
	{ "UTF-8 everywhere (RFC 6532)", TEXT("J\xc3\xb6 <j\xc3\xb6@b\xc3\xbc" "cher.test>"),
	  "mailbox j\\xc3\\xb6@b\\xc3\\xbccher.test" },
	{ "UTF-8 in a quoted local part", TEXT("\"\xe2\x82\xac\"@example.com"), "mailbox \\xe2\\x82\\xac@example.com" },
	{ "Latin-1 in a name", TEXT("J\xf6rg <j@example.com>"), "mailbox j@example.com" },
	{ "an encoded word as a name", TEXT("=?utf-8?Q?J=C3=B6rg?= <j@example.com>"), "mailbox j@example.com" },
	{ "an address in an encoded word is none", TEXT("=?utf-8?B?YUBleGFtcGxlLm9yZw==?= <j@example.com>"), "mailbox j@example.com" },
	{ "comments in an encoded word", TEXT("=?utf-8?Q?Jane_(Ms.)?= <j@example.com>"), "mailbox j@example.com" },
	{ "quotes in an encoded word", TEXT("=?utf-8?Q?\"Jane\"_Roe?= <j@example.com>"), "mailbox j@example.com" },
	{ "an encoded word in quotes", TEXT("\"=?utf-8?Q?Jane?=\" <j@example.com>"), "mailbox j@example.com" },
};

static const struct cut_case blanks_and_comments[] = {
	{ "nothing at all", "", 0, "" },
	{ "blanks alone", TEXT(" \t\r\n "), "" },
	{ "a comment alone", TEXT("(a@example.com)"), "" },
	{ "blanks around an address", TEXT("\r\n a@example.com\t\r\n "), "mailbox a@example.com" },
	{ "blanks within the brackets", TEXT("< a@example.com\r\n >"), "mailbox a@example.com" },
	{ "blanks at the at sign", TEXT("a @ example.com"), "mailbox a@example.com" },
	{ "blanks at the at sign within brackets", TEXT("<a\t@\r\n example.com>"), "mailbox a@example.com" },
	{ "folds between the words of a name", TEXT("Jane\r\n Roe\n\t<jane@example.com>"), "mailbox jane@example.com" },
	{ "a comment before", TEXT("(x) a@example.com"), "mailbox a@example.com" },
	{ "a comment behind, the oldest kind of name", TEXT("a@example.com (Jane Roe)"), "mailbox a@example.com" },
	{ "comments wherever they may stand", TEXT("(a)Jane(b)<(c)jane(d)@(e)example.com(f)>(g)"), "mailbox jane@example.com" },
	{ "an address in a comment is none", TEXT("a@example.com (b@example.org, <c@example.net>)"), "mailbox a@example.com" },
	{ "comments nest", TEXT("(x (y) b@example.org) a@example.com"), "mailbox a@example.com" },
	{ "a quoted pair in a comment", TEXT("(x \\) b@example.org \\() a@example.com"), "mailbox a@example.com" },
	{ "a quote in a comment is none", TEXT("(it\"s) a@example.com"), "mailbox a@example.com" },
	{ "a parenthesis in quotes opens no comment", TEXT("\"(\" <a@example.com>"), "mailbox a@example.com" },
	{ "an empty comment", TEXT("()a@example.com()"), "mailbox a@example.com" },
	{ "a comment in a folded name", TEXT("Jane (of\r\n the north) Roe <jane@example.com>"), "mailbox jane@example.com" },
};

static const struct cut_case lists[] = {
	{ "two addresses", TEXT("a@example.com, b@example.org"), "mailbox a@example.com; mailbox b@example.org" },
	{ "without a blank", TEXT("<a@example.com>,<b@example.org>"), "mailbox a@example.com; mailbox b@example.org" },
	{ "three of different shapes", TEXT("Jane <a@example.com>,\r\n b@example.org (Bob), \"C, D\" <c@example.net>"),
	  "mailbox a@example.com; mailbox b@example.org; mailbox c@example.net" },
	{ "empty elements are nothing, obsolete", TEXT(", ,a@example.com,, (x) ,b@example.org,"),
	  "mailbox a@example.com; mailbox b@example.org" },
	{ "a semicolon separates", TEXT("a@example.com; b@example.org;"), "mailbox a@example.com; mailbox b@example.org" },
	{ "a group", TEXT("Team: a@example.com, Bob <b@example.org>;"),
	  "group; mailbox a@example.com; mailbox b@example.org; group-end" },
	{ "an empty group", TEXT("Undisclosed recipients:;"), "group; group-end" },
	{ "an empty group with a comment", TEXT("(x)Hidden (y) : (z) ;"), "group; group-end" },
	{ "a quoted group name", TEXT("\"a@example.org\": b@example.com;"), "group; mailbox b@example.com; group-end" },
	{ "a group name with dots", TEXT("St. Team: b@example.com;"), "group; mailbox b@example.com; group-end" },
	{ "empty elements of a group", TEXT("Team: , a@example.com, ;"), "group; mailbox a@example.com; group-end" },
	{ "mailboxes around a group", TEXT("a@example.com, Team: b@example.com;, c@example.com"),
	  "mailbox a@example.com; group; mailbox b@example.com; group-end; mailbox c@example.com" },
	{ "two groups", TEXT("T: a@example.com;, U: b@example.com;"),
	  "group; mailbox a@example.com; group-end; group; mailbox b@example.com; group-end" },
	{ "a group that the end closes", TEXT("Team: a@example.com"), "group; mailbox a@example.com; group-end" },
	{ "an empty one that the end closes", TEXT("Team:"), "group; group-end" },
	{ "a group behind which no comma comes", TEXT("T:; a@example.com"), "group; group-end; mailbox a@example.com" },
	{ "a group in a group ends once", TEXT("T: U: a@example.com;;"), "group; group; mailbox a@example.com; group-end" },
	{ "a scheme looks like a group", TEXT("mailto:a@example.com"), "group; mailbox a@example.com; group-end" },
	{ "a name with a colon looks like a group", TEXT("Re: you <a@example.com>"), "group; mailbox a@example.com; group-end" },
	{ "a literal's colon names no group", TEXT("a@[IPv6:::1], b@example.com"), "mailbox a@[IPv6:::1]; mailbox b@example.com" },
};

static const struct cut_case routes[] = {
	{ "a source route", TEXT("<@example.org:a@example.com>"), "reading @example.org; mailbox a@example.com !route" },
	{ "of two hosts", TEXT("Jane <@example.org,@example.net:a@example.com>"),
	  "reading @example.org; reading @example.net; mailbox a@example.com !route" },
	{ "with blanks, comments and empty elements", TEXT("< @ example.org (x), , @[192.0.2.1] : a@example.com >"),
	  "reading @example.org; reading @[192.0.2.1]; mailbox a@example.com !route" },
	{ "a route behind a route", TEXT("<@example.org:@example.net:a@example.com>"),
	  "reading @example.org; reading @example.net; mailbox a@example.com !route" },
	{ "a route without an address", TEXT("<@example.org:>"), "reading @example.org; mailbox  !none_there !route" },
	{ "a route without its colon is an address without a local part", TEXT("<@example.com>"),
	  "mailbox @example.com !local_missing" },
	{ "the same of several hosts", TEXT("<@example.org,@example.com>"),
	  "reading @example.org; mailbox @example.com !local_missing" },
	{ "a comma where the colon belongs", TEXT("<@example.org,a@example.com>"),
	  "reading @example.org; mailbox a@example.com !extra" },
};

static const struct cut_case unreadable[] = {
	{ "a word alone has no domain", TEXT("jane"), "mailbox jane !domain_missing" },
	{ "a word in brackets has none", TEXT("<jane>"), "mailbox jane !domain_missing" },
	{ "nor has a quoted one", TEXT("\"jane\""), "mailbox jane !domain_missing" },
	{ "nor the undisclosed sender of some list servers", TEXT("\"a@example.com\""), "mailbox a@example.com !domain_missing" },
	{ "a domain that is not there", TEXT("a@"), "mailbox a !domain_missing" },
	{ "nor in brackets", TEXT("Jane <a@>"), "mailbox a !domain_missing" },
	{ "an at sign alone", TEXT("@"), "mailbox  !domain_missing !local_missing" },
	{ "words are no address", TEXT("Jane Roe"), "mailbox Roe !none_there" },
	{ "empty brackets", TEXT("<>"), "mailbox  !none_there" },
	{ "a name and empty brackets", TEXT("Jane <>"), "mailbox  !none_there" },
	{ "a comment in empty brackets", TEXT("Jane <(a@example.com)>"), "mailbox  !none_there" },
	{ "a comma in a name makes two elements", TEXT("Roe, Jane <jane@example.com>"),
	  "mailbox Roe !domain_missing; mailbox jane@example.com" },
	{ "a quote that is not closed", TEXT("\"Jane <a@example.com>"), "mailbox Jane <a@example.com> !domain_missing !quote_open" },
	{ "a quote that ends in a backslash", TEXT("\"a\\\""), "mailbox a\" !domain_missing !quote_open" },
	{ "a quote that opens at the end", TEXT("<a@example.com> \""), "mailbox a@example.com !quote_open !quote_unclear !extra" },
	{ "a comment that is not closed", TEXT("a@example.com (Jane"), "mailbox a@example.com !comment_open" },
	{ "a comment that is not closed, alone", TEXT("(a@example.com"), "mailbox  !none_there !comment_open" },
	{ "a comment of which only the inner one is closed", TEXT("a@example.com (x (y)"), "mailbox a@example.com !comment_open" },
	{ "a comment that ends in a backslash", TEXT("a@example.com (x\\)"), "mailbox a@example.com !comment_open" },
	{ "a bracket that is not closed", TEXT("Jane <a@example.com"), "mailbox a@example.com !angle_open" },
	{ "a bracket with nothing behind it", TEXT("Jane <"), "mailbox  !none_there !angle_open" },
	{ "a literal that is not closed", TEXT("a@[192.0.2.1"), "mailbox a@[192.0.2.1 !literal_open" },
	{ "a literal that swallows the bracket", TEXT("<a@[192.0.2.1>"), "mailbox a@[192.0.2.1> !angle_open !literal_open" },
	{ "two at signs", TEXT("a@example.org@example.com"), "mailbox a@example.org@example.com !several_at !domain_character" },
	{ "two at signs in brackets", TEXT("<a@example.org@example.com>"),
	  "mailbox a@example.org@example.com !several_at !domain_character" },
	{ "two at signs in a row", TEXT("a@@example.com"), "mailbox a@@example.com !several_at !domain_character" },
	{ "a blank in the local part, in brackets", TEXT("<a b@example.com>"), "mailbox ab@example.com !blank" },
	{ "a blank in the domain, in brackets", TEXT("<a@example com>"), "mailbox a@examplecom !blank" },
	{ "a name in the brackets", TEXT("<Jane jane@example.com>"), "mailbox Janejane@example.com !blank" },
	{ "a quoted domain", TEXT("a@\"example.com\""), "mailbox a@example.com !domain_quoted" },
	{ "a quote in a domain", TEXT("<a@example.\"com\">"), "mailbox a@example.com !domain_quoted" },
	{ "a quote behind a domain in brackets", TEXT("<a@example\".com\">"), "mailbox a@example.com !domain_quoted !special" },
	{ "a slash in a domain", TEXT("a@example.org/.example.com"), "mailbox a@example.org/.example.com !domain_character" },
	{ "an apostrophe in a domain", TEXT("<a@example'.com>"), "mailbox a@example'.com !domain_character" },
	{ "a bracket in a domain", TEXT("<a@example.com]>"), "mailbox a@example.com] !domain_character !special" },
	{ "a parenthesis in the local part", TEXT("a)b@example.com"), "mailbox a)b@example.com !special" },
	{ "brackets in the local part", TEXT("<a[b]@example.com>"), "mailbox a[b]@example.com !special" },
	{ "a backslash in the local part", TEXT("a\\b@example.com"), "mailbox a\\\\b@example.com !special" },
	{ "a colon in the local part in brackets", TEXT("<mailto:a@example.com>"), "mailbox mailto:a@example.com !special" },
	{ "a semicolon there", TEXT("<a;b@example.com>"), "mailbox a;b@example.com !special" },
	{ "a colon that comes first", TEXT("<:a@example.com>"), "mailbox :a@example.com !special" },
	{ "a quote in the middle of the local part", TEXT("<a\"b\"@example.com>"), "mailbox ab@example.com !special" },
	{ "a bracket in the local part", TEXT("a>@example.com"), "mailbox a@example.com !special" },
	{ "a bracket behind a dot of the local part", TEXT("a.>b@example.com"), "mailbox a.b@example.com !special !spread" },
	{ "labels behind a literal", TEXT("a@[192.0.2.1].example.com"), "mailbox a@[192.0.2.1].example.com !domain_character" },
	{ "a literal behind labels", TEXT("a@example.[192.0.2.1]"), "mailbox a@example.[192.0.2.1] !domain_character !special" },
};

static const struct cut_case controls[] = {
	{ "a control in the local part", TEXT("a\x01" "b@example.com"), "mailbox a\\x01b@example.com !control" },
	{ "a control in the domain", TEXT("a@example\x7f.com"), "mailbox a@example\\x7f.com !control !domain_character" },
	{ "a control in a quoted local part", TEXT("\"a\x08\"@example.com"), "mailbox a\\x08@example.com !control" },
	{ "a quoted pair of a control", TEXT("\"a\\\x08\"@example.com"), "mailbox a\\x08@example.com !control" },
	{ "a control in a literal", TEXT("a@[\x01]"), "mailbox a@[\\x01] !control" },
	{ "a vertical tab is no blank", TEXT("a@example.com\x0b"), "mailbox a@example.com\\x0b !control !domain_character" },
	{ "controls in a name do no harm", TEXT("Ja\x01ne\x7f <a@example.com>"), "mailbox a@example.com" },
	{ "nor in a quoted name", TEXT("\"Ja\x01ne\" <a@example.com>"), "mailbox a@example.com" },
	{ "nor in a comment", TEXT("a@example.com (Ja\x01ne)"), "mailbox a@example.com" },
	{ "a NUL in the domain", TEXT("a@example.org\0.example.com"),
	  "mailbox a@example.org\\x00.example.com !control !domain_character" },
	{ "a NUL in a name", TEXT("Jane\0 <a@example.com>"), "mailbox a@example.com !control" },
	{ "a NUL in a quoted name", TEXT("\"Jane\0\" <a@example.com>"), "mailbox a@example.com !control" },
	{ "a quoted pair of NUL", TEXT("\"Jane\\\0\" <a@example.com>"), "mailbox a@example.com !control" },
	{ "a NUL in a comment", TEXT("a@example.com (\0)"), "mailbox a@example.com !control" },
	{ "a NUL in a quoted pair of a comment", TEXT("a@example.com (\\\0)"), "mailbox a@example.com !control" },
	{ "a NUL in a comment alone", TEXT("(\0), a@example.com"), "mailbox  !none_there !control; mailbox a@example.com" },
	{ "a NUL in a literal", TEXT("a@[\0]"), "mailbox a@[\\x00] !control" },
	{ "a NUL in a literal of a name", TEXT("b@[\0] <a@example.com>"), "reading b@[\\x00]; mailbox a@example.com !control" },
	{ "a NUL in a group's name", TEXT("Te\0am: a@example.com;"), "group; mailbox a@example.com !control; group-end" },
	{ "a NUL in an empty group's name", TEXT("Te\0am:;"), "group; mailbox  !none_there !control; group-end" },
	{ "a bare CR in a name", TEXT("Jane\r <a@example.com>"), "mailbox a@example.com !control" },
	{ "a bare CR in quotes", TEXT("\"Jane\r\" <a@example.com>"), "mailbox a@example.com !control" },
	{ "a bare CR in a comment", TEXT("a@example.com (Jane\r)"), "mailbox a@example.com !control" },
	{ "a CR before a fold's", TEXT("Jane\r\r\n <a@example.com>"), "mailbox a@example.com !control" },
	{ "a fold's CR alone at the end", TEXT("a@example.com\r"), "mailbox a@example.com" },
	{ "an escape in a name", TEXT("Jane\x1b <a@example.com>"), "mailbox a@example.com !control" },
	{ "a NUL alone", "\0", 1, "mailbox \\x00 !domain_missing !control" },
};

static const struct cut_case plain_flaws[] = {
	{ "no local part", TEXT("@example.com"), "mailbox @example.com !local_missing" },
	{ "a dot at the beginning of the local part", TEXT(".a@example.com"), "mailbox .a@example.com !local_starts_with_dot" },
	{ "a dot at its end", TEXT("<a.@example.com>"), "mailbox a.@example.com !local_ends_with_dot" },
	{ "two dots in it", TEXT("a..b@example.com"), "mailbox a..b@example.com !local_two_dots" },
	{ "nothing but dots", TEXT("..@example.com"),
	  "mailbox ..@example.com !local_starts_with_dot !local_ends_with_dot !local_two_dots" },
	{ "dots in quotes are none", TEXT("\".a..\"@example.com"), "mailbox .a..@example.com" },
	{ "two dots in the domain", TEXT("a@example..com"), "mailbox a@example..com !domain_empty_label" },
	{ "a dot at its beginning", TEXT("a@.example.com"), "mailbox a@.example.com !domain_empty_label" },
	{ "a dot at its end", TEXT("a@example.com."), "mailbox a@example.com. !domain_empty_label" },
	{ "a domain that is a dot", TEXT("<a@.>"), "mailbox a@. !domain_empty_label" },
	{ "a label that begins with a hyphen", TEXT("a@-x.example.com"), "mailbox a@-x.example.com !domain_hyphen" },
	{ "a label that ends with one", TEXT("a@example.com-"), "mailbox a@example.com- !domain_hyphen" },
	{ "a bracket too many behind", TEXT("<a@example.com>>"), "mailbox a@example.com !extra" },
	{ "a bracket too few before", TEXT("a@example.com>"), "mailbox a@example.com !extra" },
	{ "two pairs of brackets", TEXT("Jane <<a@example.com>>"), "mailbox a@example.com !extra" },
	{ "words behind the brackets", TEXT("<a@example.com> Jane Roe"), "mailbox a@example.com !extra" },
	{ "a dot behind the brackets", TEXT("<a@example.com>."), "mailbox a@example.com !extra" },
	{ "words before an address without brackets", TEXT("Jane Roe jane@example.com"), "mailbox jane@example.com !extra" },
	{ "a quoted name before one", TEXT("\"Jane Roe\" jane@example.com"), "mailbox jane@example.com !extra" },
	{ "blanks at the dots of a local part", TEXT("a . b@example.com"), "mailbox a.b@example.com !spread" },
	{ "a blank behind a dot, in brackets", TEXT("<a. b@example.com>"), "mailbox a.b@example.com !spread" },
	{ "words in the brackets that a comma ends", TEXT("<Roe, jane@example.com>"),
	  "reading Roe !domain_missing; mailbox jane@example.com !extra" },
};
/* clang-format on */

START_TEST(a_mailbox_is_read_as_rfc_5322_and_6532_have_it)
{
	CHECK_ADDRESS_CASES(mailboxes);
}
END_TEST

START_TEST(blanks_and_comments_vanish)
{
	CHECK_ADDRESS_CASES(blanks_and_comments);
}
END_TEST

START_TEST(lists_and_groups_are_taken_apart)
{
	CHECK_ADDRESS_CASES(lists);
}
END_TEST

START_TEST(the_hosts_of_a_source_route_are_readings)
{
	CHECK_ADDRESS_CASES(routes);
}
END_TEST

START_TEST(what_cannot_be_read_has_a_flaw_that_says_so)
{
	CHECK_ADDRESS_CASES(unreadable);
}
END_TEST

START_TEST(controls_count_in_the_address_and_nul_everywhere)
{
	CHECK_ADDRESS_CASES(controls);
}
END_TEST

START_TEST(an_address_that_breaks_a_small_rule_is_read_all_the_same)
{
	CHECK_ADDRESS_CASES(plain_flaws);
}
END_TEST

/* The list is before, count times `unit`, and behind. */
static struct trace
trace_of_long(const char *before, const char *unit, size_t count, const char *behind)
{
	struct trace list = { NULL, 0, 0 };
	struct trace trace = { NULL, 0, 0 };

	trace_add(&list, "%s", before);
	for (size_t i = 0; i < count; i++)
		trace_add(&list, "%s", unit);
	trace_add(&list, "%s", behind);
	struct bytes chunk = guarded_copy((struct bytes){ list.text, list.length });
	trace_add(&trace, "%s", "");
	trace_address(&trace, &chunk, 1);
	guarded_free(chunk);
	free(list.text);
	return trace;
}

static void
check_long(const char *before, const char *unit, size_t count, const char *behind, const char *expected_end)
{
	struct trace trace = trace_of_long(before, unit, count, behind);
	size_t length = strlen(expected_end);

	ck_assert_uint_ge(trace.length, length);
	ck_assert_str_eq(trace.text + trace.length - length, expected_end);
	free(trace.text);
}

START_TEST(long_parts_are_cut_and_say_so)
{
	check_long("", "a", ADDRESS_LOCAL_MAX, "@example.com", "a@example.com");
	check_long("", "a", ADDRESS_LOCAL_MAX + 1, "@example.com", "a@example.com !too_long");
	check_long("<\"", "a", ADDRESS_LOCAL_MAX + 1, "\"@example.com>", "a@example.com !too_long");
	check_long("a@", "b.", ADDRESS_DOMAIN_MAX / 2, "", "b. !domain_empty_label");
	check_long("a@", "b.", ADDRESS_DOMAIN_MAX / 2, "b", "b. !too_long !domain_empty_label");
	check_long("a@[", "b", ADDRESS_DOMAIN_MAX, "]", "b !too_long");
	check_long("a@example.com (", "x", 60000, ")", "mailbox a@example.com");
	check_long("", "x", 60000, " <a@example.com>", "mailbox a@example.com");
	check_long("\"", "x", 60000, "\" <a@example.com>", "mailbox a@example.com");
	check_long("\"", "x", 60000, "\": a@example.com;", "group; mailbox a@example.com; group-end");
	check_long("a@", "b", 60000, " <a@example.com>", "b !too_long; mailbox a@example.com");
}
END_TEST

START_TEST(hostile_repetition_ends_soon)
{
	check_long("", "(", 60000, "", "mailbox  !none_there !comment_open");
	check_long("", "()", 30000, "a@example.com", "mailbox a@example.com");
	check_long("", "<", 60000, "a@example.com>", "mailbox a@example.com !extra");
	check_long("a@example.com", ">", 60000, "", "mailbox a@example.com !extra");
	check_long("", ",", 60000, "a@example.com", "mailbox a@example.com");
	check_long("", "g:", 30000, "a@example.com", "group; mailbox a@example.com; group-end");
	check_long("<", "@x:", 20000, "a@example.com>", "reading @x; mailbox a@example.com !route");
	check_long("a@x", " .x", 20000, "", "x. !too_long !domain_empty_label");
	check_long("", "a@x ", 15000, "", "reading a@x !blank; mailbox a@x !extra");
	check_long("", "\"\" ", 20000, "<a@example.com>", "mailbox a@example.com");
	check_long("", "=?", 30000, " <a@example.com>", "mailbox a@example.com");
}
END_TEST

SUITE_MAIN(address, a_mailbox_is_read_as_rfc_5322_and_6532_have_it, blanks_and_comments_vanish,
	   lists_and_groups_are_taken_apart, the_hosts_of_a_source_route_are_readings,
	   what_cannot_be_read_has_a_flaw_that_says_so, controls_count_in_the_address_and_nul_everywhere,
	   an_address_that_breaks_a_small_rule_is_read_all_the_same, long_parts_are_cut_and_say_so,
	   hostile_repetition_ends_soon)
