/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/address_field.h"
#include "tests/support/suite.h"

/* Events as `local@domain`, readings in parentheses, groups as `:` and `;`. */
static const char *
trace_of(const char *value)
{
	static char trace[256];
	struct address_field field;
	struct address_event event;

	trace[0] = '\0';
	address_field_init(&field, bytes_of(value));
	while (address_field_next(&field, &event)) {
		bool reading = event.type == ADDRESS_READING;

		buffer_append(trace, sizeof trace, bytes_of(trace[0] != '\0' ? " " : ""));
		if (event.type == ADDRESS_GROUP || event.type == ADDRESS_GROUP_END) {
			buffer_append(trace, sizeof trace, bytes_of(event.type == ADDRESS_GROUP ? ":" : ";"));
			continue;
		}
		buffer_append(trace, sizeof trace, bytes_of(reading ? "(" : ""));
		address_append(trace, sizeof trace, event.local, event.domain);
		buffer_append(trace, sizeof trace, bytes_of(reading ? ")" : ""));
	}
	ck_assert(!address_field_next(&field, &event));
	return trace;
}

START_TEST(a_field_gives_all_its_addresses_once)
{
	static const struct {
		const char *value, *trace;
	} rows[] = {
		{ "robin@example.com", "robin@example.com" },
		{ "Robin <robin@example.com>", "robin@example.com" },
		{ "a@example.com, b@example.com", "a@example.com b@example.com" },
		{ "a@example.org <b@example.com>", "(a@example.org) b@example.com" },
		{ "team: a@example.com, b@example.com;", ": a@example.com b@example.com ;" },
		{ "robin", "robin" },
		{ "", "" },
		{ "(nobody)", "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_str_eq(trace_of(rows[i].value), rows[i].trace);
}
END_TEST

START_TEST(an_address_is_cut_where_the_buffer_ends)
{
	char buffer[8] = "";

	ck_assert(address_append(buffer, sizeof buffer, bytes_of("a"), bytes_of("b.c")));
	ck_assert_str_eq(buffer, "a@b.c");
	ck_assert(!address_append(buffer, sizeof buffer, bytes_of("d"), bytes_of("e.f")));
	ck_assert_str_eq(buffer, "a@b.cd@");
}
END_TEST

SUITE_MAIN(address_field, a_field_gives_all_its_addresses_once, an_address_is_cut_where_the_buffer_ends)
