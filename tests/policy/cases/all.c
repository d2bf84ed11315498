/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/policy/cases/cases.h"

const struct message_cases *const all_cases[] = {
	&envelope_cases, &subject_cases, &alignment_cases, &attachment_cases,
	&body_cases,     &syntax_cases,  &transport_cases,
};
const size_t all_cases_count = sizeof all_cases / sizeof all_cases[0];
