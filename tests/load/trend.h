/* SPDX-License-Identifier: BSD-2-Clause */
/* trend.h - a straight line through points (least squares), and how sure it is. All zero to begin with. */
#ifndef POSTERN_TESTS_LOAD_TREND_H
#define POSTERN_TESTS_LOAD_TREND_H

#include <stddef.h>

enum { TREND_POINTS_MAX = 4096 }; /* further points are not taken */

struct trend {
	double x[TREND_POINTS_MAX], y[TREND_POINTS_MAX];
	size_t count;
};

void trend_add(struct trend *trend, double x, double y);

/* How much y grows for each x; *noise_out: two standard errors of that, so that a slope that is none comes out below it in 19 of 20 runs. Both zero for
 * fewer than three points. */
double trend_slope(const struct trend *trend, double *noise_out);

#endif
