/* SPDX-License-Identifier: BSD-2-Clause */
/* account.h - a survey told: as text for a terminal or a mail, as JSON, and as a page.
 *
 * All three show the same numbers. What senders and log lines brought is bounded by the survey, and escaped here. */
#ifndef POSTERN_MILTER_SURVEY_ACCOUNT_H
#define POSTERN_MILTER_SURVEY_ACCOUNT_H

#include "milter/survey/survey.h"

enum {
	ACCOUNT_FIGURES_MAX = 12,
	ACCOUNT_ROWS_MAX = 500,   /* of findings that are shown, JSON has all: more than anybody reads */
	ACCOUNT_DOMAINS_MAX = 20, /* shown; JSON has all that are kept */
	ACCOUNT_TEXT_SPANS = 31,  /* days and the like: a screenful */
	ACCOUNT_PAGE_SPANS = 92,  /* columns that a phone still shows apart */
	ACCOUNT_CHECKS_MAX = 15   /* in the chart; the table has all */
};

/* A number with its name in JSON. */
struct account_figure {
	const char *name;
	size_t value;
};

struct account {
	const char *kind;            /* "replay" or "report" */
	const char *title;           /* of the page, and the text's first words */
	const struct survey *survey; /* finished */
	bool partial;                /* not all that was asked for is in it */
	const char *config, *other;  /* the two configurations that were compared; NULL: none were */
	struct account_figure figures[ACCOUNT_FIGURES_MAX]; /* on where the numbers are from; JSON's `source` */
	size_t figure_count;
	struct output notes; /* for people: sentences, each on a line; JSON's `notes` */
};

void account_figure(struct account *account, const char *name, size_t value);

/* Each adds to the output; its `refused` says whether memory was refused. */
void account_text(const struct account *account, struct output *output);
void account_json(const struct account *account, struct output *output);
/* A page that needs nothing but itself: no script, nothing from elsewhere. It is well-formed XML as well as HTML. */
void account_page(const struct account *account, struct output *output);

/* How many findings are shown, and of how many it has to be said that they are not. */
size_t account_rows(const struct ledger *findings, size_t *more_out);
/* What there is of notes, one at a time: false at the end. */
bool account_note(struct bytes *notes, struct bytes *note_out);
/* "2024-01-01", "2024-01-01 to 2024-01-31": the days with messages; empty when none has a day. */
enum { ACCOUNT_PERIOD_MAX = 2 * DAY_TEXT_MAX + 8 };
void account_period(int first, int last, char period_out[ACCOUNT_PERIOD_MAX]);
/* "<>" and the empty domain in words. */
const char *account_domain(const char *domain);

#endif
