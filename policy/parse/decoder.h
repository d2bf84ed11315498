/* SPDX-License-Identifier: BSD-2-Clause */
/* decoder.h - content transfer encodings (RFC 2045 6): octets in, decoded octets out, chunks cut anywhere.
 *
 *      decoder_init(&d, ENCODING_BASE64);
 *      n = decoder_feed(&d, chunk, out);      (out has room for decoder_room(chunk.length) octets)
 *      n = decoder_finish(&d, out);           (and here for decoder_room(0))
 *
 * The octets that come out, all together, do not depend on the cuts. How leniently each encoding is read is said in
 * base64.h, quoted.h and uuencode.h. Nothing allocates or fails; defects are bits in d.flaws, complete after
 * decoder_finish. */
#ifndef POSTERN_POLICY_PARSE_DECODER_H
#define POSTERN_POLICY_PARSE_DECODER_H

#include "policy/parse/base64.h"
#include "policy/parse/quoted.h"
#include "policy/parse/uuencode.h"

enum encoding {
	ENCODING_IDENTITY, /* 7bit, 8bit, binary, none, and what nobody knows */
	ENCODING_BASE64,
	ENCODING_QUOTED_PRINTABLE,
	ENCODING_UUENCODE, /* x-uuencode, x-uue, uuencode, uue */
	ENCODING_COUNT
};

enum decoder_flaw { DECODER_BASE64_INVALID = 1 << 0, DECODER_QP_INVALID = 1 << 1, DECODER_UUENCODE_INVALID = 1 << 2 };

struct decoder {
	enum encoding encoding;
	uint32_t flaws; /* of enum decoder_flaw */
	/* The one in use is the encoding's. */
	struct base64 base64;
	struct quoted quoted;
	struct uuencode uuencode;
};

/* What a Content-Transfer-Encoding value names: comments, case, white space, quotes and anything from a `;` on do not
 * matter. Sets *known_out to whether it is a registered name or one of uuencode's. */
enum encoding encoding_of(struct bytes value, bool *known_out);

void decoder_init(struct decoder *decoder, enum encoding encoding);
size_t decoder_feed(struct decoder *decoder, struct bytes chunk, char *out);
size_t decoder_finish(struct decoder *decoder, char *out);
size_t decoder_room(size_t length);

#endif
