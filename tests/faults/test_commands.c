/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands on files, with each request for memory refused in turn: they do all that they do otherwise, or say that they
 * could not, and never end with 0 where they else would not. */
#define _GNU_SOURCE
#include "milter/command.h"
#include "tests/faults/faults.h"
#include "tests/support/commands.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 12, OUTPUT_MAX = 1 << 18, TEST_S = 300 };

#define CONFIG "-c", "postern.conf"

static const char config[] =
	"checks = { subject_missing = { mode = \"enforce\"; }; subject_empty = { mode = \"enforce\"; };\n"
	"body_missing = { mode = \"enforce\"; }; attachment_empty = { mode = \"enforce\"; }; };\n";

static const struct {
	int (*run)(int argc, char **argv);
	int status;
	const char *arguments[ARGUMENTS_MAX];
} rows[] = {
	{ command_check, 0, { "check", CONFIG, "-j1", "good.eml" } },
	{ command_check, 1, { "check", CONFIG, "-j1", "good.eml", "wrong.eml", "subject.eml", "body.eml" } },
	{ command_check, 1, { "check", CONFIG, "-j1", "--json", "good.eml", "wrong.eml", "subject.eml", "body.eml" } },
	{ command_check, 1, { "check", CONFIG, "-j1", "-q", "--mail-from", "<a@b\303\274cher.example>", "wrong.eml" } },
	{ command_check, 1, { "check", CONFIG, "-j1", "mbox" } },
	{ command_check, 1, { "check", CONFIG, "-j1", "folder" } },
	{ command_check, 66, { "check", CONFIG, "-j1", "good.eml", "missing.eml" } },
	{ command_replay, 0, { "replay", CONFIG, "-j1", "good.eml", "wrong.eml", "body.eml" } },
	{ command_replay,
	  1,
	  { "replay", CONFIG, "-j1", "--compare", "other.conf", "--json", "wrong.eml", "subject.eml" } },
	{ command_replay, 0, { "replay", CONFIG, "-j1", "--html", "page.html", "mbox" } },
	{ command_replay, 0, { "replay", CONFIG, "-j1", "--html", "-", "folder", "wrong.eml" } },
	{ command_report, 0, { "report", "log" } },
	{ command_report, 0, { "report", "--json", "--html", "page.html", "log" } },
	{ command_config, 0, { "config", CONFIG, "test" } },
	{ command_config, 0, { "config", CONFIG, "show" } },
	{ command_checks, 0, { "checks" } },
	{ command_checks, 0, { "checks", "body_missing" } },
};

/* What the command wrote on both streams. */
struct output {
	char text[OUTPUT_MAX];
	size_t length;
};

struct call {
	char why[OUTPUT_MAX + 256];
	int (*run)(int argc, char **argv);
	const char *const *arguments;
	int sink; /* where standard output and error go */
	int status;
	int expected_status;
	struct output output, expected;
};

/* In the place of the program's own, whose main function this program cannot have. No row comes to it. */
int
command_usage(const char *name)
{
	(void)name;
	return EX_USAGE;
}

static void
run_command(void *context)
{
	struct call *call = context;
	char *arguments[ARGUMENTS_MAX + 1] = { NULL };
	int count = 0;

	for (; count < ARGUMENTS_MAX && call->arguments[count] != NULL; count++)
		arguments[count] = (char *)call->arguments[count];
	if (ftruncate(call->sink, 0) != 0 || lseek(call->sink, 0, SEEK_SET) != 0)
		abort();
	optind = 0; /* getopt begins anew */
	call->status = call->run(count, arguments);
	fflush(stdout);
}

static void
take_output(struct call *call, struct output *output_out)
{
	ssize_t length = pread(call->sink, output_out->text, sizeof output_out->text - 1, 0);

	ck_assert_int_ge(length, 0);
	output_out->length = (size_t)length;
	output_out->text[length] = '\0';
}

