/* SPDX-License-Identifier: BSD-2-Clause */
/* markup.h - text and numbers for a page: whatever they hold, they are no markup. */
#ifndef POSTERN_MILTER_SURVEY_MARKUP_H
#define POSTERN_MILTER_SURVEY_MARKUP_H

#include "milter/output.h"

/* Markup of our own, as it stands. */
void markup_add(struct output *output, const char *markup);
/* Text of anybody's, for element content and for attributes in double quotes: what does not show as \x1b or \u200b (output_text), and the
 * five characters that markup is made of as references. */
void markup_text(struct output *output, struct bytes text);
/* Digits in groups of three with narrow no-break spaces between. */
void markup_number(struct output *output, size_t number);
/* "12.34", of 100, whatever the locale. part of whole, which may be 0. */
void markup_percent(struct output *output, size_t part, size_t whole);

#endif
