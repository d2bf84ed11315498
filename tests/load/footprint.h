/* SPDX-License-Identifier: BSD-2-Clause */
/* footprint.h - what the processes of a running daemon take of the machine. */
#ifndef POSTERN_TESTS_LOAD_FOOTPRINT_H
#define POSTERN_TESTS_LOAD_FOOTPRINT_H

#include "tests/e2e/support/postern.h"

struct usage {
	size_t processes, descriptors;
	double rss, pss; /* octets resident; and with what several processes share counted once among them */
};

struct footprint {
	struct usage supervisor, workers;
};

void footprint_read(struct footprint *footprint, const struct postern *postern);
size_t footprint_descriptors(const struct footprint *footprint);
double footprint_pss(const struct footprint *footprint);

/* Waits until the daemon has no more descriptors than so many. False when it does not come to it. */
bool footprint_settles(struct footprint *footprint, const struct postern *postern, size_t descriptors);
/* Waits until they are no longer fewer than a moment ago: connections that were closed are gone. */
void footprint_at_rest(struct footprint *footprint, const struct postern *postern);

#endif
