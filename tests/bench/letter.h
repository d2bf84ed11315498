/* SPDX-License-Identifier: BSD-2-Clause */
/* letter.h - a message with all its octets, and what must come of it. */
#ifndef POSTERN_TESTS_BENCH_LETTER_H
#define POSTERN_TESTS_BENCH_LETTER_H

#include <stdbool.h>
#include <stddef.h>

struct letter {
	const char *sender; /* MAIL FROM, between the <> */
	const char *text;   /* header section and body with LF line ends */
	const char *reply;  /* "554 5.6.0 Subject not present"; NULL: it is accepted */
	bool or_accepted;   /* that is as right */
};

/* A filter's packet. */
struct reply {
	char kind;
	const char *text; /* with its NUL, where there is a text */
	size_t length;
};

bool letter_answered_by(const struct letter *letter, const struct reply *reply);

/* The samples of the end-to-end tests (samples.h) as letters: judged with the checks on that these want. Returns how many there are. */
enum { LETTERS_MAX = 64 };
size_t letters_of_samples(struct letter letters_out[LETTERS_MAX]);

#endif
