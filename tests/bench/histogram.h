/* SPDX-License-Identifier: BSD-2-Clause */
/* histogram.h - how long things took, of a fixed size however many there are. All zero to begin with. A figure that comes out is at most 3 % above one
 * that went in. */
#ifndef POSTERN_TESTS_BENCH_HISTOGRAM_H
#define POSTERN_TESTS_BENCH_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum {
	HISTOGRAM_STEPS = 32,   /* from one power of two to the next */
	HISTOGRAM_POWERS = 40,  /* to 18 minutes */
	HISTOGRAM_LINE_MAX = 96 /* octets of histogram_line */
};

struct histogram {
	size_t counts[HISTOGRAM_POWERS * HISTOGRAM_STEPS];
	size_t count;
	uint64_t max_ns;
};

uint64_t now_ns(void); /* of CLOCK_MONOTONIC */

void histogram_add(struct histogram *histogram, uint64_t ns);
void histogram_merge(struct histogram *into, const struct histogram *from);

/* The time within which this share of them was done, 0 to 1; in microseconds, 0 when there is nothing. */
double histogram_quantile_us(const struct histogram *histogram, double share);

/* "p50 0.12  p99 0.80  p99.9 1.91  max 4.02 ms" */
struct histogram_line {
	char text[HISTOGRAM_LINE_MAX];
};
struct histogram_line histogram_line(const struct histogram *histogram);

#endif
