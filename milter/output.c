/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/output.h"

#include "policy/parse/charset.h"
#include "policy/parse/visible.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT_SIZE_MIN = 4096 }; /* a lot of messages without findings */

bool
output_colored(enum output_color color)
{
	const char *refused = getenv("NO_COLOR");

	if (color == OUTPUT_COLOR_AUTO)
		return isatty(STDOUT_FILENO) && (refused == NULL || refused[0] == '\0');
	return color == OUTPUT_COLOR_ALWAYS;
}

/* Room for more octets and a NUL. */
static bool
reserve(struct output *output, size_t more)
{
	size_t size = output->size < OUTPUT_SIZE_MIN ? OUTPUT_SIZE_MIN : output->size;

	if (output->refused)
		return false;
	if (output->size - output->length > more)
		return true;
	while (size - output->length <= more)
		size *= 2;
	char *data = realloc(output->data, size);
	if (data == NULL) {
		output->refused = true;
		return false;
	}
	output->data = data;
	output->size = size;
	return true;
}

void
output_add(struct output *output, struct bytes text)
{
	if (text.length == 0 || !reserve(output, text.length))
		return;
	memcpy(output->data + output->length, text.data, text.length);
	output->length += text.length;
}

void
output_format(struct output *output, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length <= 0 || !reserve(output, (size_t)length))
		return;
	va_start(arguments, format);
	vsnprintf(output->data + output->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	output->length += (size_t)length;
}

static void
add_point(struct output *output, uint32_t point)
{
	char utf8[8] = "";

	if (point != ' ' && point != CHARSET_INVALID && !visible_point(point)) {
		output_format(output, point < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)point);
		return;
	}
	charset_append_utf8(utf8, sizeof utf8, point);
	output_add(output, bytes_of(utf8));
}

/* Octets at the beginning that are printable ASCII. */
static size_t
plain_octets(struct bytes text)
{
	size_t length = 0;

	while (length < text.length && text.data[length] >= ' ' && text.data[length] < 0x7f)
		length++;
	return length;
}

void
output_text(struct output *output, struct bytes text)
{
	struct charset charset;
	uint32_t point;
	size_t plain = plain_octets(text);

	output_add(output, (struct bytes){ text.data, plain });
	if (plain == text.length)
		return;
	charset_open(&charset, bytes_of("utf-8"));
	charset_feed(&charset, bytes_from(text, plain));
	while (charset_next(&charset, &point))
		add_point(output, point);
	charset_finish(&charset);
	while (charset_next(&charset, &point))
		add_point(output, point);
	charset_close(&charset);
}

void
output_clear(struct output *output)
{
	output->length = 0;
	output->refused = false;
}

void
output_free(struct output *output)
{
	free(output->data);
	*output = (struct output){ .data = NULL };
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
