/* SPDX-License-Identifier: BSD-2-Clause */
/* Look-ups as the policy makes them: what is asked for, in which order, and what a value covers. */
#include "policy/services.h"
#include "tests/support/suite.h"
#include "tests/support/trace.h"

#include <string.h>

static const struct table outside = { .source = "file:/x", .kind = TABLE_FILE, .argument = "/x" };

/* A table with one key, one key that it cannot tell, and a note of all that was asked. */
struct fake {
	const char *found, *failed;
	struct trace asked;
};

static enum table_answer
fake_find(void *data, const struct table *table, const char *key, char *value_out)
{
	struct fake *fake = data;

	ck_assert_ptr_eq(table, &outside);
	trace_add(&fake->asked, "%s%s", fake->asked.length > 0 ? " " : "", key);
	if (fake->failed != NULL && strcmp(key, fake->failed) == 0)
		return TABLE_FAILED;
	if (fake->found == NULL || strcmp(key, fake->found) != 0)
		return TABLE_ABSENT;
	if (value_out != NULL)
		strcpy(value_out, "value");
	return TABLE_FOUND;
}

static const char *const listed[] = { "Robin@Example.COM", "*@example.org", "user?" };

static const struct {
	const char *sentence, *key;
	enum table_answer expected;
} list_rows[] = {
	{ "a key of the list", "robin@example.com", TABLE_FOUND },
	{ "in whatever case", "ROBIN@example.COM", TABLE_FOUND },
	{ "another key", "kim@example.com", TABLE_ABSENT },
	{ "the beginning of a key", "robin@example.co", TABLE_ABSENT },
	{ "an asterisk stands for any octets", "anybody@example.org", TABLE_FOUND },
	{ "and for none", "@example.org", TABLE_FOUND },
	{ "a question mark stands for one", "user1", TABLE_FOUND },
	{ "not for none", "user", TABLE_ABSENT },
	{ "nor for two", "user12", TABLE_ABSENT },
	{ "an asterisk that is asked for is an octet like others", "*", TABLE_ABSENT },
	{ "nothing", "", TABLE_ABSENT },
};

START_TEST(lists_are_looked_at_here)
{
	const struct table list = { .source = "list", .kind = TABLE_LIST, .items = { listed, 3 } };
	char value[TABLE_VALUE_MAX];

	for (size_t i = 0; i < sizeof list_rows / sizeof list_rows[0]; i++) {
		strcpy(value, "untouched");
		ck_assert_msg(table_find(&list, NULL, list_rows[i].key, value) == list_rows[i].expected, "%s",
			      list_rows[i].sentence);
		ck_assert_str_eq(value, list_rows[i].expected == TABLE_FOUND ? "" : "untouched");
		ck_assert(table_find(&list, NULL, list_rows[i].key, NULL) == list_rows[i].expected);
	}
}
END_TEST

START_TEST(tables_outside_are_asked_in_lower_case)
{
	struct fake fake = { .found = "robin@example.com", .failed = "kim" };
	const struct services services = { .data = &fake, .find = fake_find };
	char value[TABLE_VALUE_MAX] = "untouched";

	ck_assert_int_eq(table_find(&outside, &services, "alex", value), TABLE_ABSENT);
	ck_assert_int_eq(table_find(&outside, &services, "KIM", value), TABLE_FAILED);
	ck_assert_str_eq(value, "untouched");
	ck_assert_int_eq(table_find(&outside, &services, "Robin@EXAMPLE.com", value), TABLE_FOUND);
	ck_assert_str_eq(value, "value");
	ck_assert_int_eq(table_find(&outside, &services,
				    "R\xc3\x96"
				    "BIN",
				    NULL),
			 TABLE_ABSENT);
	ck_assert_str_eq(trace_text(&fake.asked), "alex kim robin@example.com r\xc3\x96"
						  "bin");
	trace_free(&fake.asked);
}
END_TEST

START_TEST(without_services_nothing_can_be_told)
{
	const struct services none = { .data = NULL };

	ck_assert_int_eq(table_find(&outside, NULL, "robin", NULL), TABLE_FAILED);
	ck_assert_int_eq(table_find(&outside, &none, "robin", NULL), TABLE_FAILED);
	ck_assert_int_eq(table_find_address(&outside, NULL, "robin", "example.com", NULL), TABLE_FAILED);
}
END_TEST

