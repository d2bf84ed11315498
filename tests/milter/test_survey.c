/* SPDX-License-Identifier: BSD-2-Clause */
/* What `postern replay` and `postern report` count with: calendar, bounded lists, and what a delivered message tells of its way. */
#include "milter/survey/days.h"
#include "milter/survey/delivered.h"
#include "milter/survey/ledger.h"
#include "milter/survey/markup.h"
#include "milter/survey/top.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(every_day_has_one_number_and_one_date)
{
	struct date before = day_date(0);

	ck_assert_int_eq(day_of_date((struct date){ 1970, 1, 1 }), 0);
	ck_assert_int_eq(day_of_date((struct date){ 2000, 2, 29 }), 11016);
	ck_assert_int_eq(day_of_date((struct date){ 2199, 12, 31 }), DAYS_COUNT - 1);
	for (int day = 1; day < DAYS_COUNT; day++) {
		struct date date = day_date(day);

		ck_assert_int_eq(day_of_date(date), day);
		bool follows = date.day == before.day + 1 || (date.day == 1 && date.month == before.month + 1) ||
			       (date.day == 1 && date.month == 1 && date.year == before.year + 1);
		ck_assert(follows);
		before = date;
	}
	static const struct date wrong[] = { { 1969, 12, 31 }, { 2200, 1, 1 }, { 2023, 2, 29 }, { 2100, 2, 29 },
					     { 2024, 4, 31 },  { 2024, 0, 1 }, { 2024, 13, 1 }, { 2024, 1, 0 } };
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_int_eq(day_of_date(wrong[i]), DAY_UNKNOWN);
}
END_TEST

