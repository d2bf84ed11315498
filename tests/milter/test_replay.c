/* SPDX-License-Identifier: BSD-2-Clause */
/* `postern replay` over small mailboxes, of which every number is known, and over a large one. */
#define _GNU_SOURCE
#include "tests/support/commands.h"
#include "tests/support/suite.h"
#include "tests/support/well_formed.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MANY = 20000,
	PAGE_MAX = 1 << 20,
	WAIT_MS = 20000 /* for another process to come that far, on a busy machine */
};

#define CONFIG                                                                                           \
	"checks = { null_sender = { mode = \"enforce\"; }; subject_missing = { mode = \"enforce\"; };\n" \
	"alignment = { mode = \"observe\"; }; attachment_empty = { mode = \"enforce\"; detail = true; }; };\n"
#define CONFIG_OTHER                                                                                  \
	"checks = { null_sender = { mode = \"observe\"; }; subject_missing = { mode = \"enforce\";\n" \
	"reply = \"550 5.7.1 A subject, please\"; }; alignment = { mode = \"enforce\"; };\n"          \
	"attachment_empty = { mode = \"enforce\"; }; };\n"

#define TOP(SENDER) "Return-Path: <" SENDER ">\nX-Original-To: reader@example.org\nDelivered-To: inbox@example.org\n"
#define RECEIVED(DAY) "Received: from a.example.com by b.example.org;\n\t" DAY " 10:00:00 +0100 (CET)\n"
#define MESSAGE(SUBJECT) "From: a@example.com\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n" SUBJECT "\nhello\n"

/* Five messages: two good ones, one without a subject, a bounce, and one whose From is a stranger's and whose attachment is empty. */
static void
make_mailbox(void)
{
	ck_assert_int_eq(mkdir("mail", 0700) + mkdir("mail/cur", 0700) + mkdir("mail/new", 0700), 0);
	commands_write("mail/cur/1", TOP("a@example.com") RECEIVED("Tue, 2 Jan 2024") MESSAGE("Subject: x\n"));
	commands_write("mail/cur/2", TOP("a@Example.com") RECEIVED("Wed, 3 Jan 2024") MESSAGE(""));
	commands_write("mail/new/3", TOP("") RECEIVED("Wed, 3 Jan 2024") MESSAGE("Subject: x\n"));
	commands_write("mail/new/4", MESSAGE("Subject: x\n"));
	commands_write("mail/new/5", TOP("a@example.net") RECEIVED("3 Jan 24") "X: y\n" MAIL_EMPTY_ATTACHMENT);
	commands_write("postern.conf", CONFIG);
	commands_write("other.conf", CONFIG_OTHER);
}

#define NOTES                                                                                                         \
	"  Envelopes are rebuilt: the sender from Return-Path in 4 of 5 messages, a recipient from X-Original-To or " \
	"Delivered-To in 4.\n"                                                                                        \
	"  Sender unknown, so that checks that need it did not apply: 1.\n"                                           \
	"  No recipient known, so that checks that need one did not apply: 1.\n"                                      \
	"  All are judged as if they came from this host (origin local).\n"
#define HEAD "What Postern would answer: 5 messages, 2024-01-01 to 2024-01-03\n  2 accept, 3 refuse\n" NOTES
#define FINDINGS                                                                              \
	"\n"                                                                                  \
	"What the checks found, in messages (alone: no other check found anything in them)\n" \
	"check             profile  mode        found  refused    alone\n"                    \
	"alignment         default  observe         1        0        0\n"                    \
	"    mail/new/5:7: field From: \"a@example.com\"\n"                                   \
	"attachment_empty  default  enforce         1        1        0\n"                    \
	"    mail/new/5:15: part 2, \"report.pdf\"\n"                                         \
	"null_sender       default  enforce         1        1        1\n"                    \
	"    mail/new/3\n"                                                                    \
	"subject_missing   default  enforce         1        1        1\n"                    \
	"    mail/cur/2: field Subject\n"
#define REST                                          \
	"\n"                                          \
	"by day      messages  refused  found only\n" \
	"2024-01-01         1        0           0\n" \
	"2024-01-02         1        0           0\n" \
	"2024-01-03         3        3           0\n" \
	"\n"                                          \
	"Senders' domains with most messages\n"       \
	"messages  refused\n"                         \
	"       2        1  example.com\n"            \
	"       1        1  (null sender)\n"          \
	"       1        1  example.net\n"

START_TEST(a_mailbox_is_summed_up)
{
	commands_begin();
	make_mailbox();
	commands_assert("replay -c postern.conf mail", 0, HEAD FINDINGS REST);
	commands_end();
}
END_TEST

