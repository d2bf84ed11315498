/* SPDX-License-Identifier: BSD-2-Clause */
/* report_run.h - `postern report`: the daemon's log lines, read and summed up. */
#ifndef POSTERN_MILTER_REPORT_RUN_H
#define POSTERN_MILTER_REPORT_RUN_H

#include "milter/survey/survey.h"

#include <time.h>

struct report {
	char *const *paths; /* NULL ends them; "-" is standard input */
	bool has_since;
	int64_t since; /* seconds since 1970; lines before it do not count, those without a time do */
	time_t now;    /* for times without a year */
};

struct report_counts {
	size_t lines;
	size_t answers;    /* to messages: those that are in the survey */
	size_t recipients; /* refused or deferred by themselves */
	size_t earlier;    /* answers to messages before --since */
	size_t other;      /* lines of Postern's that are no answers */
	size_t foreign;    /* of other programs, and empty ones */
	size_t unreadable;
	size_t cut;      /* answers of which the log lost the end */
	size_t failures; /* files that could not be read */
};

struct report_result {
	struct survey survey;
	struct report_counts counts;
	bool partial; /* interrupted */
};

/* False when memory is refused; then there is nothing to free. Otherwise the survey is finished, and the caller's to free. What cannot be
 * read is said on standard error. */
bool report_run(const struct report *report, struct report_result *result_out);

#endif
