/* SPDX-License-Identifier: BSD-2-Clause */
/* goals.h - what the daemon is meant to reach, beside what it was measured to reach. */
#ifndef POSTERN_TESTS_BENCH_GOALS_H
#define POSTERN_TESTS_BENCH_GOALS_H

#include <stddef.h>

enum { FIGURES_MAX = 64 };

enum goal { GOAL_DIALOGUE, GOAL_NAIVE, GOAL_SILENT, GOAL_SIZE, GOAL_TOUCHING, GOAL_MEMORY, GOAL_COUNT };

/* The figures that count for each goal. All zero to begin with. */
struct goals {
	double figures[GOAL_COUNT][FIGURES_MAX];
	size_t counts[GOAL_COUNT];
};

void goals_note(struct goals *goals, enum goal goal, double figure);
void goals_print(const struct goals *goals);

double median(const double *values, size_t count); /* of FIGURES_MAX at most */
double median_ratio(const double *values, const double *others, size_t count);

#endif