START_TEST(a_key_that_is_too_long_is_in_no_table)
{
	struct fake fake = { .found = NULL };
	const struct services services = { .data = &fake, .find = fake_find };
	char key[TABLE_KEY_MAX + 1];

	memset(key, 'x', sizeof key - 1);
	key[TABLE_KEY_MAX] = '\0';
	fake.failed = key;
	ck_assert_int_eq(table_find(&outside, &services, key, NULL), TABLE_ABSENT);
	ck_assert_uint_eq(fake.asked.length, 0);
	key[TABLE_KEY_MAX - 1] = '\0';
	ck_assert_int_eq(table_find(&outside, &services, key, NULL), TABLE_FAILED);
	trace_free(&fake.asked);
	ck_assert_int_eq(table_find_address(&outside, &services, key, "example", NULL), TABLE_ABSENT);
	ck_assert_str_eq(trace_text(&fake.asked), "@example example");
	trace_free(&fake.asked);
}
END_TEST

static const struct {
	const char *sentence, *local, *domain;
	const char *found, *failed;
	enum table_answer expected;
	const char *asked;
} address_rows[] = {
	{ "from the address to the domains above", "Robin", "mail.example.com", NULL, NULL, TABLE_ABSENT,
	  "robin@mail.example.com @mail.example.com mail.example.com .example.com .com" },
	{ "the address itself ends it", "robin", "example.com", "robin@example.com", NULL, TABLE_FOUND,
	  "robin@example.com" },
	{ "so does the domain with its sign", "robin", "example.com", "@example.com", NULL, TABLE_FOUND,
	  "robin@example.com @example.com" },
	{ "and without", "robin", "example.com", "example.com", NULL, TABLE_FOUND,
	  "robin@example.com @example.com example.com" },
	{ "and one above it", "robin", "a.b.example.com", ".example.com", NULL, TABLE_FOUND,
	  "robin@a.b.example.com @a.b.example.com a.b.example.com .b.example.com .example.com" },
	{ "a domain alone", "", "example.com", NULL, NULL, TABLE_ABSENT, "@example.com example.com .com" },
	{ "a single label has nothing above it", "robin", "localhost", NULL, NULL, TABLE_ABSENT,
	  "robin@localhost @localhost localhost" },
	{ "an address literal neither", "robin", "[192.0.2.1]", NULL, NULL, TABLE_ABSENT,
	  "robin@[192.0.2.1] @[192.0.2.1] [192.0.2.1]" },
	{ "a local part alone", "Postmaster", "", NULL, NULL, TABLE_ABSENT, "postmaster" },
	{ "nothing at all", "", "", NULL, NULL, TABLE_ABSENT, "" },
	{ "what cannot be told ends it at the address", "robin", "example.com", "example.com", "robin@example.com",
	  TABLE_FAILED, "robin@example.com" },
	{ "at the domain", "robin", "example.com", "example.com", "@example.com", TABLE_FAILED,
	  "robin@example.com @example.com" },
	{ "and above it", "", "a.example.com", ".com", ".example.com", TABLE_FAILED,
	  "@a.example.com a.example.com .example.com" },
	{ "of seventeen labels above, the sixteen", "", "x.0.1.2.3.4.5.6.7.8.9.a.b.c.d.e.f", ".e.f", NULL, TABLE_FOUND,
	  "@x.0.1.2.3.4.5.6.7.8.9.a.b.c.d.e.f x.0.1.2.3.4.5.6.7.8.9.a.b.c.d.e.f .0.1.2.3.4.5.6.7.8.9.a.b.c.d.e.f "
	  ".1.2.3.4.5.6.7.8.9.a.b.c.d.e.f .2.3.4.5.6.7.8.9.a.b.c.d.e.f .3.4.5.6.7.8.9.a.b.c.d.e.f "
	  ".4.5.6.7.8.9.a.b.c.d.e.f .5.6.7.8.9.a.b.c.d.e.f .6.7.8.9.a.b.c.d.e.f .7.8.9.a.b.c.d.e.f "
	  ".8.9.a.b.c.d.e.f .9.a.b.c.d.e.f .a.b.c.d.e.f .b.c.d.e.f .c.d.e.f .d.e.f .e.f" },
};

START_TEST(addresses_are_looked_up_from_the_narrow_to_the_wide)
{
	for (size_t i = 0; i < sizeof address_rows / sizeof address_rows[0]; i++) {
		struct fake fake = { .found = address_rows[i].found, .failed = address_rows[i].failed };
		const struct services services = { .data = &fake, .find = fake_find };
		char value[TABLE_VALUE_MAX] = "untouched";
		enum table_answer answer =
			table_find_address(&outside, &services, address_rows[i].local, address_rows[i].domain, value);

		ck_assert_msg(answer == address_rows[i].expected, "%s", address_rows[i].sentence);
		ck_assert_msg(strcmp(trace_text(&fake.asked), address_rows[i].asked) == 0, "%s: %s",
			      address_rows[i].sentence, trace_text(&fake.asked));
		ck_assert_str_eq(value, answer == TABLE_FOUND ? "value" : "untouched");
		trace_free(&fake.asked);
	}
}
END_TEST

