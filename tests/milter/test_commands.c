/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands as a shell user or a script sees them: output and exit status of the built program, on files in a
 * folder of the test's own. */
#include "policy/checks.h"
#include "tests/support/commands.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/stat.h>

static void
set_up(void)
{
	commands_begin();
	commands_write("good.eml", MAIL_GOOD);
	commands_write("nosubject.eml", MAIL_NO_SUBJECT);
	commands_write("attachment.eml", MAIL_EMPTY_ATTACHMENT);
}

START_TEST(json_has_the_documented_keys)
{
	set_up();
	commands_assert(
		"check --json --mail-from a@example.com attachment.eml", 1,
		"{\"file\":\"attachment.eml\",\"verdict\":\"refuse\",\"reply\":\"554 5.6.0 Attachment is empty\","
		"\"check\":\"attachment_empty\",\"profile\":\"submission\",\"findings\":[{\"check\":\"attachment_"
		"empty\","
		"\"stage\":\"message\",\"mode\":\"enforce\",\"reply\":\"554 5.6.0 Attachment is empty\","
		"\"detail\":{\"part\":\"2\",\"name\":\"report.pdf\",\"line\":9}}]}\n");
	commands_assert("check --json --mail-from a@example.com good.eml", 0,
			"{\"file\":\"good.eml\",\"verdict\":\"accept\",\"reply\":null,\"check\":null,\"profile\":"
			"\"submission\","
			"\"findings\":[]}\n");
	commands_end();
}
END_TEST

START_TEST(people_get_lines_that_editors_understand)
{
	set_up();
	commands_assert("check attachment.eml good.eml", 1,
			"attachment.eml: refuse 554 5.6.0 Attachment is empty (submission)\n"
			"attachment.eml:9: attachment_empty: An attachment has no content (part 2, \"report.pdf\").\n"
			"good.eml: accept (submission)\n"
			"2 messages: 1 accept, 1 refuse\n");
	commands_end();
}
END_TEST

START_TEST(who_sends_chooses_the_profile)
{
	set_up();
	commands_assert(
		"check --client 192.0.2.1 nosubject.eml", 0,
		"nosubject.eml: accept (inbound)\nnosubject.eml:1: subject_missing: There is no Subject field (field "
		"Subject). [observe]\n");
	commands_assert("check --client 127.0.0.1 nosubject.eml", 1, NULL);
	commands_assert("check --client ::1 nosubject.eml", 1, NULL);
	commands_assert("check --client 192.0.2.1 --login alice nosubject.eml", 1, NULL);
	commands_assert("check --client example.com nosubject.eml", 64,
			"postern: --client example.com: no IP address\n");
	commands_end();
}
END_TEST

START_TEST(the_envelope_counts_when_it_is_given)
{
	set_up();
	commands_assert("check good.eml", 0, NULL);
	commands_assert("check --mail-from '<a@example.com>' --rcpt-to b@example.org good.eml", 0, NULL);
	commands_assert("check --mail-from a@example.org good.eml", 1, NULL);
	commands_assert(
		"check --mail-from '' good.eml", 1,
		"good.eml: refuse 550 5.7.1 Empty sender not allowed (submission)\n"
		"good.eml:1: null_sender: The envelope sender is empty (MAIL FROM:<>), as that of bounces is.\n");
	commands_assert("check --mail-from '<>' --client 192.0.2.1 good.eml", 0, NULL);
	commands_end();
}
END_TEST

START_TEST(messages_come_from_folders_mbox_files_and_standard_input)
{
	set_up();
	ck_assert_int_eq(mkdir("box", 0700), 0);
	ck_assert_int_eq(mkdir("box/tmp", 0700), 0);
	ck_assert_int_eq(mkdir("box/new", 0700), 0);
	ck_assert_int_eq(mkdir("box/cur", 0700), 0);
	commands_write("box/tmp/half", "Fro");
	commands_write("box/.hidden", "");
	commands_write("box/new/1", MAIL_NO_SUBJECT);
	commands_write("box/new/0", MAIL_GOOD);
	commands_write("two.mbox",
		       "From a@example.com Mon Jan  1 10:00:00 2024\n" MAIL_GOOD "From here on it is text at 10:00.\n\n"
		       "From a@example.com Mon Jan  1 10:00:00 2024\n" MAIL_NO_SUBJECT "\n");
	commands_assert("check box two.mbox", 1,
			"box/new/0: accept (submission)\n"
			"box/new/1: refuse 554 5.6.0 Subject not present (submission)\n"
			"box/new/1:1: subject_missing: There is no Subject field (field Subject).\n"
			"two.mbox#1: accept (submission)\n"
			"two.mbox#2: refuse 554 5.6.0 Subject not present (submission)\n"
			"two.mbox:9: subject_missing: There is no Subject field (field Subject).\n"
			"4 messages: 2 accept, 2 refuse\n");
	commands_assert("check - < attachment.eml", 1,
			"-: refuse 554 5.6.0 Attachment is empty (submission)\n"
			"-:9: attachment_empty: An attachment has no content (part 2, \"report.pdf\").\n");
	commands_assert("check --json - < two.mbox | grep -c '\"file\":\"-#'", 0, "2\n");
	commands_end();
}
END_TEST

