/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/content.h"

#include <string.h>

enum {
	DECODE_FIRST = 64,                           /* octets decoded at first: they nearly always decide */
	DECODE_CHUNK = 1024,                         /* octets decoded at a time; bounds the stack */
	DECODED_MAX = DECODE_CHUNK + QUOTED_HELD_MAX /* decoder_room(DECODE_CHUNK) */
};

static bool
type_is(const struct mime_part *part, const char *type)
{
	return strcmp(part->type, type) == 0;
}

static bool
type_starts(const struct mime_part *part, const char *prefix)
{
	return strncmp(part->type, prefix, strlen(prefix)) == 0;
}

/* RFC 6522 3: after the text, a message/... for machines, then the returned message or its header. */
static bool
is_report_control(const struct mime_part *part)
{
	return part->parent == MULTIPART_REPORT && part->index > 0 &&
	       (type_starts(part, "message/") || type_is(part, "text/rfc822-headers"));
}

/* RFC 1847 2.1, RFC 3156 5, RFC 8551 3.5.3. */
static bool
is_signature(const struct mime_part *part)
{
	return part->parent == MULTIPART_SIGNED && part->index > 0 &&
	       (type_is(part, "application/pgp-signature") || type_is(part, "application/pkcs7-signature") ||
		type_is(part, "application/x-pkcs7-signature"));
}

static bool
is_inline_image(const struct mime_part *part)
{
	return type_starts(part, "image/") &&
	       (part->has_content_id || (part->dispositions & DISPOSITION_INLINE) != 0 || part->in_related);
}

enum leaf_kind
leaf_kind(const struct mime_part *part)
{
	if (part->enclosed)
		return LEAF_ENCLOSED;
	if (type_is(part, "message/external-body"))
		return LEAF_EXTERNAL;
	if ((part->dispositions & DISPOSITION_ATTACHMENT) != 0)
		return LEAF_ATTACHMENT;
	if (is_inline_image(part))
		return LEAF_INLINE_IMAGE;
	if (part->has_name && !type_is(part, "text/plain") && !type_is(part, "text/html"))
		return LEAF_ATTACHMENT;
	if (is_report_control(part) || (part->parent == MULTIPART_ENCRYPTED && part->index == 0))
		return LEAF_CONTROL;
	if (is_signature(part))
		return LEAF_SIGNATURE;
	/* A multipart comes as a leaf when it cannot be taken apart: readers show it as it stands. */
	return type_starts(part, "text/") || type_starts(part, "multipart/") ? LEAF_TEXT : LEAF_ATTACHMENT;
}

static bool
is_html(const struct mime_part *part)
{
	return type_is(part, "text/html") || type_is(part, "text/x-amp-html");
}

void
content_init(struct content *content)
{
	/* Of the rest a leaf's beginning sets what is used for it. */
	memset(content, 0, offsetof(struct content, decoders));
}

static void
look_for_text(struct content *content)
{
	const struct mime_part *part = content->leaf.part;
	enum visible_kind kind = is_html(part) ? VISIBLE_HTML : VISIBLE_PLAIN;

	if (content->seen)
		return;
	if (visible_open(&content->visible, bytes_of(part->charset), kind) == CHARSET_REFUSED)
		content->refused = true;
	else
		content->looking = true;
}

void
content_begin(struct content *content, const struct mime_part *part)
{
	content->leaf = (struct leaf){ .part = part, .kind = leaf_kind(part) };
	content->open = true;
	content->refused |= part->name_refused;
	content->undecided = part->encodings;
	memset(content->heads, 0, sizeof content->heads);
	for (unsigned i = 0; i < ENCODING_COUNT; i++)
		if ((part->encodings & (1u << i)) != 0)
			decoder_init(&content->decoders[i], (enum encoding)i);
	if (content->leaf.kind == LEAF_TEXT)
		look_for_text(content);
	else if (content->leaf.kind == LEAF_ATTACHMENT || content->leaf.kind == LEAF_INLINE_IMAGE ||
		 content->leaf.kind == LEAF_EXTERNAL)
		content->seen = true;
}

/* The encoding a reader would show text by: of several the one that is not identity. */
static enum encoding
text_encoding(const struct mime_part *part)
{
	unsigned encoding = ENCODING_COUNT - 1;

	while (encoding > ENCODING_IDENTITY && (part->encodings & (1u << encoding)) == 0)
		encoding--;
	return (enum encoding)encoding;
}

