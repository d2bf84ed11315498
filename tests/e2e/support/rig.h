/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.h - what an end-to-end test runs in: a temporary directory, Postern, and a Postfix that asks it.
 *
 *      static struct rig rig;
 *      START_TEST(...) { ... rig.postfix.port ... } END_TEST
 *      RIG_MAIN(rig, suite_name, postern_all_checks, tests...)
 *
 * One for a test program, shared by its tests. Where Postfix cannot be run the program says why and is skipped. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_RIG_H
#define POSTERN_TESTS_E2E_SUPPORT_RIG_H

#include "tests/e2e/support/postern.h"
#include "tests/e2e/support/postfix.h"

struct rig {
	struct tempdir dir;
	struct postern postern;
	struct postfix postfix;
};

enum {
	RIG_SKIPPED = 77, /* exit status, as Automake's: neither passed nor failed */
	RIG_TEST_TIMEOUT = 60,
};

/* Prepares all three; starts nothing. Returns false after saying why when this machine cannot. */
bool rig_prepare(struct rig *rig);
/* Prepares them and starts Postfix; and Postern, unless config is NULL: then each test configures and starts its own. */
bool rig_open(struct rig *rig, const char *config);
void rig_close(struct rig *rig);

#define RIG_MAIN(rig, name, config, ...)                                                                \
	int main(void)                                                                                  \
	{                                                                                               \
		const TTest *const tests[] = { __VA_ARGS__ };                                           \
                                                                                                        \
		if (!rig_open(&(rig), config))                                                          \
			return RIG_SKIPPED;                                                             \
		int status = suite_run(#name, tests, sizeof tests / sizeof tests[0], RIG_TEST_TIMEOUT); \
		rig_close(&(rig));                                                                      \
		return status;                                                                          \
	}

#endif