START_TEST(lines_of_an_mbox_are_those_of_the_file)
{
	set_up();
	commands_write("box", "From a Mon Jan  1 10:00:00 2024\n" MAIL_GOOD
			      "\nFrom b Mon Jan  1 10:00:00 2024\n" MAIL_EMPTY_ATTACHMENT);
	commands_assert("check box", 1,
			"box#1: accept (submission)\n"
			"box#2: refuse 554 5.6.0 Attachment is empty (submission)\n"
			"box:16: attachment_empty: An attachment has no content (part 2, \"report.pdf\").\n"
			"2 messages: 1 accept, 1 refuse\n");
	commands_end();
}
END_TEST

START_TEST(a_mail_stores_line_is_no_part_of_a_message)
{
	set_up();
	commands_write("stored.eml", ">From a@example.com\n" MAIL_EMPTY_ATTACHMENT);
	commands_assert("check stored.eml", 1,
			"stored.eml: refuse 554 5.6.0 Attachment is empty (submission)\n"
			"stored.eml:10: attachment_empty: An attachment has no content (part 2, \"report.pdf\").\n");
	commands_end();
}
END_TEST

START_TEST(what_cannot_be_read_is_said_and_counted)
{
	set_up();
	commands_assert("check missing.eml good.eml", 66,
			"postern: missing.eml: No such file or directory\ngood.eml: accept (submission)\n");
	ck_assert_int_eq(mkfifo("pipe.eml", 0600), 0);
	commands_assert("check pipe.eml", 66, "postern: pipe.eml: is no regular file\n");
	commands_end();
}
END_TEST

START_TEST(senders_cannot_write_to_the_terminal)
{
	set_up();
	commands_write("escape.eml", "From: a@example.com\nSubject: x\nContent-Type: application/pdf; "
				     "name=\"\x1b[31m\xe2\x80\xae.pdf\"\n\n");
	commands_assert(
		"check escape.eml", 1,
		"escape.eml: refuse 554 5.6.0 Attachment is empty (submission)\n"
		"escape.eml:5: attachment_empty: An attachment has no content (part 1, \"\\x1b[31m\\u202e.pdf\").\n");
	commands_end();
}
END_TEST

START_TEST(configurations_are_tested_and_shown)
{
	set_up();
	commands_write("right.conf",
		       "listen = \"unix:/tmp/x.sock\"; checks = { subject_missing = { mode = \"observe\"; }; };\n");
	commands_write("wrong.conf", "checks = { subject_missing = { mode = \"refuse\"; }; alignmnet = { }; };\n");
	commands_assert("config test -c right.conf", 0, "configuration is right\n");
	commands_assert("config test -c wrong.conf", 78, NULL);
	commands_assert("config test -c wrong.conf 2>&1 | grep -c '^wrong.conf:1:[0-9]*: error: '", 0, "2\n");
	commands_assert("check -c wrong.conf good.eml", 78, NULL);
	commands_assert("check -c right.conf nosubject.eml", 0, NULL);
	commands_assert("config show -c right.conf | grep -c 'mode = \"observe\"; *# right.conf:1'", 0, "1\n");
	commands_end();
}
END_TEST

START_TEST(every_check_is_explained)
{
	commands_begin();
	for (size_t i = 0; i < checks_count; i++) {
		char arguments[128];

		snprintf(arguments, sizeof arguments, "checks %s", checks[i].name);
		commands_assert(arguments, 0, NULL);
	}
	commands_assert("checks --format=mdoc >page", 0, "");
	commands_assert("checks --format=markdown >table", 0, "");
	commands_end();
}
END_TEST

