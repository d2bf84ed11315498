/* SPDX-License-Identifier: BSD-2-Clause */
/* mime_lines.h - a body as text and delimiters, as it streams past.
 *
 *      mime_lines_init(&l, line);
 *      for each chunk: mime_lines_feed(&l, chunk); while (mime_lines_next(&l, open, false, &token)) ...
 *      mime_lines_finish(&l); while (mime_lines_next(&l, open, false, &token)) ...
 *
 * Text comes in runs as long as can be, most of them in the caller's chunk, and has all its line breaks; the one before
 * a delimiter is the end of a run. Only a line that may become a delimiter is held back, when a chunk ends in it. */
#ifndef POSTERN_POLICY_PARSE_MIME_LINES_H
#define POSTERN_POLICY_PARSE_MIME_LINES_H

#include "policy/parse/mime_boundary.h"

struct mime_lines {
	size_t line; /* number of the line that comes next, or would come after a delimiter at the end */
	/* the parser's own */
	struct bytes rest; /* of the chunk */
	bool at_start;     /* rest begins a line */
	bool finished;
	size_t held_length;
	char held[MIME_DELIMITER_MAX]; /* the beginning of a line that may become a delimiter */
};

struct mime_token {
	bool is_delimiter;
	struct mime_delimiter delimiter; /* of a delimiter */
	struct bytes text;               /* of text; valid until the next call */
	bool whole_line;                 /* the text begins and ends where a line does */
};

void mime_lines_init(struct mime_lines *lines, size_t line);
void mime_lines_feed(struct mime_lines *lines, struct bytes chunk); /* after all of the last one was taken */
void mime_lines_finish(struct mime_lines *lines);
/* With one_line a run of text ends with its line at the latest. */
bool mime_lines_next(struct mime_lines *lines, const struct mime_boundaries *open, bool one_line,
		     struct mime_token *token_out);

#endif
