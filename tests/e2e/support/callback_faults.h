/* SPDX-License-Identifier: BSD-2-Clause */
/* callback_faults.h - a daemon whose callbacks crash, or never return, when they are ordered to. Nothing of that is in the program
 * under test: programs/callback_faults.c stands between it and libmilter.
 *
 *      callback_faults_prepare(&postern);
 *      preload_begin("callback_faults");
 *      postern_start(&postern);
 *      preload_end();
 *      callback_fault_order(FAULT_CRASH, "eom");               the next one, in whatever worker, once
 *      callback_fault_await(FAULT_CRASH, "eom");               it has happened
 *
 * A message with a field X-Poison crashes each worker that sees it. One daemon a program. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_CALLBACK_FAULTS_H
#define POSTERN_TESTS_E2E_SUPPORT_CALLBACK_FAULTS_H

#include "tests/e2e/support/postern.h"

enum callback_fault { FAULT_CRASH, FAULT_HANG };

/* What the daemon registers with libmilter, in the order in which a session brings them; eleven names. */
enum { CALLBACKS = 11 };
extern const char *const callback_names[CALLBACKS];

/* Before the daemon starts. Orders that were left are forgotten. */
void callback_faults_prepare(const struct postern *postern);
/* That it has registered these and no others, or the Check test fails. */
void callback_faults_expect_all(void);

void callback_fault_order(enum callback_fault fault, const char *name);
bool callback_fault_happened(enum callback_fault fault, const char *name);
/* Fails the Check test when nobody calls it within PATIENCE_MS. */
void callback_fault_await(enum callback_fault fault, const char *name);

#endif
