/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/days.h"

#include <stdlib.h>

enum { OUTLIERS_PER_END = 200 }; /* one message in so many */

const char *const days_unit_names[] = { "day", "week", "month", "year" };

bool
days_init(struct days *days)
{
	*days = (struct days){ .counts = calloc(DAYS_COUNT, sizeof *days->counts),
			       .first = DAY_UNKNOWN,
			       .last = DAY_UNKNOWN };
	return days->counts != NULL;
}

static void
add(struct day_counts *counts, const struct day_counts *more)
{
	counts->messages += more->messages;
	counts->refused += more->refused;
	counts->found += more->found;
}

void
days_add(struct days *days, int day, const struct day_counts *more)
{
	if (day < 0 || day >= DAYS_COUNT) {
		add(&days->unknown, more);
		return;
	}
	add(&days->counts[day], more);
	if (days->first == DAY_UNKNOWN || day < days->first)
		days->first = day;
	if (day > days->last)
		days->last = day;
}

void
days_free(struct days *days)
{
	free(days->counts);
	*days = (struct days){ .first = DAY_UNKNOWN, .last = DAY_UNKNOWN };
}

/* The first day of the span behind that of the day. Weeks begin on Monday; 1970-01-01 was a Thursday. */
static int
behind(enum days_unit unit, int day)
{
	struct date date = day_date(day);
	int next = DAYS_COUNT;

	if (unit == DAYS_DAY)
		return day + 1;
	if (unit == DAYS_WEEK)
		return day + 7 - (day + 3) % 7;
	if (unit == DAYS_MONTH && date.month < 12)
		next = day_of_date((struct date){ date.year, date.month + 1, 1 });
	else
		next = day_of_date((struct date){ date.year + 1, 1, 1 });
	return next == DAY_UNKNOWN ? DAYS_COUNT : next;
}

static size_t
count_spans(enum days_unit unit, int first, int last)
{
	size_t count = 0;

	for (int day = first; day <= last; day = behind(unit, day))
		count++;
	return count;
}

/* Moves both ends past days with few messages, if that makes a picture of another kind. */
static void
leave_outliers(struct days_view *view)
{
	const struct days *days = view->days;
	struct days_view less = *view;
	size_t total = 0;

	for (int day = view->first; day <= view->last; day++)
		total += days->counts[day].messages;
	size_t most = total / OUTLIERS_PER_END;
	for (size_t left = most; days->counts[less.first].messages <= left; less.first++) {
		left -= days->counts[less.first].messages;
		add(&less.outside, &days->counts[less.first]);
	}
	for (size_t left = most; days->counts[less.last].messages <= left; less.last--) {
		left -= days->counts[less.last].messages;
		add(&less.outside, &days->counts[less.last]);
	}
	if ((less.last - less.first) * 2 < view->last - view->first)
		*view = less;
}

struct days_view
days_view(const struct days *days, size_t most)
{
	struct days_view view = { .days = days, .first = days->first, .last = days->last };

	if (days->first == DAY_UNKNOWN)
		return view;
	if ((size_t)(days->last - days->first) + 1 > most)
		leave_outliers(&view);
	view.count = count_spans(view.unit, view.first, view.last);
	while (view.count > most && view.unit < DAYS_YEAR) {
		view.unit++;
		view.count = count_spans(view.unit, view.first, view.last);
	}
	return view;
}

bool
days_next(const struct days_view *view, int *day, struct day_counts *counts_out, int *first_out, int *last_out)
{
	if (view->count == 0 || *day > view->last)
		return false;
	int next = behind(view->unit, *day);
	int end = next <= view->last ? next : view->last + 1;

	*counts_out = (struct day_counts){ .messages = 0 };
	for (int i = *day; i < end; i++)
		add(counts_out, &view->days->counts[i]);
	*first_out = *day;
	*last_out = end - 1;
	*day = next;
	return true;
}
