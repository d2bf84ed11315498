/* SPDX-License-Identifier: BSD-2-Clause */
/* cases.h - messages, and which check finds something in them. Every row of the table of checks has at least one case that fires and
 * one that passes (test_checks.c). Texts are written with LF; test_messages.c runs them with CRLF too, and with the body
 * cut at every octet. All checks are at their presets but for `setting`. */
#ifndef POSTERN_TESTS_POLICY_CASES_H
#define POSTERN_TESTS_POLICY_CASES_H

#include <stdbool.h>
#include <stddef.h>

struct message_case {
	const char *check;
	bool fires;
	const char *sentence;
	const char *sender;  /* path of MAIL FROM; NULL: not known */
	const char *setting; /* "param=value" of the check, or NULL; lists between blanks */
	const char *text;
	const char *value; /* what the finding must name: part, name or value; NULL: anything */
};

struct message_cases {
	const struct message_case *cases;
	size_t count;
};

extern const struct message_cases envelope_cases, subject_cases, alignment_cases, attachment_cases, body_cases,
	syntax_cases, transport_cases;
extern const struct message_cases *const all_cases[];
extern const size_t all_cases_count;

#define MESSAGE_CASES(name, array) const struct message_cases name = { array, sizeof array / sizeof array[0] }

#endif
