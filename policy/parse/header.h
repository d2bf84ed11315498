/* SPDX-License-Identifier: BSD-2-Clause */
/* header.h - header fields out of octets (RFC 5322 2.2), for messages in files and for the parts of a body.
 *
 *      header_init(&h);
 *      for each chunk: header_feed(&h, chunk); while (header_next(&h, &ev)) ...
 *      header_finish(&h); while (header_next(&h, &ev)) ...
 *
 * Chunks may be cut anywhere; the events are the same, save that one value may come as several runs. A value that
 * lies in one chunk comes as one run, but for a CR that ends the chunk; an empty one as none. Runs are raw: folds keep
 * their line break and blank; the line break that ends the field is in none, and white space around the colon is
 * stripped: all of it before, one SP (not HTAB) after, which is what a milter gets to see. Lines end in CRLF or LF; a
 * lone CR is an ordinary octet.
 *
 * The header ends at an empty line, or before the first line that is no field, as Postfix decides it; that line then
 * belongs to the body and `unreadable` is set. A line is a field when it begins with a name of octets 33..126, blanks
 * if any and a colon, with the colon among its first HEADER_NAME_MAX + 1 octets; or, within a field, with a blank.
 *
 * Once HEADER_END came, no octet of the body is lost: those that were held as a possible name from earlier chunks come
 * as one HEADER_BODY, and header_rest is what follows them in this chunk. Nothing allocates or fails. */
#ifndef POSTERN_POLICY_PARSE_HEADER_H
#define POSTERN_POLICY_PARSE_HEADER_H

#include "policy/parse/bytes.h"

enum {
	HEADER_NAME_MAX = 998 /* octets up to the colon: RFC 5322 2.1.1 gives a whole line no more */
};

enum header_event_type {
	HEADER_NAME,      /* a field begins: text is its name as written */
	HEADER_VALUE,     /* a run of its value */
	HEADER_FIELD_END, /* the field is complete; comes for every HEADER_NAME */
	HEADER_BODY,      /* octets of the body that were held back: after HEADER_END only */
	HEADER_END        /* the header is complete; comes once */
};

struct header_event {
	enum header_event_type type;
	struct bytes text; /* valid until the next call */
	size_t line;       /* of the field's first octet, or of the body's; counted from 1 at the first octet fed */
};

struct header {
	bool unreadable; /* the header ended before a line that is no field */

	/* The rest is the parser's own. */
	enum {
		HEADER_IN_NAME, /* at a line's beginning, or in what may be a name */
		HEADER_AFTER_COLON,
		HEADER_IN_VALUE,
		HEADER_BEFORE_BODY, /* HEADER_END came, HEADER_BODY may be due */
		HEADER_DONE
	} state;
	bool finished;
	struct bytes chunk;     /* what is unread of it */
	const char *line_break; /* ends a line of the value, or did not yet: "\r"; NULL when none is held */
	size_t held_length;
	size_t name_length; /* octets of the line's name read so far, held or not */
	size_t line;
	size_t field_line;
	char held[HEADER_NAME_MAX]; /* the line's octets from earlier chunks while it may be a field */
};

void header_init(struct header *header);
void header_feed(struct header *header, struct bytes chunk);
bool header_next(struct header *header, struct header_event *event_out);
void header_finish(struct header *header);
struct bytes header_rest(const struct header *header);

#endif
