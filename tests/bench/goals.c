/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/goals.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *what;
	double value;
	bool at_most;
} rows[GOAL_COUNT] = {
	[GOAL_DIALOGUE] = { "4 KB mail: of a filter that does nothing in the same dialogue", 0.95, false },
	[GOAL_NAIVE] = { "4 KB mail: of a filter that does nothing and answers everything", 2, false },
	[GOAL_SILENT] = { "4 KB mail: of a filter that does nothing and answers the end alone", 0.7, false },
	[GOAL_SIZE] = { "text of 60 KB and more: of text of 4 KB", 0.9, false },
	[GOAL_TOUCHING] = { "25 MB attachment: of a filter that looks at each octet", 0.9, false },
	[GOAL_MEMORY] = { "KiB a connection in mid-body, above a filter that does nothing", 32, true },
};

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

double
median(const double *values, size_t count)
{
	double sorted[FIGURES_MAX];

	memcpy(sorted, values, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, compare);
	return sorted[count / 2];
}

double
median_ratio(const double *values, const double *others, size_t count)
{
	double ratios[FIGURES_MAX];

	for (size_t i = 0; i < count; i++)
		ratios[i] = values[i] / others[i];
	return median(ratios, count);
}

void
goals_note(struct goals *goals, enum goal goal, double figure)
{
	if (goals->counts[goal] < FIGURES_MAX)
		goals->figures[goal][goals->counts[goal]++] = figure;
}

static double
worst(const struct goals *goals, enum goal goal)
{
	const double *figures = goals->figures[goal];
	double found = figures[0];

	for (size_t i = 1; i < goals->counts[goal]; i++)
		if (rows[goal].at_most ? figures[i] > found : figures[i] < found)
			found = figures[i];
	return found;
}

void
goals_print(const struct goals *goals)
{
	printf("\n%-68s %8s %8s %8s\n", "goal", "", "median", "worst");
	for (size_t i = 0; i < GOAL_COUNT; i++)
		if (goals->counts[i] > 0)
			printf("%-68s %s %5.2f %8.2f %8.2f\n", rows[i].what,
			       rows[i].at_most ? "<=" : ">=", rows[i].value,
			       median(goals->figures[i], goals->counts[i]), worst(goals, (enum goal)i));
}
