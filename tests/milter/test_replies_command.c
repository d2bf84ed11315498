/* SPDX-License-Identifier: BSD-2-Clause */
/* `postern replies` as a shell user or a script sees it. */
#define _GNU_SOURCE
#include "policy/catalogue.h"
#include "tests/support/commands.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct command_case {
	const char *sentence, *arguments;
	int status;
	const char *expected;
};

static const struct command_case texts[] = {
	{ "an enhanced code is explained, and what documents have it", "replies 5.7.8", 0,
	  "ENHANCED STATUS CODES\n"
	  "x.7.8     The name or password is wrong. Class 5; with 535, 554. [IANA, RFC 4954, Infobip]\n"
	  "\n"
	  "DOCUMENTED REPLIES\n"
	  "535 5.7.8 Authentication credentials invalid [Infobip, AUTH: only the mail server. A filter is told who has "
	  "logged in, at MAIL, and nothing of the AUTH dialogue before. Postfix: none; \"535 5.7.8 Error: "
	  "authentication failed: REASON\".]\n" },
	{ "its sibling of class 4 is known, though no document has it", "replies 4.7.8", 0,
	  "ENHANCED STATUS CODES\n"
	  "x.7.8     The name or password is wrong. Class 5; with 535, 554. [IANA, RFC 4954, Infobip]\n" },
	{ "of any class", "replies X.3.4 | grep -c '^x.3.4 \\|^552 5.3.4 '", 0, "3\n" },
	{ "a reply code is explained, with the enhanced codes that go with it", "replies 556", 0,
	  "REPLY CODES\n"
	  "556       The recipient's domain takes no mail at all, as its null MX says. [RFC 7504, SMTP Reply Codes]\n"
	  "\n"
	  "ENHANCED STATUS CODES\n"
	  "x.1.10    The recipient's domain has a null MX: it takes no mail. Class 5; with 556. [IANA, RFC 7505, RFC "
	  "7504]\n" },
	{ "what the registry has with any 5xx is found by that", "replies 5xx | grep -c '^x.7.1[789] '", 0, "3\n" },
	{ "a word is looked for without regard to case, check names included", "replies QUOTA", 0,
	  "DOCUMENTED REPLIES\n"
	  "454       Throttling failure: Daily message quota exceeded [Amazon SES: check daily_quota.]\n" },
	{ "failures of our own give replies, too", "replies 'server error'", 0,
	  "DOCUMENTED REPLIES\n"
	  "550 5.3.0 Server error [Infobip, DATA: a failure of postern, as configured.]\n" },
	{ "several arguments find what fits one of them", "replies 211 214 | grep -c '^21[14] '", 0, "2\n" },
	{ "what finds nothing is said, and is no failure beside what does", "replies 431 no-such-word", 0,
	  "postern: no reply or code fits \"no-such-word\"\n"
	  "REPLY CODES\n"
	  "431       The server has too little disk space. [SMTP Reply Codes]\n" },
	{ "nothing found is status 1", "replies no-such-word", 1, "postern: no reply or code fits \"no-such-word\"\n" },
	{ "a code in no list finds nothing", "replies 599 49x", 1,
	  "postern: no reply or code fits \"599\"\npostern: no reply or code fits \"49x\"\n" },
	{ "an enhanced code in no list finds nothing", "replies 5.7.100 5.8", 1,
	  "postern: no reply or code fits \"5.7.100\"\npostern: no reply or code fits \"5.8\"\n" },
	{ "a success is no failure", "replies 5.3.6", 1, "postern: no reply or code fits \"5.3.6\"\n" },
	{ "what is almost a code is a word", "replies 5.7.1.1 6.7.1 5..1 5.7.1234 xxx 600", 1, NULL },
};

START_TEST(people_read_what_codes_mean)
{
	commands_begin();
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		commands_assert(texts[i].arguments, texts[i].status, texts[i].expected);
	commands_end();
}
END_TEST

START_TEST(without_arguments_everything_is_printed)
{
	char expected[64];

	commands_begin();
	snprintf(expected, sizeof expected, "%zu\n",
		 reply_codes_count + enhanced_codes_count + documented_replies_count);
	commands_assert("replies --json | wc -l", 0, expected);
	commands_assert("replies | grep -c '^[2-5x][0-9.]'", 0, expected);
	commands_assert("replies --format=text | grep -c '^[A-Z ]*$'", 0, "5\n");
	commands_end();
}
END_TEST

