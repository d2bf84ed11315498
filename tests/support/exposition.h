/* SPDX-License-Identifier: BSD-2-Clause */
/* exposition.h - Prometheus' text format 0.0.4, read by a reader of the tests' own. Each call fails the running Check test where the text
 * breaks the format, or a habit of it: HELP and TYPE before the samples of a family, each family once, `_total` for counters and for
 * nothing else, buckets that only grow and end in +Inf with the count.
 *
 *      struct exposition exposition;
 *      exposition_read(&exposition, text);
 *      exposition_value(&exposition, "postern_messages_total", "verdict=\"refuse\"")        2
 */
#ifndef POSTERN_TESTS_SUPPORT_EXPOSITION_H
#define POSTERN_TESTS_SUPPORT_EXPOSITION_H

#include <stdbool.h>
#include <stddef.h>

enum {
	EXPOSITION_SAMPLES_MAX = 2048,
	EXPOSITION_FAMILIES_MAX = 64,
	EXPOSITION_NAME_MAX = 64,
	EXPOSITION_LABELS_MAX = 96
};

struct exposition {
	struct {
		char name[EXPOSITION_NAME_MAX];
		char labels[EXPOSITION_LABELS_MAX]; /* as written, without the braces */
		double value;
	} samples[EXPOSITION_SAMPLES_MAX];
	size_t sample_count;
	struct {
		char name[EXPOSITION_NAME_MAX];
		char type[16];
	} families[EXPOSITION_FAMILIES_MAX];
	size_t family_count;
};

void exposition_read(struct exposition *exposition_out, const char *text);
/* Of the sample with exactly these labels, which must be there. */
double exposition_value(const struct exposition *exposition, const char *name, const char *labels);
/* Whether a query may use the name; whether some sample has that label, or that label with the value. */
bool exposition_has_name(const struct exposition *exposition, const char *name);
bool exposition_has_label(const struct exposition *exposition, const char *label, const char *value);

#endif
