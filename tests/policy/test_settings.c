/* SPDX-License-Identifier: BSD-2-Clause */
/* What configuration may write for each kind of setting, and what it is told when it writes something else. */
#include "policy/settings.h"

#include "tests/support/suite.h"

#include <inttypes.h>
#include <string.h>

static const char *const colours[] = { "red", "green", "blue", NULL };

static const struct param boolean = { .name = "boolean", .type = PARAM_BOOLEAN };
static const struct param choice = { .name = "choice", .type = PARAM_CHOICE, .choices = colours };
static const struct param choices = { .name = "choices", .type = PARAM_CHOICES, .choices = colours };
static const struct param number = { .name = "number", .type = PARAM_NUMBER, .least = 10, .most = 500 };
static const struct param huge = { .name = "huge", .type = PARAM_NUMBER, .least = 0, .most = INT64_MAX };
static const struct param size = { .name = "size", .type = PARAM_SIZE };
static const struct param fields = { .name = "fields", .type = PARAM_FIELDS };
static const struct param patterns = { .name = "patterns", .type = PARAM_PATTERNS };
static const struct param words = { .name = "words", .type = PARAM_TEXT };
static const struct param table = { .name = "table", .type = PARAM_TABLE };
static const struct param rates = { .name = "rates", .type = PARAM_RATES };
static const struct param quotas = { .name = "quotas", .type = PARAM_QUOTAS };

#define HUNDRED "a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789a123456789"

#define SEVENTY_SIX "a234567890123456789012345678901234567890123456789012345678901234567890123456"

