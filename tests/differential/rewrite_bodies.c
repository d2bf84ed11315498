/* SPDX-License-Identifier: BSD-2-Clause */
/* Bodies that are not what an encoder gives are written anew as Postern decodes them. */
#include "tests/differential/reading.h"
#include "tests/differential/rewrite.h"

#include <stdio.h>
#include <string.h>

enum { DECODE_CHUNK = 1024, QUOTED_LINE = 24, UUENCODE_LINE = 45, BASE64_LINE = 57 };

/* RFC 2045 6.7 (3): no encoder leaves a blank there, nor an `=` at the end of all. */
static bool
has_blank_at_line_end(struct bytes data)
{
	while (data.length > 0) {
		struct bytes line = line_of(data);
		struct bytes text = line_text(line);
		char last = text.length > 0 ? text.data[text.length - 1] : '\0';

		data = bytes_from(data, line.length);
		if (last == ' ' || last == '\t' || (last == '=' && data.length == 0))
			return true;
	}
	return false;
}

/* Lines as long as they say, one of no octets after them, and then the end. */
static bool
is_regular_uuencode(struct bytes data)
{
	bool begun = false, ended = false;
	struct bytes line = { NULL, 0 };

	for (; data.length > 0 && !ended; data = bytes_from(data, line.length)) {
		line = line_of(data);
		struct bytes text = line_text(line);

		if (begun && text.length > 0) {
			size_t count = (size_t)(text.data[0] - ' ') & 63;

			ended = count == 0;
			if (text.length != 1 + (count + 2) / 3 * 4)
				return false;
		}
		begun |= bytes_starts_nocase(text, "begin ");
	}
	return ended && bytes_is(bytes_trim(data), "end");
}

/* Returns whether an encoder would give such data. */
static bool
decode(enum encoding encoding, struct bytes all, struct text *decoded_out)
{
	struct decoder decoder;
	struct bytes data = all;
	char octets[DECODE_CHUNK + QUOTED_HELD_MAX];

	decoder_init(&decoder, encoding);
	while (data.length > 0) {
		struct bytes piece = { data.data, data.length < DECODE_CHUNK ? data.length : DECODE_CHUNK };
		size_t length = decoder_feed(&decoder, piece, octets);

		text_add(decoded_out, (struct bytes){ octets, length });
		data = bytes_from(data, piece.length);
	}
	size_t length = decoder_finish(&decoder, octets);
	text_add(decoded_out, (struct bytes){ octets, length });
	if (decoder.flaws != 0)
		return false;
	if (encoding == ENCODING_QUOTED_PRINTABLE)
		return !has_blank_at_line_end(all);
	return encoding != ENCODING_UUENCODE || is_regular_uuencode(all);
}

static void
encode_quoted(struct bytes octets, struct text *made)
{
	char digits[4];

	for (size_t i = 0; i < octets.length; i++) {
		if (i > 0 && i % QUOTED_LINE == 0)
			text_add_string(made, "=\n");
		snprintf(digits, sizeof digits, "=%02X", (unsigned char)octets.data[i]);
		text_add_string(made, digits);
	}
}

/* Four symbols for three octets; those of a quantum that is not full are left out. Returns how many there are. */
static size_t
quantum(struct bytes octets, unsigned symbols_out[4])
{
	unsigned bits = 0;

	for (size_t i = 0; i < 3; i++)
		bits = bits << 8 | (i < octets.length ? (unsigned char)octets.data[i] : 0);
	for (size_t i = 0; i < 4; i++)
		symbols_out[i] = bits >> (18 - 6 * i) & 63;
	return octets.length < 3 ? octets.length + 1 : 4;
}

static void
encode_base64(struct bytes octets, struct text *made)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned symbols[4];

	for (size_t i = 0; i < octets.length; i += 3) {
		if (i > 0 && i % BASE64_LINE == 0)
			text_add_string(made, "\n");
		size_t count = quantum(bytes_from(octets, i), symbols);
		for (size_t k = 0; k < 4; k++)
			text_add(made, (struct bytes){ k < count ? alphabet + symbols[k] : "=", 1 });
	}
}

static void
encode_uuencode(struct bytes octets, struct text *made)
{
	unsigned symbols[4];

	text_add_string(made, "begin 644 x\n");
	for (size_t i = 0; i < octets.length; i += 3) {
		size_t left = octets.length - i;
		char count = (char)(' ' + (left < UUENCODE_LINE ? left : UUENCODE_LINE));

		if (i % UUENCODE_LINE == 0) {
			text_add_string(made, i > 0 ? "\n" : "");
			text_add(made, (struct bytes){ &count, 1 });
		}
		quantum(bytes_from(octets, i), symbols);
		for (size_t k = 0; k < 4; k++) {
			char symbol = symbols[k] == 0 ? '`' : (char)(' ' + symbols[k]);

			text_add(made, (struct bytes){ &symbol, 1 });
		}
	}
	text_add_string(made, octets.length > 0 ? "\n`\nend" : "`\nend");
}

typedef void encode_body(struct bytes octets, struct text *made);

static void
rewrite_body(struct bytes data, enum encoding encoding, encode_body *encode, struct text *made)
{
	struct text decoded = { 0 };

	if (decode(encoding, data, &decoded))
		text_add(made, data);
	else
		encode(text_bytes(&decoded), made);
	text_free(&decoded);
}

/* The leaves of that encoding, also of enclosed messages as deep as they are read. */
static void
rewrite_each(struct bytes message, unsigned depth, enum encoding encoding, encode_body *encode, struct text *made)
{
	struct leaf_places leaves;
	size_t at = 0;

	find_leaves(message, &leaves);
	for (size_t i = 0; i < leaves.count; i++) {
		const struct leaf_place *leaf = &leaves.places[i];
		struct bytes data = { message.data + leaf->start, leaf->length };

		if (leaf->enclosed ? depth == READING_DEPTH_MAX : leaf->encoding != encoding)
			continue;
		text_add(made, (struct bytes){ message.data + at, leaf->start - at });
		if (leaf->enclosed)
			rewrite_each(data, depth + 1, encoding, encode, made);
		else
			rewrite_body(data, encoding, encode, made);
		at = leaf->start + leaf->length;
	}
	text_add(made, bytes_from(message, at));
}

void
rewrite_base64(struct bytes message, struct text *made)
{
	rewrite_each(message, 0, ENCODING_BASE64, encode_base64, made);
}

void
rewrite_quoted(struct bytes message, struct text *made)
{
	rewrite_each(message, 0, ENCODING_QUOTED_PRINTABLE, encode_quoted, made);
}

void
rewrite_uuencode(struct bytes message, struct text *made)
{
	rewrite_each(message, 0, ENCODING_UUENCODE, encode_uuencode, made);
}