/* 127 labels, as many as a domain can have. */
START_TEST(labels_without_end_are_not_looked_up_one_by_one)
{
	struct fake fake = { .found = NULL };
	const struct services services = { .data = &fake, .find = fake_find };
	char domain[256];
	unsigned asked = 1;

	for (size_t i = 0; i < 253; i++)
		domain[i] = i % 2 == 0 ? 'a' : '.';
	domain[253] = '\0';
	ck_assert_int_eq(table_find_address(&outside, &services, "robin", domain, NULL), TABLE_ABSENT);
	for (const char *at = trace_text(&fake.asked); (at = strchr(at, ' ')) != NULL; at++)
		asked++;
	ck_assert_uint_eq(asked, 3 + TABLE_LABELS_MAX);
	trace_free(&fake.asked);
}
END_TEST

static const struct {
	const char *sentence, *value, *local, *domain;
	bool expected;
} covers_rows[] = {
	{ "nothing covers nobody", "", "robin", "example.com", false },
	{ "separators alone neither", " , ,\t", "robin", "example.com", false },
	{ "the address", "robin@example.com", "robin", "example.com", true },
	{ "in any case", "ROBIN@Example.Com", "robin", "example.com", true },
	{ "an address in any case", "robin@example.com", "Robin", "EXAMPLE.com", true },
	{ "another local part", "kim@example.com", "robin", "example.com", false },
	{ "the end of the local part", "bin@example.com", "robin", "example.com", false },
	{ "another domain", "robin@example.org", "robin", "example.com", false },
	{ "one of the same length, with another sign", "robin#example.com", "robin", "example.com", false },
	{ "the beginning of an item", "robin@example.com.example.net", "robin", "example.com", false },
	{ "an item that begins so", "robin@example.co", "robin", "example.com", false },
	{ "the last item", "kim@example.com, robin@example.com", "robin", "example.com", true },
	{ "between commas", "a@example.com,robin@example.com,b@example.com", "robin", "example.com", true },
	{ "between blanks", "a@example.com\trobin@example.com b@example.com", "robin", "example.com", true },
	{ "a domain with its sign", "@example.com", "robin", "example.com", true },
	{ "a domain without", "example.com", "robin", "example.com", true },
	{ "not what is below it", "@example.com, example.com", "robin", "mail.example.com", false },
	{ "not what ends so", "example.com", "robin", "notexample.com", false },
	{ "all below a domain", ".example.com", "robin", "mail.example.com", true },
	{ "far below it", ".example.com", "robin", "a.b.c.example.com", true },
	{ "not the domain itself", ".example.com", "robin", "example.com", false },
	{ "not what ends so without a dot", ".example.com", "robin", "notexample.com", false },
	{ "a dot alone", ".", "robin", "example.com", false },
	{ "a sign alone", "@", "robin", "example.com", false },
	{ "an address literal", "@[192.0.2.1]", "robin", "[192.0.2.1]", true },
	{ "nothing lies below one", ".1]", "robin", "[192.0.2.1]", false },
	{ "everything", "*", "robin", "example.com", true },
	{ "everything among others", "kim@example.com *", "robin", "example.org", true },
	{ "an asterisk is no pattern", "*@example.com", "robin", "example.com", false },
	{ "no local part: the domain counts", "@example.com", "", "example.com", true },
	{ "no local part: an address does not", "robin@example.com", "", "example.com", false },
	{ "no domain: the local part", "postmaster", "postmaster", "", true },
	{ "no domain: not a domain of that name", "@postmaster", "postmaster", "", false },
	{ "neither", "@", "", "", false },
};

START_TEST(values_cover_addresses_and_domains)
{
	for (size_t i = 0; i < sizeof covers_rows / sizeof covers_rows[0]; i++)
		ck_assert_msg(table_value_covers(covers_rows[i].value, covers_rows[i].local, covers_rows[i].domain) ==
				      covers_rows[i].expected,
			      "%s", covers_rows[i].sentence);
}
END_TEST

SUITE_MAIN(table, lists_are_looked_at_here, tables_outside_are_asked_in_lower_case,
	   without_services_nothing_can_be_told, a_key_that_is_too_long_is_in_no_table,
	   addresses_are_looked_up_from_the_narrow_to_the_wide, labels_without_end_are_not_looked_up_one_by_one,
	   values_cover_addresses_and_domains)
