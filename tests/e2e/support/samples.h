/* SPDX-License-Identifier: BSD-2-Clause */
/* samples.h - real mail, good and refused, one for each check at least: what the end-to-end tests and the demonstration
 * send. Judged with every check enforced at its presets. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SAMPLES_H
#define POSTERN_TESTS_E2E_SUPPORT_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

struct sample {
	const char *name;   /* one word, its X-Id */
	const char *what;   /* for a reader, in at most 40 columns */
	const char *check;  /* the check that refuses it; NULL for good mail */
	const char *sender; /* MAIL FROM, between the <> */
	const char *text;   /* LF line ends */
	const char *reply;  /* to MAIL for null_sender, else to the end of data; NULL: 250 */
	bool shown;         /* in the demonstration */
};

extern const struct sample samples[];
extern const size_t samples_count;

/* NULL when there is none of that name. */
const struct sample *sample_find(const char *name);

#endif