START_TEST(what_can_be_read)
{
	static const struct {
		const struct param *param;
		const char *item;
		int64_t number;
	} cases[] = {
		{ &boolean, "true", 1 },
		{ &boolean, "false", 0 },
		{ &choice, "red", 0 },
		{ &choice, "blue", 2 },
		{ &choices, "red", 1 },
		{ &choices, "blue", 4 },
		{ &number, "10", 10 },
		{ &number, "500", 500 },
		{ &number, "0000000000000042", 42 },
		{ &huge, "0", 0 },
		{ &huge, "999999999999999999", 999999999999999999 },
		{ &size, "none", 0 },
		{ &size, "1B", 1 },
		{ &size, "1 B", 1 },
		{ &size, "2KB", 2000 },
		{ &size, "2 KiB", 2048 },
		{ &size, "25 MB", 25000000 },
		{ &size, "25MiB", 26214400 },
		{ &size, "3 GB", 3000000000 },
		{ &size, "3 GiB", 3221225472 },
		{ &size, "1000 GB", 1000000000000 },
		{ &size, "1000000000000B", 1000000000000 },
		{ &fields, "X", 0 },
		{ &fields, "Content-Type", 0 },
		{ &fields, "!odd~", 0 },
		{ &fields, SEVENTY_SIX, 0 },
		{ &patterns, "*", 0 },
		{ &words, "eu-west-1", 0 },
		{ &words, " ~!{}", 0 },
		{ &words, HUNDRED, 0 },
		{ &table, "robin", 0 },
		{ &table, "file:/etc/postern/senders", 0 },
		{ &rates, "14/1s", 0 },
		{ &rates, "14/1s burst 28", 0 },
		{ &rates, "none", 0 },
		{ &quotas, "50000/24h", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct value value = { .number = 0 };
		char rule[REPLY_RULE_MAX] = "";

		ck_assert_msg(param_read(cases[i].param, cases[i].item, &value, rule) == NULL, "%s %s: %s",
			      cases[i].param->name, cases[i].item, rule);
		ck_assert_msg(value.number == cases[i].number, "%s %s: %" PRId64, cases[i].param->name, cases[i].item,
			      value.number);
	}
}
END_TEST

START_TEST(what_breaks_a_rule)
{
	static const char not_boolean[] = "must be true or false";
	static const char not_choice[] = "must be one of red, green, blue";
	static const char not_number[] = "must be a whole number from 10 to 500";
	static const char not_huge[] = "must be a whole number from 0 to 9223372036854775807";
	static const char not_size[] = "must be a size from 1 B to 1000 GB, as in \"25 MiB\", or \"none\"";
	static const char not_field[] = "is no header field name (printable ASCII without blanks and colon)";
	static const char not_text[] = "must be printable ASCII without `%`";
	static const char not_text_length[] = "must have 1 to 100 octets";
	static const char not_length[] = "is no header field name (1 to 76 octets)";
	static const struct {
		const struct param *param;
		const char *item, *rule;
	} cases[] = {
		{ &boolean, "True", not_boolean },
		{ &boolean, "yes", not_boolean },
		{ &boolean, "", not_boolean },
		{ &choice, "yellow", not_choice },
		{ &choice, "Red", not_choice },
		{ &choice, "", not_choice },
		{ &choices, "yellow", not_choice },
		{ &number, "", not_number },
		{ &number, "9", not_number },
		{ &number, "501", not_number },
		{ &number, "-10", not_number },
		{ &number, "20x", not_number },
		{ &number, "0x20", not_number },
		{ &number, " 20", not_number },
		{ &huge, "1000000000000000000", not_huge }, /* 19 digits */
		{ &huge, "99999999999999999999999999999999", not_huge },
		{ &size, "", not_size },
		{ &size, "25", not_size },
		{ &size, "MiB", not_size },
		{ &size, "0 B", not_size },
		{ &size, "-1 B", not_size },
		{ &size, "1.5 MiB", not_size },
		{ &size, "25  MiB", not_size },
		{ &size, "25 mib", not_size },
		{ &size, "1001 GB", not_size },
		{ &size, "1000 GiB", not_size },
		{ &size, "1000000000001B", not_size },
		{ &size, "999999999999999 GiB", not_size },
		{ &size, "1000000000000000 B", not_size },     /* 16 digits */
		{ &size, "18446744073709551626 B", not_size }, /* 10 and 2 to the 64th */
		{ &size, "99999999999999999999999999999999 GiB", not_size },
		{ &fields, "", not_length },
		{ &fields, SEVENTY_SIX "7", not_length },
		{ &fields, "Reply To", not_field },
		{ &fields, "Subject:", not_field },
		{ &fields, "Subject\x7f", not_field },
		{ &fields, "Sub\tject", not_field },
		{ &fields, "S\xc3\xbcject", not_field },
		{ &patterns, "", "must not be empty" },
		{ &words, "", not_text_length },
		{ &words, HUNDRED "b", not_text_length },
		{ &words, "100%", not_text },
		{ &words, "a\nb", not_text },
		{ &words, "\x7f", not_text },
		{ &words, "caf\xc3\xa9", not_text },
		{ &table, "", "must not be empty" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct value value = { .number = 7 };
		char written[REPLY_RULE_MAX];
		const char *rule = param_read(cases[i].param, cases[i].item, &value, written);

		ck_assert_msg(rule != NULL, "%s %s is read", cases[i].param->name, cases[i].item);
		ck_assert_str_eq(rule, cases[i].rule);
		ck_assert_msg(value.number == 7, "%s %s: the value is left alone", cases[i].param->name, cases[i].item);
	}
}
END_TEST

/* The rule is limit_parse's: tests/policy/test_limit_text.c has them all. */
START_TEST(rates_and_quotas_are_of_one_kind)
{
	static const char *const items[] = { "", "14", "14/", "/1s", "0/1s", "a/1s" };
	struct value value = { .number = 7 };
	char rule[REPLY_RULE_MAX];

	for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
		ck_assert_msg(param_read(&rates, items[i], &value, rule) == rule, "%s", items[i]);
		ck_assert_msg(param_read(&quotas, items[i], &value, rule) == rule, "%s", items[i]);
	}
	ck_assert_msg(param_read(&quotas, "14/1s burst 2", &value, rule) == rule, "a quota has no burst");
	ck_assert_int_eq(value.number, 7);
}
END_TEST

START_TEST(some_settings_may_be_absent)
{
	const struct param *const all[] = { &boolean, &choice, &number, &size, &fields, &patterns, &words };
	const struct param *const absent[] = { &table, &rates, &quotas };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		ck_assert_msg(!param_is_absent(all[i], "none"), "%s", all[i]->name);
	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
		ck_assert_msg(param_is_absent(absent[i], "none"), "%s", absent[i]->name);
		ck_assert_msg(!param_is_absent(absent[i], "None"), "%s", absent[i]->name);
	}
}
END_TEST

