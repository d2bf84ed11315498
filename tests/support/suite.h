/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.h - the main function of a test program: one suite of Check tests in one file.
 *
 *      START_TEST(null_path_has_no_domain) { ... } END_TEST
 *      SUITE_MAIN(address, null_path_has_no_domain, ...)
 *
 * Tests are named by sentences; each runs in a process of its own. */
#ifndef POSTERN_TESTS_SUPPORT_SUITE_H
#define POSTERN_TESTS_SUPPORT_SUITE_H

#include <check.h>

/* Runs the tests with timeout_s seconds for each and returns the exit status of the program. */
int suite_run(const char *name, const TTest *const *tests, size_t count, double timeout_s);

#define SUITE_MAIN(name, ...) SUITE_MAIN_TIMEOUT(name, 60, __VA_ARGS__)
#define SUITE_MAIN_TIMEOUT(name, timeout_s, ...)                                           \
	int main(void)                                                                     \
	{                                                                                  \
		const TTest *const tests[] = { __VA_ARGS__ };                              \
		return suite_run(#name, tests, sizeof tests / sizeof tests[0], timeout_s); \
	}

#endif
