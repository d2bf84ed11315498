/* SPDX-License-Identifier: BSD-2-Clause */
/* output.h - what senders wrote, fit for a terminal and for JSON. */
#ifndef POSTERN_MILTER_OUTPUT_H
#define POSTERN_MILTER_OUTPUT_H

#include "policy/parse/bytes.h"

#include <stdio.h>

enum output_color { OUTPUT_COLOR_AUTO, OUTPUT_COLOR_ALWAYS, OUTPUT_COLOR_NEVER };

/* Whether to colour standard output: auto means a terminal, and no NO_COLOR in the environment. */
bool output_colored(enum output_color color);

/* Prints UTF-8 text; what is not UTF-8 or would not show (controls, invisible and direction-changing characters) as \x1b or
 * \u200b. */
void output_text(FILE *stream, struct bytes text);

/* Appends text to buffer as UTF-8, with U+FFFD for what is none. */
void output_utf8(char *buffer, size_t size, struct bytes text);

#endif