START_TEST(two_configurations_are_compared)
{
	commands_begin();
	make_mailbox();
	commands_assert("replay -c postern.conf --compare other.conf mail", 1,
			HEAD FINDINGS
			"\n"
			"With other.conf in the place of postern.conf: messages answered otherwise: 3 of 5\n"
			"  3 accept, 2 refuse\n"
			"newly_accepted: 1\n"
			"    1 by no check, before by null_sender\n"
			"        mail/new/3: 550 5.7.1 Empty sender not allowed -> accept\n"
			"other_reply: 2\n"
			"    1 by alignment, before by attachment_empty\n"
			"        mail/new/5: 554 5.6.0 Attachment is empty: report.pdf (part 2) -> 550 5.7.1 Header "
			"from domain does "
			"not align with envelope from domain\n"
			"    1 by subject_missing, before by subject_missing\n"
			"        mail/cur/2: 554 5.6.0 Subject not present -> 550 5.7.1 A subject, please\n" REST);
	commands_assert("replay -c other.conf --compare postern.conf mail | grep ^newly", 0, "newly_refused: 1\n");
	commands_assert("replay -c postern.conf --compare postern.conf mail >/dev/null", 0, "");
	commands_end();
}
END_TEST

START_TEST(all_numbers_are_in_json)
{
	commands_begin();
	make_mailbox();
	commands_write("one.conf", "checks = { subject_missing = { mode = \"observe\"; }; };\n");
	commands_assert(
		"replay -c one.conf --compare postern.conf --json mail/cur", 1,
		"{\"kind\":\"replay\",\"complete\":true,\"messages\":2,"
		"\"verdicts\":{\"accept\":2,\"hold\":0,\"defer\":0,\"refuse\":0},\"failed\":0,"
		"\"source\":{\"senders_rebuilt\":2,\"senders_unknown\":0,\"recipients_rebuilt\":2,"
		"\"recipients_unknown\":0,\"files_unread\":0},"
		"\"notes\":[\"Envelopes are rebuilt: the sender from Return-Path in 2 of 2 messages, a recipient from "
		"X-Original-To or Delivered-To in 2.\",\"All are judged as if they came from this host (origin "
		"local).\"],"
		"\"findings\":[{\"check\":\"subject_missing\",\"profile\":\"default\",\"mode\":\"observe\",\"found\":1,"
		"\"refused\":0,\"alone\":1,\"examples\":[{\"where\":\"mail/cur/2\",\"detail\":\"field Subject\"}]}],"
		"\"findings_lost\":0,"
		"\"days\":[{\"day\":\"2024-01-02\",\"messages\":1,\"refused\":0,\"found_only\":0},"
		"{\"day\":\"2024-01-03\",\"messages\":1,\"refused\":0,\"found_only\":1}],\"no_day\":0,"
		"\"domains_approximate\":false,"
		"\"domains\":[{\"domain\":\"example.com\",\"messages\":2,\"refused\":0,\"over\":0}],"
		"\"compared\":{\"before\":\"one.conf\",\"with\":\"postern.conf\","
		"\"verdicts\":{\"accept\":1,\"hold\":0,\"defer\":0,\"refuse\":1},"
		"\"changes\":{\"newly_refused\":1,\"newly_accepted\":0,\"other_reply\":0,\"newly_held\":0,"
		"\"no_longer_held\":0},"
		"\"changed\":[{\"change\":\"newly_refused\",\"check_before\":null,\"check\":\"subject_missing\","
		"\"messages\":1,\"examples\":[{\"where\":\"mail/cur/2\","
		"\"answers\":\"accept -> 554 5.6.0 Subject not present\"}]}]}}\n");
	commands_end();
}
END_TEST

START_TEST(what_a_message_does_not_tell_can_be_given)
{
	commands_begin();
	commands_write("good.eml", MAIL_GOOD);
	commands_write("postern.conf", "trusted_networks = [ ];\n" CONFIG);
	commands_assert("replay -c postern.conf --mail-from '<>' --rcpt-to b@example.org --client 192.0.2.1 good.eml | "
			"sed -n 2,5p",
			0,
			"  1 refuse\n"
			"  Envelopes are rebuilt: the sender from Return-Path in 0 of 1 messages, a recipient from "
			"X-Original-To "
			"or Delivered-To in 0.\n"
			"  All are judged as if they came from the client 192.0.2.1 (origin external).\n\n");
	commands_assert("replay -c postern.conf --login 'a\033[2J' good.eml | grep judged", 0,
			"  All are judged as if they came from the login a\\x1b[2J (origin authenticated).\n");
	commands_assert("replay -c postern.conf --client nobody good.eml", 64,
			"postern: --client nobody: no IP address\n");
	commands_end();
}
END_TEST

