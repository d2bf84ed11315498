/* SPDX-License-Identifier: BSD-2-Clause */
/* `postern report`: log lines as they come, cut, mixed with others', and made up by somebody. */
#define _GNU_SOURCE
#include "milter/decision.h"
#include "milter/survey/logged.h"
#include "tests/support/commands.h"
#include "tests/support/suite.h"
#include "tests/support/well_formed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_MAX = 1 << 20 };

static struct logged logged;
/* 2026-11-23 10:00 */
static const struct tm now = { .tm_year = 126, .tm_mon = 10, .tm_mday = 23, .tm_hour = 10 };

static enum logged_kind
read_line(const char *line)
{
	return logged_read(bytes_of(line), &now, &logged);
}

#define ACCEPTED "4bQ2: accept profile=default origin=trusted client=192.0.2.1 from=<a@Example.com>"
#define REFUSED                                                                          \
	"refuse \"554 5.6.0 Attachment is empty\" check=attachment_empty stage=message " \
	"profile=submission origin=authenticated client=192.0.2.7 login=\"al\\\"ice from=<\" from=<"

START_TEST(lines_are_told_apart)
{
	static const struct {
		const char *name, *line;
		enum logged_kind kind;
		const char *day;
	} rows[] = {
		{ "of rsyslog", "2026-11-20T23:59:59.123456+01:00 mx postern[12]: " ACCEPTED, LOGGED_ANSWER,
		  "2026-11-20" },
		{ "of journalctl -o short-iso", "2026-11-20T23:59:59+0100 mx postern[12]: " ACCEPTED, LOGGED_ANSWER,
		  "2026-11-20" },
		{ "of the foreground in a journal", "2026-11-20T23:59:59+0100 mx postern[12]: postern[13]: " ACCEPTED,
		  LOGGED_ANSWER, "2026-11-20" },
		{ "in universal time", "2026-11-20T23:59:59Z mx postern[12]: " ACCEPTED, LOGGED_ANSWER, "2026-11-20" },
		{ "of old syslog, this year", "Nov  2 10:00:00 mx postern[12]: " ACCEPTED, LOGGED_ANSWER,
		  "2026-11-02" },
		{ "of old syslog, last year", "Dec 31 10:00:00 mx postern[12]: " ACCEPTED, LOGGED_ANSWER,
		  "2025-12-31" },
		{ "of old syslog, a leap day", "Feb 29 10:00:00 mx postern[12]: " ACCEPTED, LOGGED_ANSWER,
		  "2024-02-29" },
		{ "of the foreground", "postern[12]: " ACCEPTED, LOGGED_ANSWER, NULL },
		{ "of journalctl -o cat", ACCEPTED, LOGGED_ANSWER, NULL },
		{ "with a time and no host", "2026-11-20T23:59:59 postern[12]: " ACCEPTED, LOGGED_ANSWER,
		  "2026-11-20" },
		{ "without an id", REFUSED "a@example.com>", LOGGED_FOREIGN, NULL },
		{ "refused", "4bQ2: " REFUSED "a@example.com>", LOGGED_ANSWER, NULL },
		{ "a recipient", "4bQ2: " REFUSED "a@example.com> to=<b@example.org>", LOGGED_RECIPIENT, NULL },
		{ "held by a check",
		  "4bQ2: hold check=subject_empty stage=headers profile=x origin=local client= from=<>", LOGGED_ANSWER,
		  NULL },
		{ "another line of Postern's", "Nov  2 10:00:00 mx postern[12]: worker 3 ready", LOGGED_OTHER,
		  "2026-11-02" },
		{ "of Postfix", "Nov  2 10:00:00 mx postfix/smtpd[12]: connect from unknown", LOGGED_FOREIGN, NULL },
		{ "of Postfix, with our words",
		  "Nov  2 10:00:00 mx postfix/smtpd[12]: NOQUEUE: reject: helo=<postern[1]: " ACCEPTED ">",
		  LOGGED_FOREIGN, NULL },
		{ "of a program with a name like ours", "Nov  2 10:00:00 mx posternx[12]: " ACCEPTED, LOGGED_FOREIGN,
		  NULL },
		{ "empty", "", LOGGED_FOREIGN, NULL },
		{ "blank", " ", LOGGED_FOREIGN, NULL },
		{ "cut in the reply", "postern[12]: 4bQ2: refuse \"554 5.6.0 Att", LOGGED_UNREADABLE, NULL },
		{ "cut before the profile", "postern[12]: 4bQ2: accept", LOGGED_UNREADABLE, NULL },
		{ "of no date", "Nov 31 10:00:00 mx postern[12]: " ACCEPTED, LOGGED_FOREIGN, NULL },
		{ "of no time", "2026-11-20T24:00:00Z mx postern[12]: " ACCEPTED, LOGGED_FOREIGN, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum logged_kind kind = read_line(rows[i].line);
		char day[DAY_TEXT_MAX] = "none";

		ck_assert_msg(kind == rows[i].kind, "%s: kind %d", rows[i].name, (int)kind);
		if (kind != LOGGED_ANSWER)
			continue;
		if (logged.sighting.day != DAY_UNKNOWN)
			day_text(logged.sighting.day, day);
		ck_assert_msg(strcmp(day, rows[i].day != NULL ? rows[i].day : "none") == 0, "%s: %s", rows[i].name,
			      day);
		ck_assert_msg(!logged.cut, "%s", rows[i].name);
	}
}
END_TEST

/* From a message's decision to its line and back. */
START_TEST(what_the_daemon_writes_is_read_back)
{
	static struct message message;
	struct policy *policy = policy_new();
	struct decision decision = {
		.message = &message,
		.origin = ORIGIN_AUTHENTICATED,
		.queue_id = "4bQ2Xk",
		.client = "2001:db8::1",
		.login = "\"a\\lice\"> findings=null_sender(mode=hold)",
		.sender = "<\"a> findings=null_sender(mode=hold) \\\" to=<b>\"@B\303\274cher.Example>"
	};
	char rule[REPLY_RULE_MAX], line[LOG_LINE_MAX];

	ck_assert_ptr_nonnull(policy);
	message_init(&message, policy);
	ck_assert(reply_parse("554 5.6.0 Attachment \"x\" is empty", &message.verdict.reply, rule));
	message.verdict.kind = VERDICT_REFUSE;
	message.verdict.stage = STAGE_MESSAGE;
	message.verdict.check = check_find("attachment_empty");
	message.findings[0] = (struct finding){ .check = check_find("attachment_empty"),
						.mode = MODE_ENFORCE,
						.times = 3,
						.part = "2.1",
						.name = "a\"),null_sender(mode=tag)\n\xff",
						.line = 9 };
	message.findings[1] = (struct finding){ .check = check_find("address_invalid"),
						.mode = MODE_OBSERVE,
						.rule = "Local address ends with dot",
						.field = "From",
						.value = "> findings=null_sender(mode=tag)" };
	message.finding_count = 2;
	decision_format(&decision, line);
	ck_assert_int_eq(read_line(line), LOGGED_ANSWER);
	const struct sighting *sighting = &logged.sighting;
	ck_assert(!logged.cut && !sighting->incomplete && !sighting->failed);
	ck_assert_int_eq(sighting->answer.kind, VERDICT_REFUSE);
	ck_assert_str_eq(sighting->answer.reply, "554 5.6.0 Attachment \"x\" is empty");
	ck_assert_str_eq(sighting->answer.check, "attachment_empty");
	ck_assert_str_eq(sighting->profile, "default");
	ck_assert_str_eq(sighting->where, "4bQ2Xk");
	ck_assert_str_eq(sighting->domain, "b\303\274cher.example");
	ck_assert_uint_eq(sighting->finding_count, 2);
	ck_assert_str_eq(sighting->findings[0].check, "attachment_empty");
	ck_assert_int_eq(sighting->findings[0].mode, MODE_ENFORCE);
	ck_assert_str_eq(sighting->findings[0].detail,
			 "part 2.1, \"a\"),null_sender(mode=tag)\\x0a\xef\xbf\xbd\", 3 times, line 9");
	ck_assert_str_eq(sighting->findings[1].check, "address_invalid");
	ck_assert_int_eq(sighting->findings[1].mode, MODE_OBSERVE);
	ck_assert_str_eq(sighting->findings[1].detail,
			 "Local address ends with dot, field From: \"> findings=null_sender(mode=tag)\"");
	decision.recipient = "<c> findings=null_sender(mode=hold)@example.org>";
	decision_format(&decision, line);
	ck_assert_int_eq(read_line(line), LOGGED_RECIPIENT);
	policy_free(policy);
}
END_TEST

/* Wherever a log cuts a line, what is read of it is true. */
START_TEST(a_line_that_was_cut_tells_what_it_can)
{
	static const char whole[] = "4bQ2: " REFUSED "a@example.com> "
				    "findings=attachment_empty(mode=enforce part=2 name=\"> to=<x> "
				    "findings=null_sender(mode=hold)\" line=14),"
				    "subject_empty(mode=observe),and 3 more";
	size_t profile = (size_t)(strstr(whole, "profile=submission") - whole) + strlen("profile=s");
	char line[sizeof whole];

	for (size_t length = 0; length < sizeof whole; length++) {
		snprintf(line, sizeof line, "%.*s", (int)length, whole);
		enum logged_kind kind = read_line(line);

		if (length < profile) {
			ck_assert_msg(kind == LOGGED_FOREIGN || kind == LOGGED_UNREADABLE, "%s", line);
			continue;
		}
		ck_assert_msg(kind == LOGGED_ANSWER, "%s", line);
		ck_assert_str_eq(logged.sighting.answer.check, "attachment_empty");
		for (size_t i = 0; i < logged.sighting.finding_count; i++)
			ck_assert_msg(i > 0 ? strcmp(logged.sighting.findings[i].check, "subject_empty") == 0
					    : strcmp(logged.sighting.findings[i].check, "attachment_empty") == 0 ||
						      length < sizeof whole - 1,
				      "%s", line);
	}
	ck_assert(logged.sighting.incomplete && !logged.cut);
	ck_assert_uint_eq(logged.sighting.finding_count, 2);
}
END_TEST

#define AT(DAY) "2026-11-" DAY "T10:00:00+01:00 mx postern[12]: "

static const char log_lines[] =
	AT("20") "4bQ1: refuse \"554 5.6.0 Attachment is empty\" check=attachment_empty stage=message "
		 "profile=submission "
		 "origin=authenticated client=192.0.2.7 login=\"alice\" from=<a@example.com> "
		 "findings=attachment_empty(mode=enforce part=2 name=\"report.pdf\" "
		 "line=14),subject_empty(mode=observe "
		 "field=\"Subject\" value=\"\\xe2\\x80\\x8b\" line=4)\n" AT(
			 "21") "4bQ2: accept profile=default origin=trusted client=192.0.2.1 "
			       "from=<b@example.org>\n" AT("21") "worker 3 ready\n" AT(
				       "21") "NOQUEUE: refuse "
					     "\"550 5.1.1 No "
					     "such\" "
					     "check=recipient_"
					     "syntax stage=rcpt "
					     "profile=default "
					     "origin=external "
					     "client=192.0.2.1 "
					     "from=<a@example.com>"
					     " to=<y@example.net>"
					     "\n"
					     "2026-11-21T10:00:00+"
					     "01:00 mx "
					     "postfix/smtpd[12]: "
					     "connect from "
					     "unknown\n" AT(
						     "22") "4bQ3: "
							   "defer "
							   "\"451 "
							   "4.3.0 "
							   "Tempor"
							   "ary "
							   "servic"
							   "e "
							   "failur"
							   "e\" "
							   "failur"
							   "e="
							   "memory"
							   " profi"
							   "le="
							   "defaul"
							   "t "
							   "origin"
							   "=trust"
							   "ed "
							   "client"
							   "=192."
							   "0.2.1 "
							   "from=<"
							   ">"
							   "\n" AT("22") "4bQ4: refuse \"554 5.6.0 Attachment is "
									 "empty\" check=attachment_empty stage=message "
									 "profile=submission "
									 "origin=authenticated client=192.0.2.7 "
									 "login=\"alice\" from=<a@example.com> "
									 "findings=attachment_emp\n" AT(
										 "22") "4bQ5: refuse \"554 5.6.0 Att\n";

START_TEST(a_log_is_summed_up)
{
	static const char findings[] =
		"\n"
		"What the checks found, in messages (alone: no other check found anything in them)\n"
		"check             profile     mode        found  refused    alone\n"
		"attachment_empty  submission  enforce         2        2        0\n"
		"    2026-11-20T10:00:00+01:00 4bQ1: part 2, \"report.pdf\", line 14\n"
		"    2026-11-22T10:00:00+01:00 4bQ4\n"
		"subject_empty     submission  observe         1        0        0\n"
		"    2026-11-20T10:00:00+01:00 4bQ1: field Subject: \"\\u200b\", line 4\n"
		"\n"
		"by day      messages  refused  found only\n"
		"2026-11-20         1        1           0\n"
		"2026-11-21         1        0           0\n"
		"2026-11-22         2        2           0\n"
		"\n"
		"Senders' domains with most messages\n"
		"messages  refused\n"
		"       1        1  (null sender)\n"
		"       1        1  example.com\n"
		"       1        0  example.org\n";
	char expected[4096];

	snprintf(expected, sizeof expected,
		 "What Postern answered: 4 messages, 2026-11-20 to 2026-11-22\n"
		 "  1 accept, 1 defer, 2 refuse\n"
		 "  Lines read: 8, of which answers to messages: 4.\n"
		 "  Recipients refused or deferred by themselves, while their messages went on: 1.\n"
		 "  Answers to failures of Postern's own: 1.\n"
		 "  Answers cut short by the log, of which only the check that decided is counted: 1.\n"
		 "  Lines that could not be understood: 1.\n%s",
		 findings);
	commands_begin();
	commands_write("log", log_lines);
	commands_assert("report log", 0, expected);
	commands_assert("report <log", 0, expected);
	commands_assert("report - <log", 0, expected);
	commands_assert(
		"report --json log | grep -o '\"source\":{[^}]*}'", 0,
		"\"source\":{\"lines\":8,\"answers\":4,\"recipients\":1,\"earlier\":0,\"other\":1,\"foreign\":1,"
		"\"unreadable\":1,\"cut\":1,\"files_unread\":0}\n");
	commands_end();
}
END_TEST

START_TEST(since_a_time_only)
{
	static const struct {
		const char *since;
		int messages;
	} rows[] = {
		{ "2026-11-20T09:00:00Z", 4 },
		{ "2026-11-20T09:00:01Z", 3 },
		{ "2026-11-20T10:00:00+0100", 4 },
		{ "2026-11-22", 2 },
		{ "'2026-11-22 00:00'", 2 },
		{ "'2026-11-22 23:59:59'", 0 },
		{ "2026-11-23", 0 },
		{ "100000d", 4 },
		{ "2000-01-01", 4 },
	};
	static const char *const wrong[] = { "''", "never", "2026-11-31", "2026-11-20x",
					     "1w", "-1d",   "99999999d",  "'2026-11-20 24:00'" };
	char arguments[256], expected[64];

	commands_begin();
	setenv("TZ", "UTC", 1);
	commands_write("log", log_lines);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(arguments, sizeof arguments,
			 "report --json --since %s log | grep -o '\"messages\":[0-9]*' | head -n 1", rows[i].since);
		snprintf(expected, sizeof expected, "\"messages\":%d\n", rows[i].messages);
		commands_assert(arguments, 0, expected);
	}
	commands_assert(
		"report --since 2026-11-22 log | sed -n 3,4p", 0,
		"  Lines read: 8, of which answers to messages: 4.\n  Since 2026-11-22; answers before that: 2.\n");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		snprintf(arguments, sizeof arguments, "report --since %s log", wrong[i]);
		commands_assert(arguments, 64, NULL);
	}
	commands_assert("report missing log 2>&1 >/dev/null; test $? -eq 66", 0,
			"postern: missing: No such file or directory\n");
	commands_end();
}
END_TEST

