/* SPDX-License-Identifier: BSD-2-Clause */
/* The states, from line to line:
 *
 *      IN_NAME ----':'----> AFTER_COLON --> IN_VALUE --line break, then no blank--> IN_NAME
 *         |
 *         +--empty line, no field, or no more--> BEFORE_BODY --> DONE
 *
 * A name is looked for in the chunk itself and copied only when the chunk ends within it. A line break at the end of a
 * line of the value is held until the next octet tells a fold from the field's end. */
#include "policy/parse/header.h"

#include <string.h>

enum step {
	STEP_EVENT,  /* *event_out is set */
	STEP_ON,     /* the state changed: ask again */
	STEP_STARVED /* nothing more before the next chunk */
};

enum line_kind { LINE_UNDECIDED, LINE_FIELD, LINE_EMPTY, LINE_OTHER };

static const char cr[] = "\r", lf[] = "\n", crlf[] = "\r\n";

void
header_init(struct header *header)
{
	memset(header, 0, offsetof(struct header, held)); /* which is as full as held_length says */
	header->line = 1;
}

void
header_feed(struct header *header, struct bytes chunk)
{
	header->chunk = chunk;
}

void
header_finish(struct header *header)
{
	header->finished = true;
}

struct bytes
header_rest(const struct header *header)
{
	return header->chunk;
}

static void
consume(struct header *header, size_t count)
{
	header->chunk = bytes_from(header->chunk, count);
}

static enum step
event(const struct header *header, enum header_event_type type, struct bytes text, struct header_event *event_out)
{
	*event_out = (struct header_event){ type, text, header->field_line };
	return STEP_EVENT;
}

static bool
is_fold_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_name_octet(char c)
{
	return c > 32 && c < 127 && c != ':';
}

/* Whether the line is empty, with nothing of it read but possibly a CR that is held. */
static enum line_kind
classify_break(const struct header *header, size_t *used_out)
{
	struct bytes chunk = header->chunk;
	size_t at = 0;

	if (header->held_length == 0 && chunk.data[0] == '\r')
		at = 1;
	if (at == chunk.length)
		return LINE_UNDECIDED;
	*used_out = at + 1;
	return chunk.data[at] == '\n' ? LINE_EMPTY : LINE_OTHER;
}

/* What the line is, held octets and chunk together; of an empty line and of a field *used_out is what to consume of
 * the chunk. */
static enum line_kind
classify_line(struct header *header, size_t *used_out)
{
	struct bytes chunk = header->chunk;
	size_t room = HEADER_NAME_MAX - header->held_length;
	size_t limit = chunk.length < room ? chunk.length : room;
	size_t at = 0;

	if (header->held_length == header->name_length) {
		while (at < limit && is_name_octet(chunk.data[at]))
			at++;
		header->name_length += at;
	}
	if (header->name_length == 0)
		return classify_break(header, used_out);
	while (at < limit && is_fold_blank(chunk.data[at]))
		at++;
	if (at == chunk.length)
		return LINE_UNDECIDED;
	*used_out = at + 1;
	return chunk.data[at] == ':' ? LINE_FIELD : LINE_OTHER;
}

/* An undecided chunk fits: classify_line looks no further than there is room. */
static void
hold(struct header *header, struct bytes more)
{
	if (more.length > 0)
		memcpy(header->held + header->held_length, more.data, more.length);
	header->held_length += more.length;
}

static enum step
begin_field(struct header *header, size_t used, struct header_event *event_out)
{
	struct bytes name = { header->chunk.data, header->name_length };

	if (header->held_length > 0) {
		hold(header, (struct bytes){ header->chunk.data, used - 1 });
		name.data = header->held;
	}
	consume(header, used);
	header->held_length = 0;
	header->name_length = 0;
	header->field_line = header->line;
	header->state = HEADER_AFTER_COLON;
	return event(header, HEADER_NAME, name, event_out);
}

static enum step
end_header(struct header *header, bool unreadable, struct header_event *event_out)
{
	header->unreadable = unreadable;
	header->field_line = header->line;
	header->state = HEADER_BEFORE_BODY;
	return event(header, HEADER_END, (struct bytes){ NULL, 0 }, event_out);
}

