/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.h - the built program as a shell user or a script sees it, on files in a folder of the test's own.
 *
 *      commands_begin();
 *      commands_write("a.eml", MAIL_GOOD);
 *      commands_assert("check a.eml", 0, "a.eml: accept (submission)\n");
 *      commands_end();
 *
 * The folder is the working folder; each test has a process of its own. */
#ifndef POSTERN_TESTS_SUPPORT_COMMANDS_H
#define POSTERN_TESTS_SUPPORT_COMMANDS_H

#define MAIL_GOOD "From: a@example.com\nSubject: x\n\nhello\n"
#define MAIL_NO_SUBJECT "From: a@example.com\n\nhello\n"
#define MAIL_EMPTY_ATTACHMENT                                                                               \
	"From: a@example.com\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n" \
	"Content-Type: application/pdf; name=report.pdf\n\n--b--\n"
#define MBOX_SEPARATOR "From a@example.com Mon Jan  1 10:00:00 2024\n"

void commands_begin(void);
void commands_end(void);
/* The program: $POSTERN, or build/postern. After commands_begin. */
const char *commands_program(void);
void commands_write(const char *name, const char *text);
/* The text as often as said. */
void commands_write_times(const char *name, const char *text, unsigned times);

/* Runs `postern ARGUMENTS` in a shell, and asserts its exit status and, unless expected is NULL, what it prints on both
 * streams. */
void commands_assert(const char *arguments, int status, const char *expected);

#endif
