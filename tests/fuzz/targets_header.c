/* SPDX-License-Identifier: BSD-2-Clause */
/* Parsers of what stands in a message's header and envelope. */
#include "policy/parse/address_plain.h"
#include "policy/parse/header.h"
#include "policy/parse/params.h"
#include "policy/parse/words.h"
#include "tests/fuzz/targets.h"
#include "tests/support/points.h"

#include <string.h>

static bool
drain_header(struct trace *trace, struct header *header)
{
	struct header_event event;
	bool ended = false;

	while (header_next(header, &event)) {
		if (event.type != HEADER_VALUE && event.type != HEADER_BODY)
			trace_add(trace, "<%d@%zu>", event.type, event.line);
		trace_add_bytes(trace, event.text);
		ended |= event.type == HEADER_END;
	}
	return ended;
}

static void
trace_header(struct trace *trace, struct cutter *cutter)
{
	struct header header;
	struct bytes piece;
	bool ended = false;

	header_init(&header);
	while (cutter_next(cutter, &piece)) {
		if (ended) {
			trace_add_bytes(trace, piece);
			continue;
		}
		header_feed(&header, piece);
		ended = drain_header(trace, &header);
		if (ended)
			trace_add_bytes(trace, header_rest(&header));
	}
	header_finish(&header);
	FUZZ_ASSERT(drain_header(trace, &header) != ended);
	trace_add(trace, "%s", header.unreadable ? " unreadable" : "");
}

static void
drain_address(struct trace *trace, struct address_parser *parser)
{
	struct address_event event;

	while (address_next(parser, &event)) {
		trace_add(trace, "<%d>", event.type);
		if (event.type != ADDRESS_MAILBOX && event.type != ADDRESS_READING)
			continue;
		FUZZ_ASSERT(event.local.length <= ADDRESS_LOCAL_MAX && event.domain.length <= ADDRESS_DOMAIN_MAX);
		trace_add_bytes(trace, event.local);
		trace_add(trace, " @ ");
		trace_add_bytes(trace, event.domain);
		trace_add(trace, " !%x", event.flaws);
		FUZZ_ASSERT(event.flaws == 0 || address_flaw_text(event.flaws)[0] != '\0');
	}
}

static void
trace_address(struct trace *trace, struct cutter *cutter)
{
	struct address_parser parser;
	struct bytes piece;

	address_init(&parser);
	while (cutter_next(cutter, &piece)) {
		address_feed(&parser, piece);
		drain_address(trace, &parser);
	}
	address_finish(&parser);
	drain_address(trace, &parser);
}

/* The short way gives what the parser gives. */
static void
check_plain(struct bytes text)
{
	struct address_parser parser;
	struct address_plain plain;
	struct address_event event;

	if (!address_plain(text, &plain))
		return;
	address_init(&parser);
	address_feed(&parser, text);
	bool early = address_next(&parser, &event);
	address_finish(&parser);
	FUZZ_ASSERT(!early && address_next(&parser, &event));
	FUZZ_ASSERT(event.type == ADDRESS_MAILBOX && event.flaws == 0);
	FUZZ_ASSERT(event.local.length == plain.local.length && event.domain.length == plain.domain.length);
	FUZZ_ASSERT(memcmp(event.local.data, plain.local.data, plain.local.length) == 0);
	FUZZ_ASSERT(memcmp(event.domain.data, plain.domain.data, plain.domain.length) == 0);
	FUZZ_ASSERT(!address_next(&parser, &event));
}

/* A null path has nothing else, and blanks around a path do not matter. */
static void
trace_address_path(struct trace *trace, struct cutter *cutter)
{
	struct address_path path, trimmed;
	struct bytes text = cutter_rest(cutter);

	(void)trace;
	check_plain(text);
	address_parse_path(text, &path);
	FUZZ_ASSERT(memchr(path.local, '\0', sizeof path.local) != NULL);
	FUZZ_ASSERT(memchr(path.domain, '\0', sizeof path.domain) != NULL);
	FUZZ_ASSERT(!path.null || (path.local[0] == '\0' && path.domain[0] == '\0' && path.flaws == 0));
	if (path.null || (path.flaws & ADDRESS_UNREADABLE) != 0)
		return;
	FUZZ_ASSERT(path.domain[0] != '\0');
	address_parse_path(bytes_trim(text), &trimmed);
	FUZZ_ASSERT(trimmed.flaws == path.flaws && strcmp(trimmed.local, path.local) == 0 &&
		    strcmp(trimmed.domain, path.domain) == 0);
}

static void
trace_params(struct trace *trace, struct cutter *cutter)
{
	struct params params;
	struct bytes piece;

	params_init(&params);
	while (cutter_next(cutter, &piece))
		params_feed(&params, piece);
	params_finish(&params);
	trace_add_bytes(trace, bytes_of(params.value));
	for (int name = 0; name < PARAMS_COUNT; name++) {
		const char *text = params_get(&params, (enum params_name)name);

		if (text == NULL)
			continue;
		trace_add(trace, " <%d>", name);
		trace_add_bytes(trace, bytes_of(text));
	}
	trace_add(trace, " !%x", params.flaws);
}

/* Charsets have at most a few characters in an octet, and an undecodable word comes as it stands. */
static void
trace_words(struct trace *trace, struct cutter *cutter)
{
	struct words words;
	struct bytes value = cutter_rest(cutter);
	size_t points = 0;
	uint32_t point;

	(void)trace;
	words_init(&words, value);
	for (; words_next(&words, &point); points++)
		FUZZ_ASSERT(point == CHARSET_INVALID || (point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)));
	FUZZ_ASSERT(!words.refused);
	FUZZ_ASSERT(points <= 4 * value.length);
	words_close(&words);
}

const struct fuzz_target fuzz_header = { .name = "header", .trace = trace_header };
const struct fuzz_target fuzz_address = { .name = "address", .trace = trace_address };
const struct fuzz_target fuzz_address_path = { .name = "address_path",
					       .takes_whole = true,
					       .trace = trace_address_path };
const struct fuzz_target fuzz_params = { .name = "params", .trace = trace_params };
const struct fuzz_target fuzz_words = { .name = "words", .takes_whole = true, .trace = trace_words };