/* In whichever order: where fts gets no memory to sort a folder, it does not. */
static bool
same_lines(const struct output *a, const struct output *b)
{
	const char *line = a->text;

	for (size_t length; *line != '\0'; line += length) {
		length = strcspn(line, "\n") + 1;
		if (memmem(b->text, b->length, line, length) == NULL)
			return false;
	}
	return a->length == b->length;
}

static bool
has(const struct call *call, const char *words)
{
	return strstr(call->output.text, words) != NULL;
}

static bool
is_quiet(const struct call *call)
{
	return call->expected.length == 0 && call->output.length == 0;
}

static const char *
wrong_command(void *context)
{
	struct call *call = context;

	take_output(call, &call->output);
	bool same = call->status == call->expected_status && same_lines(&call->output, &call->expected);
	if (same)
		return NULL;
	if (call->status != EX_OK && call->status != call->expected_status && has(call, "emory"))
		return NULL;
	if (call->status == 1 && (has(call, "4.3.0") || is_quiet(call)))
		return NULL; /* some message was deferred for it */
	snprintf(call->why, sizeof call->why, "it ends with %d, and tells\n%s", call->status, call->output.text);
	return call->why;
}

static void
write_files(void)
{
	commands_write("postern.conf", config);
	commands_write("other.conf", "checks = { subject_missing = { mode = \"enforce\"; }; };\n");
	commands_write("log",
		       "postern[1]: 4bQ2: refuse \"554 5.6.0 Subject not present\" check=subject_missing stage=headers "
		       "profile=x origin=local client=local from=<a@example.com> "
		       "findings=subject_missing(mode=enforce field=\"Subject\")\n");
	commands_write("good.eml", MAIL_GOOD);
	commands_write("wrong.eml", MAIL_EMPTY_ATTACHMENT);
	commands_write("subject.eml", "From: a@example.com\nSubject: =?iso-2022-jp?B?GyRCISEbKEI=?=\n\nhello\n");
	commands_write("body.eml", "From: a@example.com\nSubject: x\nContent-Type: text/html; charset=windows-1252\n"
				   "\n<p>&nbsp;\240</p>\n");
	commands_write_times("mbox", MBOX_SEPARATOR MAIL_GOOD "\n" MBOX_SEPARATOR MAIL_NO_SUBJECT "\n", 40);
	ck_assert_int_eq(mkdir("folder", 0700) + mkdir("folder/inner", 0700), 0);
	commands_write("folder/a.eml", MAIL_GOOD);
	commands_write("folder/b.eml", MAIL_GOOD);
	commands_write("folder/inner/c.eml", MAIL_NO_SUBJECT);
}

static void
try_command(size_t i, int sink)
{
	static struct call call;
	char name[64] = "";
	struct faults_work work = { .name = name, .run = run_command, .wrong = wrong_command, .context = &call };

	call = (struct call){
		.run = rows[i].run, .arguments = rows[i].arguments, .sink = sink, .expected_status = rows[i].status
	};
	snprintf(name, sizeof name, "row %zu, %s", i, rows[i].arguments[0]);
	run_command(&call);
	ck_assert_int_eq(call.status, call.expected_status);
	take_output(&call, &call.expected);
	faults_each(&work);
}

/* Both streams have their buffers before: those stay. */
START_TEST(commands_do_their_work_or_say_that_they_could_not)
{
	int sink = memfd_create("sink", 0);

	commands_begin();
	write_files();
	ck_assert_int_ge(sink, 0);
	fflush(stdout);
	ck_assert_int_ge(dup2(sink, STDOUT_FILENO), 0);
	ck_assert_int_ge(dup2(sink, STDERR_FILENO), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		try_command(i, sink);
	commands_end();
}
END_TEST

SUITE_MAIN_TIMEOUT(faults_commands, TEST_S, commands_do_their_work_or_say_that_they_could_not)
