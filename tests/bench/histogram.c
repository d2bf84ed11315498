/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/bench/histogram.h"

#include <stdio.h>
#include <time.h>

uint64_t
now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* Below HISTOGRAM_STEPS each nanosecond has a place of its own; above, the power of two and the bits that follow it say the place. */
static size_t
place_of(uint64_t ns)
{
	size_t power = 0;

	while ((ns >> power) >= 2 * HISTOGRAM_STEPS)
		power++;
	size_t place = power * HISTOGRAM_STEPS + (size_t)(ns >> power);
	size_t last = HISTOGRAM_POWERS * HISTOGRAM_STEPS - 1;
	return place < last ? place : last;
}

/* The largest that has this place. */
static uint64_t
end_of(size_t place)
{
	size_t power = place < 2 * HISTOGRAM_STEPS ? 0 : place / HISTOGRAM_STEPS - 1;

	return ((place - power * HISTOGRAM_STEPS + 1) << power) - 1;
}

void
histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->counts[place_of(ns)]++;
	histogram->count++;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
}

void
histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (size_t i = 0; i < sizeof into->counts / sizeof into->counts[0]; i++)
		into->counts[i] += from->counts[i];
	into->count += from->count;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
}

double
histogram_quantile_us(const struct histogram *histogram, double share)
{
	double wanted = share * (double)histogram->count;
	size_t seen = 0;

	for (size_t i = 0; i < sizeof histogram->counts / sizeof histogram->counts[0]; i++) {
		seen += histogram->counts[i];
		if (histogram->counts[i] == 0 || (double)seen < wanted)
			continue;
		uint64_t end = end_of(i) < histogram->max_ns ? end_of(i) : histogram->max_ns;
		return (double)end / 1e3;
	}
	return 0;
}

struct histogram_line
histogram_line(const struct histogram *histogram)
{
	struct histogram_line line;

	snprintf(line.text, sizeof line.text, "p50 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms",
		 histogram_quantile_us(histogram, 0.5) / 1e3, histogram_quantile_us(histogram, 0.99) / 1e3,
		 histogram_quantile_us(histogram, 0.999) / 1e3, (double)histogram->max_ns / 1e6);
	return line;
}