START_TEST(dates_of_mail_are_read)
{
	static const struct {
		const char *value, *day;
	} rows[] = {
		{ "Mon, 1 Jan 2024 10:00:00 +0000", "2024-01-01" },
		{ "1 Jan 2024 10:00:00 +0000", "2024-01-01" },
		{ "Thu,29 FEB 2024 23:59:60 -0800", "2024-02-29" },
		{ "\r\n\tMon,\r\n 01 Jan 2024", "2024-01-01" },
		{ "1 Jan 49", "2049-01-01" },
		{ "1 Jan 99", "1999-01-01" },
		{ "1 Jan 124", "2024-01-01" },
		{ "30 Feb 2024", NULL },
		{ "1 January 2024", NULL },
		{ "", NULL },
		{ "2024-01-01", NULL },
		{ "1 Jan 99999", NULL },
		{ "Mon, 1 Jan", NULL },
		{ "1 Jan 1901", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int day = day_of_field(bytes_of(rows[i].value));
		char text[DAY_TEXT_MAX] = "";

		if (day != DAY_UNKNOWN)
			day_text(day, text);
		ck_assert_str_eq(text, rows[i].day != NULL ? rows[i].day : "");
	}
}
END_TEST

static void
add_days(struct days *days, int first, int count)
{
	for (int i = 0; i < count; i++)
		days_add(days, first + i, &(struct day_counts){ .messages = 10, .refused = 1 });
}

/* The spans lie side by side and hold all that is not outside. */
static void
assert_view(const struct days *days, size_t most, enum days_unit unit, size_t count, size_t outside)
{
	struct days_view view = days_view(days, most);
	struct day_counts counts;
	size_t spans = 0, messages = 0, all = 0;
	int day = view.first, first, last, before = view.first - 1;

	for (; days_next(&view, &day, &counts, &first, &last); spans++) {
		ck_assert_int_eq(first, before + 1);
		ck_assert_int_ge(last, first);
		messages += counts.messages;
		before = last;
	}
	for (int i = 0; i < DAYS_COUNT; i++)
		all += days->counts[i].messages;
	ck_assert_int_eq(view.unit, unit);
	ck_assert_uint_eq(spans, count);
	ck_assert_uint_eq(view.count, count);
	ck_assert_uint_eq(view.outside.messages, outside);
	ck_assert_uint_eq(messages + outside, all);
	ck_assert(count == 0 || before == view.last);
}

START_TEST(days_fit_a_chart)
{
	struct days days;
	int monday = day_of_date((struct date){ 2024, 1, 1 });

	ck_assert(days_init(&days));
	assert_view(&days, 31, DAYS_DAY, 0, 0);
	add_days(&days, monday, 31);
	assert_view(&days, 31, DAYS_DAY, 31, 0);
	assert_view(&days, 30, DAYS_WEEK, 5, 0);
	assert_view(&days, 1, DAYS_MONTH, 1, 0);
	add_days(&days, monday + 31, 366 - 31);
	assert_view(&days, 92, DAYS_WEEK, 53, 0);
	assert_view(&days, 31, DAYS_MONTH, 12, 0);
	/* A wrong date or two do not make a year of all the others. */
	days_add(&days, 5, &(struct day_counts){ .messages = 10 });
	days_add(&days, DAYS_COUNT - 1, &(struct day_counts){ .messages = 18 });
	assert_view(&days, 31, DAYS_MONTH, 12, 28);
	days_add(&days, DAYS_COUNT - 1, &(struct day_counts){ .messages = 1 });
	assert_view(&days, 31, DAYS_YEAR, 230, 0);
	days_add(&days, DAYS_COUNT, &(struct day_counts){ .messages = 1 });
	days_add(&days, DAY_UNKNOWN, &(struct day_counts){ .messages = 1 });
	ck_assert_uint_eq(days.unknown.messages, 2);
	days_free(&days);
}
END_TEST

static const struct top_entry *
entry_of(const struct top *top, const char *name)
{
	for (size_t i = 0; i < top->count; i++)
		if (strcmp(top->entries[i].name, name) == 0)
			return &top->entries[i];
	return NULL;
}

START_TEST(frequent_names_stay_whatever_else_comes)
{
	struct top top;
	char name[512];
	size_t total = 0;

	ck_assert(top_init(&top));
	for (int i = 0; i < TOP_NAMES_MAX; i++, total++) {
		snprintf(name, sizeof name, "%d", i);
		top_add(&top, name, i % 2 == 0);
	}
	ck_assert(!top.approximate);
	for (int i = 0; i < 100000; i++, total += 2) {
		snprintf(name, sizeof name, "rare%d", i);
		top_add(&top, name, true);
		top_add(&top, i % 3 == 0 ? "often" : "oftener", false);
	}
	top_sort(&top);
	ck_assert(top.approximate);
	ck_assert_uint_eq(top.count, TOP_NAMES_MAX);
	ck_assert_str_eq(top.entries[0].name, "oftener");
	ck_assert_str_eq(top.entries[1].name, "often");
	/* What is said of the error holds. */
	const struct top_entry *often = entry_of(&top, "often");
	ck_assert_uint_ge(often->count, 33334);
	ck_assert_uint_le(often->count - often->over, 33334);
	ck_assert_uint_eq(often->refused, 0);
	size_t sum = 0;
	for (size_t i = 0; i < top.count; i++)
		sum += top.entries[i].count;
	ck_assert_uint_eq(sum, total);
	top_free(&top);
}
END_TEST

START_TEST(a_name_too_long_is_cut)
{
	struct top top;
	char name[TOP_NAME_MAX + 50];

	ck_assert(top_init(&top));
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	top_add(&top, name, false);
	name[TOP_NAME_MAX] = 'b';
	top_add(&top, name, false);
	ck_assert_uint_eq(top.count, 1);
	ck_assert_uint_eq(strlen(top.entries[0].name), TOP_NAME_MAX - 1);
	top_free(&top);
}
END_TEST

START_TEST(a_ledger_is_bounded)
{
	struct ledger ledger = { .count = 0 };
	char name[32];

	for (int i = 0; i < LEDGER_ENTRIES_MAX + 10; i++) {
		snprintf(name, sizeof name, "%d", i);
		struct ledger_entry *entry = ledger_at(&ledger, (const char *const[]){ name, "", "x" });

		ck_assert_int_eq(entry != NULL, i < LEDGER_ENTRIES_MAX);
		for (int j = 0; entry != NULL && j <= LEDGER_EXAMPLES; j++)
			ledger_example(&ledger, entry, name, "x");
	}
	ck_assert_uint_eq(ledger.lost, 10);
	struct ledger_entry *entry = ledger_at(&ledger, (const char *const[]){ "77", "", "x" });
	ck_assert_uint_eq(entry->example_count, LEDGER_EXAMPLES);
	ck_assert_str_eq(entry->examples[0].where, "77");
	/* Names that are the same when put together are not the same. */
	entry->counts[0] = 1;
	ck_assert_ptr_null(ledger_at(&ledger, (const char *const[]){ "7", "7", "x" }));
	ledger_sort(&ledger);
	ck_assert_str_eq(ledger.entries[0].names[0], "77");
	ck_assert_str_eq(ledger.entries[1].names[0], "0");
	ledger_free(&ledger);
}
END_TEST

START_TEST(a_delivered_message_tells_its_way)
{
	static const struct {
		const char *name, *text, *sender, *recipient, *day;
		size_t lines;
	} rows[] = {
		{ "of Postfix",
		  "Return-Path: <a@example.com>\nX-Original-To: b@example.org\nDelivered-To: c@example.org\n"
		  "Received: x; Tue, 2 Jan 2024 10:00:00 +0000\nDate: Mon, 1 Jan 2024\n\n",
		  "<a@example.com>", "b@example.org", "2024-01-02", 3 },
		{ "of Dovecot, folded, CRLF",
		  "Return-Path: <>\r\nDelivered-To:\r\n c@example.org\r\nSubject: x\r\n\r\n", "<>", "c@example.org",
		  NULL, 3 },
		{ "deep in the header, the first counts",
		  "Received: x\nDate: 1 Jan 2024\nReturn-Path: <a@example.com>\nReturn-Path: <b@example.com>\n"
		  "Delivered-To: c\nDelivered-To: d\n\n",
		  "<a@example.com>", "c", "2024-01-01", 0 },
		{ "with a comment", "Return-Path: (x) <a@example.com> (y)\nFrom: a\n\n", "<a@example.com>", NULL, NULL,
		  1 },
		{ "without brackets", "Return-Path:  a@example.com\nFrom: a\n\n", "a@example.com", NULL, NULL, 1 },
		{ "empty", "Return-Path:\nFrom: a\n\n", "", NULL, NULL, 1 },
		{ "a bracket that does not end", "Return-Path: <a\nFrom: a\n\n", "<a", NULL, NULL, 1 },
		{ "Received on top of Date", "Date: 1 Jan 2024\nReceived: a; b; 3 Jan 2024 (x; y)\n\n", NULL, NULL,
		  "2024-01-01", 0 },
		{ "Received after Date", "Date: 1 Jan 2024\nReceived: a; 3 Jan 2024\nReceived: b; 2 Jan 2024\n\n", NULL,
		  NULL, "2024-01-03", 0 },
		{ "only in the body", "From: a\n\nReturn-Path: <a@example.com>\n", NULL, NULL, NULL, 0 },
		{ "nothing but what delivery wrote", "Return-Path: <a>\n", "<a>", NULL, NULL, 0 },
		{ "no text", "", NULL, NULL, NULL, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		static struct delivered delivered;
		char day[DAY_TEXT_MAX] = "";

		delivered_read(bytes_of(rows[i].text), &delivered);
		if (delivered.day != DAY_UNKNOWN)
			day_text(delivered.day, day);
		ck_assert_msg(delivered.has_sender == (rows[i].sender != NULL), "%s", rows[i].name);
		ck_assert_msg(delivered.has_recipient == (rows[i].recipient != NULL), "%s", rows[i].name);
		if (rows[i].sender != NULL)
			ck_assert_msg(strcmp(delivered.sender, rows[i].sender) == 0, "%s: %s", rows[i].name,
				      delivered.sender);
		if (rows[i].recipient != NULL)
			ck_assert_msg(strcmp(delivered.recipient, rows[i].recipient) == 0, "%s", rows[i].name);
		ck_assert_msg(strcmp(day, rows[i].day != NULL ? rows[i].day : "") == 0, "%s: %s", rows[i].name, day);
		ck_assert_msg(delivered.lines == rows[i].lines, "%s: %zu", rows[i].name, delivered.lines);
		ck_assert_msg(delivered.text.data + delivered.text.length == rows[i].text + strlen(rows[i].text), "%s",
			      rows[i].name);
	}
}
END_TEST

START_TEST(markup_is_escaped)
{
	struct output output = { .data = NULL };

	markup_text(&output, bytes_of("<a href=\"x\">'&amp;\xff\033\xe2\x80\xae\xc3\xbc"));
	markup_add(&output, " ");
	for (size_t i = 1; i <= 1234567; i = i * 10 + i % 10 + 1)
		markup_number(&output, i);
	markup_add(&output, " ");
	markup_percent(&output, 1, 3);
	markup_add(&output, " ");
	markup_percent(&output, 5, 0);
	output_add(&output, (struct bytes){ "", 1 });
	ck_assert_str_eq(output.data, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;\xef\xbf\xbd\\x1b\\u202e\xc3\xbc "
				      "1121231\xe2\x80\xaf"
				      "23412\xe2\x80\xaf"
				      "345123\xe2\x80\xaf"
				      "4561\xe2\x80\xaf"
				      "234\xe2\x80\xaf"
				      "567 33.33 0.00");
	output_free(&output);
}
END_TEST

SUITE_MAIN(survey, every_day_has_one_number_and_one_date, dates_of_mail_are_read, days_fit_a_chart,
	   frequent_names_stay_whatever_else_comes, a_name_too_long_is_cut, a_ledger_is_bounded,
	   a_delivered_message_tells_its_way, markup_is_escaped)
