/* SPDX-License-Identifier: BSD-2-Clause */
/* preload.h - an object of tests/e2e/programs that stands before the libraries of a program (LD_PRELOAD).
 *
 *      preload_begin("clock_steps");
 *      postern_start(&postern);
 *      preload_end();                          what is started from now on goes without
 */
#ifndef POSTERN_TESTS_E2E_SUPPORT_PRELOAD_H
#define POSTERN_TESTS_E2E_SUPPORT_PRELOAD_H

/* The object lies beside the test in the build tree; where there is none, the program ends. */
void preload_begin(const char *name);
void preload_end(void);

#endif
