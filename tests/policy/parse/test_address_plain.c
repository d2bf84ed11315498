/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/address_plain.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(plain_fields_are_read)
{
	static const struct {
		const char *value, *local, *domain;
		bool named;
	} rows[] = {
		{ "robin@example.com", "robin", "example.com", false },
		{ " <robin@example.com> ", "robin", "example.com", false },
		{ "Robin Example <robin.e+x@mail.example.com>", "robin.e+x", "mail.example.com", true },
		{ "\"Robin, Example Ltd.\" <robin@example.com>", "robin", "example.com", true },
		{ "=?utf-8?Q?R=C3=B6bin?= <robin@example.com>", "robin", "example.com", true },
		{ "robin<robin@example.com>", "robin", "example.com", true },
		{ "\"\"<robin@example.com>", "robin", "example.com", true },
		{ "a@b", "a", "b", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct address_plain plain;

		ck_assert_msg(address_plain(bytes_of(rows[i].value), &plain), "%s", rows[i].value);
		ck_assert_msg(bytes_is(plain.local, rows[i].local) && bytes_is(plain.domain, rows[i].domain), "%s",
			      rows[i].value);
		ck_assert_msg(plain.named == rows[i].named, "%s", rows[i].value);
	}
}
END_TEST

START_TEST(everything_else_is_left_to_the_parser)
{
	static const char *const values[] = {
		"",
		" ",
		"<>",
		"robin",
		"robin@",
		"@example.com",
		"<robin@example.com",
		"robin@example.com>",
		"a@example.com, b@example.com",
		"a@example.com b@example.com",
		"a@b@example.com",
		"<a@example.com> more",
		"Robin (x) <robin@example.com>",
		"robin@example.com (x)",
		"\"robin\"@example.com",
		"<\"robin\"@example.com>",
		"\"a\\\"b\" <robin@example.com>",
		"\"robin@example.org\" <robin@example.com>",
		"robin@example.org <robin@example.com>",
		".robin@example.com",
		"robin.@example.com",
		"ro..bin@example.com",
		"robin@.example.com",
		"robin@example.com.",
		"robin@example..com",
		"robin@-example.com",
		"robin@example-.com",
		"robin@exa_mple.com",
		"robin@[192.0.2.1]",
		"ro bin@example.com",
		"robin @example.com",
		"robin@ example.com",
		"robin@example .com",
		"group: robin@example.com;",
		"R\xc3\xb6 <robin@example.com>",
		"<@example.org:robin@example.com>",
		"\"Robin\" Example <robin@example.com>",
		"<<robin@example.com>>",
		"\"Robin <robin@example.com>",
		"Robin\t<robin@example.com>",
		"Robin\n <robin@example.com>",
	};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct address_plain plain;

		ck_assert_msg(!address_plain(bytes_of(values[i]), &plain), "%s", values[i]);
	}
}
END_TEST

START_TEST(what_is_too_long_for_the_parser_is_left_to_it)
{
	char value[ADDRESS_LOCAL_MAX + 16];
	struct address_plain plain;

	memset(value, 'a', sizeof value);
	strcpy(value + ADDRESS_LOCAL_MAX - 1, "@b");
	ck_assert(address_plain(bytes_of(value), &plain));
	memset(value, 'a', sizeof value);
	strcpy(value + ADDRESS_LOCAL_MAX, "@b");
	ck_assert(!address_plain(bytes_of(value), &plain));
}
END_TEST

/* Whether the parser gives one mailbox without flaws, this one. */
static bool
parser_agrees(struct bytes value, const struct address_plain *plain)
{
	struct address_parser parser;
	struct address_event event;

	address_init(&parser);
	address_feed(&parser, value);
	if (address_next(&parser, &event))
		return false;
	address_finish(&parser);
	bool agrees = address_next(&parser, &event) && event.type == ADDRESS_MAILBOX && event.flaws == 0 &&
		      event.local.length == plain->local.length && event.domain.length == plain->domain.length &&
		      memcmp(event.local.data, plain->local.data, plain->local.length) == 0 &&
		      memcmp(event.domain.data, plain->domain.data, plain->domain.length) == 0;
	return agrees && !address_next(&parser, &event);
}

/* All sequences of so many pieces of addresses. */
START_TEST(it_gives_what_the_parser_gives)
{
	static const char *const pieces[] = { "a", ".", "-", "@", "<", ">", "\"", " ", "=?", "?=", ",", "_" };
	enum { PIECES = sizeof pieces / sizeof pieces[0], LENGTH = 6 };
	size_t read = 0, sequences = 1;

	for (int i = 0; i < LENGTH; i++)
		sequences *= PIECES;
	for (size_t sequence = 0; sequence < sequences; sequence++) {
		char value[32] = "";
		struct address_plain plain;

		for (size_t rest = sequence, i = 0; i < LENGTH; i++, rest /= PIECES)
			strcat(value, pieces[rest % PIECES]);
		if (!address_plain(bytes_of(value), &plain))
			continue;
		ck_assert_msg(parser_agrees(bytes_of(value), &plain), "%s", value);
		read++;
	}
	ck_assert_uint_ge(read, 300);
}
END_TEST

SUITE_MAIN(address_plain, plain_fields_are_read, everything_else_is_left_to_the_parser,
	   what_is_too_long_for_the_parser_is_left_to_it, it_gives_what_the_parser_gives)
