/* SPDX-License-Identifier: BSD-2-Clause */
/* The reply that a finding makes of a configured one. */
#include "policy/message.h"
#include "tests/support/suite.h"

#include <string.h>

/* Of a client with a login. */
static const struct client client = { .login = "robin%x\r\n" };
static const struct message message = { .circumstances = { .client = &client } };

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
	{ "A list is told in the place of what was seen",
	  "554 {value}",
	  false,
	  { .value = "a@example.com, b@", .list = "a@example.com, b@example.com" },
	  "554 a@example.com, b@example.com" },
	{ "The login has a place, and is no better than what a sender wrote",
	  "554 User {login} may not",
	  false,
	  { .times = 1 },
	  "554 User robin%x?? may not" },
	{ "Of settings other than a region there is no place",
	  "554 <{region}>",
	  false,
	  { .check = &checks[0] },
	  "554 <>" },
	{ "A check without a region has none", "554 <{region}>", false, { .times = 1 }, "554 <>" },
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

		if (finding.check == NULL)
			finding.check = check_find("subject_missing");
		finding.settings = &settings;
		ck_assert_msg(reply_parse(rows[i].configured, &settings.reply, rule), "%s: %s", rows[i].sentence, rule);
		finding_reply(&message, &finding, &reply);
		reply_string(&reply, string);
		if (strcmp(string, rows[i].expected) != 0)
			ck_abort_msg("%s\n expected: %s\n but got:  %s", rows[i].sentence, rows[i].expected, string);
	}
}
END_TEST

/* Of two settings that are texts, or of which one is none, that with the name counts. */
START_TEST(the_region_is_a_setting)
{
	static const char *const regions[] = { "eu-central-1" };
	const struct check *check = check_find("identity_unverified");
	struct settings settings = { .mode = MODE_ENFORCE };
	struct finding finding = { .check = check, .settings = &settings, .list = "a@example.com" };
	char rule[REPLY_RULE_MAX], string[REPLY_STRING_MAX];
	struct reply reply;

	for (size_t i = 0; check->params[i].name != NULL; i++)
		if (strcmp(check->params[i].name, "region") == 0)
			settings.values[i].list = (struct string_list){ regions, 1 };
	ck_assert(reply_parse(check->reply, &settings.reply, rule));
	finding_reply(&message, &finding, &reply);
	reply_string(&reply, string);
	ck_assert_str_eq(string, "554 Message rejected: Email address is not verified. The following identities failed "
				 "the check in region eu-central-1: a@example.com");
}
END_TEST

START_TEST(what_does_not_fit_is_cut)
{
	struct settings settings = { .mode = MODE_ENFORCE, .detail = true };
	struct finding finding = { .check = check_find("subject_missing"), .settings = &settings, .part = "1" };
	char configured[REPLY_MAX + 1] = "554 ";
	char rule[REPLY_RULE_MAX];
	struct reply reply;

	while (strlen(configured) + strlen("{value}") <= REPLY_MAX)
		strcat(configured, "{value}");
	ck_assert(reply_parse(configured, &settings.reply, rule));
	memset(finding.value, 'v', sizeof finding.value - 1);
	finding_reply(&message, &finding, &reply);
	ck_assert_uint_eq(strlen(reply.text), REPLY_MAX);
	ck_assert_uint_eq(strspn(reply.text, "v"), REPLY_MAX);
}
END_TEST

SUITE_MAIN(finding, places_are_filled_and_details_appended, the_region_is_a_setting, what_does_not_fit_is_cut)
