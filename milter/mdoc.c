/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/mdoc.h"

#include <string.h>

static void
print_plain(struct bytes text, FILE *stream)
{
	for (size_t i = 0; i < text.length; i++) {
		switch (text.data[i]) {
		case '\\':
			fputs("\\e", stream);
			break;
		case '`':
			fputs("\\(ga", stream);
			break;
		case '\'':
			fputs("\\(aq", stream);
			break;
		case '"':
			fputs("\\(dq", stream);
			break;
		default:
			fputc(text.data[i], stream);
		}
	}
}

void
mdoc_text(const char *text, FILE *stream)
{
	while (*text != '\0') {
		const char *stop = strstr(text, ". ");
		size_t length = stop != NULL ? (size_t)(stop + 1 - text) : strlen(text);

		if (text[0] == '.')
			fputs("\\&", stream);
		print_plain((struct bytes){ text, length }, stream);
		fputc('\n', stream);
		text += length;
		text += strspn(text, " ");
	}
}

void
mdoc_argument(const char *text, FILE *stream)
{
	fputc('"', stream);
	print_plain(bytes_of(text), stream);
	fputc('"', stream);
}
