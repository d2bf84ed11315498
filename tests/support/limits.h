/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.h - rates and quotas as text, and spans of time in microseconds, as policy/limit.h has them. */
#ifndef POSTERN_TESTS_SUPPORT_LIMITS_H
#define POSTERN_TESTS_SUPPORT_LIMITS_H

#include "policy/limit.h"

#define SECOND ((int64_t)1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define NOON (1700000000 * SECOND) /* of some day */

/* Fails the running Check test when it is none. */
struct limit limit_of(const char *string, enum limit_kind kind);

#endif
