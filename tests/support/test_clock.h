/* SPDX-License-Identifier: BSD-2-Clause */
/* test_clock.h - stands before milter/clock.h's clock: it goes as ever, and further ahead when told to.
 *
 * A test program that uses this gets it; others have the daemon's own. */
#ifndef POSTERN_TESTS_SUPPORT_TEST_CLOCK_H
#define POSTERN_TESTS_SUPPORT_TEST_CLOCK_H

#include <stdint.h>

/* From now on it goes only when told to. */
void test_clock_stop(void);

/* So many milliseconds pass at once. From any thread. */
void test_clock_pass(int64_t ms);

#endif
