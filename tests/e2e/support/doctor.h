/* SPDX-License-Identifier: BSD-2-Clause */
/* doctor.h - `postern doctor` run by a test, and what it found.
 *
 *      struct opinion opinion = doctor_ask("/path/postern", "--postfix /etc/postfix");
 *      ck_assert_str_eq(opinion.wrong, "postfix_default_action");
 *      ... doctor_says(&opinion, "postfix_default_action", "mend") is the command for it ...
 *      doctor_forget(&opinion);
 */
#ifndef POSTERN_TESTS_E2E_SUPPORT_DOCTOR_H
#define POSTERN_TESTS_E2E_SUPPORT_DOCTOR_H

#include <jansson.h>

struct opinion {
	int status;
	char wrong[1024]; /* names of all warnings and errors, in their order, blanks between */
	json_t *remarks;  /* all of them */
};

/* Runs it with these options and --json. What is no JSON ends the program. */
struct opinion doctor_ask(const char *program, const char *options);
void doctor_forget(struct opinion *opinion);

/* What a remark of that name says under "what", "mend": the first one that is wrong, else the first; "" when there is no such remark, or it says nothing. */
const char *doctor_says(const struct opinion *opinion, const char *name, const char *key);

#endif
