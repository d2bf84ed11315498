/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.h - a clock that only goes forward. */
#ifndef POSTERN_MILTER_CLOCK_H
#define POSTERN_MILTER_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment before the process began. */
int64_t clock_ms(void);
/* The same in nanoseconds, to measure with. */
int64_t clock_ns(void);

#endif
