/* SPDX-License-Identifier: BSD-2-Clause */
/* identity_unverified. */
#include "tests/policy/cases/session_cases.h"

#define VERIFIED "identities=example.com robin@example.org"
#define L64 "l23456789.123456789.123456789.123456789.123456789.123456789.1234"
#define L512 L64 L64 L64 L64 L64 L64 L64 L64
#define REST "Subject: x\n\nhello\n"

#define FROM(FIRES, SENTENCE, VALUE, NAMES)                                                                        \
	{                                                                                                          \
		"identity_unverified", FIRES, SENTENCE, VERIFIED, .text = "From: " VALUE "\n" REST, .value = NAMES \
	}
#define FIELDS(FIRES, SENTENCE, CHECKED, HEADER, NAMES)                                  \
	{                                                                                \
		"identity_unverified", FIRES, SENTENCE, VERIFIED "; check=" CHECKED,     \
			.sender = "<a@example.net>", .text = HEADER REST, .value = NAMES \
	}

static const struct session_case cases[] = {
	FROM(false, "an address of a verified domain", "Kim <kim@example.com>", NULL),
	FROM(false, "of one below it", "kim@a.b.example.com", NULL),
	FROM(false, "a verified address", "Robin@Example.ORG", NULL),
	FROM(true, "another one of its domain", "kim@example.org", "kim@example.org"),
	FROM(true, "a domain that ends alike", "kim@notexample.com", "kim@notexample.com"),
	FROM(true, "one of two mailboxes", "kim@example.com, sam@example.net", "sam@example.net"),
	FROM(true, "both, in their order", "sam@example.net, Kim <kim@example.org>",
	     "sam@example.net, kim@example.org"),
	FROM(true, "each once", "sam@example.net, am@example.net, sam@EXAMPLE.net", "sam@example.net, am@example.net"),
	FROM(true, "one that came later than another", "zz@example.net, sam@example.net, sam@example.net",
	     "zz@example.net, sam@example.net"),
	FROM(false, "however deep", "kim@a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.example.com", NULL),
	FROM(true, "one that ends like one before", "sam@example.net, sam@example.ne",
	     "sam@example.net, sam@example.ne"),
	FROM(true, "in a group", "us: kim@example.com, sam@example.net;", "sam@example.net"),
	FROM(true, "an address that some reader sees first", "sam@example.net <kim@example.com>", "sam@example.net"),
	FROM(true, "nothing but words", "Sam Smith", "Sam?Smith"),
	FROM(true, "nothing", "", "?"),
	FROM(false, "words beside an address", "Smith, Sam <kim@example.com>", NULL),
	FROM(true, "a comma that would look like two", "\"sam,robin@example.org\"@example.net",
	     "sam?robin@example.org@example.net"),
	FROM(true, "a domain that is none", "kim@example..com", "kim@example..com"),
	FROM(true, "what only some readers take for this", "kim@[example.com", NULL),
	FROM(true, "a local part longer than any key", L512 "@example.com", NULL),
	FROM(true, "a literal is in no domain", "kim@[192.0.2.1]", "kim@[192.0.2.1]"),
	FROM(true, "an address in an encoded word is none", "=?utf-8?q?kim=40example=2Ecom?=", NULL),
	FROM(true, "a U-label, told as DNS has it",
	     "kim@b\xc3\xbc"
	     "cher.example.net",
	     "kim@xn--bcher-kva.example.net"),

	FIELDS(true, "envelope and From, each once", "envelope from", "From: a@example.net\n", "a@example.net"),
	FIELDS(true, "envelope before From", "envelope from", "From: b@example.net\n", "a@example.net, b@example.net"),
	FIELDS(true, "the envelope alone", "envelope", "From: b@example.net\n", "a@example.net"),
	FIELDS(true, "From alone", "from", "From: b@example.net\nSender: c@example.net\n", "b@example.net"),
	FIELDS(true, "two From fields", "from", "From: b@example.net\nfrom: c@example.net\n",
	       "b@example.net, c@example.net"),
	FIELDS(true, "Sender", "sender", "From: b@example.net\nSender: c@example.net\n", "c@example.net"),
	FIELDS(true, "Return-Path", "return_path", "Return-Path: <d@example.net>\nFrom: b@example.net\n",
	       "d@example.net"),
	FIELDS(false, "a null Return-Path is the null sender's", "return_path",
	       "Return-Path: <>\nFrom: b@example.net\n", NULL),
	FIELDS(false, "none of them there", "sender return_path", "From: b@example.net\n", NULL),
	FIELDS(false, "other fields", "from sender return_path", "Reply-To: b@example.net\nX-From: c@example.net\n",
	       NULL),
	FIELDS(true, "no header at all", "envelope from", "", "a@example.net"),

	{ "identity_unverified", false, "the null sender is another check's", VERIFIED "; check=envelope",
	  .sender = "<>" },
	{ "identity_unverified", false, "a file without its envelope", VERIFIED "; check=envelope",
	  .no_envelope = true },
	{ "identity_unverified", true, "a sender that cannot be read", VERIFIED "; check=envelope", .sender = "<a b@>",
	  .value = "a?b@" },
	{ "identity_unverified", false, "no table", NULL, .sender = "<a@example.net>" },
	{ "identity_unverified", false, "a table outside", "identities=file:/verified; check=envelope",
	  .tables = "example.com\n" },
	{ "identity_unverified", false, "a domain above, there", "identities=file:/verified; check=envelope",
	  .sender = "<a@b.example.com>", .tables = "example.com\n" },
	{ "identity_unverified", true, "not there", "identities=file:/verified; check=envelope",
	  .tables = "example.org\n", .value = "a@example.com" },
	{ "identity_unverified", false, "a table that cannot tell, while this only observes",
	  "identities=file:/verified", .tables = "a@example.com !\n" },
};

SESSION_CASES(identity_cases, cases);
