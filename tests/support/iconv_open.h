/* SPDX-License-Identifier: BSD-2-Clause */
/* iconv_open.h - stands before the C library's iconv_open: counts the calls, and fails them when told to.
 *
 * A test program that uses one of these variables gets it; others have the library's own. */
#ifndef POSTERN_TESTS_SUPPORT_ICONV_OPEN_H
#define POSTERN_TESTS_SUPPORT_ICONV_OPEN_H

extern int iconv_open_error;       /* errno for the calls to come; 0: they go through */
extern unsigned iconv_open_count;  /* calls so far */
extern unsigned iconv_close_count; /* of descriptors */

#endif
