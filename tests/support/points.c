/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/points.h"
#include "policy/parse/charset.h"

#include <inttypes.h>

void
trace_add_point(struct trace *trace, uint32_t point)
{
	if (point == CHARSET_INVALID)
		trace_add(trace, "<invalid>");
	else if (point >= ' ' && point < 0x7f)
		trace_add(trace, "%c", (char)point);
	else
		trace_add(trace, "<U+%04" PRIX32 ">", point);
}
