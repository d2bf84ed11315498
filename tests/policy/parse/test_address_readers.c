/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of which mail readers show different addresses. a@example.com is whom the sender may be, ceo@example.org whom a
 * reader could be shown: it must be given, or a flaw of ADDRESS_UNREADABLE. Then what real mailers write. */
#include "tests/support/address_trace.h"
#include "tests/support/suite.h"

#include <string.h>

#define TEXT(literal) literal, sizeof(literal) - 1

/* clang-format off */
static const struct cut_case several[] = {
	{ "an address as an unquoted name", TEXT("ceo@example.org <a@example.com>"), "reading ceo@example.org; mailbox a@example.com" },
	{ "the same without a blank", TEXT("ceo@example.org<a@example.com>"), "reading ceo@example.org; mailbox a@example.com" },
	{ "among other words of the name", TEXT("The ceo@example.org himself <a@example.com>"),
	  "reading ceo@example.org !blank; mailbox a@example.com" },
	{ "two addresses as a name", TEXT("ceo@example.org cfo@example.org <a@example.com>"),
	  "reading ceo@example.org !blank; reading cfo@example.org; mailbox a@example.com" },
	{ "at the end of a comment", TEXT("(x)ceo@example.org(y)<a@example.com>"), "reading ceo@example.org; mailbox a@example.com" },
	{ "an address behind the brackets", TEXT("<a@example.com> ceo@example.org"),
	  "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "two addresses behind the brackets", TEXT("<a@example.com> ceo@example.org cfo@example.org"),
	  "reading ceo@example.org !blank; reading cfo@example.org; mailbox a@example.com !extra" },
	{ "a bare domain behind the brackets", TEXT("<a@example.com>@example.org"),
	  "reading @example.org !local_missing; mailbox a@example.com !extra" },
	{ "two brackets", TEXT("<ceo@example.org> <a@example.com>"), "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "three brackets that touch", TEXT("<ceo@example.org><cfo@example.org><a@example.com>"),
	  "reading ceo@example.org; reading cfo@example.org; mailbox a@example.com !extra" },
	{ "brackets and bare addresses in turn", TEXT("x@example.org <ceo@example.org> y@example.org <a@example.com>"),
	  "reading x@example.org; reading ceo@example.org; reading y@example.org; mailbox a@example.com !extra" },
	{ "a backslash between brackets", TEXT("<ceo@example.org>\\<a@example.com>"),
	  "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "a bracket within brackets", TEXT("<ceo@example.org <a@example.com>>"),
	  "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "an address around brackets", TEXT("<<a@example.com>ceo@example.org>"),
	  "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "a comma within brackets", TEXT("<ceo@example.org,a@example.com>"), "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "a missing comma", TEXT("ceo@example.org a@example.com"),
	  "reading ceo@example.org !blank; mailbox a@example.com !extra" },
	{ "a missing bracket before a comma", TEXT("X <ceo@example.org, Y <a@example.com>"),
	  "reading ceo@example.org; reading Y !domain_missing; mailbox a@example.com !extra" },
	{ "a bracket and a bare address", TEXT("<a@example.com>,ceo@example.org"), "mailbox a@example.com; mailbox ceo@example.org" },
	{ "an address as a group's name", TEXT("ceo@example.org: a@example.com;"),
	  "reading ceo@example.org; group; mailbox a@example.com; group-end" },
	{ "a group in the name", TEXT("ceo@example.org:;<a@example.com>"),
	  "reading ceo@example.org; group; group-end; mailbox a@example.com" },
	{ "a colon behind brackets", TEXT("<a@example.com>: ceo@example.org"),
	  "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "a route", TEXT("<@example.org,@ceo.example.org:a@example.com>"),
	  "reading @example.org; reading @ceo.example.org; mailbox a@example.com !route" },
	{ "an address in place of a route", TEXT("<ceo@example.org:a@example.com>"),
	  "mailbox ceo@example.org:a@example.com !several_at !domain_character !special" },
	{ "a semicolon within brackets", TEXT("<ceo@example.org;a@example.com>"),
	  "mailbox ceo@example.org;a@example.com !several_at !domain_character !special" },
	{ "a domain behind a semicolon within brackets", TEXT("<ceo@example.org;.example.com>"),
	  "mailbox ceo@example.org;.example.com !domain_character !special" },
	{ "a percent sign for a route", TEXT("ceo%example.org@example.com"), "mailbox ceo%example.org@example.com" },
	{ "an exclamation mark for one", TEXT("example.org!ceo@example.com"), "mailbox example.org!ceo@example.com" },
};

