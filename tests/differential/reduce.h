/* SPDX-License-Identifier: BSD-2-Clause */
/* reduce.h - a message made as small as it can be and still have what is asked of it. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_REDUCE_H
#define POSTERN_TESTS_DIFFERENTIAL_REDUCE_H

#include "tests/differential/text.h"

typedef bool reduce_wanted(struct bytes message);

/* Takes lines out, many at a time first, as long as the message stays wanted, which it is at the beginning. */
void reduce(struct text *message, reduce_wanted *wanted);

#endif
