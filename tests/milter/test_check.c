/* SPDX-License-Identifier: BSD-2-Clause */
/* `postern check` over many messages: same output whatever the threads, and only what was asked for. */
#define _GNU_SOURCE
#include "tests/support/commands.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/stat.h>

enum { FILES = 150 };

/* Small files, an mbox that is cut into lots, a large message, and files that cannot be read between them. */
static void
make_folder(void)
{
	static const char *const texts[] = { MAIL_GOOD, MAIL_NO_SUBJECT, MAIL_EMPTY_ATTACHMENT,
					     MBOX_SEPARATOR MAIL_GOOD "\n" MBOX_SEPARATOR MAIL_NO_SUBJECT };
	char name[64];

	ck_assert_int_eq(mkdir("mail", 0700), 0);
	for (unsigned i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "mail/%03u", i);
		if (i % 40 == 7)
			ck_assert_int_eq(mkfifo(name, 0600), 0);
		else
			commands_write(name, texts[i % 4]);
	}
	commands_write_times("mail/040", MBOX_SEPARATOR MAIL_NO_SUBJECT "\n" MBOX_SEPARATOR MAIL_EMPTY_ATTACHMENT "\n",
			     1000);
	commands_write_times("mail/080", MAIL_NO_SUBJECT, 10000);
}

START_TEST(output_does_not_depend_on_the_number_of_threads)
{
	commands_begin();
	make_folder();
	commands_assert("check -j1 mail mail/040 - < mail/040 >one 2>one.errors; test $? -eq 66", 0, "");
	for (unsigned jobs = 2; jobs <= 32; jobs *= 2) {
		char arguments[256];

		snprintf(arguments, sizeof arguments,
			 "check --jobs=%u mail mail/040 - < mail/040 >many 2>many.errors; cmp one many && "
			 "cmp one.errors many.errors",
			 jobs);
		commands_assert(arguments, 0, "");
	}
	commands_assert("check -j1 --json mail >one 2>/dev/null; test $? -eq 66", 0, "");
	commands_assert("check -j7 --json mail 2>/dev/null | cmp - one", 0, "");
	commands_end();
}
END_TEST

START_TEST(every_message_is_there_once_and_in_order)
{
	commands_begin();
	make_folder();
	commands_assert("check --json mail/040 | sed 's/.*#\\([0-9]*\\)\".*/\\1/' | tr '\\n' ' ' >seen; "
			"seq 2000 | tr '\\n' ' ' | cmp - seen",
			0, "");
	/* A pair of messages has 3 and 11 lines, each with a separator and an empty line; the finding is in the 15th of 18. */
	commands_assert("check mail/040 | sed -n 's/^mail.040:\\([0-9]*\\): attachment_empty.*/\\1/p' | tail -n 1", 0,
			"17997\n");
	commands_assert("check mail 2>errors >/dev/null; cat errors", 0,
			"postern: mail/007: is no regular file\npostern: mail/047: is no regular file\n"
			"postern: mail/087: is no regular file\npostern: mail/127: is no regular file\n");
	commands_end();
}
END_TEST

START_TEST(quiet_says_it_by_its_status_alone)
{
	commands_begin();
	commands_write("good.eml", MAIL_GOOD);
	commands_write("bad.eml", MAIL_NO_SUBJECT);
	commands_assert("check --quiet good.eml good.eml", 0, "");
	commands_assert("check -q good.eml bad.eml", 1, "");
	commands_assert("check -q --json bad.eml", 1, "");
	commands_assert("check --json -q bad.eml", 1, "");
	commands_assert("check -q bad.eml missing.eml", 66, "postern: missing.eml: No such file or directory\n");
	commands_end();
}
END_TEST

START_TEST(output_that_cannot_be_written_is_said)
{
	commands_begin();
	commands_write_times("box", MBOX_SEPARATOR MAIL_GOOD "\n", 5000);
	commands_write("good.eml", MAIL_GOOD);
	commands_assert("check good.eml 2>&1 >/dev/full; test $? -eq 74", 0,
			"postern: standard output: No space left on device\n");
	commands_assert("check box 2>&1 >/dev/full; test $? -eq 74", 0,
			"postern: standard output: No space left on device\n");
	commands_assert("check -q box >/dev/full", 0, "");
	commands_end();
}
END_TEST

START_TEST(jobs_must_be_a_sensible_number)
{
	static const char *const wrong[] = { "0", "257", "two", "''", "2x", "-1", "99999999999999999999" };
	char arguments[64];

	commands_begin();
	commands_write("good.eml", MAIL_GOOD);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		snprintf(arguments, sizeof arguments, "check --jobs=%s good.eml", wrong[i]);
		commands_assert(arguments, 64, NULL);
	}
	commands_assert("check -j 256 good.eml", 0, NULL);
	commands_end();
}
END_TEST