static const struct cut_case shorter_domains[] = {
	{ "a blank before a dot", TEXT("ceo@example.org .example.com"),
	  "reading ceo@example.org; mailbox ceo@example.org.example.com" },
	{ "the same in brackets", TEXT("<ceo@example.org .example.com>"),
	  "reading ceo@example.org; mailbox ceo@example.org.example.com" },
	{ "a blank behind a dot", TEXT("ceo@example.org. example.com"),
	  "reading ceo@example.org. !domain_empty_label; mailbox ceo@example.org.example.com" },
	{ "a fold before a dot", TEXT("ceo@example.org\r\n .example.com"),
	  "reading ceo@example.org; mailbox ceo@example.org.example.com" },
	{ "a bare CR before a dot", TEXT("ceo@example.org\r.example.com"),
	  "reading ceo@example.org; mailbox ceo@example.org.example.com !control" },
	{ "a comment before a dot", TEXT("<ceo@example.org(x).example.com>"),
	  "reading ceo@example.org; mailbox ceo@example.org.example.com" },
	{ "a comment behind a dot", TEXT("ceo@example.org.(x)example.com"),
	  "reading ceo@example.org. !domain_empty_label; mailbox ceo@example.org.example.com" },
	{ "only the first blank counts", TEXT("ceo@example . org . example . com"),
	  "reading ceo@example; mailbox ceo@example.org.example.com" },
	{ "a bracket before a dot", TEXT("ceo@example.org>.example.com"),
	  "reading ceo@example.org; mailbox ceo@example.org.example.com !extra" },
	{ "a blank in a domain behind brackets", TEXT("<a@example.com> ceo@example.org .example.com"),
	  "reading ceo@example.org; reading ceo@example.org.example.com; mailbox a@example.com !extra" },
	{ "a blank without a dot", TEXT("ceo@example.org example.com"),
	  "reading ceo@example.org !blank; mailbox example.com !none_there" },
	{ "a comment without a dot", TEXT("ceo@example.org(x)example.com"),
	  "reading ceo@example.org !blank; mailbox example.com !none_there" },
	{ "a bracket without a dot", TEXT("ceo@example.org>example.com"),
	  "reading ceo@example.org !blank; mailbox example.com !none_there !extra" },
	{ "a literal and labels", TEXT("ceo@[192.0.2.1]example.com"),
	  "reading ceo@[192.0.2.1] !special; mailbox example.com !none_there" },
	{ "a bracket and an at sign", TEXT("ceo@example.org>@example.com"),
	  "mailbox ceo@example.org@example.com !several_at !domain_character !extra" },
	{ "a question mark", TEXT("ceo@example.org?.example.com"), "mailbox ceo@example.org?.example.com !domain_character" },
	{ "a hash", TEXT("ceo@example.org#.example.com"), "mailbox ceo@example.org#.example.com !domain_character" },
	{ "a backslash", TEXT("ceo@example.org\\.example.com"), "mailbox ceo@example.org\\\\.example.com !domain_character !special" },
	{ "a closing parenthesis", TEXT("ceo@example.org).example.com"),
	  "reading ceo@example.org) !domain_character !special; mailbox ceo@example.org).example.com !domain_character !special" },
	{ "an opening bracket", TEXT("ceo@example.org[x].example.com"),
	  "mailbox ceo@example.org[x].example.com !domain_character !special" },
	{ "a backslash before the at sign", TEXT("ceo\\@example.org@example.com"),
	  "mailbox ceo\\\\@example.org@example.com !several_at !domain_character !special" },
	{ "a look-alike of an at sign in the local part", TEXT("ceo\xef\xbc\xa0" "example.org@example.com"),
	  "mailbox ceo\\xef\\xbc\\xa0example.org@example.com" },
	{ "and one in the domain is an octet as any", TEXT("ceo@example.org\xef\xbc\xa0" "example.com"),
	  "mailbox ceo@example.org\\xef\\xbc\\xa0example.com" },
	{ "a no-break space in the domain is an octet as any", TEXT("<ceo@example.org\xc2\xa0.example.com>"),
	  "mailbox ceo@example.org\\xc2\\xa0.example.com" },
};

