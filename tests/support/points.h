/* SPDX-License-Identifier: BSD-2-Clause */
/* points.h - code points in a trace. */
#ifndef POSTERN_TESTS_SUPPORT_POINTS_H
#define POSTERN_TESTS_SUPPORT_POINTS_H

#include "tests/support/trace.h"

#include <stdint.h>

/* Printable ASCII as it is, <U+00A0> for other points, <invalid> for CHARSET_INVALID. */
void trace_add_point(struct trace *trace, uint32_t point);

#endif
