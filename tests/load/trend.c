/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/load/trend.h"

#include <math.h>

void
trend_add(struct trend *trend, double x, double y)
{
	if (trend->count == TREND_POINTS_MAX)
		return;
	trend->x[trend->count] = x;
	trend->y[trend->count++] = y;
}

static double
mean(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

double
trend_slope(const struct trend *trend, double *noise_out)
{
	double xx = 0, xy = 0, rest = 0;

	*noise_out = 0;
	if (trend->count < 3)
		return 0;
	double x_mean = mean(trend->x, trend->count);
	double y_mean = mean(trend->y, trend->count);
	for (size_t i = 0; i < trend->count; i++) {
		xx += (trend->x[i] - x_mean) * (trend->x[i] - x_mean);
		xy += (trend->x[i] - x_mean) * (trend->y[i] - y_mean);
	}
	double slope = xx > 0 ? xy / xx : 0;
	for (size_t i = 0; i < trend->count; i++) {
		double error = trend->y[i] - y_mean - slope * (trend->x[i] - x_mean);

		rest += error * error;
	}
	if (xx > 0)
		*noise_out = 2 * sqrt(rest / (double)(trend->count - 2) / xx);
	return slope;
}
