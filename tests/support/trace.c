/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OCTET_MAX = 4 }; /* of an octet written as \xNN */

void
trace_reserve(struct trace *trace, size_t more)
{
	if (more < trace->size - trace->length)
		return;
	trace->size = (trace->length + more + 1) * 2;
	trace->text = realloc(trace->text, trace->size);
	if (trace->text == NULL)
		abort();
}

void
trace_add(struct trace *trace, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		abort();
	trace_reserve(trace, (size_t)length);
	va_start(arguments, format);
	vsnprintf(trace->text + trace->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	trace->length += (size_t)length;
}

static size_t
escape(unsigned char c, char escaped_out[OCTET_MAX])
{
	static const char hex[] = "0123456789abcdef";
	static const char plain[] = "\r\n\t\\", letters[] = "rnt\\";
	const char *found = c != '\0' ? strchr(plain, c) : NULL;

	escaped_out[0] = '\\';
	if (found != NULL) {
		escaped_out[1] = letters[found - plain];
		return 2;
	}
	escaped_out[1] = 'x';
	escaped_out[2] = hex[c >> 4];
	escaped_out[3] = hex[c & 0xf];
	return OCTET_MAX;
}

void
trace_add_bytes(struct trace *trace, struct bytes bytes)
{
	trace_reserve(trace, bytes.length * OCTET_MAX);
	char *end = trace->text + trace->length;
	for (size_t i = 0; i < bytes.length; i++) {
		unsigned char c = (unsigned char)bytes.data[i];

		if (c >= ' ' && c <= '~' && c != '\\')
			*end++ = (char)c;
		else
			end += escape(c, end);
	}
	*end = '\0';
	trace->length = (size_t)(end - trace->text);
}

const char *
trace_text(const struct trace *trace)
{
	return trace->length > 0 ? trace->text : "";
}

void
trace_free(struct trace *trace)
{
	free(trace->text);
	*trace = (struct trace){ .text = NULL };
}
