/* SPDX-License-Identifier: BSD-2-Clause */
/* mime.h - the parts of a message, as its body streams past (RFC 2045, 2046, 2183).
 *
 *      mime_init(&m);
 *      mime_field(&m, name, value) for each header field of the message (others than MIME's are passed over);
 *      mime_end_of_headers(&m, line);          line: that of the body's first octet
 *          while (mime_next(&m, &ev)) ...
 *      for each chunk: mime_feed(&m, chunk); while (mime_next(&m, &ev)) ...
 *      mime_finish(&m); while (mime_next(&m, &ev)) ...
 *
 * Chunks may be cut anywhere; the events are the same, save that one run of data may come as several MIME_DATA. The
 * data of a leaf is what lies between its header and the line break before the next delimiter, still encoded; of the
 * last part of a message that ends without a delimiter it is everything. Lines end in CRLF or LF, also mixed.
 *
 * Only leaves have events. A multipart has none; its preamble and epilogue are passed over. A multipart that has no
 * boundary, or for which there is no room, is a leaf of its own type, so that nothing in it goes unseen. A
 * message/rfc822 (or message/global) in an identity encoding is a leaf with `enclosed` set and is not looked into; its
 * lines are searched for the delimiters around it alone.
 *
 * Delimiters are those of mime_boundary.h. One of an outer multipart ends all within; those of a multipart that was
 * closed are text. One ends a part's header too; where the empty line after a multipart's header is missing, the line
 * there may be its first delimiter. What a header says of its part is told in mime_part.h.
 *
 * Defects are bits in m.flaws, all of them known after mime_finish. Nothing fails but the decoding of a file name, when the
 * system refuses iconv memory (part->name_refused); nothing else allocates. Memory: below 16 KiB, whatever the message. */
#ifndef POSTERN_POLICY_PARSE_MIME_H
#define POSTERN_POLICY_PARSE_MIME_H

#include "policy/parse/header.h"
#include "policy/parse/mime_lines.h"

enum {
	MIME_PARTS_MAX = 10000 /* default; the largest seen digests have 1,000 */
};

enum mime_flaw {
	MIME_BOUNDARY_MISSING = 1 << 0, /* a multipart without a boundary parameter, or with an empty one */
	MIME_BOUNDARY_UNSEEN = 1 << 1,  /* a multipart of which no delimiter was found: it has no parts */
	MIME_NESTED_TOO_DEEP = 1 << 2,  /* past a limit of depth or open boundaries: taken as a leaf from there */
	MIME_TOO_MANY_PARTS = 1 << 3,   /* past the limit of parts: the rest is passed over */
	MIME_UNCLOSED = 1 << 4, /* begun, but the message ended or an outer delimiter came before its close delimiter */
	MIME_ENCODED_MULTIPART = 1 << 5, /* a multipart with base64 or the like (RFC 2045 6.4): read as it stands */
	MIME_HEADER_UNREADABLE = 1 << 6, /* of a part: a line that is no field; of any: a field cut for its length */
	MIME_ENCODING_UNKNOWN = 1 << 7   /* a Content-Transfer-Encoding nobody knows */
};

enum mime_event_type {
	MIME_PART,    /* a leaf's header is complete: part */
	MIME_DATA,    /* a run of its data: data */
	MIME_PART_END /* its end; `cut` when the message ended before a delimiter of the multipart around it came */
};

struct mime_event {
	enum mime_event_type type;
	struct bytes data;            /* not empty; valid until the next call */
	const struct mime_part *part; /* of every event; valid until the call after the part's end */
	bool cut;
};

struct mime {
	unsigned flaws;       /* of enum mime_flaw */
	unsigned depth_limit; /* multiparts within each other, MIME_DEPTH_MAX at most; may be set after mime_init */
	unsigned parts_limit; /* parts of all multiparts, multiparts included; may be set after mime_init */

	/* The rest is the parser's own. */
	enum {
		MIME_IN_FIELDS, /* of the message, given by mime_field */
		MIME_IN_HEADER, /* of a part */
		MIME_IN_LEAF,
		MIME_IN_BETWEEN, /* preamble, epilogue */
		MIME_COMPLETE    /* the outermost multipart is closed or given up, or the message has ended */
	} state;
	bool begin_due, end_due, cut; /* events of the leaf that were not taken yet */
	bool delimiter_due;           /* a delimiter that was not acted upon yet: */
	struct mime_delimiter delimiter;
	bool rest_due;     /* header has octets of the leaf */
	struct bytes text; /* of the leaf, not taken yet */
	/* The line break at the end of the text taken last: data if more text follows, else the delimiter's. */
	struct bytes last_break;
	unsigned parts;
	char root_type[PARAMS_VALUE_MAX];
	/* The last members, see mime_init. */
	struct mime_part_reader reader;
	struct mime_boundaries open;
	struct mime_lines lines;
	struct header header;
};
_Static_assert(sizeof(struct mime) < 16 * 1024, "the memory of a connection in mid-body is bounded by design");

void mime_init(struct mime *mime);
void mime_field(struct mime *mime, struct bytes name, struct bytes value);
void mime_end_of_headers(struct mime *mime, size_t line);
void mime_feed(struct mime *mime, struct bytes chunk);
bool mime_next(struct mime *mime, struct mime_event *event_out);
void mime_finish(struct mime *mime);

/* The type of the message as a whole: "multipart/report"; text/plain until mime_end_of_headers. */
const char *mime_root_type(const struct mime *mime);
/* No further part can begin: the message is a leaf, or its outermost multipart is closed or given up. */
bool mime_complete(const struct mime *mime);

#endif