static char page[PAGE_MAX];

static void
assert_page(const char *name)
{
	const char *at;
	FILE *file = fopen(name, "r");

	ck_assert_ptr_nonnull(file);
	page[fread(page, 1, PAGE_MAX - 1, file)] = '\0';
	fclose(file);
	const char *wrong = well_formed(page, &at);
	ck_assert_msg(wrong == NULL, "%s: %s at %.200s", name, wrong, at);
	ck_assert(strchr(page, '\033') == NULL && strstr(page, "\xe2\x80\xae") == NULL);
}

START_TEST(hostile_lines_do_no_harm)
{
	FILE *file;

	commands_begin();
	file = fopen("log", "w");
	ck_assert_ptr_nonnull(file);
	/* Markup in every place that is not escaped by the daemon, since it is not the daemon that wrote it. */
	for (int i = 0; i < 6000; i++)
		fprintf(file,
			"x<b>%d\033\xff&\": refuse \"<script>\033\xe2\x80\xae\" check=c%d stage=<b> "
			"profile=<i>%d&\"\033\xe2\x80\xae "
			"origin=x client=y from=<a@<script>%d\033> findings=c%d(mode=enforce "
			"name=\"</code><script>\")\n",
			i, i, i, i, i);
	fputs("4bQ2: accept profile=x origin=x client=x from=<", file);
	for (int i = 0; i < 150; i++)
		fputs("> findings=a(mode=tag),", file);
	fputc('\n', file);
	for (int i = 0; i < 100000; i++)
		fputs("postern[1]: ", file);
	fputc('\n', file);
	fputs("postern[1]: 4bQ2: refuse \"\\", file);
	fputc('\n', file);
	fwrite("\0accept\0", 1, 8, file);
	ck_assert_int_eq(fclose(file), 0);
	commands_assert("report --html page.html log >text; sed -n '1p; /^  Lines/p; /too many/p' text", 0,
			"What Postern answered: 6001 messages\n"
			"  Lines read: 6004, of which answers to messages: 6001.\n"
			"  Lines that could not be understood: 2.\n"
			"  and 5500 more, of too many different checks and profiles\n"
			"  There were too many domains to count all: numbers are the most it can be.\n");
	assert_page("page.html");
	commands_assert("--version >/dev/null; grep -c '\033' text", 1, "0\n");
	commands_assert("report --json log | grep -c '\033'", 1, "0\n");
	commands_end();
}
END_TEST

SUITE_MAIN(report, lines_are_told_apart, what_the_daemon_writes_is_read_back, a_line_that_was_cut_tells_what_it_can,
	   a_log_is_summed_up, since_a_time_only, hostile_lines_do_no_harm)
