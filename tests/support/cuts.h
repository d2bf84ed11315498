/* SPDX-License-Identifier: BSD-2-Clause */
/* cuts.h - one parser case: an input, and the trace of events it must give, whole and however it is cut.
 *
 *      static void trace_address(struct trace *, const struct bytes *chunks, size_t count);
 *      check_cuts(&row, trace_address);
 *
 * The input is run whole, in single octets, and cut once at every octet; each chunk lies right before a page that must not
 * be touched, and right after one. The traces are compared as text. Fails the running Check test with the row's sentence. */
#ifndef POSTERN_TESTS_SUPPORT_CUTS_H
#define POSTERN_TESTS_SUPPORT_CUTS_H

#include "tests/support/trace.h"

struct cut_case {
	const char *sentence;
	const char *input;
	size_t length; /* of input; 0: strlen */
	const char *expected;
};

typedef void trace_run(struct trace *trace, const struct bytes *chunks, size_t count);

void check_cuts(const struct cut_case *row, trace_run *run);

/* A copy of the octets that ends right before an unmapped page. Free with guarded_free. */
struct bytes guarded_copy(struct bytes bytes);
void guarded_free(struct bytes copy);

#endif
