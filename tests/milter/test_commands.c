/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands as a shell user or a script sees them: output and exit status of the built program, on files in a
 * folder of the test's own. */
#define _GNU_SOURCE
#include "tests/support/suite.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GOOD "From: a@example.com\nSubject: x\n\nhello\n"
#define NO_SUBJECT "From: a@example.com\n\nhello\n"
#define EMPTY_ATTACHMENT                                                                                    \
	"From: a@example.com\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n" \
	"Content-Type: application/pdf; name=report.pdf\n\n--b--\n"

static char folder[] = "/tmp/postern-commands-XXXXXX";
static char postern[4096];

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Each test has a process of its own, so that the working folder is, too. */
static void
set_up(void)
{
	const char *program = getenv("POSTERN");

	ck_assert_ptr_nonnull(realpath(program != NULL ? program : "build/postern", postern));
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	write_file("good.eml", GOOD);
	write_file("nosubject.eml", NO_SUBJECT);
	write_file("attachment.eml", EMPTY_ATTACHMENT);
}

static void
tear_down(void)
{
	ck_assert_int_eq(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* Runs `postern ARGUMENTS` in a shell, and asserts its exit status and what it prints on both streams. */
static void
assert_run(const char *arguments, int status, const char *expected)
{
	char *command = NULL;
	static char seen[65536];

	ck_assert_int_gt(asprintf(&command, "'%s' %s 2>&1", postern, arguments), 0);
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	seen[fread(seen, 1, sizeof seen - 1, pipe)] = '\0';
	int result = pclose(pipe);
	ck_assert_msg(WIFEXITED(result) && WEXITSTATUS(result) == status, "%s: status %d\n%s", arguments, result, seen);
	if (expected != NULL)
		ck_assert_str_eq(seen, expected);
	free(command);
}

START_TEST(json_has_the_documented_keys)
{
	set_up();
	assert_run("check --json --mail-from a@example.com attachment.eml", 1,
		   "{\"file\":\"attachment.eml\",\"verdict\":\"refuse\",\"reply\":\"554 5.6.0 Attachment is empty\","
		   "\"check\":\"attachment_empty\",\"profile\":\"submission\",\"findings\":[{\"check\":\"attachment_"
		   "empty\","
		   "\"stage\":\"message\",\"mode\":\"enforce\",\"reply\":\"554 5.6.0 Attachment is empty\","
		   "\"detail\":{\"part\":\"2\",\"name\":\"report.pdf\",\"line\":9}}]}\n");
	assert_run("check --json --mail-from a@example.com good.eml", 0,
		   "{\"file\":\"good.eml\",\"verdict\":\"accept\",\"reply\":null,\"check\":null,\"profile\":"
		   "\"submission\","
		   "\"findings\":[]}\n");
	tear_down();
}
END_TEST

START_TEST(people_get_lines_that_editors_understand)
{
	set_up();
	assert_run("check attachment.eml good.eml", 1,
		   "attachment.eml: refuse 554 5.6.0 Attachment is empty (submission)\n"
		   "attachment.eml:9: attachment_empty: An attachment has no content. Part 2. Name: report.pdf\n"
		   "good.eml: accept (submission)\n"
		   "2 messages: 1 accept 1 refuse\n");
	tear_down();
}
END_TEST

START_TEST(who_sends_chooses_the_profile)
{
	set_up();
	assert_run("check --client 192.0.2.1 nosubject.eml", 0,
		   "nosubject.eml: accept (inbound)\nnosubject.eml: subject_missing: There is no Subject field. Field: "
		   "Subject [observe]\n");
	assert_run("check --client 127.0.0.1 nosubject.eml", 1, NULL);
	assert_run("check --client ::1 nosubject.eml", 1, NULL);
	assert_run("check --client 192.0.2.1 --login alice nosubject.eml", 1, NULL);
	assert_run("check --client example.com nosubject.eml", 64, "postern: --client example.com: no IP address\n");
	tear_down();
}
END_TEST

START_TEST(the_envelope_counts_when_it_is_given)
{
	set_up();
	assert_run("check good.eml", 0, NULL);
	assert_run("check --mail-from '<a@example.com>' --rcpt-to b@example.org good.eml", 0, NULL);
	assert_run("check --mail-from a@example.org good.eml", 1, NULL);
	assert_run("check --mail-from '' good.eml", 1,
		   "good.eml: refuse 550 5.7.1 Empty sender not allowed (submission)\n"
		   "good.eml: null_sender: The envelope sender is empty (MAIL FROM:<>), as that of bounces is.\n");
	assert_run("check --mail-from '<>' --client 192.0.2.1 good.eml", 0, NULL);
	tear_down();
}
END_TEST

START_TEST(messages_come_from_folders_mbox_files_and_standard_input)
{
	set_up();
	ck_assert_int_eq(mkdir("box", 0700), 0);
	ck_assert_int_eq(mkdir("box/tmp", 0700), 0);
	ck_assert_int_eq(mkdir("box/new", 0700), 0);
	write_file("box/tmp/half", "Fro");
	write_file("box/.hidden", "");
	write_file("box/new/1", NO_SUBJECT);
	write_file("box/new/0", GOOD);
	write_file("two.mbox",
		   "From a@example.com Mon Jan  1 10:00:00 2024\n" GOOD "From here on it is text at 10:00.\n\n"
		   "From a@example.com Mon Jan  1 10:00:00 2024\n" NO_SUBJECT "\n");
	assert_run("check box two.mbox", 1,
		   "box/new/0: accept (submission)\n"
		   "box/new/1: refuse 554 5.6.0 Subject not present (submission)\n"
		   "box/new/1: subject_missing: There is no Subject field. Field: Subject\n"
		   "two.mbox#1: accept (submission)\n"
		   "two.mbox#2: refuse 554 5.6.0 Subject not present (submission)\n"
		   "two.mbox: subject_missing: There is no Subject field. Field: Subject\n"
		   "4 messages: 2 accept 2 refuse\n");
	assert_run("check - < attachment.eml", 1,
		   "-: refuse 554 5.6.0 Attachment is empty (submission)\n"
		   "-:9: attachment_empty: An attachment has no content. Part 2. Name: report.pdf\n");
	assert_run("check --json - < two.mbox | grep -c '\"file\":\"-#'", 0, "2\n");
	tear_down();
}
END_TEST

START_TEST(lines_of_an_mbox_are_those_of_the_file)
{
	set_up();
	write_file("box",
		   "From a Mon Jan  1 10:00:00 2024\n" GOOD "\nFrom b Mon Jan  1 10:00:00 2024\n" EMPTY_ATTACHMENT);
	assert_run("check box", 1,
		   "box#1: accept (submission)\n"
		   "box#2: refuse 554 5.6.0 Attachment is empty (submission)\n"
		   "box:16: attachment_empty: An attachment has no content. Part 2. Name: report.pdf\n"
		   "2 messages: 1 accept 1 refuse\n");
	tear_down();
}
END_TEST

START_TEST(a_mail_stores_line_is_no_part_of_a_message)
{
	set_up();
	write_file("stored.eml", ">From a@example.com\n" EMPTY_ATTACHMENT);
	assert_run("check stored.eml", 1,
		   "stored.eml: refuse 554 5.6.0 Attachment is empty (submission)\n"
		   "stored.eml:10: attachment_empty: An attachment has no content. Part 2. Name: report.pdf\n");
	tear_down();
}
END_TEST

START_TEST(what_cannot_be_read_is_said_and_counted)
{
	set_up();
	assert_run("check missing.eml good.eml", 66,
		   "postern: missing.eml: No such file or directory\ngood.eml: accept (submission)\n");
	ck_assert_int_eq(mkfifo("pipe.eml", 0600), 0);
	assert_run("check pipe.eml", 66, "postern: pipe.eml: is no regular file\n");
	tear_down();
}
END_TEST

START_TEST(senders_cannot_write_to_the_terminal)
{
	set_up();
	write_file("escape.eml", "From: a@example.com\nSubject: x\nContent-Type: application/pdf; "
				 "name=\"\x1b[31m\xe2\x80\xae.pdf\"\n\n");
	assert_run(
		"check escape.eml", 1,
		"escape.eml: refuse 554 5.6.0 Attachment is empty (submission)\n"
		"escape.eml:5: attachment_empty: An attachment has no content. Part 1. Name: \\x1b[31m\\u202e.pdf\n");
	tear_down();
}
END_TEST

START_TEST(configurations_are_tested_and_shown)
{
	set_up();
	write_file("right.conf",
		   "listen = \"unix:/tmp/x.sock\"; checks = { subject_missing = { mode = \"observe\"; }; };\n");
	write_file("wrong.conf", "checks = { subject_missing = { mode = \"refuse\"; }; alignmnet = { }; };\n");
	assert_run("config test -c right.conf", 0, "configuration is right\n");
	assert_run("config test -c wrong.conf", 78, NULL);
	assert_run("config test -c wrong.conf 2>&1 | grep -c '^wrong.conf:1:[0-9]*: error: '", 0, "2\n");
	assert_run("check -c wrong.conf good.eml", 78, NULL);
	assert_run("check -c right.conf nosubject.eml", 0, NULL);
	assert_run("config show -c right.conf | grep -c 'mode = \"observe\"; *# right.conf:1'", 0, "1\n");
	tear_down();
}
END_TEST

START_TEST(unusable_command_lines_say_how_to_use_them)
{
	set_up();
	assert_run("", 64, NULL);
	assert_run("chekc", 64, NULL);
	assert_run("check", 64, NULL);
	assert_run("check --no-such-option good.eml", 64, NULL);
	assert_run("config", 64, NULL);
	assert_run("config explain", 64, NULL);
	assert_run("checks no_such_check", 64,
		   "postern: there is no check \"no_such_check\"; `postern checks` lists them\n");
	assert_run("run --no-such-option", 64, NULL);
	assert_run("--help", 0, NULL);
	assert_run("--version | grep -c '^postern [0-9]'", 0, "1\n");
	tear_down();
}
END_TEST

SUITE_MAIN(commands, json_has_the_documented_keys, people_get_lines_that_editors_understand,
	   who_sends_chooses_the_profile, the_envelope_counts_when_it_is_given,
	   messages_come_from_folders_mbox_files_and_standard_input, lines_of_an_mbox_are_those_of_the_file,
	   a_mail_stores_line_is_no_part_of_a_message, what_cannot_be_read_is_said_and_counted,
	   senders_cannot_write_to_the_terminal, configurations_are_tested_and_shown,
	   unusable_command_lines_say_how_to_use_them)
