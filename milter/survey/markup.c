/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/markup.h"

#include <stdio.h>

enum { NUMBER_MAX = 32, GROUP = 3 }; /* digits of a size_t, with room */

void
markup_add(struct output *output, const char *markup)
{
	output_add(output, bytes_of(markup));
}

static const char *
reference_for(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
markup_text(struct output *output, struct bytes text)
{
	struct output plain = { .data = NULL };
	size_t begin = 0;

	output_text(&plain, text);
	for (size_t i = 0; i < plain.length; i++) {
		const char *reference = reference_for(plain.data[i]);

		if (reference == NULL)
			continue;
		output_add(output, (struct bytes){ plain.data + begin, i - begin });
		markup_add(output, reference);
		begin = i + 1;
	}
	if (begin < plain.length)
		output_add(output, (struct bytes){ plain.data + begin, plain.length - begin });
	output->refused = output->refused || plain.refused;
	output_free(&plain);
}

void
markup_number(struct output *output, size_t number)
{
	char digits[NUMBER_MAX];
	size_t length = (size_t)snprintf(digits, sizeof digits, "%zu", number);

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % GROUP == 0)
			markup_add(output, "\xe2\x80\xaf");
		output_add(output, (struct bytes){ digits + i, 1 });
	}
}

void
markup_percent(struct output *output, size_t part, size_t whole)
{
	size_t hundredths = whole > 0 ? (size_t)((double)part * 10000 / (double)whole + 0.5) : 0;

	output_format(output, "%zu.%02zu", hundredths / 100, hundredths % 100);
}
