/* SPDX-License-Identifier: BSD-2-Clause */
/* clinic.h - a Postfix and a Postern for `postern doctor` to look at, which a test breaks. They are right when a test begins; the test
 * starts Postern itself.
 *
 *      clinic_begin();
 *      postern_start(&clinic.rig.postern);
 *      clinic_shell("postconf -c @ -e 'milter_default_action = accept'");
 *      struct opinion opinion = clinic_ask("");
 *      clinic_assert_wrong(&opinion, "mail passes", "postfix_default_action", "postconf -c @ -e ...");
 *      doctor_forget(&opinion);
 *
 * In the texts of commands `@` stands for the directory of Postfix's configuration, `#` for that of its queue. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_CLINIC_H
#define POSTERN_TESTS_E2E_SUPPORT_CLINIC_H

#include "tests/e2e/support/doctor.h"
#include "tests/e2e/support/rig.h"
#include "tests/support/suite.h"

struct clinic {
	struct rig rig;
	struct path etc, queue; /* of Postfix */
};
extern struct clinic clinic;

/* What Postern is configured to check: subject_missing is refused. */
extern const char clinic_policy[];

/* Starts Postfix, below a directory that Sendmail would trust a socket in. False when this machine cannot. */
bool clinic_open(void);
void clinic_close(void);

/* Whatever another test has left is made right again. */
void clinic_begin(void);

/* The text of a command with its places filled; for free(). */
char *clinic_fill(const char *text);
/* Runs it, and then makes Postfix's configuration old: postconf waits until a file is two seconds old before it believes it to be
 * complete. */
void clinic_shell(const char *text);
void clinic_age(void);

/* The doctor's opinion of the Postfix, with these options more. */
struct opinion clinic_ask(const char *options);

void clinic_assert_right(const char *when);
/* One thing is wrong, and the command that mends it is this one. */
void clinic_assert_wrong(const struct opinion *opinion, const char *when, const char *name, const char *mend);

#define CLINIC_MAIN(name, ...)                                                                          \
	int main(void)                                                                                  \
	{                                                                                               \
		const TTest *const tests[] = { __VA_ARGS__ };                                           \
                                                                                                        \
		if (!clinic_open())                                                                     \
			return RIG_SKIPPED;                                                             \
		int status = suite_run(#name, tests, sizeof tests / sizeof tests[0], RIG_TEST_TIMEOUT); \
		clinic_close();                                                                         \
		return status;                                                                          \
	}

#endif
