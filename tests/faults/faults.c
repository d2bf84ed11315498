/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/faults/faults.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { APART_S = 20, WHY_MAX = 1024 };

/* What one run told: how much it asked for, and what was wrong, if anything. */
struct report {
	size_t asked;
	char why[WHY_MAX];
};

bool
faults_all(void)
{
	return getenv("FAULTS") != NULL && strcmp(getenv("FAULTS"), "all") == 0;
}

static void
run_here(const struct faults_work *work, struct fault fault, struct report *report)
{
	allocator_arm(fault);
	work->run(work->context);
	struct allocator_count count = allocator_disarm();
	const char *wrong = work->wrong(work->context);

	report->asked = count.asked;
	report->why[0] = '\0';
	if (count.held != 0 || count.descriptors != 0)
		snprintf(report->why, sizeof report->why, "%ld blocks and %ld converters are lost", count.held,
			 count.descriptors);
	else if (wrong != NULL)
		snprintf(report->why, sizeof report->why, "%s", wrong);
}

static void
run_apart(const struct faults_work *work, struct fault fault, struct report *report)
{
	int ends[2], status;

	ck_assert_int_eq(pipe(ends), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		alarm(APART_S);
		run_here(work, fault, report);
		_exit(write(ends[1], report, sizeof *report) == (ssize_t)sizeof *report ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	close(ends[1]);
	ssize_t length = read(ends[0], report, sizeof *report);
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (length == (ssize_t)sizeof *report && status == 0)
		return;
	report->asked = fault.at;
	snprintf(report->why, sizeof report->why, "the process ends with status 0x%x", (unsigned)status);
}

/* Returns how much was asked for. */
static size_t
run(const struct faults_work *work, struct fault fault)
{
	struct report report;

	if (work->apart)
		run_apart(work, fault, &report);
	else
		run_here(work, fault, &report);
	ck_assert_msg(report.why[0] == '\0', "%s: when request %zu%s is refused: %s", work->name, fault.at,
		      fault.all_after ? ", and all after it," : "", report.why);
	return report.asked;
}

size_t
faults_each(const struct faults_work *work)
{
	size_t requests;

	if (!work->apart)
		work->run(work->context); /* what libraries load, they load here */
	requests = run(work, (struct fault){ 0, false });
	for (int all_after = 0; all_after < 2 && requests > 0; all_after++)
		for (size_t at = 1; run(work, (struct fault){ at, all_after != 0 }) >= at; at++)
			;
	return requests;
}
