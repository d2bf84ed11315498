/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - octets of a message that is being put together. Zeroed it is empty; memory that is refused fails the test. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_TEXT_H
#define POSTERN_TESTS_DIFFERENTIAL_TEXT_H

#include "policy/parse/bytes.h"

struct text {
	char *data;
	size_t length, size;
};

struct bytes text_bytes(const struct text *text);
void text_add(struct text *text, struct bytes more); /* more does not lie in text */
void text_add_string(struct text *text, const char *string);
void text_clear(struct text *text); /* empty, with its memory */
void text_free(struct text *text);

/* The octets up to and with the first line feed, or all. */
struct bytes line_of(struct bytes text);
/* The line without CRs and LF at its end. */
struct bytes line_text(struct bytes line);

bool contains(struct bytes text, const char *word); /* without regard to case */

#endif