START_TEST(what_goes_wrong_is_said)
{
	commands_begin();
	make_mailbox();
	commands_assert(
		"replay -c postern.conf mail/cur missing >out 2>errors; test $? -eq 66 && cat errors && grep -c "
		"'^  Files that could not be read: 1.$' out",
		0, "postern: missing: No such file or directory\n1\n");
	commands_assert("replay -c postern.conf mail 2>&1 >/dev/full; test $? -eq 74", 0,
			"postern: standard output: No space left on device\n");
	commands_assert("replay -c postern.conf --html /dev/full mail 2>&1 >/dev/null; test $? -eq 74", 0,
			"postern: /dev/full: No space left on device\n");
	commands_assert("replay -c postern.conf --html missing/page.html mail", 73,
			"postern: missing/page.html: No such file or directory\n");
	commands_assert("replay -c missing.conf mail", 78, NULL);
	commands_assert("replay -c postern.conf --compare missing.conf mail", 78, NULL);
	commands_assert("replay -c postern.conf", 64, NULL);
	commands_assert("replay --jobs=0 mail", 64, NULL);
	commands_assert("replay -c postern.conf --html page.html mail >/dev/null; ls", 0,
			"errors\nmail\nother.conf\nout\npage.html\npostern.conf\n");
	commands_end();
}
END_TEST

static void
read_page(const char *name, char page_out[PAGE_MAX])
{
	FILE *file = fopen(name, "r");

	ck_assert_ptr_nonnull(file);
	page_out[fread(page_out, 1, PAGE_MAX - 1, file)] = '\0';
	fclose(file);
}

static char page[PAGE_MAX];

static void
assert_page(const char *name)
{
	/* Nothing from elsewhere; and nothing that a terminal or a reader would see otherwise. */
	static const char *const never[] = { "url(", "@import", "\033", "\xe2\x80\xae", "\r" };
	const char *at;

	read_page(name, page);
	const char *wrong = well_formed(page, &at);
	ck_assert_msg(wrong == NULL, "%s: %s at %.200s", name, wrong, at);
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		ck_assert_msg(strstr(page, never[i]) == NULL, "%s: %s", name, never[i]);
	ck_assert_ptr_nonnull(strstr(page, "<meta name=\"viewport\" content=\"width=device-width"));
	ck_assert_ptr_nonnull(strstr(page, "@media (prefers-color-scheme: dark)"));
}

START_TEST(a_page_has_the_numbers_and_needs_nothing_else)
{
	commands_begin();
	make_mailbox();
	commands_assert("replay -c postern.conf --compare other.conf --html page.html mail >/dev/null", 1, "");
	assert_page("page.html");
	ck_assert_ptr_nonnull(strstr(page, "<b>5</b><span>messages</span>"));
	ck_assert_ptr_nonnull(strstr(page, "<b>3</b><span>refused, 60.00 %</span>"));
	ck_assert_ptr_nonnull(strstr(page, "<title>2024-01-03: 3 messages, 3 refused, 0 found only</title>"));
	ck_assert_ptr_nonnull(
		strstr(page, "<li><code>mail/new/5:15</code> <bdi>part 2, &quot;report.pdf&quot;</bdi></li>"));
	ck_assert_ptr_nonnull(strstr(page, "<b>newly accepted</b>"));
	commands_assert("replay -c postern.conf --html - mail >other.html; cmp -s page.html other.html", 1, "");
	assert_page("other.html");
	commands_assert("replay -c postern.conf --html none.html /dev/null; test $? -eq 66", 0, NULL);
	assert_page("none.html");
	commands_end();
}
END_TEST

/* Markup, references, quotes, controls, direction overrides and octets that are no UTF-8, wherever a sender can write. */
#define HOSTILE "<script>alert(1)</script>&amp;&\"'<b>bold</b>]]>--><!--\033[2J\xe2\x80\xae\xff"

START_TEST(what_senders_write_is_no_markup)
{
	commands_begin();
	commands_write("postern.conf", CONFIG "profiles = ( { name = \"x\"; when = { origin = \"local\"; }; } );\n");
	commands_write("other.conf", "checks = { attachment_empty = { mode = \"enforce\"; detail = true; }; };\n");
	ck_assert_int_eq(mkdir("mail", 0700) + mkdir("mail/<img src=x onload=y>&\"'", 0700), 0);
	commands_write("mail/<img src=x onload=y>&\"'/\033]0;x\007\xe2\x80\xae",
		       "Return-Path: <a@" HOSTILE ">\nDelivered-To: " HOSTILE "\nReceived: " HOSTILE ";" HOSTILE
		       "\nDate: " HOSTILE "\nFrom: " HOSTILE " <b@stranger.example>\nSubject: " HOSTILE
		       "\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n"
		       "Content-Type: application/pdf; name*=utf-8''%3Cscript%3E%22%27%26%E2%80%AE%1B\n\n--b--\n");
	commands_assert("replay -c postern.conf --compare other.conf --html page.html mail >text; test $? -le 1", 0,
			"");
	assert_page("page.html");
	ck_assert_ptr_nonnull(strstr(page, "&lt;img src"));
	ck_assert_ptr_nonnull(strstr(page, "&lt;script&gt;&quot;&#39;&amp;\\u202e\\x1b"));
	commands_assert("replay -c postern.conf --json mail | od -c | grep -c '033\\|\\\\r'", 1, "0\n");
	commands_assert("--version >/dev/null; grep -c '\033' text", 1, "0\n");
	commands_end();
}
END_TEST

