/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/points.h"
#include "policy/parse/charset.h"

#include <inttypes.h>

static void
add_ascii(struct trace *trace, char c)
{
	trace_reserve(trace, 1);
	trace->text[trace->length++] = c;
	trace->text[trace->length] = '\0';
}

void
trace_add_point(struct trace *trace, uint32_t point)
{
	if (point == CHARSET_INVALID)
		trace_add(trace, "<invalid>");
	else if (point >= ' ' && point < 0x7f)
		add_ascii(trace, (char)point);
	else
		trace_add(trace, "<U+%04" PRIX32 ">", point);
}
