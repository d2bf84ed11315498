/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/decoder.h"

#include <string.h>

enum { ENCODING_NAME_MAX = 24 }; /* "quoted-printable" and some more; a longer name is unknown */

static const struct {
	const char *name;
	enum encoding encoding;
} names[] = {
	{ "7bit", ENCODING_IDENTITY },
	{ "8bit", ENCODING_IDENTITY },
	{ "binary", ENCODING_IDENTITY },
	{ "base64", ENCODING_BASE64 },
	{ "quoted-printable", ENCODING_QUOTED_PRINTABLE },
	{ "x-uuencode", ENCODING_UUENCODE },
	{ "x-uue", ENCODING_UUENCODE },
	{ "uuencode", ENCODING_UUENCODE },
	{ "uue", ENCODING_UUENCODE },
};

/* The value's octets that matter. out has room for ENCODING_NAME_MAX; of a longer name it has as many. */
static struct bytes
bare_name(struct bytes value, char *out)
{
	size_t comments = 0;
	size_t length = 0;

	for (size_t i = 0; i < value.length && length < ENCODING_NAME_MAX; i++) {
		char c = value.data[i];

		if (c == '(')
			comments++;
		else if (c == ')' && comments > 0)
			comments--;
		else if (c == '\\' && comments > 0)
			i++;
		else if (c == ';' && comments == 0)
			break;
		else if (comments == 0 && c != '"' && !ascii_is_blank(c))
			out[length++] = c;
	}
	return (struct bytes){ out, length };
}

enum encoding
encoding_of(struct bytes value, bool *known_out)
{
	char buffer[ENCODING_NAME_MAX];
	struct bytes name = bare_name(value, buffer);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (bytes_is(name, names[i].name)) {
			*known_out = true;
			return names[i].encoding;
		}
	}
	*known_out = false;
	return ENCODING_IDENTITY;
}

void
decoder_init(struct decoder *decoder, enum encoding encoding)
{
	/* Nobody looks at the others, and a message may have thousands of parts. */
	decoder->encoding = encoding;
	decoder->flaws = 0;
	if (encoding == ENCODING_BASE64)
		decoder->base64 = (struct base64){ 0 };
	else if (encoding == ENCODING_QUOTED_PRINTABLE)
		decoder->quoted = (struct quoted){ 0 };
	else if (encoding == ENCODING_UUENCODE)
		decoder->uuencode = (struct uuencode){ 0 };
}

size_t
decoder_feed(struct decoder *decoder, struct bytes chunk, char *out)
{
	switch (decoder->encoding) {
	case ENCODING_BASE64:
		return base64_feed(&decoder->base64, chunk, out);
	case ENCODING_QUOTED_PRINTABLE:
		return quoted_feed(&decoder->quoted, chunk, out);
	case ENCODING_UUENCODE:
		return uuencode_feed(&decoder->uuencode, chunk, out);
	default:
		if (chunk.length > 0)
			memcpy(out, chunk.data, chunk.length);
		return chunk.length;
	}
}

size_t
decoder_finish(struct decoder *decoder, char *out)
{
	size_t length = 0;

	switch (decoder->encoding) {
	case ENCODING_BASE64:
		base64_finish(&decoder->base64);
		decoder->flaws = decoder->base64.invalid ? DECODER_BASE64_INVALID : 0;
		break;
	case ENCODING_QUOTED_PRINTABLE:
		length = quoted_finish(&decoder->quoted, out);
		decoder->flaws = decoder->quoted.invalid ? DECODER_QP_INVALID : 0;
		break;
	case ENCODING_UUENCODE:
		uuencode_finish(&decoder->uuencode);
		decoder->flaws = decoder->uuencode.invalid ? DECODER_UUENCODE_INVALID : 0;
		break;
	default:
		break;
	}
	return length;
}

size_t
decoder_room(size_t length)
{
	return length + QUOTED_HELD_MAX;
}
