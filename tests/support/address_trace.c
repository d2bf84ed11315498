/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/address_trace.h"

#include <check.h>

const struct address_flaw_name address_flaw_names[ADDRESS_FLAW_COUNT] = {
	{ ADDRESS_NONE_THERE, "none_there" },
	{ ADDRESS_DOMAIN_MISSING, "domain_missing" },
	{ ADDRESS_QUOTE_OPEN, "quote_open" },
	{ ADDRESS_COMMENT_OPEN, "comment_open" },
	{ ADDRESS_ANGLE_OPEN, "angle_open" },
	{ ADDRESS_LITERAL_OPEN, "literal_open" },
	{ ADDRESS_CONTROL, "control" },
	{ ADDRESS_SEVERAL_AT, "several_at" },
	{ ADDRESS_BLANK, "blank" },
	{ ADDRESS_DOMAIN_QUOTED, "domain_quoted" },
	{ ADDRESS_TOO_LONG, "too_long" },
	{ ADDRESS_QUOTE_UNCLEAR, "quote_unclear" },
	{ ADDRESS_DOMAIN_CHARACTER, "domain_character" },
	{ ADDRESS_SPECIAL, "special" },
	{ ADDRESS_LOCAL_MISSING, "local_missing" },
	{ ADDRESS_LOCAL_STARTS_WITH_DOT, "local_starts_with_dot" },
	{ ADDRESS_LOCAL_ENDS_WITH_DOT, "local_ends_with_dot" },
	{ ADDRESS_LOCAL_TWO_DOTS, "local_two_dots" },
	{ ADDRESS_DOMAIN_EMPTY_LABEL, "domain_empty_label" },
	{ ADDRESS_DOMAIN_HYPHEN, "domain_hyphen" },
	{ ADDRESS_ROUTE, "route" },
	{ ADDRESS_EXTRA, "extra" },
	{ ADDRESS_SPREAD, "spread" },
};

void
trace_address_flaws(struct trace *trace, uint32_t flaws)
{
	for (size_t i = 0; i < ADDRESS_FLAW_COUNT; i++)
		if ((flaws & address_flaw_names[i].flaw) != 0)
			trace_add(trace, " !%s", address_flaw_names[i].name);
	ck_assert_uint_eq(flaws >> ADDRESS_FLAW_COUNT, 0);
}

static void
drain(struct address_parser *parser, struct trace *trace)
{
	static const char *const types[] = {
		[ADDRESS_MAILBOX] = "mailbox ",
		[ADDRESS_READING] = "reading ",
		[ADDRESS_GROUP] = "group",
		[ADDRESS_GROUP_END] = "group-end",
	};
	struct address_event event;

	while (address_next(parser, &event)) {
		trace_add(trace, "%s%s", trace->length > 0 ? "; " : "", types[event.type]);
		trace_add_bytes(trace, event.local);
		if (event.domain.length > 0)
			trace_add(trace, "@");
		trace_add_bytes(trace, event.domain);
		trace_address_flaws(trace, event.flaws);
	}
}

void
trace_address(struct trace *trace, const struct bytes *chunks, size_t count)
{
	struct address_parser parser;

	address_init(&parser);
	for (size_t i = 0; i < count; i++) {
		address_feed(&parser, chunks[i]);
		drain(&parser, trace);
	}
	address_finish(&parser);
	drain(&parser, trace);
}

void
check_address_cases(const struct cut_case *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_cuts(&rows[i], trace_address);
}
