/* SPDX-License-Identifier: BSD-2-Clause */
/* subject_too_long, address_invalid. */
#include "tests/policy/cases/cases.h"

#define SENDER "<a@example.com>"
#define LONG(fires, sentence, setting, subject)                                     \
	{                                                                           \
		"subject_too_long", fires, sentence, SENDER, setting,               \
			"From: a@example.com\nSubject:" subject "\n\nhello\n", NULL \
	}
#define ADDRESS(fires, sentence, header, value)                                                         \
	{                                                                                               \
		"address_invalid", fires, sentence, SENDER, NULL, header "Subject: x\n\nhello\n", value \
	}

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define TWO_HUNDRED_FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY

static const struct message_case cases[] = {
	LONG(false, "none", NULL, ""),
	LONG(false, "255 characters", NULL, " " TWO_HUNDRED_FIFTY "12345"),
	LONG(true, "256 characters", NULL, " " TWO_HUNDRED_FIFTY "123456"),
	LONG(true, "folded", NULL, "\n " TWO_HUNDRED_FIFTY "\n 123456"),
	LONG(false, "blanks around it do not count", NULL, "     " TWO_HUNDRED_FIFTY "12345      "),
	LONG(true, "blanks within do", "max_characters=5", " a    b"),
	LONG(false, "characters, not octets", "max_characters=3", " =?utf-8?Q?=E2=82=AC=E2=82=AC=E2=82=AC?="),
	LONG(true, "four characters of nine octets", "max_characters=3", " =?utf-8?Q?=E2=82=AC=E2=82=AC=E2=82=ACa?="),
	LONG(false, "an encoded word is what it says, not how", "max_characters=1", " =?utf-8?B?YQ==?="),
	LONG(false, "blanks between encoded words are none", "max_characters=2", " =?utf-8?Q?a?= =?utf-8?Q?b?="),
	LONG(true, "the longest of several", "max_characters=3", " a\nSubject: abcd"),

	ADDRESS(true, "local part ends with a dot", "To: j.@example.com\n", "Local address ends with dot"),
	ADDRESS(true, "starts with one", "From: .j@example.com\n", "Local address starts with dot"),
	ADDRESS(true, "two dots", "Cc: a..b@example.com\n", "Local address contains two dots in a row"),
	ADDRESS(true, "no domain", "To: jane\n", NULL),
	ADDRESS(true, "nothing before the at sign", "To: @example.com\n", "Local address missing"),
	ADDRESS(true, "a label without letters", "To: a@example..com\n", "Domain contains an empty label"),
	ADDRESS(true, "a hyphen at a label's end", "To: a@example-.com\n", "Domain label starts or ends with hyphen"),
	ADDRESS(true, "a quote that is not closed", "To: \"a@example.com\n", "Quote not closed"),
	ADDRESS(true, "an angle bracket that is not closed", "To: A <a@example.com\n", "Angle bracket not closed"),
	ADDRESS(true, "the second of two", "To: a@example.com, b.@example.com\n", "b.@example.com"),
	ADDRESS(true, "within a group", "To: Team: a@example.com, b.@example.com;\n", "To"),
	ADDRESS(true, "a blank within", "Reply-To: <a b@example.com>\n", "Address contains a blank"),
	ADDRESS(false, "an address", "To: a@example.com\n", NULL),
	ADDRESS(false, "with a name and a comment", "To: \"Doe, J.\" <j@example.com> (home)\n", NULL),
	ADDRESS(false, "obsolete forms", "To: <@relay.example.net:a@example.com>, , J. R. Doe <j . r @ example.com>\n",
		NULL),
	ADDRESS(false, "an empty group", "To: undisclosed-recipients:;\n", NULL),
	ADDRESS(false, "an empty field", "Cc:\n", NULL),
	ADDRESS(false, "UTF-8",
		"To: J\xc3\xb6 <j\xc3\xb6@b\xc3\xbc"
		"cher.example>\n",
		NULL),
	ADDRESS(false, "an address literal", "To: a@[IPv6:2001:db8::1]\n", NULL),
	ADDRESS(false, "quoted oddities", "To: \"a..b@c\"@example.com\n", NULL),
	ADDRESS(false, "another field", "X-To: j.@example.com\n", NULL),
	ADDRESS(false, "in the body", "\nTo: j.@example.com\n", NULL),
};

MESSAGE_CASES(syntax_cases, cases);
