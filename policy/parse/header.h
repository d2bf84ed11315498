/* SPDX-License-Identifier: BSD-2-Clause */
/* header.h - header fields out of octets (RFC 5322 2.2), for messages in files and for the parts of a body.
 *
 *      header_init(&h);
 *      for each chunk: header_feed(&h, chunk); while (header_next(&h, &ev)) ...
 *      header_finish(&h); while (header_next(&h, &ev)) ...
 *
 * Chunks may be cut anywhere; the events are the same, save that one value may come as several runs. A value that
 * lies in one chunk comes as one run. Runs are raw: folds keep their line break and blank; the line break that ends the
 * field is in none, and white space around the colon is stripped: all of it before, one SP (not HTAB) after, which is
 * what a milter gets to see. Lines end in CRLF or LF; a lone CR is an ordinary octet.
 *
 * The header ends at an empty line, or before the first line that is no field (no name, a name with an octet outside
 * 33..126, a leading fold), as Postfix decides it; that line then belongs to the body and `unreadable` is set. Once
 * HEADER_END came, `header_rest` is the unread remainder of the chunk: the beginning of the body. What was consumed as a
 * possible name before the line turned out to be no field is given back first, by the event HEADER_BODY.
 * A name longer than HEADER_NAME_MAX still makes a field; its `name` is cut there and matches no known one. */
#ifndef POSTERN_POLICY_PARSE_HEADER_H
#define POSTERN_POLICY_PARSE_HEADER_H

#include "policy/parse/bytes.h"

enum { HEADER_NAME_MAX = 128 }; /* the longest registered field name has about 40 octets */

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
	size_t line;       /* of the field's first octet, counted from 1 at the first octet fed */
};

void header_init(struct header *header);
void header_feed(struct header *header, struct bytes chunk);
bool header_next(struct header *header, struct header_event *event_out);
void header_finish(struct header *header);
struct bytes header_rest(const struct header *header);

#endif
