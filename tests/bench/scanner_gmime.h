/* SPDX-License-Identifier: BSD-2-Clause */
/* scanner_gmime.h - the same message by GMime. */
#ifndef POSTERN_TESTS_BENCH_SCANNER_GMIME_H
#define POSTERN_TESTS_BENCH_SCANNER_GMIME_H

#include "policy/parse/bytes.h"

/* Takes the message apart and decodes each leaf, to nowhere: what a filter on GMime does before it can judge. */
void gmime_scan(struct bytes text);

#endif
