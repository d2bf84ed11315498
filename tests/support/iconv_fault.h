/* SPDX-License-Identifier: BSD-2-Clause */
/* iconv_fault.h - stands before the C library's iconv: counts what is opened and closed, and fails when told to.
 *
 * A test program that uses one of these variables gets it; others have the library's own. */
#ifndef POSTERN_TESTS_SUPPORT_ICONV_FAULT_H
#define POSTERN_TESTS_SUPPORT_ICONV_FAULT_H

#include <stdbool.h>

extern int iconv_open_error;       /* errno for the calls to come; 0: they go through */
extern unsigned iconv_open_count;  /* calls so far */
extern unsigned iconv_close_count; /* of descriptors */
extern int iconv_error;            /* errno for conversions to come; 0: they go through */
extern bool iconv_swallows;        /* those that fail consume all their input; else none */

#endif
