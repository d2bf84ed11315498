/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop over line feeds in text_end is what a large attachment costs; everything else happens at lines that begin
 * with `--`. */
#include "policy/parse/mime_lines.h"

#include <assert.h>
#include <string.h>

void
mime_lines_init(struct mime_lines *lines, size_t line)
{
	memset(lines, 0, offsetof(struct mime_lines, held)); /* which is as full as held_length says */
	lines->line = line;
	lines->at_start = true;
}

void
mime_lines_feed(struct mime_lines *lines, struct bytes chunk)
{
	assert(lines->rest.length == 0);
	lines->rest = chunk;
}

void
mime_lines_finish(struct mime_lines *lines)
{
	assert(lines->rest.length == 0);
	lines->finished = true;
}

/* Whether text ends before this line, which begins with a hyphen: it is a delimiter, or, when its line feed has not come, may
 * become one with the next chunk. */
static bool
ends_text(const struct mime_boundaries *open, struct bytes line, bool complete)
{
	struct mime_delimiter delimiter;

	if (line.length > 1 && line.data[1] != '-')
		return false;
	return complete ? mime_boundaries_find(open, line, &delimiter) : line.length <= MIME_DELIMITER_MAX;
}

static const char *
text_end(struct mime_lines *lines, const struct mime_boundaries *open, bool one_line)
{
	const char *at = lines->rest.data;
	const char *end = at + lines->rest.length;
	size_t feeds = 0;

	while (at < end) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const char *next = feed != NULL ? feed + 1 : end;

		if (lines->at_start && *at == '-' &&
		    ends_text(open, (struct bytes){ at, (size_t)(next - at) }, feed != NULL))
			break;
		lines->at_start = feed != NULL;
		feeds += lines->at_start;
		at = next;
		if (one_line)
			break;
	}
	lines->line += feeds;
	return at;
}

static bool
take_text(struct mime_lines *lines, size_t length, bool from_start, struct mime_token *token_out)
{
	token_out->text = (struct bytes){ lines->rest.data, length };
	token_out->whole_line = from_start && lines->at_start;
	lines->rest = bytes_from(lines->rest, length);
	return true;
}

/* What was held turned out to be text. */
static bool
give_back(struct mime_lines *lines, bool whole_line, struct mime_token *token_out)
{
	token_out->text = (struct bytes){ lines->held, lines->held_length };
	token_out->whole_line = whole_line;
	lines->at_start = lines->held[lines->held_length - 1] == '\n';
	lines->line += lines->at_start;
	lines->held_length = 0;
	return true;
}

/* Goes on with a line of which the beginning is held. */
static bool
held_next(struct mime_lines *lines, const struct mime_boundaries *open, struct mime_token *token_out)
{
	ptrdiff_t feed = bytes_find(lines->rest, '\n');
	size_t take = feed >= 0 ? (size_t)feed + 1 : lines->rest.length;

	if (take > sizeof lines->held - lines->held_length)
		return give_back(lines, false, token_out);
	if (take > 0)
		memcpy(lines->held + lines->held_length, lines->rest.data, take);
	lines->held_length += take;
	lines->rest = bytes_from(lines->rest, take);
	if (feed < 0 && !lines->finished)
		return false;
	struct bytes line = { lines->held, lines->held_length };
	token_out->is_delimiter = mime_boundaries_find(open, line, &token_out->delimiter);
	if (!token_out->is_delimiter)
		return give_back(lines, true, token_out);
	lines->held_length = 0;
	lines->line++;
	return true;
}

bool
mime_lines_next(struct mime_lines *lines, const struct mime_boundaries *open, bool one_line,
		struct mime_token *token_out)
{
	*token_out = (struct mime_token){ 0 };
	if (lines->held_length > 0)
		return held_next(lines, open, token_out);
	if (lines->rest.length == 0)
		return false;
	if (open->count == 0)
		return take_text(lines, lines->rest.length, false, token_out);
	bool from_start = lines->at_start;
	size_t length = (size_t)(text_end(lines, open, one_line) - lines->rest.data);
	if (length > 0)
		return take_text(lines, length, from_start, token_out);
	ptrdiff_t feed = bytes_find(lines->rest, '\n');
	if (feed < 0) {
		lines->held_length = lines->rest.length;
		memcpy(lines->held, lines->rest.data, lines->rest.length);
		lines->rest = (struct bytes){ NULL, 0 };
		return false;
	}
	struct bytes line = { lines->rest.data, (size_t)feed + 1 };
	token_out->is_delimiter = mime_boundaries_find(open, line, &token_out->delimiter);
	lines->rest = bytes_from(lines->rest, line.length);
	lines->line++;
	return true;
}
