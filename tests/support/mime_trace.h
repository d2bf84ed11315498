/* SPDX-License-Identifier: BSD-2-Clause */
/* mime_trace.h - what mime.h makes of a body, as text, whole and however it is cut (cuts.h).
 *
 * A leaf is written `[number type @line facts]data[end]`: the body begins at line 1; a type the header did not name is
 * in parentheses; [cut] is the end that no delimiter made. Facts are written where they are not the common ones:
 * `charset=`, `inline`, `attachment`, encodings other than identity alone, `name=`, `cid`, `enclosed`, `of alternative`
 * (the parent, when not mixed), `related`. Then comes ` complete` when no part could follow even before the message's
 * end, and each flaw as ` !name`. */
#ifndef POSTERN_TESTS_SUPPORT_MIME_TRACE_H
#define POSTERN_TESTS_SUPPORT_MIME_TRACE_H

#include "policy/parse/mime.h"
#include "tests/support/cuts.h"

struct mime_case {
	const char *sentence;
	const char *type; /* the Content-Type field of the message; NULL: it has none */
	const char *body;
	const char *expected;
};

void check_mime_cases(const struct mime_case *rows, size_t count);
#define CHECK_MIME_CASES(rows) check_mime_cases((rows), sizeof(rows) / sizeof(rows)[0])

/* The same for a body that holds NUL or is long. */
void check_mime(const char *type, const struct cut_case *row);

void trace_mime_event(struct trace *trace, const struct mime_event *event);
void trace_mime_flaws(struct trace *trace, unsigned flaws);

#endif
