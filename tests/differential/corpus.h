/* SPDX-License-Identifier: BSD-2-Clause */
/* corpus.h - the messages that are there: those of tests/policy/cases, and the files of tests/data. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_CORPUS_H
#define POSTERN_TESTS_DIFFERENTIAL_CORPUS_H

#include "tests/differential/text.h"

struct sample {
	char *name; /* the case's sentence or the file's path */
	struct text text;
};

struct corpus {
	struct sample *samples;
	size_t count;
};

/* Files are looked for from the repository's root, in order of their names; larger ones than maximum are left out. A
 * file that cannot be read fails the test. */
void corpus_load(struct corpus *corpus, size_t maximum);
void corpus_free(struct corpus *corpus);

#endif