static void
stop_looking(struct content *content)
{
	if (content->visible.seen)
		content->seen = true;
	content->looking = false;
	visible_close(&content->visible);
}

static bool
is_line_break(const char *octets, size_t length)
{
	return (length == 1 && octets[0] == '\n') || (length == 2 && octets[0] == '\r' && octets[1] == '\n');
}

/* Whether the octets so far may yet turn out to be a line break that the transport put at the message's end. Only
 * encodings that keep line breaks as they are have such; base64 of a line break is somebody's content. */
static bool
may_be_transport(const struct content *content, enum encoding encoding)
{
	const char *octets = content->heads[encoding].octets;
	size_t length = content->heads[encoding].length;

	if (encoding != ENCODING_IDENTITY && encoding != ENCODING_QUOTED_PRINTABLE)
		return false;
	return is_line_break(octets, length) || (length == 1 && octets[0] == '\r');
}

/* Takes what a decoder gave. */
static void
take_decoded(struct content *content, enum encoding encoding, struct bytes decoded)
{
	for (size_t i = 0; i < decoded.length && content->heads[encoding].length < 3; i++)
		content->heads[encoding].octets[content->heads[encoding].length++] = decoded.data[i];
	if (decoded.length > 0 && !may_be_transport(content, encoding))
		content->undecided &= ~(1u << encoding);
	if (content->looking && encoding == text_encoding(content->leaf.part)) {
		visible_feed(&content->visible, decoded);
		if (content->visible.seen)
			stop_looking(content);
	}
}

static bool
wants(const struct content *content, unsigned encoding)
{
	if ((content->leaf.part->encodings & (1u << encoding)) == 0)
		return false;
	return content->wants_flaws || (content->undecided & (1u << encoding)) != 0 ||
	       (content->looking && encoding == (unsigned)text_encoding(content->leaf.part));
}

/* What is there to see once the leaf is known to hold something. */
static void
note_octets(struct content *content)
{
	enum leaf_kind kind = content->leaf.kind;

	if (content->undecided != 0)
		return;
	if (kind == LEAF_ENCLOSED || kind == LEAF_CONTROL)
		content->seen = true;
	if (kind == LEAF_TEXT)
		content->text_octets = true;
}

static void
decode(struct content *content, enum encoding encoding, struct bytes piece)
{
	char decoded[DECODED_MAX];
	size_t length = decoder_feed(&content->decoders[encoding], piece, decoded);

	take_decoded(content, encoding, (struct bytes){ decoded, length });
}

static void
decode_rest(struct content *content, enum encoding encoding)
{
	char decoded[DECODED_MAX];
	size_t length = decoder_finish(&content->decoders[encoding], decoded);

	content->decoder_flaws |= content->decoders[encoding].flaws;
	take_decoded(content, encoding, (struct bytes){ decoded, length });
}

void
content_feed(struct content *content, struct bytes data)
{
	size_t most = DECODE_FIRST;

	while (data.length > 0 && (content->undecided != 0 || content->looking || content->wants_flaws)) {
		struct bytes piece = { data.data, data.length < most ? data.length : most };

		most = DECODE_CHUNK;
		for (unsigned i = 0; i < ENCODING_COUNT; i++)
			if (wants(content, i))
				decode(content, (enum encoding)i, piece);
		data = bytes_from(data, piece.length);
	}
	note_octets(content);
}

const struct leaf *
content_end(struct content *content, bool cut)
{
	bool ends_message = cut || content->leaf.part->parent == MULTIPART_NONE;

	for (unsigned i = 0; i < ENCODING_COUNT; i++)
		if (wants(content, i))
			decode_rest(content, (enum encoding)i);
	for (unsigned i = 0; i < ENCODING_COUNT; i++) {
		size_t length = content->heads[i].length;

		if (length > 0 && !(ends_message && is_line_break(content->heads[i].octets, length)))
			content->undecided &= ~(1u << i);
	}
	note_octets(content);
	content->leaf.empty = content->undecided != 0;
	if (content->looking) {
		visible_finish(&content->visible);
		stop_looking(content);
	}
	content->open = false;
	return &content->leaf;
}

void
content_close(struct content *content)
{
	if (content->looking)
		visible_close(&content->visible);
	content->looking = false;
	content->open = false;
}

bool
content_decided(const struct content *content)
{
	enum leaf_kind kind = content->leaf.kind;

	if (!content->open || content->undecided == 0)
		return true;
	return kind != LEAF_ATTACHMENT && kind != LEAF_INLINE_IMAGE && kind != LEAF_ENCLOSED;
}
