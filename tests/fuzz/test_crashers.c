/* SPDX-License-Identifier: BSD-2-Clause */
/* Inputs that a fuzz target once failed on (tests/fuzz/crashers/TARGET), run again without a fuzzer; and that the targets'
 * frame sees what it is there to see. */
#define _DEFAULT_SOURCE
#include "tests/fuzz/memory.h"
#include "tests/fuzz/targets.h"
#include "tests/support/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char folder[] = "tests/fuzz/crashers";

static void
run_file(const struct fuzz_target *target, const char *path)
{
	static char data[FUZZ_INPUT_MAX];
	FILE *file = fopen(path, "rb");

	ck_assert_msg(file != NULL, "%s cannot be opened", path);
	size_t size = fread(data, 1, sizeof data, file);
	ck_assert_msg(feof(file) && size >= FUZZ_STEPS, "%s is no input of a fuzz target", path);
	fclose(file);
	printf("%s\n", path); /* shown when it fails */
	fflush(stdout);
	fuzz_run(target, data, size);
}

static void
run_folder(const char *name)
{
	const struct fuzz_target *target = fuzz_target_find(name);
	char path[1024];
	struct dirent *entry;

	ck_assert_msg(target != NULL, "%s/%s: no target has this name", folder, name);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	DIR *inputs = opendir(path);
	ck_assert_msg(inputs != NULL, "%s is no folder", path);
	while ((entry = readdir(inputs)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s/%s", folder, name, entry->d_name);
		run_file(target, path);
	}
	closedir(inputs);
}

START_TEST(what_failed_once_holds)
{
	struct dirent *entry;
	DIR *targets = opendir(folder);

	ck_assert_msg(targets != NULL, "%s is not there: tests run in the source's folder", folder);
	while ((entry = readdir(targets)) != NULL)
		if (entry->d_name[0] != '.')
			run_folder(entry->d_name);
	closedir(targets);
}
END_TEST

/* Whether the frame ends the program when that target is run on the text, cut into single octets. */
static bool
is_caught(const struct fuzz_target *target, const char *text)
{
	char data[64] = { 1, 1, 1, 1 };
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		int nowhere = open("/dev/null", O_WRONLY);

		dup2(nowhere, STDERR_FILENO);
		strcpy(data + FUZZ_STEPS, text);
		fuzz_run(target, data, FUZZ_STEPS + strlen(text));
		_exit(EXIT_SUCCESS);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS;
}

static void
trace_copy(struct trace *trace, struct cutter *cutter)
{
	struct bytes piece;

	while (cutter_next(cutter, &piece))
		trace_add_bytes(trace, piece);
}

START_TEST(a_parser_that_does_what_it_should_passes)
{
	static const struct fuzz_target target = { .name = "copies", .trace = trace_copy };

	ck_assert(!is_caught(&target, ""));
	ck_assert(!is_caught(&target, "text"));
}
END_TEST

static void
trace_pieces(struct trace *trace, struct cutter *cutter)
{
	struct bytes piece;

	while (cutter_next(cutter, &piece))
		trace_add(trace, "%zu", piece.length);
}

START_TEST(a_parser_that_sees_the_cuts_is_caught)
{
	static const struct fuzz_target target = { .name = "counts", .trace = trace_pieces };

	ck_assert(!is_caught(&target, "t"));
	ck_assert(is_caught(&target, "text"));
}
END_TEST

static void
trace_first(struct trace *trace, struct cutter *cutter)
{
	struct bytes first, piece;

	cutter_next(cutter, &first);
	while (cutter_next(cutter, &piece))
		;
	trace_add_bytes(trace, (struct bytes){ first.data, 1 });
}

START_TEST(a_parser_that_looks_at_a_piece_that_is_gone_is_caught)
{
	static const struct fuzz_target target = { .name = "keeps", .trace = trace_first };

	ck_assert(is_caught(&target, "ab"));
}
END_TEST

static void
trace_behind(struct trace *trace, struct cutter *cutter)
{
	struct bytes piece;

	while (cutter_next(cutter, &piece))
		trace_add(trace, "%s", piece.data[piece.length] == 'x' ? "x" : "");
}

START_TEST(a_parser_that_looks_behind_its_piece_is_caught)
{
	static const struct fuzz_target target = { .name = "reads on", .trace = trace_behind };

	if (memory_can_watch()) /* AddressSanitizer is there */
		ck_assert(is_caught(&target, "text"));
}
END_TEST

static void
trace_allocating(struct trace *trace, struct cutter *cutter)
{
	struct bytes rest = cutter_rest(cutter);
	char *copy = malloc(rest.length + 1);

	ck_assert_ptr_nonnull(copy);
	copy[0] = 'x';
	trace_add_bytes(trace, (struct bytes){ copy, 1 });
	free(copy);
}

START_TEST(a_parser_that_allocates_is_caught)
{
	static const struct fuzz_target target = { .name = "allocates",
						   .takes_whole = true,
						   .trace = trace_allocating };

	if (memory_can_watch())
		ck_assert(is_caught(&target, "text"));
}
END_TEST

SUITE_MAIN(crashers, what_failed_once_holds, a_parser_that_does_what_it_should_passes,
	   a_parser_that_sees_the_cuts_is_caught, a_parser_that_looks_at_a_piece_that_is_gone_is_caught,
	   a_parser_that_looks_behind_its_piece_is_caught, a_parser_that_allocates_is_caught)
