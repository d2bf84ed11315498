/* SPDX-License-Identifier: BSD-2-Clause */
/* mime_part.h - what a header says of its part, which may be the message (RFC 2045 5 to 8, RFC 2183, RFC 2231).
 *
 *      mime_part_reader_init(&r);
 *      for each field: mime_part_reader_field(&r, name);
 *          for each run of its value: mime_part_reader_value(&r, run);
 *          mime_part_reader_field_end(&r);
 *      mime_part_reader_finish(&r, MULTIPART_MIXED);
 *      r.part, r.boundary, r.flaws
 *
 * Only Content-Type, Content-Disposition, Content-Transfer-Encoding and Content-ID are looked at. Of several
 * Content-Type fields the first readable one counts - `type/subtype`, both tokens -, but a name in any of them is a
 * name; several dispositions or encodings are all kept, in bit sets. Nothing fails but the decoding of a name, when the system refuses iconv
 * memory; nothing else allocates. */
#ifndef POSTERN_POLICY_PARSE_MIME_PART_H
#define POSTERN_POLICY_PARSE_MIME_PART_H

#include "policy/parse/decoder.h"
#include "policy/parse/params.h"

enum {
	MIME_NUMBER_MAX = 40,  /* "1.2.3..."; cut: 20 levels, where real mail has 5 */
	MIME_CHARSET_MAX = 64, /* registered names have at most 45 octets */
	MIME_NAME_MAX = 112    /* octets of a file name in UTF-8; cut between characters: enough to know the file by */
};

enum multipart {
	MULTIPART_NONE,  /* the message itself */
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
	char number[MIME_NUMBER_MAX]; /* as IMAP numbers parts (RFC 3501 6.4.5): "1" for a message of one part, "2.1" */
	size_t line;                  /* of the part's first header line; of a message of one part: of its body */
	char type[PARAMS_VALUE_MAX];  /* "image/png"; by default text/plain, in a digest message/rfc822 */
	bool type_given;
	char charset[MIME_CHARSET_MAX]; /* or empty */
	unsigned dispositions;          /* of disposition_bit */
	unsigned encodings;             /* bit set of 1u << enum encoding, never 0 */
	bool has_name;                  /* a name or filename parameter that is not empty */
	char name[MIME_NAME_MAX];       /* filename, else name: UTF-8 where it can be decoded */
	char other_name[MIME_NAME_MAX]; /* name, where there is a filename and they differ: readers take either */
	bool name_cut;                  /* one of them is longer than could be kept */
	bool name_refused;              /* the system refused memory to decode one: what stands there is not the name */
	bool has_content_id;
	bool enclosed;         /* a transparent message/rfc822 or message/global */
	enum multipart parent; /* the multipart it sits directly in */
	bool in_related;       /* some multipart around it is a multipart/related */
	unsigned index;        /* its place in the parent, from 0 */
};

enum mime_part_field { MIME_PART_OTHER, MIME_PART_TYPE, MIME_PART_DISPOSITION, MIME_PART_ENCODING, MIME_PART_ID };

struct mime_part_reader {
	struct mime_part part; /* but number, line, parent, in_related and index, which the header does not know */
	unsigned flaws;        /* of enum mime_flaw */
	bool has_boundary;     /* a boundary parameter that is not empty */
	bool boundary_cut;     /* it was longer than PARAMS_BOUNDARY_MAX */
	/* the reader's own */
	enum mime_part_field field;
	bool has_filename; /* part.name is a filename: a name does not replace it */
	/* The last members, see mime_part_reader_init. */
	char boundary[PARAMS_BOUNDARY_MAX + 1]; /* when there is one */
	struct params params;                   /* of the field that is being read */
};

void mime_part_reader_init(struct mime_part_reader *reader);
void mime_part_reader_field(struct mime_part_reader *reader, struct bytes name);
void mime_part_reader_value(struct mime_part_reader *reader, struct bytes run);
void mime_part_reader_field_end(struct mime_part_reader *reader);
/* After the last field: fills in the defaults of a part that sits in parent. */
void mime_part_reader_finish(struct mime_part_reader *reader, enum multipart parent);

/* Which multipart a type names; MULTIPART_NONE when it is none. */
enum multipart multipart_of(const char *type);

#endif
