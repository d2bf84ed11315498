/* SPDX-License-Identifier: BSD-2-Clause */
/* days.h - messages by day, and in spans of days that fit a chart. Exact, whatever dates senders write: a day is a place in an array. */
#ifndef POSTERN_MILTER_SURVEY_DAYS_H
#define POSTERN_MILTER_SURVEY_DAYS_H

#include "milter/survey/day.h"

struct day_counts {
	size_t messages;
	size_t refused; /* or deferred */
	size_t found;   /* not refused, but something was found */
};

struct days {
	struct day_counts *counts; /* of DAYS_COUNT; pages that are not written to take no memory */
	int first, last;           /* with messages; DAY_UNKNOWN: none */
	struct day_counts unknown; /* of no known day */
};

/* False when memory is refused. */
bool days_init(struct days *days);
void days_add(struct days *days, int day, const struct day_counts *more);
void days_free(struct days *days);

enum days_unit { DAYS_DAY, DAYS_WEEK, DAYS_MONTH, DAYS_YEAR };
extern const char *const days_unit_names[]; /* day, week, month, year */

/* Spans side by side, from that of the first day shown to that of the last one. */
struct days_view {
	const struct days *days;
	enum days_unit unit;
	size_t count;
	int first, last;
	struct day_counts outside; /* of days left out: a few wrong dates far away would make all others one span */
};

/* The shortest unit that gives at most `most` spans (but never a longer one than years); no spans when no message has a day. Where
 * days alone would be more than `most`, those with the first and the last 0.5 % of the messages are left out if they are more than half
 * of the time. */
struct days_view days_view(const struct days *days, size_t most);
/* The next span from *day on, which begins as view.first, and goes to the span behind. False behind the last one. The first and last
 * day that it has in the view are in *first_out and *last_out. */
bool days_next(const struct days_view *view, int *day, struct day_counts *counts_out, int *first_out, int *last_out);

#endif
