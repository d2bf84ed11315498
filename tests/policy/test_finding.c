/* SPDX-License-Identifier: BSD-2-Clause */
/* The reply that a finding makes of a configured one. */
#include "policy/checks.h"
#include "policy/finding.h"
#include "tests/support/suite.h"

#include <string.h>

struct row {
	const char *sentence;
	const char *configured;
	bool detail;
	struct finding finding;
	const char *expected;
};

static const struct row rows[] = {
	{ "Without places it stays as it is", "554 5.6.0 No", false, { .field = "To", .value = "v" }, "554 5.6.0 No" },
	{ "The field has a place", "554 5.6.0 Field {name}", false, { .field = "To" }, "554 5.6.0 Field To" },
	{ "So has what was seen", "501 <{value}>", false, { .value = "a@b" }, "501 <a@b>" },
	{ "And the rule", "554 5.6.0 <{rule}>", false, { .rule = "Domain missing" }, "554 5.6.0 <Domain missing>" },
	{ "What is not known fills a place with nothing",
	  "554 5.6.0 <{name}{value}{rule}>",
	  false,
	  { .times = 1 },
	  "554 5.6.0 <>" },
	{ "A place may come often", "554 {name}, {name}", false, { .field = "To" }, "554 To, To" },
	{ "What fills a place is not looked at again",
	  "554 {value}",
	  false,
	  { .value = "{name}", .field = "To" },
	  "554 {name}" },
	{ "The name of a file is a detail", "554 Empty", true, { .name = "a.pdf" }, "554 Empty: a.pdf" },
	{ "It is better than what was seen", "554 Empty", true, { .name = "a.pdf", .value = "v" }, "554 Empty: a.pdf" },
	{ "Which is one too", "554 Empty", true, { .value = "v" }, "554 Empty: v" },
	{ "So is the part", "554 Empty", true, { .part = "2.1" }, "554 Empty (part 2.1)" },
	{ "And both", "554 Empty", true, { .name = "a.pdf", .part = "2.1" }, "554 Empty: a.pdf (part 2.1)" },
	{ "Nothing is no detail", "554 Empty", true, { .times = 1 }, "554 Empty" },
	{ "Details are not asked for", "554 Empty", false, { .name = "a.pdf", .part = "2.1" }, "554 Empty" },
	{ "Only what is printable goes out",
	  "554 {value}",
	  true,
	  { .value = "a\r\n250 \xc3\xa9", .part = "\x1b" },
	  "554 a??250 ??: a??250 ?? (part ?)" },
	{ "A text of nothing but an empty place is the name of the check",
	  "554 5.6.0 {value}",
	  false,
	  { .times = 1 },
	  "554 5.6.0 subject_missing" },
};

START_TEST(places_are_filled_and_details_appended)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct finding finding = rows[i].finding;
		struct settings settings = { .mode = MODE_ENFORCE, .detail = rows[i].detail };
		char rule[REPLY_RULE_MAX], string[REPLY_STRING_MAX];
		struct reply reply;

		finding.check = check_find("subject_missing");
		ck_assert_msg(reply_parse(rows[i].configured, &settings.reply, rule), "%s: %s", rows[i].sentence, rule);
		finding_reply(&finding, &settings, &reply);
		reply_string(&reply, string);
		if (strcmp(string, rows[i].expected) != 0)
			ck_abort_msg("%s\n expected: %s\n but got:  %s", rows[i].sentence, rows[i].expected, string);
	}
}
END_TEST

START_TEST(what_does_not_fit_is_cut)
{
	struct settings settings = { .mode = MODE_ENFORCE, .detail = true };
	struct finding finding = { .check = check_find("subject_missing"), .part = "1" };
	char configured[REPLY_MAX + 1] = "554 ";
	char rule[REPLY_RULE_MAX];
	struct reply reply;

	while (strlen(configured) + strlen("{value}") <= REPLY_MAX)
		strcat(configured, "{value}");
	ck_assert(reply_parse(configured, &settings.reply, rule));
	memset(finding.value, 'v', sizeof finding.value - 1);
	finding_reply(&finding, &settings, &reply);
	ck_assert_uint_eq(strlen(reply.text), REPLY_MAX);
	ck_assert_uint_eq(strspn(reply.text, "v"), REPLY_MAX);
}
END_TEST

SUITE_MAIN(finding, places_are_filled_and_details_appended, what_does_not_fit_is_cut)
