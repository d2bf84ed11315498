/* SPDX-License-Identifier: BSD-2-Clause */
/* output.h - text to be printed, gathered in memory; and what senders wrote, made fit for a terminal and for JSON. */
#ifndef POSTERN_MILTER_OUTPUT_H
#define POSTERN_MILTER_OUTPUT_H

#include "policy/parse/bytes.h"

enum output_color { OUTPUT_COLOR_AUTO, OUTPUT_COLOR_ALWAYS, OUTPUT_COLOR_NEVER };

/* Whether to color standard output: auto means a terminal, and no NO_COLOR in the environment. */
bool output_colored(enum output_color color);

/* Zeroed, it is empty. Once memory is refused nothing is added any more. */
struct output {
	char *data;
	size_t length, size;
	bool refused;
};

void output_add(struct output *output, struct bytes text);
void output_format(struct output *output, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds UTF-8 text; what is not UTF-8 or would not show (controls, invisible and direction-changing characters) as \x1b or
 * \u200b. */
void output_text(struct output *output, struct bytes text);

void output_clear(struct output *output); /* keeps the memory for the next text */
void output_free(struct output *output);

/* Appends text to buffer as UTF-8, with U+FFFD for what is none. */
void output_utf8(char *buffer, size_t size, struct bytes text);

#endif
