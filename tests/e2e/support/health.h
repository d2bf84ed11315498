/* SPDX-License-Identifier: BSD-2-Clause */
/* health.h - how the daemon of asking.h stands, and that it stands so again after it was ill-treated.
 *
 *      health_begin();                         a daemon whose policy judges every stage
 *      ... whatever peers do ...
 *      health_expect_served();                 meanwhile: a good client gets its answers
 *      health_expect_same();                   afterwards
 *
 * Each call fails the running Check test. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_HEALTH_H
#define POSTERN_TESTS_E2E_SUPPORT_HEALTH_H

#include "tests/e2e/support/asking.h"

/* Starts the daemon with checks at each stage, and remembers how it stands. */
void health_begin(void);
/* The two steps of that, for what comes between; NULL: those checks. */
void health_configure(const char *checks);
void health_remember(void);

/* A message that passes, and one refused at MAIL, RCPT, its headers and its body each, with their documented replies. */
void health_expect_served(void);

/* Once all sessions are over: the workers are the same processes, none was started again, no descriptor is left open, and none spins. */
void health_expect_same(void);

/* Within some stretch of time all workers together use less than half a core. */
void health_expect_no_spin(void);

#define HOSTILE_MAIN(name, ...)                                                            \
	int main(void)                                                                     \
	{                                                                                  \
		const TTest *const tests[] = { __VA_ARGS__ };                              \
                                                                                           \
		asking_begin();                                                            \
		int status = suite_run(#name, tests, sizeof tests / sizeof tests[0], 120); \
		asking_end();                                                              \
		return status;                                                             \
	}

#endif