static enum step
step_name(struct header *header, struct header_event *event_out)
{
	enum line_kind kind = LINE_UNDECIDED;
	size_t used = 0;

	if (header->chunk.length > 0)
		kind = classify_line(header, &used);
	else if (header->finished)
		return end_header(header, header->held_length > 0, event_out);
	switch (kind) {
	case LINE_FIELD:
		return begin_field(header, used, event_out);
	case LINE_EMPTY:
		consume(header, used);
		header->held_length = 0;
		header->line++;
		return end_header(header, false, event_out);
	case LINE_OTHER:
		return end_header(header, true, event_out);
	case LINE_UNDECIDED:
		break;
	}
	hold(header, header->chunk);
	consume(header, header->chunk.length);
	return header->finished ? STEP_ON : STEP_STARVED;
}

static enum step
step_after_colon(struct header *header)
{
	if (header->chunk.length == 0 && !header->finished)
		return STEP_STARVED;
	if (header->chunk.length > 0 && header->chunk.data[0] == ' ')
		consume(header, 1);
	header->state = HEADER_IN_VALUE;
	return STEP_ON;
}

/* The held line break: part of the value, or its end. */
static enum step
step_line_break(struct header *header, struct header_event *event_out)
{
	struct bytes text = bytes_of(header->line_break);
	char next = header->chunk.length > 0 ? header->chunk.data[0] : '\0';

	if (header->line_break == cr && next == '\n') {
		consume(header, 1);
		header->line_break = crlf;
		header->line++;
		return STEP_ON;
	}
	bool in_value = header->line_break == cr || is_fold_blank(next);
	header->line_break = NULL;
	if (in_value)
		return event(header, HEADER_VALUE, text, event_out);
	header->state = HEADER_IN_NAME;
	return event(header, HEADER_FIELD_END, (struct bytes){ NULL, 0 }, event_out);
}

/* A run of the value up to the chunk's end, or to the first line break that no blank follows. */
static enum step
step_run(struct header *header, struct header_event *event_out)
{
	struct bytes run = header->chunk;
	const char *end = run.data + run.length;
	const char *at = run.data;
	const char *found;

	while ((found = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		header->line++;
		at = found + 1;
		if (at == end || !is_fold_blank(*at))
			break;
	}
	if (found != NULL) {
		run.length = (size_t)(found - run.data);
		header->line_break = lf;
	}
	if (run.length > 0 && run.data[run.length - 1] == '\r') {
		run.length--;
		header->line_break = found != NULL ? crlf : cr;
	}
	consume(header, found != NULL ? (size_t)(at - run.data) : header->chunk.length);
	return run.length > 0 ? event(header, HEADER_VALUE, run, event_out) : STEP_ON;
}

static enum step
step_value(struct header *header, struct header_event *event_out)
{
	if (header->chunk.length == 0 && !header->finished)
		return STEP_STARVED;
	if (header->line_break != NULL)
		return step_line_break(header, event_out);
	if (header->chunk.length > 0)
		return step_run(header, event_out);
	header->state = HEADER_IN_NAME;
	return event(header, HEADER_FIELD_END, (struct bytes){ NULL, 0 }, event_out);
}

static enum step
step_before_body(struct header *header, struct header_event *event_out)
{
	header->state = HEADER_DONE;
	if (header->held_length == 0)
		return STEP_STARVED;
	return event(header, HEADER_BODY, (struct bytes){ header->held, header->held_length }, event_out);
}

static enum step
step(struct header *header, struct header_event *event_out)
{
	switch (header->state) {
	case HEADER_IN_NAME:
		return step_name(header, event_out);
	case HEADER_AFTER_COLON:
		return step_after_colon(header);
	case HEADER_IN_VALUE:
		return step_value(header, event_out);
	case HEADER_BEFORE_BODY:
		return step_before_body(header, event_out);
	case HEADER_DONE:
		break;
	}
	return STEP_STARVED;
}

bool
header_next(struct header *header, struct header_event *event_out)
{
	enum step result;

	do
		result = step(header, event_out);
	while (result == STEP_ON);
	return result == STEP_EVENT;
}