START_TEST(choices_add_up)
{
	struct value value = { .number = 0 };
	char rule[REPLY_RULE_MAX];

	ck_assert_ptr_null(param_read(&choices, "blue", &value, rule));
	ck_assert_ptr_null(param_read(&choices, "red", &value, rule));
	ck_assert_ptr_null(param_read(&choices, "red", &value, rule));
	ck_assert_int_eq(value.number, 5);
	ck_assert_ptr_nonnull(param_read(&choices, "yellow", &value, rule));
	ck_assert_int_eq(value.number, 5);
}
END_TEST

START_TEST(some_settings_are_lists)
{
	static const struct {
		enum param_type type;
		bool list;
	} cases[] = {
		{ PARAM_BOOLEAN, false }, { PARAM_CHOICE, false }, { PARAM_CHOICES, true },  { PARAM_NUMBER, false },
		{ PARAM_SIZE, false },    { PARAM_FIELDS, true },  { PARAM_PATTERNS, true }, { PARAM_TEXT, false },
		{ PARAM_TABLE, false },   { PARAM_RATES, false },  { PARAM_QUOTAS, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(param_is_list(cases[i].type) == cases[i].list, "%d", (int)cases[i].type);
}
END_TEST

START_TEST(patterns_fit_whole_texts)
{
	static const struct {
		const char *pattern, *text;
		bool fits;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "abc", "abc", true },
		{ "abc", "ABC", true },
		{ "ABC", "abc", true },
		{ "abc", "ab", false },
		{ "abc", "abcd", false },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "?", "", false },
		{ "*", "", true },
		{ "***", "", true },
		{ "*", "anything", true },
		{ "*.exe", "setup.EXE", true },
		{ "*.exe", ".exe", true },
		{ "*.exe", "setup.exe.txt", false },
		{ "*.exe", "a.exe.exe", true },
		{ "report.*", "report.", true },
		{ "report.*", "report", false },
		{ "a*b*c", "a1b2b3c", true },
		{ "a*b*c", "a1c2b", false },
		{ "*?x", "x", false },
		{ "*a?", "aaab", true },
		{ "\xc3\xa9", "\xc3\x89", false }, /* case is of ASCII only */
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(pattern_matches(cases[i].pattern, cases[i].text) == cases[i].fits, "`%s` and `%s`",
			      cases[i].pattern, cases[i].text);
}
END_TEST

/* Tried from every place, this would take longer than the universe has. */
START_TEST(a_pattern_of_many_stars_takes_no_time)
{
	char text[4096];

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	ck_assert(!pattern_matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}
END_TEST

START_TEST(a_list_fits_when_one_pattern_does)
{
	static const char *const items[] = { "*.exe", "*.scr" };
	static const struct string_list two = { items, 2 }, none = { NULL, 0 };

	ck_assert(string_list_matches(&two, "a.exe"));
	ck_assert(string_list_matches(&two, "a.scr"));
	ck_assert(!string_list_matches(&two, "a.txt"));
	ck_assert(!string_list_matches(&none, "a.exe"));
}
END_TEST

SUITE_MAIN(settings, what_can_be_read, what_breaks_a_rule, rates_and_quotas_are_of_one_kind,
	   some_settings_may_be_absent, choices_add_up, some_settings_are_lists, patterns_fit_whole_texts,
	   a_pattern_of_many_stars_takes_no_time, a_list_fits_when_one_pattern_does)