static void
make_maildir(const char *path)
{
	static const char *const folders[] = { "", "/cur", "/new", "/tmp" };
	char name[64];

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		snprintf(name, sizeof name, "%s%s", path, folders[i]);
		ck_assert_int_eq(mkdir(name, 0700), 0);
	}
}

START_TEST(of_a_maildir_messages_alone_are_read)
{
	commands_begin();
	make_maildir("Maildir");
	make_maildir("Maildir/.Sent");
	commands_write("Maildir/dovecot-uidlist", "3 V1\n");
	commands_write("Maildir/tmp/2", "Fro");
	commands_write("Maildir/new/1", MAIL_GOOD);
	commands_write("Maildir/cur/0:2,S", MAIL_GOOD);
	commands_write("Maildir/.Sent/maildirfolder", "");
	commands_write("Maildir/.Sent/cur/3:2,S", MAIL_NO_SUBJECT);
	ck_assert_int_eq(mkdir("Maildir/.cache", 0700), 0);
	commands_write("Maildir/.cache/x", "x");
	commands_assert("check Maildir", 1,
			"Maildir/.Sent/cur/3:2,S: refuse 554 5.6.0 Subject not present (submission)\n"
			"Maildir/.Sent/cur/3:2,S:1: subject_missing: There is no Subject field (field Subject).\n"
			"Maildir/cur/0:2,S: accept (submission)\n"
			"Maildir/new/1: accept (submission)\n"
			"3 messages: 2 accept, 1 refuse\n");
	commands_end();
}
END_TEST

START_TEST(findings_are_explained_and_aligned)
{
	commands_begin();
	commands_write("two.eml",
		       "From: a@example.com\nSubject: =?utf-8?Q?=E2=80=8B?=\nContent-Type: multipart/mixed;\n"
		       " boundary=b\n\n--b\n\nhello\n--b\nContent-Type: a/b; name=x\n\n--b\n"
		       "Content-Type: a/b; name=y\n\n--b--\n");
	commands_assert(
		"check two.eml", 1,
		"two.eml: refuse 554 5.6.0 Subject not present (submission)\n"
		"two.eml:2: subject_empty:     The Subject shows nothing: once decoded it holds only white space "
		"and invisible characters (field Subject: \"\\u200b\").\n"
		"two.eml:10: attachment_empty: An attachment has no content (part 2, \"x\", 2 times).\n");
	commands_end();
}
END_TEST

START_TEST(colors_are_there_when_asked_for)
{
	commands_begin();
	commands_write("bad.eml", MAIL_NO_SUBJECT);
	commands_assert("check --color=always bad.eml", 1,
			"\033[1mbad.eml\033[0m: \033[31mrefuse\033[0m 554 5.6.0 Subject not present (submission)\n"
			"\033[1mbad.eml\033[0m:1: \033[31msubject_missing\033[0m: There is no Subject field "
			"(field Subject).\n");
	commands_assert("check bad.eml | grep -c '\033'", 1, "0\n");
	commands_end();
}
END_TEST

START_TEST(standard_input_is_read_from_where_it_stands)
{
	static const char expected[] = "-: refuse 554 5.6.0 Subject not present (submission)\n"
				       "-:1: subject_missing: There is no Subject field (field Subject).\n";
	char arguments[256];

	commands_begin();
	commands_write("tail.eml", "Subject: of another program\n" MAIL_NO_SUBJECT);
	snprintf(arguments, sizeof arguments, "--version >/dev/null; { read line; '%s' check -; } <tail.eml",
		 commands_program());
	commands_assert(arguments, 1, expected);
	snprintf(arguments, sizeof arguments, "--version >/dev/null; tail -n +2 tail.eml | '%s' check -",
		 commands_program());
	commands_assert(arguments, 1, expected);
	commands_assert("check -q - <tail.eml", 0, "");
	commands_assert("check - <.", 66, "postern: standard input: Is a directory\n");
	commands_end();
}
END_TEST

SUITE_MAIN(check, output_does_not_depend_on_the_number_of_threads, every_message_is_there_once_and_in_order,
	   quiet_says_it_by_its_status_alone, output_that_cannot_be_written_is_said, jobs_must_be_a_sensible_number,
	   of_a_maildir_messages_alone_are_read, findings_are_explained_and_aligned, colors_are_there_when_asked_for,
	   standard_input_is_read_from_where_it_stands)
