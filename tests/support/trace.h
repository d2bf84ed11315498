/* SPDX-License-Identifier: BSD-2-Clause */
/* trace.h - what a parser gave, as text: to be compared, and to be read when it differs.
 *
 *      struct trace trace = { 0 };
 *      trace_add(&trace, "[%s]", name); trace_add_bytes(&trace, octets);
 *      strcmp(trace_text(&trace), expected)
 *      trace_free(&trace);
 *
 * Knows no test framework, so that fuzz targets use it too. When memory runs out the program ends. */
#ifndef POSTERN_TESTS_SUPPORT_TRACE_H
#define POSTERN_TESTS_SUPPORT_TRACE_H

#include "policy/parse/bytes.h"

struct trace {
	char *text; /* NULL while it is empty */
	size_t length, size;
};

void trace_add(struct trace *trace, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Octets with everything but printable ASCII as \xNN, \r, \n, \t, and `\\`. */
void trace_add_bytes(struct trace *trace, struct bytes bytes);

/* Makes room for that many more octets. */
void trace_reserve(struct trace *trace, size_t more);
/* NUL-terminated; "" while it is empty. */
const char *trace_text(const struct trace *trace);
void trace_free(struct trace *trace);

#endif