static const struct cut_case hidden[] = {
	{ "a quote behind a backslash", TEXT("\\\" <ceo@example.org> \" <a@example.com>"), "mailbox a@example.com !quote_unclear" },
	{ "a quote behind a backslash in a word", TEXT("x\\\"<ceo@example.org>\" <a@example.com>"),
	  "mailbox a@example.com !quote_unclear" },
	{ "a quote behind a backslash and an address", TEXT("b@example.com\\\"ceo@example.org,\" <a@example.com>"),
	  "reading b@example.com\\\\ !domain_character !special; mailbox a@example.com !quote_unclear" },
	{ "a comment behind a backslash", TEXT("\\(<ceo@example.org>) <a@example.com>"), "mailbox a@example.com !quote_unclear" },
	{ "two quotes behind backslashes", TEXT("\\\"Jane\\\" <a@example.com>"),
	  "mailbox Jane\" <a@example.com> !none_there !quote_open !quote_unclear" },
	{ "a quote in a group's name behind a backslash", TEXT("\\\"<ceo@example.org>\": a@example.com;"),
	  "group; mailbox a@example.com !quote_unclear; group-end" },
	{ "a quote in an encoded word that covers its end", TEXT("=?utf-8?Q?\"?= <ceo@example.org> \" <a@example.com>"),
	  "mailbox a@example.com !quote_unclear" },
	{ "a comment in an encoded word that covers its end", TEXT("=?utf-8?Q?(?= <ceo@example.org> ) <a@example.com>"),
	  "mailbox a@example.com !quote_unclear" },
	{ "an encoded word in quotes that covers their end", TEXT("\"=?utf-8?Q?x\"?= <a@example.com> \" <ceo@example.org> \""),
	  "mailbox a@example.com !quote_unclear !extra" },
	{ "an encoded word with a blank in it that covers a quote", TEXT("=?utf-8?Q?a \"b?= <ceo@example.org> \" <a@example.com>"),
	  "mailbox a@example.com !quote_unclear" },
	{ "a question mark in an encoded word", TEXT("=?utf-8?Q?a?\"?= <ceo@example.org> \" <a@example.com>"),
	  "mailbox a@example.com !quote_unclear" },
	{ "an equals sign that a letter precedes ends no encoded word",
	  TEXT("=?utf-8?Q?a?b=\"?= <ceo@example.org> \" <a@example.com>"), "mailbox a@example.com !quote_unclear" },
	{ "an encoded word begins with an equals sign of its own", TEXT("=?utf-8?Q?=41\"?= <ceo@example.org> \" <a@example.com>"),
	  "mailbox a@example.com !quote_unclear" },
	{ "brackets in an encoded word", TEXT("=?utf-8?Q?<ceo@example.org>?= <a@example.com>"),
	  "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "a comma in an encoded word", TEXT("=?utf-8?Q?ceo@example.org,?= <a@example.com>"),
	  "mailbox =?utf-8?Q?ceo@example.org; mailbox a@example.com" },
	{ "an encoded word never begun", TEXT("x?\"?= <a@example.com>\" <b@example.com>"), "mailbox b@example.com" },
	{ "one that lacks its encoding", TEXT("=?\"x?=\" <a@example.com>"), "mailbox a@example.com" },
	{ "an encoded word across a quote's end, in a name", TEXT("\"=?utf-8?Q?x\"?= <a@example.com>"),
	  "mailbox a@example.com !quote_unclear" },
	{ "a quote behind the brackets", TEXT("<a@example.com> \"ceo@example.org\""),
	  "mailbox a@example.com !quote_unclear !extra" },
	{ "a quoted address and a parenthesis", TEXT("\"ceo@example.org\") <a@example.com>"),
	  "mailbox a@example.com !quote_unclear" },
	{ "a quoted address and a bracket in a word", TEXT("\"ceo@example.org\" [x] a@example.com"),
	  "mailbox a@example.com !quote_unclear !extra" },
	{ "a quoted address and a closing bracket", TEXT("\"ceo@example.org\"> a@example.com"),
	  "mailbox a@example.com !special !extra" },
	{ "a quoted address in brackets before a bracket", TEXT("<\"ceo@example.org\" <a@example.com>>"),
	  "reading ceo@example.org !domain_missing; mailbox a@example.com !extra" },
	{ "a quoted address before a comma", TEXT("\"ceo@example.org\", a@example.com"),
	  "mailbox ceo@example.org !domain_missing; mailbox a@example.com" },
	{ "a blank in a domain that another name ends", TEXT("a@example.co m <a@example.co>"),
	  "reading a@example.co !blank; mailbox a@example.co" },
	{ "a domain that a colon ends behind the brackets", TEXT("<a@example.com>@example.org:.example.com"),
	  "reading @example.org !local_missing; mailbox a@example.com !extra" },
	{ "a NUL behind the address", TEXT("ceo@example.org\0<a@example.com>"),
	  "reading ceo@example.org\\x00 !domain_character; mailbox a@example.com !control" },
	{ "an ISO 2022 escape before a parenthesis", TEXT("\x1b(B <ceo@example.org> ) <a@example.com>"),
	  "mailbox a@example.com !control" },
	{ "an ISO 2022 escape in quotes", TEXT("\"\x1b$B%F%9%H\x1b(B\" <a@example.com>"), "mailbox a@example.com" },
	{ "an unbalanced comment", TEXT("a@example.com (<ceo@example.org>"), "mailbox a@example.com !comment_open" },
	{ "a closing parenthesis too many", TEXT("(x) <ceo@example.org>) <a@example.com>"),
	  "reading ceo@example.org; mailbox a@example.com !extra" },
	{ "a quote never closed", TEXT("ceo@example.org \" <a@example.com>"),
	  "reading ceo@example.org !blank; mailbox  <a@example.com> !none_there !quote_open" },
	{ "a literal never closed", TEXT("a@[x <ceo@example.org>"), "mailbox a@[x<ceo@example.org> !literal_open" },
	{ "a literal as a name", TEXT("a@[<ceo@example.org>] <a@example.com>"),
	  "reading a@[<ceo@example.org>]; mailbox a@example.com" },
};