START_TEST(scripts_get_an_object_a_line)
{
	commands_begin();
	commands_assert(
		"replies --json 5.7.8", 0,
		"{\"kind\":\"enhanced\",\"code\":\"x.7.8\",\"classes\":[5],\"with\":[\"535\",\"554\"],\"meaning\":"
		"\"The name or password is wrong.\",\"sources\":[\"IANA\",\"RFC 4954\",\"Infobip\"]}\n"
		"{\"kind\":\"reply\",\"reply\":\"535 5.7.8 Authentication credentials invalid\",\"code\":535,"
		"\"enhanced\":\"5.7.8\",\"text\":\"Authentication credentials invalid\",\"document\":\"Infobip\","
		"\"command\":\"AUTH\",\"given_by\":null,\"reason\":\"A filter is told who has logged in, at MAIL, "
		"and nothing of the AUTH dialogue before.\",\"postfix\":\"none; \\\"535 5.7.8 Error: "
		"authentication failed: REASON\\\"\",\"sendmail\":null}\n");
	commands_assert(
		"replies --json quota", 0,
		"{\"kind\":\"reply\",\"reply\":\"454 Throttling failure: Daily message quota exceeded\",\"code\":454,"
		"\"enhanced\":null,\"text\":\"Throttling failure: Daily message quota exceeded\",\"document\":"
		"\"Amazon SES\",\"command\":null,\"given_by\":\"daily_quota\",\"reason\":null,\"postfix\":null,"
		"\"sendmail\":null}\n");
	commands_assert(
		"replies --json 431", 0,
		"{\"kind\":\"code\",\"code\":431,\"meaning\":\"The server has too little disk space.\",\"sources\":["
		"\"SMTP Reply Codes\"]}\n");
	commands_assert("replies --json no-such-word", 1, "postern: no reply or code fits \"no-such-word\"\n");
	commands_end();
}
END_TEST

START_TEST(unusable_command_lines_say_how_to_use_it)
{
	commands_begin();
	commands_assert("replies ''", 64, NULL);
	commands_assert("replies --format=markdown", 64, NULL);
	commands_assert("replies --format=mdoc 550", 64, NULL);
	commands_assert("replies --no-such-option", 64, NULL);
	commands_assert("replies --no-such-option 2>&1 | grep -c '^usage: postern replies '", 0, "1\n");
	commands_end();
}
END_TEST

START_TEST(output_that_is_lost_is_no_success)
{
	commands_begin();
	commands_assert("replies > /dev/full", 74, "");
	commands_assert("replies --json > /dev/full", 74, "");
	commands_end();
}
END_TEST

/* Runs `postern replies ARGUMENT` on a terminal of that width and returns what it shows, with LF at line ends. */
static const char *
show_on_terminal(unsigned short columns, const char *argument)
{
	static char text[65536];
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	size_t length = 0;

	ck_assert(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
	ck_assert_int_eq(ioctl(terminal, TIOCSWINSZ, &size), 0);
	int its = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(its, 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		dup2(its, STDOUT_FILENO);
		execl(commands_program(), "postern", "replies", argument, NULL);
		_exit(127);
	}
	close(its);
	for (char c; length < sizeof text - 1 && read(terminal, &c, 1) == 1;)
		if (c != '\r')
			text[length++] = c;
	text[length] = '\0';
	close(terminal);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	return text;
}

START_TEST(on_a_terminal_lines_are_wrapped_beside_the_codes)
{
	commands_begin();
	ck_assert_str_eq(show_on_terminal(50, "4.7.12"), "ENHANCED STATUS CODES\n"
							 "x.7.12    The password has to be carried over to\n"
							 "          this AUTH mechanism, by one login with\n"
							 "          PLAIN. Class 4; with 422, 432. [IANA,\n"
							 "          RFC 4954]\n");
	commands_end();
}
END_TEST

/* A terminal that does not say how wide it is has no columns, and one that is too narrow has 40. */
START_TEST(terminals_may_have_any_width)
{
	commands_begin();
	ck_assert_str_eq(show_on_terminal(0, "431"),
			 "REPLY CODES\n431       The server has too little disk space. [SMTP Reply Codes]\n");
	ck_assert_str_eq(show_on_terminal(1, "431"), "REPLY CODES\n"
						     "431       The server has too little disk\n"
						     "          space. [SMTP Reply Codes]\n");
	ck_assert_str_eq(show_on_terminal(65, "431"), "REPLY CODES\n"
						      "431       The server has too little disk space. [SMTP Reply\n"
						      "          Codes]\n");
	ck_assert_str_eq(show_on_terminal(66, "431"),
			 "REPLY CODES\n431       The server has too little disk space. [SMTP Reply Codes]\n");
	commands_end();
}
END_TEST

SUITE_MAIN(replies_command, people_read_what_codes_mean, without_arguments_everything_is_printed,
	   scripts_get_an_object_a_line, unusable_command_lines_say_how_to_use_it, output_that_is_lost_is_no_success,
	   on_a_terminal_lines_are_wrapped_beside_the_codes, terminals_may_have_any_width)
