/* SPDX-License-Identifier: BSD-2-Clause */
/* mutate.h - messages made from those of the corpus by cutting, splicing and mutating. The same seed and corpus give the
 * same messages, everywhere. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_MUTATE_H
#define POSTERN_TESTS_DIFFERENTIAL_MUTATE_H

#include "tests/differential/corpus.h"

#include <stdint.h>

struct mutator {
	const struct corpus *corpus;
	uint64_t state;
	struct text scratch;
};

void mutator_init(struct mutator *mutator, const struct corpus *corpus, uint64_t seed);
/* The next message replaces what is in text. */
void mutator_next(struct mutator *mutator, struct text *text);
void mutator_free(struct mutator *mutator);

#endif