static const struct cut_case real[] = {
	{ "the address as its own name", TEXT("a@example.com <a@example.com>"), "reading a@example.com; mailbox a@example.com" },
	{ "the address as its own quoted name", TEXT("\"a@example.com\" <a@example.com>"), "mailbox a@example.com" },
	{ "in apostrophes and quotes", TEXT("\"'a@example.com'\" <a@example.com>"), "mailbox a@example.com" },
	{ "a name in apostrophes", TEXT("'Jane Roe' <a@example.com>"), "mailbox a@example.com" },
	{ "the address in apostrophes alone", TEXT("'a@example.com' <a@example.com>"), "reading a@example.com; mailbox a@example.com" },
	{ "an apostrophe that only begins the address", TEXT("'a@example.com <b@example.com>"),
	  "reading 'a@example.com; mailbox b@example.com" },
	{ "a list's tag in brackets", TEXT("[Team] Jane <a@example.com>"), "mailbox a@example.com" },
	{ "a list's tag behind a quoted name", TEXT("\"Jane\" [Team] <a@example.com>"), "mailbox a@example.com" },
	{ "a name in parentheses", TEXT("Jane (Sales) <a@example.com>"), "mailbox a@example.com" },
	{ "a name in the middle of which a parenthesis stands", TEXT("Jane :) <a@example.com>"),
	  "group; mailbox a@example.com; group-end" },
	{ "a smile without a nose", TEXT("Jane ;) <a@example.com>"), "mailbox Jane !domain_missing; mailbox a@example.com" },
	{ "a backslash in a name", TEXT("DOMAIN\\jane <a@example.com>"), "mailbox a@example.com" },
	{ "a name with a slash, a plus and an ampersand", TEXT("A/B + C & D <a@example.com>"), "mailbox a@example.com" },
	{ "a name with an at sign and blanks", TEXT("Jane @ Work <a@example.com>"), "reading Jane@Work; mailbox a@example.com" },
	{ "an at sign at the end of a name", TEXT("Jane @ <a@example.com>"), "reading Jane !domain_missing; mailbox a@example.com" },
	{ "an account that is called a route", TEXT("<@example.com:a@example.com>"),
	  "reading @example.com; mailbox a@example.com !route" },
	{ "an encoded name that touches the bracket", TEXT("=?utf-8?Q?Jane?=<a@example.com>"), "mailbox a@example.com" },
	{ "two encoded words, folded", TEXT("=?utf-8?Q?Jane?=\r\n =?utf-8?B?Um9l?= <a@example.com>"), "mailbox a@example.com" },
	{ "a comma in an encoded name, which RFC 2047 forbids", TEXT("=?utf-8?Q?Roe,_Jane?= <a@example.com>"),
	  "mailbox =?utf-8?Q?Roe !domain_missing; mailbox a@example.com" },
	{ "a trailing comma", TEXT("Jane <a@example.com>,"), "mailbox a@example.com" },
	{ "a trailing semicolon", TEXT("a@example.com;"), "mailbox a@example.com" },
	{ "raw Shift JIS in a name", TEXT("\x83\x65\x83\x58\x83\x67 <a@example.com>"), "mailbox a@example.com" },
	{ "a byte order mark", TEXT("\xef\xbb\xbf" "Jane <a@example.com>"), "mailbox a@example.com" },
	{ "plus addressing", TEXT("a+b=c@example.com"), "mailbox a+b=c@example.com" },
	{ "a phone's local part with dots", TEXT("<foo..bar.@example.com>"),
	  "mailbox foo..bar.@example.com !local_ends_with_dot !local_two_dots" },
	{ "an internet fax", TEXT("<\"/S=x/O=y\"@example.com>"), "mailbox /S=x/O=y@example.com" },
};
/* clang-format on */

START_TEST(every_address_a_reader_could_see_is_given)
{
	CHECK_ADDRESS_CASES(several);
}
END_TEST

START_TEST(a_domain_that_a_reader_could_cut_is_given_in_both_ways)
{
	CHECK_ADDRESS_CASES(shorter_domains);
}
END_TEST

START_TEST(nothing_hides_in_a_quote_that_others_do_not_see)
{
	CHECK_ADDRESS_CASES(hidden);
}
END_TEST

START_TEST(what_real_mailers_write_is_read)
{
	CHECK_ADDRESS_CASES(real);
}
END_TEST

SUITE_MAIN(address_readers, every_address_a_reader_could_see_is_given,
	   a_domain_that_a_reader_could_cut_is_given_in_both_ways, nothing_hides_in_a_quote_that_others_do_not_see,
	   what_real_mailers_write_is_read)
