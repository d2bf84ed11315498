/* SPDX-License-Identifier: BSD-2-Clause */
/* alignment. */
#include "tests/policy/cases/cases.h"

#define ALIGN(fires, sentence, sender, header)                                                   \
	{                                                                                        \
		"alignment", fires, sentence, sender, NULL, header "Subject: x\n\nhello\n", NULL \
	}
#define MATCH(fires, sentence, match, sender, header)                                                      \
	{                                                                                                  \
		"alignment", fires, sentence, sender, "match=" match, header "Subject: x\n\nhello\n", NULL \
	}

static const struct message_case cases[] = {
	ALIGN(false, "the same address", "<a@example.com>", "From: a@example.com\n"),
	ALIGN(false, "another user of the domain", "<a@example.com>", "From: B <b@example.com>\n"),
	ALIGN(true, "another domain", "<a@example.com>", "From: a@example.org\n"),
	ALIGN(false, "a subdomain in From", "<a@example.com>", "From: a@news.example.com\n"),
	ALIGN(false, "a subdomain in the envelope", "<a@bounce.example.com>", "From: a@example.com\n"),
	ALIGN(true, "a domain that only ends the same", "<a@example.com>", "From: a@notexample.com\n"),
	ALIGN(true, "the domain as a label of another", "<a@example.com>", "From: a@example.com.example.org\n"),
	ALIGN(true, "a public suffix is no organization", "<a@one.co.uk>", "From: a@two.co.uk\n"),
	ALIGN(true, "nor is a private one", "<a@one.github.io>", "From: a@two.github.io\n"),
	ALIGN(false, "upper case", "<a@example.com>", "From: a@EXAMPLE.COM\n"),
	ALIGN(false, "a trailing dot", "<a@example.com.>", "From: <a@example.com>\n"),
	ALIGN(false, "an A-label and its U-label", "<a@xn--bcher-kva.example>",
	      "From: a@b\xc3\xbc"
	      "cher.example\n"),
	ALIGN(true, "a look-alike letter", "<a@example.com>", "From: a@ex\xd0\xb0mple.com\n"),
	ALIGN(false, "address literals", "<a@[192.0.2.1]>", "From: a@[192.0.2.1]\n"),
	ALIGN(true, "different address literals", "<a@[192.0.2.1]>", "From: a@[192.0.2.2]\n"),
	ALIGN(false, "an address of another domain as a comment", "<a@example.com>",
	      "From: a@example.com (b@example.org)\n"),
	ALIGN(false, "a quoted name that looks like an address", "<a@example.com>",
	      "From: \"b@example.org\" <a@example.com>\n"),
	ALIGN(true, "an unquoted name that is an address: readers differ", "<a@example.com>",
	      "From: b@example.org <a@example.com>\n"),
	ALIGN(false, "the address itself as a name", "<a@example.com>", "From: a@example.com <a@example.com>\n"),
	ALIGN(true, "several mailboxes, one of another domain", "<a@example.com>",
	      "From: a@example.com, b@example.org\n"),
	ALIGN(false, "several mailboxes of the domain", "<a@example.com>", "From: a@example.com, B <b@example.com>\n"),
	ALIGN(true, "several From, one of another domain", "<a@example.com>",
	      "From: a@example.com\nFrom: b@example.org\n"),
	ALIGN(true, "several From, the first of another domain", "<a@example.com>",
	      "From: b@example.org\nFrom: a@example.com\n"),
	ALIGN(false, "a group of the domain", "<a@example.com>", "From: Team: a@example.com, b@example.com;\n"),
	ALIGN(true, "a group with a stranger", "<a@example.com>", "From: Team: a@example.com, b@example.org;\n"),
	ALIGN(true, "an empty group", "<a@example.com>", "From: undisclosed:;\n"),
	ALIGN(true, "nothing", "<a@example.com>", "From:\n"),
	ALIGN(true, "a comment alone", "<a@example.com>", "From: (a@example.com)\n"),
	ALIGN(true, "a name alone", "<a@example.com>", "From: Somebody\n"),
	ALIGN(true, "empty angle brackets", "<a@example.com>", "From: a <>\n"),
	ALIGN(true, "an address hidden in an encoded word", "<a@example.com>", "From: =?utf-8?Q?a=40example.com?=\n"),
	ALIGN(true, "and the true one behind it", "<a@example.com>",
	      "From: =?utf-8?Q?=3Ca=40example.com=3E?= <b@example.org>\n"),
	ALIGN(false, "an encoded name", "<a@example.com>", "From: =?utf-8?Q?b=40example.org?= <a@example.com>\n"),
	ALIGN(true, "a route over another domain", "<a@example.com>", "From: <@example.org:a@example.com>\n"),
	ALIGN(true, "a route to another domain", "<a@example.com>", "From: <@example.com:a@example.org>\n"),
	ALIGN(true, "two angle brackets", "<a@example.com>", "From: <a@example.com> <b@example.org>\n"),
	ALIGN(true, "the other way round", "<a@example.com>", "From: <b@example.org> <a@example.com>\n"),
	ALIGN(true, "an angle bracket that is not closed", "<a@example.com>", "From: B <a@example.com\n"),
	ALIGN(true, "a quote that is not closed", "<a@example.com>", "From: \"B <a@example.com>\n"),
	ALIGN(true, "two at signs", "<a@example.com>", "From: b@example.org@example.com\n"),
	ALIGN(true, "a control in the domain", "<a@example.com>", "From: a@example.com\x01.example.org\n"),
	ALIGN(true, "a blank in the domain", "<a@example.com>", "From: a@example.org example.com\n"),
	ALIGN(false, "an at sign in a quoted local part", "<a@example.com>", "From: \"b@example.org\"@example.com\n"),
	ALIGN(true, "and its true domain", "<a@example.com>", "From: \"a@example.com\"@example.org\n"),
	ALIGN(false, "nested comments", "<a@example.com>", "From: (x (b@example.org)) a@example.com\n"),
	ALIGN(true, "a quoted pair in a comment", "<a@example.com>", "From: (x\\) a@example.com) b@example.org\n"),
	ALIGN(false, "folded", "<a@example.com>", "From:\n B\n <a@example.com>\n"),
	ALIGN(true, "a semicolon for a comma", "<a@example.com>", "From: a@example.com; b@example.org\n"),
	ALIGN(false, "no From: that is another check's", "<a@example.com>", ""),
	ALIGN(false, "the null sender has no domain", "<>", "From: a@example.org\n"),
	ALIGN(false, "a file without its envelope", NULL, "From: a@example.org\n"),
	ALIGN(true, "a sender without a domain", "<root>", "From: root@example.com\n"),
	ALIGN(false, "a forwarder's SRS", "<SRS0=HHH=TT=example.org=b@example.com>", "From: b@example.org\n"),
	ALIGN(true, "a forwarder's SRS of somebody else", "<SRS0=HHH=TT=example.org=b@example.com>",
	      "From: b@example.net\n"),
	ALIGN(false, "BATV", "<prvs=1234abcdef=a@example.com>", "From: a@example.com\n"),
	ALIGN(false, "VERP", "<news+b=example.org@example.com>", "From: news@example.com\n"),
	ALIGN(true, "VERP names the recipient, who is nobody here", "<news+b=example.org@example.com>",
	      "From: b@example.org\n"),

	MATCH(true, "a subdomain is another domain", "domain", "<a@example.com>", "From: a@news.example.com\n"),
	MATCH(false, "the same domain", "domain", "<a@example.com>", "From: b@EXAMPLE.com\n"),
	MATCH(true, "another address of the domain", "address", "<a@example.com>", "From: b@example.com\n"),
	MATCH(false, "the same address", "address", "<a@example.com>", "From: A <A@Example.com>\n"),
	MATCH(false, "the same address below BATV", "address", "<prvs=12ab=a@example.com>", "From: a@example.com\n"),
	MATCH(true, "one of two addresses", "address", "<a@example.com>", "From: a@example.com, b@example.com\n"),
};

MESSAGE_CASES(alignment_cases, cases);
