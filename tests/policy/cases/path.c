/* SPDX-License-Identifier: BSD-2-Clause */
/* sender_invalid, recipient_invalid, recipients_too_many, size_declared. Rules of RFC 5321 4.1.2 and of RFC 6531 3.3. */
#include "tests/policy/cases/session_cases.h"

#define SENDER(FIRES, SENTENCE, PATH, RULE)                                      \
	{                                                                        \
		"sender_invalid", FIRES, SENTENCE, .sender = PATH, .value = RULE \
	}
#define RECIPIENT(FIRES, SENTENCE, PATHS, RULE)                                          \
	{                                                                                \
		"recipient_invalid", FIRES, SENTENCE, .recipients = PATHS, .value = RULE \
	}

#define TEN "a234567890"
#define SIXTY TEN TEN TEN TEN TEN TEN
#define LABEL_63 SIXTY "abc"
#define DOMAIN_255 LABEL_63 "." LABEL_63 "." LABEL_63 "." SIXTY ".bc"
#define MARTA "m\xc3\xa4rta"
#define BUECHER     \
	"b\xc3\xbc" \
	"cher.example.com"

static const struct session_case cases[] = {
	SENDER(false, "an address", "<a@example.com>", NULL),
	SENDER(false, "without brackets, as MTAs hand over some", "a@example.com", NULL),
	SENDER(false, "the null sender is another check's", "<>", NULL),
	SENDER(false, "nothing at all is the null sender", "", NULL),
	{ "sender_invalid", false, "a file without its envelope", .no_envelope = true },
	SENDER(false, "every character that an atom may have", "<!#$%&'*+-/=?^_`{|}~z9@example.com>", NULL),
	SENDER(false, "dots within", "<a.b.c@mail.example.com>", NULL),
	SENDER(false, "a quoted local part", "<\"a b\"@example.com>", NULL),
	SENDER(false, "with what must be quoted", "<\"a\\\"b\\\\c@d,e<f>\"@example.com>", NULL),
	SENDER(false, "an address literal", "<a@[192.0.2.1]>", NULL),
	SENDER(false, "of IPv6", "<a@[IPv6:2001:db8::1]>", NULL),
	SENDER(false, "a source route, which a server ignores", "<@one.example.net,@two.example.net:a@example.com>",
	       NULL),
	SENDER(false, "postmaster needs no domain", "<postmaster>", NULL),
	SENDER(false, "in any case of letters", "<PostMaster>", NULL),
	SENDER(false, "a domain of one label", "<a@localhost>", NULL),
	SENDER(false, "an underscore in a host's name", "<a@my_host.example.com>", NULL),
	SENDER(false, "an A-label", "<a@xn--bcher-kva.example.com>", NULL),
	SENDER(false, "a long local part: VERP and SRS have those", "<bounces+" SIXTY SIXTY "=example.org@example.com>",
	       NULL),
	SENDER(false, "a domain of 255 octets", "<a@" DOMAIN_255 ">", NULL),

	SENDER(true, "without a domain", "<robin>", "Domain missing"),
	SENDER(true, "postmaster with an at sign has to have one", "<postmaster@>", "Domain missing"),
	SENDER(true, "without a local part", "<@example.com>", "Local address missing"),
	SENDER(true, "a dot first", "<.a@example.com>", "Local address starts with dot"),
	SENDER(true, "a dot last", "<a.@example.com>", "Local address ends with dot"),
	SENDER(true, "two dots", "<a..b@example.com>", "Local address contains two dots in a row"),
	SENDER(true, "two dots in the domain", "<a@example..com>", "Domain contains an empty label"),
	SENDER(true, "a dot behind the domain", "<a@example.com.>", "Domain contains an empty label"),
	SENDER(true, "a hyphen first", "<a@-example.com>", "Domain label starts or ends with hyphen"),
	SENDER(true, "a hyphen last", "<a@example-.com>", "Domain label starts or ends with hyphen"),
	SENDER(true, "two at signs", "<a@b@example.com>", "Address contains more than one at sign"),
	SENDER(true, "a blank", "<a b@example.com>", "Address contains a blank"),
	SENDER(true, "a quote that is not closed", "<\"a@example.com>", "Quote not closed"),
	SENDER(true, "a literal that is not closed", "<a@[192.0.2.1>", "Domain literal not closed"),
	SENDER(true, "a character that no domain has", "<a@exa!mple.com>", "Domain contains an illegal character"),
	SENDER(true, "a control character", "<a\x01@example.com>", "Address contains a control character"),
	SENDER(true, "a tab is a blank", "<a\tb@example.com>", "Address contains a blank"),
	SENDER(true, "a special character that is not quoted", "<a:b@example.com>", NULL),
	SENDER(true, "two addresses", "<a@example.com,b@example.com>", NULL),
	SENDER(true, "a domain that is too long", "<a@" DOMAIN_255 "c>", "Domain not valid"),
	SENDER(true, "a label that is too long", "<a@" LABEL_63 "d.example.com>", "Domain not valid"),
	SENDER(true, "a local part that nobody can keep",
	       "<" SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY "@example.com>", "Address too long"),

	SENDER(true, "UTF-8 in the local part, and nobody asked for it", "<" MARTA "@example.com>",
	       "Address not ASCII, and SMTPUTF8 not asked for"),
	SENDER(true, "UTF-8 in the domain", "<a@" BUECHER ">", "Address not ASCII, and SMTPUTF8 not asked for"),
	{ "sender_invalid", false, "UTF-8 where SMTPUTF8 was asked for", .sender = "<" MARTA "@" BUECHER ">",
	  .smtputf8 = true },
	{ "sender_invalid", true, "a domain that is none, even so", .sender = "<a@b\xff.example.com>", .smtputf8 = true,
	  .value = "Domain not valid" },
	{ "sender_invalid", true, "octets that are no UTF-8, even so", .sender = "<\xff\xfe@example.com>",
	  .smtputf8 = true, .value = "Local address not UTF-8" },
	{ "sender_invalid", true, "UTF-8 of a surrogate", .sender = "<a\xed\xa0\x80@example.com>", .smtputf8 = true,
	  .value = "Local address not UTF-8" },
	{ "sender_invalid", true, "UTF-8 that is not allowed at all", "smtputf8=false",
	  .sender = "<" MARTA "@example.com>", .smtputf8 = true, .value = "Address not ASCII" },
	{ "sender_invalid", true, "a U-label that is not", "smtputf8=false", .sender = "<a@" BUECHER ">",
	  .smtputf8 = true, .value = "Address not ASCII" },
	{ "sender_invalid", false, "ASCII where UTF-8 is not allowed", "smtputf8=false", .smtputf8 = true },

	{ "sender_invalid", false, "a user of this host, whose address the MTA completes", .origin = ORIGIN_LOCAL,
	  .sender = "root", .sender_by_mta = "root@example.com" },
	{ "sender_invalid", true, "which it does not", .origin = ORIGIN_LOCAL, .sender = "root",
	  .sender_by_mta = "root", .value = "Domain missing" },
	{ "sender_invalid", true, "of which nothing is known", .origin = ORIGIN_LOCAL, .sender = "root",
	  .value = "Domain missing" },
	{ "sender_invalid", true, "somebody else's, whom it completes too", .sender = "<root>",
	  .sender_by_mta = "root@example.com", .value = "Domain missing" },

	RECIPIENT(false, "an address", "<b@example.org>", NULL),
	RECIPIENT(false, "postmaster", "<Postmaster>", NULL),
	RECIPIENT(false, "several", "<b@example.org>\n<\"c d\"@example.org>\n<@example.net:e@[192.0.2.1]>", NULL),
	RECIPIENT(true, "nobody", "<>", "Address missing"),
	RECIPIENT(true, "nobody, and half a bracket", "<", NULL),
	RECIPIENT(true, "an empty path", " ", "Address missing"),
	RECIPIENT(true, "a dot last", "<b.@example.org>", "Local address ends with dot"),
	RECIPIENT(true, "one of several", "<b@example.org>\n<c@@example.org>\n<d@example.org>",
		  "Address contains more than one at sign"),
	RECIPIENT(true, "no domain", "<root>", "Domain missing"),
	{ "recipient_invalid", false, "a user of this host", .origin = ORIGIN_LOCAL, .recipients = "root",
	  .recipient_by_mta = "root@example.com" },
	{ "recipient_invalid", true, "UTF-8 that nobody asked for", .recipients = "<" MARTA "@example.com>" },
	{ "recipient_invalid", false, "UTF-8 where it was", .recipients = "<" MARTA "@example.com>", .smtputf8 = true },
	{ "recipient_invalid", true, "UTF-8 that is not allowed", "smtputf8=false",
	  .recipients = "<" MARTA "@example.com>", .smtputf8 = true, .value = "Address not ASCII" },
	{ "recipient_invalid", false, "a sender is another check's", .sender = "<a..b@example.com>" },

	{ "recipients_too_many", true, "one more than may be", "limit=2",
	  .recipients = "<b@example.org>\n<c@example.org>\n<d@example.org>", .value = "d@example.org" },
	{ "recipients_too_many", false, "as many as may be", "limit=2",
	  .recipients = "<b@example.org>\n<c@example.org>" },
	{ "recipients_too_many", false, "few", .settings = NULL },

	{ "size_declared", true, "more than may be", "limit=10 MB", .declared_size = 10000001,
	  .value = "10000001 octets" },
	{ "size_declared", true, "more than there are", "limit=10 MB", .declared_size = UINT64_MAX },
	{ "size_declared", false, "as much as may be", "limit=10 MB", .declared_size = 10000000 },
	{ "size_declared", false, "nothing declared", .settings = "limit=10 MB" },
	{ "size_declared", false, "no limit", NULL, .declared_size = UINT64_MAX },
};

SESSION_CASES(path_cases, cases);
