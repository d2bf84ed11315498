/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of `postern report`, and what it says about where its numbers are from; report_run.c does the work. */
#define _GNU_SOURCE
#include "milter/command.h"

#include "milter/interrupt.h"
#include "milter/report_run.h"
#include "milter/survey/stamp.h"
#include "milter/survey/telling.h"

#include <getopt.h>
#include <sysexits.h>

struct options {
	const char *since; /* NULL: from the beginning */
	struct telling telling;
};

enum { OPTION_JSON = 256, OPTION_HTML, OPTION_SINCE };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "html", required_argument, NULL, OPTION_HTML },
	{ "since", required_argument, NULL, OPTION_SINCE },
	{ NULL, 0, NULL, 0 },
};

static bool
read_options(int argc, char **argv, struct options *options)
{
	for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
		if (c == OPTION_JSON)
			options->telling.json = true;
		else if (c == OPTION_HTML)
			options->telling.page = optarg;
		else if (c == OPTION_SINCE)
			options->since = optarg;
		else
			return false;
	}
	return true;
}

/* What there is none of is not worth a word. */
static void
note_count(struct output *notes, const char *words, size_t count)
{
	if (count > 0)
		output_format(notes, "%s: %zu.\n", words, count);
}

static void
add_notes(const struct options *options, const struct report_result *result, struct output *notes)
{
	const struct report_counts *counts = &result->counts;

	if (result->partial)
		output_format(notes, "Interrupted: this is a partial result.\n");
	output_format(notes, "Lines read: %zu, of which answers to messages: %zu.\n", counts->lines,
		      counts->answers + counts->earlier);
	if (options->since != NULL) {
		output_format(notes, "Since ");
		output_text(notes, bytes_of(options->since));
		output_format(notes, "; answers before that: %zu.\n", counts->earlier);
	}
	note_count(notes, "Recipients refused or deferred by themselves, while their messages went on",
		   counts->recipients);
	note_count(notes, "Answers to failures of Postern's own", result->survey.failed);
	note_count(notes, "Answers cut short by the log, of which only the check that decided is counted", counts->cut);
	note_count(notes, "Lines that could not be understood", counts->unreadable);
	note_count(notes, "Files that could not be read", counts->failures);
}

static void
add_figures(const struct report_counts *counts, struct account *account)
{
	account_figure(account, "lines", counts->lines);
	account_figure(account, "answers", counts->answers);
	account_figure(account, "recipients", counts->recipients);
	account_figure(account, "earlier", counts->earlier);
	account_figure(account, "other", counts->other);
	account_figure(account, "foreign", counts->foreign);
	account_figure(account, "unreadable", counts->unreadable);
	account_figure(account, "cut", counts->cut);
	account_figure(account, "files_unread", counts->failures);
}

static int
run(const struct options *options, const struct report *report)
{
	struct report_result result;
	struct account account = { .kind = "report", .title = "What Postern answered", .survey = &result.survey };

	if (!report_run(report, &result)) {
		fputs("postern: out of memory\n", stderr);
		return EX_OSERR;
	}
	account.partial = result.partial;
	add_notes(options, &result, &account.notes);
	add_figures(&result.counts, &account);
	int status = telling_tell(&options->telling, &account);
	if (status == EX_OK && result.counts.failures > 0)
		status = EX_NOINPUT;
	output_free(&account.notes);
	survey_free(&result.survey);
	interrupt_obey();
	return status;
}

int
command_report(int argc, char **argv)
{
	char input[] = "-";
	char *const standard_input[] = { input, NULL };
	struct options options = { .since = NULL };

	if (!read_options(argc, argv, &options))
		return command_usage("report");
	struct report report = {
		.paths = optind < argc ? argv + optind : standard_input,
		.has_since = options.since != NULL,
		.now = time(NULL),
	};
	if (options.since != NULL && !stamp_since(options.since, report.now, &report.since)) {
		fprintf(stderr,
			"postern: --since %s: no time like 2026-11-23, \"2026-11-23 10:00\", yesterday, 24h, 7d\n",
			options.since);
		return EX_USAGE;
	}
	int status = telling_open(&options.telling);
	if (status == EX_OK)
		status = run(&options, &report);
	telling_close(&options.telling);
	return status;
}