START_TEST(checks_tell_how_to_mend_the_mail)
{
	commands_begin();
	commands_assert("checks account_blocked | grep -c 'reply'", 0,
			"2\n"); /* the default, and that of another set */
	commands_assert("checks account_blocked | grep 'with reply_set'", 0,
			"    with reply_set standard: 550 5.7.13 Unauthorized access (account blocked by policy)\n");
	commands_assert("checks alignment | grep -cE '^    (where it comes from|to mend it): [A-Z]'", 0, "2\n");
	/* What it shows to begin with is a configuration. */
	commands_assert("checks alignment | sed -n '/^    recipe:/,$p' | tail -n +2 >recipe.conf", 0, "");
	commands_assert("config test -c recipe.conf", 0, "configuration is right\n");
	commands_end();
}
END_TEST

START_TEST(settings_are_listed)
{
	commands_begin();
	commands_assert("config settings counters.timeout", 0,
			"counters.timeout: a time, 5ms to 10s; default: \"100ms\"\n"
			"    What asking the store may take.\n");
	commands_assert("config settings workers | head -n 1", 0,
			"workers: a whole number of processes, 0 to 64; default: 0\n");
	commands_assert("config settings drain | head -n 1", 0, "drain_timeout: a time, 1s to 24h; default: \"10m\"\n");
	commands_assert("config settings metrics | head -n 1", 0, "metrics: a group\n");
	commands_assert("config settings tables | grep -c '^tables'", 0, "4\n");
	commands_assert("config settings alignment.match | head -n 1", 0,
			"checks.alignment.match: one of organization, domain, address; default: organization\n");
	commands_assert("config settings | grep -c '^[a-z_.A-Z]*: '", 0, NULL);
	commands_assert("config settings --format=mdoc metrics | head -n 1", 0, ".It Cm listen\n");
	commands_assert("config settings --format=mdoc check | head -n 1", 0,
			".It Cm connections_total . Ns Cm limit\n");
	commands_assert("config settings no_such_setting", 64,
			"postern: there is no setting \"no_such_setting\"; `postern config settings` lists them\n");
	commands_assert("config settings --format=mdoc backlog", 64, NULL);
	commands_assert("config settings --format=html", 64, NULL);
	commands_assert("config settings a b", 64, NULL);
	commands_assert("config settings --login robin", 64, NULL);
	commands_assert("config show --format=mdoc", 64, NULL);
	commands_assert("config show backlog", 64, NULL);
	commands_end();
}
END_TEST

START_TEST(each_command_tells_its_options)
{
	commands_begin();
	commands_assert(
		"reload --help", 0,
		"usage: postern reload [-c FILE]\n\n"
		"Check the configuration, have the daemon take it over, and say how it went; see postern(8).\n");
	commands_assert("check --help | head -n 1 | cut -d ' ' -f 1-3", 0, "usage: postern check\n");
	commands_end();
}
END_TEST

START_TEST(the_columns_of_the_list_of_checks_stand_in_line)
{
	commands_begin();
	commands_assert("checks | awk '{ match($0, /^[^ ]+ +/); print RLENGTH }' | sort -u | wc -l", 0, "1\n");
	commands_assert("checks | awk '{ match($0, /^[^ ]+ +[^ ]+ +/); print RLENGTH }' | sort -u | wc -l", 0, "1\n");
	commands_end();
}
END_TEST

START_TEST(unusable_command_lines_say_how_to_use_them)
{
	set_up();
	commands_assert("", 64, NULL);
	commands_assert("chekc", 64, NULL);
	commands_assert("check", 64, NULL);
	commands_assert("check --no-such-option good.eml", 64, NULL);
	commands_assert("config", 64, NULL);
	commands_assert("config explian", 64, NULL);
	commands_assert("checks no_such_check", 64,
			"postern: there is no check \"no_such_check\"; `postern checks` lists them\n");
	commands_assert("run --no-such-option", 64, NULL);
	commands_assert("--help", 0, NULL);
	commands_assert("--version | grep -c '^postern [0-9]'", 0, "1\n");
	commands_end();
}
END_TEST

SUITE_MAIN(commands, json_has_the_documented_keys, people_get_lines_that_editors_understand,
	   who_sends_chooses_the_profile, the_envelope_counts_when_it_is_given,
	   messages_come_from_folders_mbox_files_and_standard_input, lines_of_an_mbox_are_those_of_the_file,
	   a_mail_stores_line_is_no_part_of_a_message, what_cannot_be_read_is_said_and_counted,
	   senders_cannot_write_to_the_terminal, configurations_are_tested_and_shown, every_check_is_explained,
	   checks_tell_how_to_mend_the_mail, settings_are_listed, each_command_tells_its_options,
	   the_columns_of_the_list_of_checks_stand_in_line, unusable_command_lines_say_how_to_use_them)
