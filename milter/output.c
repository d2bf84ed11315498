/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/output.h"

#include "policy/parse/charset.h"
#include "policy/parse/visible.h"

#include <stdlib.h>
#include <unistd.h>

bool
output_colored(enum output_color color)
{
	const char *refused = getenv("NO_COLOR");

	if (color == OUTPUT_COLOR_AUTO)
		return isatty(STDOUT_FILENO) && (refused == NULL || refused[0] == '\0');
	return color == OUTPUT_COLOR_ALWAYS;
}

static void
print_point(FILE *stream, uint32_t point)
{
	char utf8[8] = "";

	if (point != ' ' && point != CHARSET_INVALID && !visible_point(point)) {
		fprintf(stream, point < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)point);
		return;
	}
	charset_append_utf8(utf8, sizeof utf8, point);
	fputs(utf8, stream);
}

void
output_text(FILE *stream, struct bytes text)
{
	struct charset charset;
	uint32_t point;

	charset_open(&charset, bytes_of("utf-8"));
	charset_feed(&charset, text);
	while (charset_next(&charset, &point))
		print_point(stream, point);
	charset_finish(&charset);
	while (charset_next(&charset, &point))
		print_point(stream, point);
	charset_close(&charset);
}

void
output_utf8(char *buffer, size_t size, struct bytes text)
{
	struct charset charset;
	uint32_t point;
	bool room = true;

	charset_open(&charset, bytes_of("utf-8"));
	charset_feed(&charset, text);
	while (room && charset_next(&charset, &point))
		room = charset_append_utf8(buffer, size, point);
	charset_finish(&charset);
	while (room && charset_next(&charset, &point))
		room = charset_append_utf8(buffer, size, point);
	charset_close(&charset);
}
