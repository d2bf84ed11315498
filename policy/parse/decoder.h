/* SPDX-License-Identifier: BSD-2-Clause */
/* decoder.h - content transfer encodings (RFC 2045 6): octets in, decoded octets out, chunks cut anywhere.
 *
 *      decoder_init(&d, ENCODING_BASE64);
 *      n = decoder_feed(&d, chunk, out);      (out has room for decoder_room(chunk.length) octets)
 *      n = decoder_finish(&d, out);
 *
 * Base64: octets outside the alphabet are passed over; `=` ends a quantum (bits left over are dropped) and what follows
 * is decoded on. Quoted-printable: soft line breaks vanish, with blanks between `=` and the line break; blanks at the end of a line
 * vanish (a run of blanks that stays is given as SP when it was cut off from its line's end by a chunk); a `=` with no
 * hex digits is kept as it stands. uuencode: the lines between `begin` and `end`. Nothing allocates or fails; defects are flaw bits. */
#ifndef POSTERN_POLICY_PARSE_DECODER_H
#define POSTERN_POLICY_PARSE_DECODER_H

#include "policy/parse/bytes.h"

#include <stdint.h>

enum encoding {
	ENCODING_IDENTITY, /* 7bit, 8bit, binary, none, and what nobody knows */
	ENCODING_BASE64,
	ENCODING_QUOTED_PRINTABLE,
	ENCODING_UUENCODE, /* x-uuencode, x-uue, uuencode */
	ENCODING_COUNT
};

/* What a Content-Transfer-Encoding value names: comments, case, white space, quotes and a stray `;` do not matter. Sets
 * *known_out to whether it is a registered name or one of uuencode's. */
enum encoding encoding_of(struct bytes value, bool *known_out);

void decoder_init(struct decoder *decoder, enum encoding encoding);
size_t decoder_feed(struct decoder *decoder, struct bytes chunk, char *out);
size_t decoder_finish(struct decoder *decoder, char *out);
size_t decoder_room(size_t length);

#endif
