/* SPDX-License-Identifier: BSD-2-Clause */
/* fake_milter.h - libmilter's functions, in place of the library, for programs that call fake_milter_init: what the filter
 * asks of the MTA is written down as text.
 *
 *      struct fake_milter fake;
 *      fake_milter_init(&fake);
 *      callback(fake_milter_context(&fake), ...);
 *      ck_assert_str_eq(fake.trace, "reply 554 5.6.0 [Attachment is empty]\n");
 *
 * A reply is written as code, enhanced code or `-`, and each line in brackets. */
#ifndef POSTERN_TESTS_SUPPORT_FAKE_MILTER_H
#define POSTERN_TESTS_SUPPORT_FAKE_MILTER_H

#include <libmilter/mfapi.h>
#include <stdbool.h>

enum { FAKE_TRACE_MAX = 16384, FAKE_MACROS_MAX = 8 };

struct fake_milter {
	char trace[FAKE_TRACE_MAX];
	void *private;
	bool private_lost; /* smfi_getpriv gives NULL */
	bool refuses;      /* replies, header fields and quarantines are not taken */
	struct {
		const char *name, *value;
	} macros[FAKE_MACROS_MAX];
};

void fake_milter_init(struct fake_milter *fake);
SMFICTX *fake_milter_context(struct fake_milter *fake);
void fake_milter_note(struct fake_milter *fake, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