/* Days in all directions and many domains; a seventh without a subject. */
static void
make_many(void)
{
	FILE *file = fopen("box", "w");

	ck_assert_ptr_nonnull(file);
	for (unsigned i = 0; i < MANY; i++)
		fprintf(file,
			MBOX_SEPARATOR "Return-Path: <a@h%u.example.com>\nReceived: x; %u Mar %u 10:00:00 +0000\n"
				       "From: b@example.com\n%s\nhello\n\n",
			i % 3 == 0 ? i : i % 20, i % 31 + 1, i % 1000 == 999 ? 2150u : 2024u,
			i % 7 == 0 ? "" : "Subject: x\n");
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(numbers_do_not_depend_on_the_threads)
{
	struct timespec begin, end;

	commands_begin();
	make_many();
	commands_write("postern.conf", CONFIG);
	commands_assert("replay -c postern.conf -j1 --html one.html box >one", 0, "");
	clock_gettime(CLOCK_MONOTONIC, &begin);
	commands_assert("replay -c postern.conf -j7 --html many.html box >many", 0, "");
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%d messages in %ld ms\n", MANY,
	       (long)(end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000);
	commands_assert("--version >/dev/null; cmp one many && cmp one.html many.html", 0, "");
	commands_assert("replay -c postern.conf box - <box | sed -n '1p; /^subject_missing/p; /too many/p; /^far/p'", 0,
			"What Postern would answer: 40000 messages, 2024-03-01 to 2150-03-28\n"
			"subject_missing  default  enforce      5716     5716     5716\n"
			"far away          40        6           0\n"
			"  There were too many domains to count all: numbers are the most it can be.\n");
	assert_page("many.html");
	commands_end();
}
END_TEST

/* Until the process has set its handler: before that the signal would end it without a word. */
static bool
catches_interrupts(pid_t pid)
{
	char name[64], line[256];
	unsigned long long caught = 0;

	snprintf(name, sizeof name, "/proc/%ld/status", (long)pid);
	FILE *file = fopen(name, "r");
	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof line, file) != NULL)
		sscanf(line, "SigCgt: %llx", &caught);
	fclose(file);
	return (caught >> (SIGINT - 1) & 1) != 0;
}

static void
wait_for_handler(pid_t pid)
{
	for (int ms = 0; ms < WAIT_MS && !catches_interrupts(pid); ms++)
		usleep(1000);
	ck_assert(catches_interrupts(pid));
}

/* Standard input that does not end keeps it going until it is interrupted. */
START_TEST(an_interrupt_gives_a_partial_result)
{
	int input[2], status;

	commands_begin();
	make_many();
	commands_write("postern.conf", CONFIG);
	ck_assert_int_eq(pipe2(input, O_CLOEXEC), 0);
	signal(SIGINT, SIG_DFL); /* Check has a handler, which a child has until it is another program */
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		dup2(input[0], STDIN_FILENO);
		dup2(open("text", O_WRONLY | O_CREAT | O_CLOEXEC, 0600), STDOUT_FILENO);
		execl(commands_program(), "postern", "replay", "-c", "postern.conf", "--html", "page.html", "box", "-",
		      NULL);
		_exit(127);
	}
	wait_for_handler(pid);
	usleep(500000); /* some of it done, however much, on a busy machine too */
	ck_assert_int_eq(kill(pid, SIGINT), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	commands_assert("--version >/dev/null; sed -n 3p text", 0, "  Interrupted: this is a partial result.\n");
	assert_page("page.html");
	ck_assert_ptr_nonnull(strstr(page, "<ul class=\"notes partial\">\n<li>Interrupted"));
	commands_end();
}
END_TEST

SUITE_MAIN(replay, a_mailbox_is_summed_up, two_configurations_are_compared, all_numbers_are_in_json,
	   what_a_message_does_not_tell_can_be_given, what_goes_wrong_is_said,
	   a_page_has_the_numbers_and_needs_nothing_else, what_senders_write_is_no_markup,
	   numbers_do_not_depend_on_the_threads, an_interrupt_gives_a_partial_result)
