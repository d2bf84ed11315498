/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reply.h"

#include "tests/support/suite.h"

#include <string.h>

struct good_case {
	const char *string;
	int code;
	const char *enhanced;
	const char *text;
};

START_TEST(replies_that_are_well_formed)
{
	static const struct good_case cases[] = {
		{ "554 5.6.0 Attachment is empty", 554, "5.6.0", "Attachment is empty" },
		{ "451 4.3.0 Temporary service failure", 451, "4.3.0", "Temporary service failure" },
		{ "530 Authentication required", 530, "", "Authentication required" },
		{ "421  4.3.2   Wait", 421, "4.3.2", "Wait" },
		{ "550 5.7.26 x", 550, "5.7.26", "x" },
		{ "451 4.7.1 its sibling 5.7.1 is listed", 451, "4.7.1", "its sibling 5.7.1 is listed" },
		{ "523 5.7.10 x", 523, "5.7.10", "x" },
		{ "550 5.7.1x nor this", 550, "", "5.7.1x nor this" },
		{ "550 5 nor a number", 550, "", "5 nor a number" },
		{ "550 5.x nor this", 550, "", "5.x nor this" },
		{ "550 5.7.x nor that", 550, "", "5.7.x nor that" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct reply reply;
		char rule[REPLY_RULE_MAX] = "";

		ck_assert_msg(reply_parse(cases[i].string, &reply, rule), "%s: %s", cases[i].string, rule);
		ck_assert_int_eq(reply.code, cases[i].code);
		ck_assert_str_eq(reply.enhanced, cases[i].enhanced);
		ck_assert_str_eq(reply.text, cases[i].text);
		ck_assert_int_eq(reply_defers(&reply), cases[i].code < 500);
	}
}
END_TEST

START_TEST(replies_that_break_a_rule)
{
	static const struct {
		const char *string, *rule;
	} cases[] = {
		{ "", "a reply begins with a code of three digits and a space" },
		{ "Attachment is empty", "a reply begins with a code of three digits and a space" },
		{ "55 5.6.0 x", "a reply begins with a code of three digits and a space" },
		{ "5540 x", "a reply begins with a code of three digits and a space" },
		{ "554-x", "a reply begins with a code of three digits and a space" },
		{ "250 2.0.0 Ok", "a reply code must be 4xx (try again later) or 5xx (refused)" },
		{ "354 Go on", "a reply code must be 4xx (try again later) or 5xx (refused)" },
		{ "599 x", "reply code 599 is in no list of SMTP reply codes; `postern replies` has them" },
		{ "400 4.0.0 x", "reply code 400 is in no list of SMTP reply codes; `postern replies` has them" },
		{ "571 5.7.1 x", "reply code 571 is in no list of SMTP reply codes; `postern replies` has them" },
		{ "550 5.7.100 x", "enhanced status code 5.7.100 is in no list of them; `postern replies` has them" },
		{ "550 5.9.0 x", "enhanced status code 5.9.0 is in no list of them; `postern replies` has them" },
		{ "550 5.07.1 x", "enhanced status code 5.07.1 is in no list of them; `postern replies` has them" },
		{ "550 5.3.6 x", "enhanced status code 5.3.6 is in no list of them; `postern replies` has them" },
		{ "554 4.6.0 x", "enhanced status code 4.6.0 does not fit reply code 554: both must be 5xx" },
		{ "451 5.3.0 x", "enhanced status code 5.3.0 does not fit reply code 451: both must be 4xx" },
		{ "554", "a reply needs a text after its codes" },
		{ "554 5.6.0", "a reply needs a text after its codes" },
		{ "554 5.6.0  ", "a reply needs a text after its codes" },
		{ "554 5.6.0 100% empty", "a reply must not contain `%`" },
		{ "554 5.6.0 two\r\nlines", "a reply is one line of printable ASCII" },
		{ "554 5.6.0 caf\xc3\xa9", "a reply is one line of printable ASCII" },
		{ "550 5.7.1234 x", "\"5.7.1234 x\" is no enhanced status code: that has three numbers, as 5.7.1 has" },
		{ "554 5.7 x", "\"5.7 x\" is no enhanced status code: that has three numbers, as 5.7.1 has" },
		{ "554 5.7.1.2 x", "\"5.7.1.2 x\" is no enhanced status code: that has three numbers, as 5.7.1 has" },
		{ "554 5.6.0 Field {nmae} missing",
		  "braces in a reply hold {name}, {value}, {rule}, {login} or {region}" },
		{ "554 5.6.0 Field {", "braces in a reply hold {name}, {value}, {rule}, {login} or {region}" },
		{ "554 5.6.0 tab\there", "a reply is one line of printable ASCII" },
		{ "554 5.6.0 delete\x7f", "a reply is one line of printable ASCII" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct reply reply = { .code = 1 };
		char rule[REPLY_RULE_MAX] = "";

		ck_assert_msg(!reply_parse(cases[i].string, &reply, rule), "%s", cases[i].string);
		ck_assert_str_eq(rule, cases[i].rule);
		ck_assert_msg(reply.code == 1, "the output of a failure is untouched");
	}
}
END_TEST

START_TEST(length_is_bounded)
{
	char string[REPLY_MAX + 2];
	char rule[REPLY_RULE_MAX];
	struct reply reply;

	memset(string, 'x', sizeof string);
	memcpy(string, "554 5.6.0 ", 10);
	string[REPLY_MAX + 1] = '\0';
	ck_assert(!reply_parse(string, &reply, rule));
	ck_assert_str_eq(rule, "a reply has at most 980 octets");
	string[REPLY_MAX] = '\0';
	ck_assert(reply_parse(string, &reply, rule));
}
END_TEST

START_TEST(short_texts_are_one_line)
{
	char lines[REPLY_LINES_MAX][REPLY_LINE_MAX + 1];
	char rule[REPLY_RULE_MAX];
	char string[REPLY_STRING_MAX];
	struct reply reply;

	ck_assert(reply_parse("554 5.6.0 Attachment is empty", &reply, rule));
	ck_assert_uint_eq(reply_lines(&reply, lines), 1);
	ck_assert_str_eq(lines[0], "Attachment is empty");
	reply_string(&reply, string);
	ck_assert_str_eq(string, "554 5.6.0 Attachment is empty");
	ck_assert(reply_parse("530 Authentication required", &reply, rule));
	reply_string(&reply, string);
	ck_assert_str_eq(string, "530 Authentication required");
}
END_TEST

START_TEST(long_texts_are_cut_at_blanks)
{
	char lines[REPLY_LINES_MAX][REPLY_LINE_MAX + 1];
	struct reply reply = { .code = 554, .text = "" };

	for (int i = 0; i < 95; i++)
		strcat(reply.text, "word12345 ");
	ck_assert_uint_eq(reply_lines(&reply, lines), 3);
	ck_assert_uint_eq(strlen(lines[0]), 399);
	ck_assert_int_eq(lines[0][398], '5');
	ck_assert_int_eq(lines[1][0], 'w');
}
END_TEST

START_TEST(texts_without_blanks_are_cut_hard)
{
	char lines[REPLY_LINES_MAX][REPLY_LINE_MAX + 1];
	struct reply reply = { .code = 554 };

	memset(reply.text, 'x', REPLY_MAX);
	ck_assert_uint_eq(reply_lines(&reply, lines), 3);
	ck_assert_uint_eq(strlen(lines[0]), REPLY_LINE_MAX);
	ck_assert_uint_eq(strlen(lines[2]), REPLY_MAX - 2 * REPLY_LINE_MAX);
}
END_TEST

/* The text that needs most lines: a word, then one that no line can hold beside it, again and again. */
START_TEST(the_worst_text_fits_the_lines)
{
	char lines[REPLY_LINES_MAX][REPLY_LINE_MAX + 1];
	struct reply reply = { .code = 554 };

	memset(reply.text, 'x', REPLY_MAX);
	reply.text[1] = ' ';
	reply.text[REPLY_LINE_MAX + 2] = ' ';
	reply.text[REPLY_LINE_MAX + 4] = ' ';
	reply.text[2 * REPLY_LINE_MAX + 5] = ' ';
	ck_assert_uint_eq(reply_lines(&reply, lines), 5);
	ck_assert_str_eq(lines[0], "x");
	ck_assert_uint_eq(strlen(lines[1]), REPLY_LINE_MAX);
	ck_assert_str_eq(lines[2], "x");
	ck_assert_uint_eq(strlen(lines[3]), REPLY_LINE_MAX);
	ck_assert_uint_eq(strlen(lines[4]), REPLY_MAX - 2 * REPLY_LINE_MAX - 6);
}
END_TEST

START_TEST(what_a_sender_wrote_cannot_break_a_reply)
{
	char text[24] = "seen: ";

	reply_append_safe(text, sizeof text, (struct bytes){ "a\r\n250 ok\0\x1b\xc3\xa9 and more", 24 });
	ck_assert_str_eq(text, "seen: a??250 ok???? and");
}
END_TEST

SUITE_MAIN(reply, replies_that_are_well_formed, replies_that_break_a_rule, length_is_bounded, short_texts_are_one_line,
	   long_texts_are_cut_at_blanks, texts_without_blanks_are_cut_hard, the_worst_text_fits_the_lines,
	   what_a_sender_wrote_cannot_break_a_reply)
