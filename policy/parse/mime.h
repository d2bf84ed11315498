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
 * data of a leaf is what lies between its header and the line break before the next delimiter, still encoded; of the last
 * part of a message that ends without a delimiter it is everything. Lines end in CRLF or LF, also mixed.
 * Only leaves have events: a message/rfc822 (or message/global) in an identity encoding is one, with `enclosed` set, and is not
 * looked into; its lines are searched for the delimiters around it alone. A multipart has none; preamble and epilogue are passed over.
 * A delimiter is a line `--boundary` or `--boundary--`, blanks allowed at its end and nothing else; the innermost
 * open multipart is asked first, and a delimiter of an outer one ends all within. A part of which the header has several
 * Content-Type fields is of the first that is readable; several dispositions or encodings are all kept, in bit sets.
 * Nothing allocates or fails: defects are bits in m.flaws. Memory: below 20 KiB, whatever the message. */
#ifndef POSTERN_POLICY_PARSE_MIME_H
#define POSTERN_POLICY_PARSE_MIME_H

#include "policy/parse/decoder.h"
#include "policy/parse/header.h"
#include "policy/parse/params.h"

enum {
	MIME_DEPTH_MAX = 100,       /* default; real mail nests 5 deep */
	MIME_PARTS_MAX = 10000,     /* default; the largest seen digests have 1,000 */
	MIME_BOUNDARIES_MAX = 8192, /* octets of all open boundaries together */
	MIME_NUMBER_MAX = 40,       /* "1.2.3..."; cut */
	MIME_NAME_MAX = 112         /* octets of a file name in UTF-8; cut */
};

enum mime_flaw {
	MIME_BOUNDARY_MISSING = 1 << 0,   /* a multipart without a boundary parameter */
	MIME_BOUNDARY_UNSEEN = 1 << 1,    /* a multipart of which no delimiter was found */
	MIME_NESTED_TOO_DEEP = 1 << 2,    /* past a limit of depth or open boundaries: taken as a leaf from there */
	MIME_TOO_MANY_PARTS = 1 << 3,     /* past the limit of parts: the rest is passed over */
	MIME_UNCLOSED = 1 << 4,           /* the message ended, or an outer delimiter came, before the close delimiter */
	MIME_ENCODED_MULTIPART = 1 << 5,  /* a multipart with base64 or quoted-printable (RFC 2045 6.4) */
	MIME_HEADER_UNREADABLE = 1 << 6,  /* a part's header holds a line that is no field; or a field is cut for its length */
	MIME_ENCODING_UNKNOWN = 1 << 7    /* a Content-Transfer-Encoding nobody knows */
};

enum multipart {
	MULTIPART_NONE, /* the message itself */
	MULTIPART_MIXED, /* and every subtype not named here (RFC 2046 5.1.3) */
	MULTIPART_ALTERNATIVE,
	MULTIPART_RELATED,
	MULTIPART_REPORT,
	MULTIPART_SIGNED,
	MULTIPART_ENCRYPTED,
	MULTIPART_DIGEST
};

enum disposition_bit {
	DISPOSITION_INLINE = 1 << 0,
	DISPOSITION_ATTACHMENT = 1 << 1 /* and unknown ones: RFC 2183 2.8 */
};

/* What the header of a leaf says of it. Strings are decoded, lower-cased where case does not matter, and cut to fit. */
struct mime_part {
	char number[MIME_NUMBER_MAX]; /* as IMAP numbers parts: "1" for a message of one part, "2.1" */
	size_t line;                  /* of the part's first header line; of a message of one part: of its body */
	char type[PARAMS_VALUE_MAX];  /* "image/png"; the default where the header names none: text/plain, in a digest message/rfc822 */
	bool type_given;
	char charset[64];             /* or empty */
	unsigned dispositions;        /* of disposition_bit */
	unsigned encodings;           /* bit set of 1u << enum encoding, never 0 */
	bool has_name;                /* a name or filename parameter that is not empty */
	char name[MIME_NAME_MAX];     /* filename, else name: UTF-8 where it can be decoded */
	bool has_content_id;
	bool enclosed;                /* a transparent message/rfc822 or message/global */
	enum multipart parent;        /* the multipart it sits directly in */
	bool in_related;              /* some multipart around it is a multipart/related */
	unsigned index;               /* its place in the parent, from 0 */
};

enum mime_event_type {
	MIME_PART,    /* a leaf's header is complete: part */
	MIME_DATA,    /* a run of its data: data */
	MIME_PART_END /* its end; `cut` when the message ended rather than a delimiter came */
};

struct mime_event {
	enum mime_event_type type;
	struct bytes data;             /* valid until the next call */
	const struct mime_part *part;  /* valid until the part's end */
	bool cut;
};

void mime_init(struct mime *mime);
void mime_field(struct mime *mime, struct bytes name, struct bytes value);
void mime_end_of_headers(struct mime *mime, size_t line);
void mime_feed(struct mime *mime, struct bytes chunk);
bool mime_next(struct mime *mime, struct mime_event *event_out);
void mime_finish(struct mime *mime);

/* The type of the message as a whole: "multipart/report". */
const char *mime_root_type(const struct mime *mime);
/* No further part can begin: the message is a leaf, or its outermost multipart is closed or given up. */
bool mime_complete(const struct mime *mime);

#endif
