/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/sender.h"

#include "tests/support/suite.h"

#include <string.h>

struct reading_case {
	const char *path, *by_mta;
	bool null;
	const char *literal, *wrapped; /* local@domain */
};

static void
assert_identity(const char *path, const struct identity *identity, const char *expected)
{
	char seen[ADDRESS_LOCAL_MAX + DOMAIN_MAX + 2] = "";

	buffer_append(seen, sizeof seen, bytes_of(identity->local));
	buffer_append(seen, sizeof seen, bytes_of("@"));
	buffer_append(seen, sizeof seen, bytes_of(identity->domain));
	ck_assert_msg(strcmp(seen, expected) == 0, "%s: expected %s, but got %s", path, expected, seen);
}

START_TEST(envelope_senders_are_read_and_unwrapped)
{
	static const struct reading_case cases[] = {
		{ "<a@example.com>", NULL, false, "a@example.com", "a@example.com" },
		{ "A@Example.COM.", NULL, false, "A@example.com", "A@example.com" },
		{ "<>", NULL, true, "@", "@" },
		{ "", NULL, true, "@", "@" },
		{ "<@relay.example.net:a@example.com>", NULL, false, "a@example.com", "a@example.com" },
		{ "<root>", "root@mail.example.com", false, "root@mail.example.com", "root@mail.example.com" },
		{ "<root>", NULL, false, "@", "@" },
		{ "<a@exam ple.com>", NULL, false, "@", "@" },
		/* SRS0=hash=timestamp=domain=local */
		{ "<SRS0=HHH=TT=example.org=user@example.net>", NULL, false, "SRS0=HHH=TT=example.org=user@example.net",
		  "user@example.org" },
		{ "<srs0+HHH=TT=Example.ORG=us=er@example.net>", NULL, false,
		  "srs0+HHH=TT=Example.ORG=us=er@example.net", "us=er@example.org" },
		{ "<SRS0-HHH=TT=example.org=user@example.net>", NULL, false, "SRS0-HHH=TT=example.org=user@example.net",
		  "user@example.org" },
		{ "<SRS1=GGG=relay.example.com==HHH=TT=example.org=user@example.net>", NULL, false,
		  "SRS1=GGG=relay.example.com==HHH=TT=example.org=user@example.net", "user@example.org" },
		{ "<SRS0=HHH=TT=example.org@example.net>", NULL, false, "SRS0=HHH=TT=example.org@example.net",
		  "SRS0=HHH=TT=example.org@example.net" },
		{ "<SRS0=HHH=TT==user@example.net>", NULL, false, "SRS0=HHH=TT==user@example.net",
		  "SRS0=HHH=TT==user@example.net" },
		{ "<SRS0@example.net>", NULL, false, "SRS0@example.net", "SRS0@example.net" },
		{ "<SRS0=HHH@example.net>", NULL, false, "SRS0=HHH@example.net", "SRS0=HHH@example.net" },
		{ "<SRS0=HHH=TT=example.org=@example.net>", NULL, false, "SRS0=HHH=TT=example.org=@example.net",
		  "SRS0=HHH=TT=example.org=@example.net" },
		{ "<SRS0=HHH=TT=exa'mple.org=user@example.net>", NULL, false,
		  "SRS0=HHH=TT=exa'mple.org=user@example.net", "SRS0=HHH=TT=exa'mple.org=user@example.net" },
		{ "<SRS1=GGG@example.net>", NULL, false, "SRS1=GGG@example.net", "SRS1=GGG@example.net" },
		{ "<SRS1=GGG=relay.example.com=@example.net>", NULL, false, "SRS1=GGG=relay.example.com=@example.net",
		  "SRS1=GGG=relay.example.com=@example.net" },
		{ "<SRS1=GGG=relay.example.com=HHH=TT=example.org=user@example.net>", NULL, false,
		  "SRS1=GGG=relay.example.com=HHH=TT=example.org=user@example.net",
		  "SRS1=GGG=relay.example.com=HHH=TT=example.org=user@example.net" },
		{ "<SRS1=GGG=relay.example.com=+HHH=TT=example.org=user@example.net>", NULL, false,
		  "SRS1=GGG=relay.example.com=+HHH=TT=example.org=user@example.net", "user@example.org" },
		{ "<SRS1=GGG=relay.example.com=-HHH=TT=example.org=user@example.net>", NULL, false,
		  "SRS1=GGG=relay.example.com=-HHH=TT=example.org=user@example.net", "user@example.org" },
		{ "<srs0user@example.net>", NULL, false, "srs0user@example.net", "srs0user@example.net" },
		/* BATV and its like keep the domain */
		{ "<prvs=1234abcdef=user@example.com>", NULL, false, "prvs=1234abcdef=user@example.com",
		  "user@example.com" },
		{ "<btv1==123abc==user@example.com>", NULL, false, "btv1==123abc==user@example.com",
		  "user@example.com" },
		{ "<msprvs1=18442abc=bounces-77@example.com>", NULL, false, "msprvs1=18442abc=bounces-77@example.com",
		  "bounces-77@example.com" },
		{ "<prvs=@example.com>", NULL, false, "prvs=@example.com", "prvs=@example.com" },
		{ "<prvs=1234abcdef=@example.com>", NULL, false, "prvs=1234abcdef=@example.com",
		  "prvs=1234abcdef=@example.com" },
		/* one in the other, four deep */
		{ "<SRS0=HHH=TT=example.org=prvs=12ab=user@example.net>", NULL, false,
		  "SRS0=HHH=TT=example.org=prvs=12ab=user@example.net", "user@example.org" },
		{ "<prvs=a=prvs=b=prvs=c=prvs=d=prvs=e=user@example.com>", NULL, false,
		  "prvs=a=prvs=b=prvs=c=prvs=d=prvs=e=user@example.com", "prvs=e=user@example.com" },
		/* a path that can be read, to a domain that cannot */
		{ "<a@\xff\xfe.example>", NULL, false, "@", "@" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct sender sender;

		ck_assert_int_eq(sender_read(cases[i].path, cases[i].by_mta, &sender), DOMAIN_READABLE);
		ck_assert(sender.known);
		ck_assert_msg(sender.null == cases[i].null, "%s", cases[i].path);
		assert_identity(cases[i].path, &sender.literal, cases[i].literal);
		assert_identity(cases[i].path, &sender.wrapped, cases[i].wrapped);
	}
}
END_TEST

START_TEST(an_unknown_envelope_is_not_a_null_sender)
{
	struct sender sender;

	ck_assert_int_eq(sender_read(NULL, NULL, &sender), DOMAIN_READABLE);
	ck_assert(!sender.known);
	ck_assert(!sender.null);
}
END_TEST

START_TEST(how_close_a_mailbox_is_to_the_sender)
{
	static const struct {
		const char *path, *local, *domain;
		enum alignment alignment;
	} cases[] = {
		{ "<a@example.com>", "a", "example.com", ALIGNED_ADDRESS },
		{ "<A@example.com>", "a", "example.com", ALIGNED_ADDRESS },
		{ "<a@example.com>", "b", "example.com", ALIGNED_DOMAIN },
		{ "<a@mail.example.com>", "a", "example.com", ALIGNED_ORGANIZATION },
		{ "<a@example.com>", "a", "news.example.com", ALIGNED_ORGANIZATION },
		{ "<a@example.com>", "a", "example.org", ALIGNED_NOT },
		{ "<a@one.co.uk>", "a", "two.co.uk", ALIGNED_NOT },
		{ "<root>", "root", "example.com", ALIGNED_NOT },
		{ "<>", "a", "example.com", ALIGNED_NOT },
		/* by what is wrapped, and by the wrapper itself */
		{ "<SRS0=H=T=example.org=user@example.net>", "user", "example.org", ALIGNED_ADDRESS },
		{ "<SRS0=H=T=example.org=user@example.net>", "list", "example.net", ALIGNED_DOMAIN },
		{ "<SRS0=H=T=example.org=user@example.net>", "user", "example.com", ALIGNED_NOT },
		{ "<prvs=1234abcdef=user@example.com>", "user", "example.com", ALIGNED_ADDRESS },
		/* VERP */
		{ "<news+alice=example.org@example.com>", "news", "example.com", ALIGNED_ADDRESS },
		{ "<news-alice=example.org@example.com>", "news", "example.com", ALIGNED_ADDRESS },
		{ "<news-bounces+alice=example.org@example.com>", "news", "example.com", ALIGNED_ADDRESS },
		{ "<newsletter+alice=example.org@example.com>", "news", "example.com", ALIGNED_DOMAIN },
		{ "<news+tag@example.com>", "news", "example.com", ALIGNED_DOMAIN },
		{ "<news+alice=example.org@example.com>", "alice", "example.org", ALIGNED_NOT },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct sender sender;

		ck_assert_int_eq(sender_read(cases[i].path, NULL, &sender), DOMAIN_READABLE);
		ck_assert_msg(sender_alignment(&sender, psl_builtin(), bytes_of(cases[i].local), cases[i].domain) ==
				      cases[i].alignment,
			      "%s, %s@%s", cases[i].path, cases[i].local, cases[i].domain);
	}
}
END_TEST

SUITE_MAIN(sender, envelope_senders_are_read_and_unwrapped, an_unknown_envelope_is_not_a_null_sender,
	   how_close_a_mailbox_is_to_the_sender)
