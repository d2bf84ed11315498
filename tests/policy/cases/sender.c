/* SPDX-License-Identifier: BSD-2-Clause */
/* sender_not_allowed, and alignment with what a login may use. */
#include "tests/policy/cases/session_cases.h"

#define BY_LOGIN "senders=file:/senders"
#define TABLE                                                                                                   \
	"robin robin@example.com, @example.org .example.net\nroot *\nempty\nnobody ,\nkim !\nroot@example.com " \
	"sam@example.com\n"

#define LIST(FIRES, SENTENCE, SENDERS, PATH)                                              \
	{                                                                                 \
		"sender_not_allowed", FIRES, SENTENCE, "senders=" SENDERS, .sender = PATH \
	}
#define LOGIN(FIRES, SENTENCE, LOGIN_NAME, PATH)                                                                      \
	{                                                                                                             \
		"sender_not_allowed", FIRES, SENTENCE, BY_LOGIN, .login = LOGIN_NAME, .sender = PATH, .tables = TABLE \
	}

static const struct session_case cases[] = {
	LOGIN(true, "an address that is somebody else's", "robin", "<kim@example.com>"),
	LIST(false, "an address of the list", "a@example.com", "<a@example.com>"),
	LIST(false, "in any case of letters", "a@example.com", "<A@Example.COM>"),
	LIST(true, "another one", "a@example.com", "<b@example.com>"),
	LIST(false, "a domain", "example.org example.com", "<b@example.com>"),
	LIST(false, "a domain with an at sign", "@example.com", "<b@example.com>"),
	LIST(true, "is not all below it", "@example.com example.com", "<b@mail.example.com>"),
	LIST(false, "a dot before it is", ".example.com", "<b@mail.example.com>"),
	LIST(false, "however deep", ".example.com", "<b@a.b.c.mail.example.com>"),
	LIST(true, "but not the domain itself", ".example.com", "<b@example.com>"),
	LIST(true, "nor one that ends alike", ".example.com example.com", "<b@notexample.com>"),
	LIST(false, "a pattern", "*.example.com", "<b@mail.example.com>"),
	LIST(true, "a sender that cannot be read is nobody's", "* robin", "<robin>"),
	LIST(true, "an empty domain neither", "*", "<robin@>"),
	LIST(false, "the null sender is another check's", "example.com", "<>"),
	{ "sender_not_allowed", false, "no list", NULL, .sender = "<b@example.org>" },
	{ "sender_not_allowed", false, "a file without its envelope", "senders=example.com", .no_envelope = true },
	{ "sender_not_allowed", true, "with a login, a list is for all", "senders=example.com", .login = "robin",
	  .sender = "<robin@example.org>", .value = "robin@example.org" },
	{ "sender_not_allowed", false, "a wrapped address is what it is", "senders=example.com",
	  .sender = "<bounces+kim=example.org@example.com>" },

	LOGIN(false, "its address", "robin", "<robin@example.com>"),
	LOGIN(false, "a login in other letters", "Robin", "<ROBIN@example.com>"),
	LOGIN(false, "its domain", "robin", "<sales@example.org>"),
	LOGIN(true, "a domain below that", "robin", "<sales@mail.example.org>"),
	LOGIN(false, "a domain below another", "robin", "<sales@mail.example.net>"),
	LOGIN(true, "that one itself", "robin", "<sales@example.net>"),
	LOGIN(false, "a star", "root", "<sales@example.net>"),
	LOGIN(true, "a sender that cannot be read, even so", "root", "<sales@>"),
	LOGIN(true, "a login with nothing", "empty", "<robin@example.com>"),
	LOGIN(true, "a login with no more than a comma", "nobody", "<robin@example.com>"),
	LOGIN(true, "a login that is not in the table", "alex", "<robin@example.com>"),
	LOGIN(false, "a login that is an address", "root@example.com", "<sam@example.com>"),
	LOGIN(false, "a table that cannot tell, while this only observes", "kim", "<robin@example.com>"),
	{ "sender_not_allowed", false, "without a login, a table by login says nothing", BY_LOGIN,
	  .sender = "<robin@example.com>", .tables = TABLE },
};

SESSION_CASES(sender_cases, cases);
