/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/differential/reading.h"
#include "tests/differential/text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DECODE_CHUNK = 1024, PREFIX_MAX = MIME_NUMBER_MAX * (READING_DEPTH_MAX + 1) };

static const char *const encoding_names[] = { "identity", "base64", "quoted-printable", "uuencode" };

/* One message, enclosed or not, while it is read. */
struct reader {
	struct bytes message;
	const char *prefix; /* of part numbers */
	unsigned depth;
	struct trace *trace;        /* or NULL */
	struct leaf_places *places; /* or NULL */
	struct mime mime;
	/* the leaf's */
	struct text data; /* still encoded */
	size_t start;     /* of it in the message; SIZE_MAX while not known */
	struct decoder decoder;
	size_t octets;
	uint32_t hash;
};

static void read_message(struct bytes message, const char *prefix, unsigned depth, struct trace *trace);

/* Of several the one by which text is shown: the one that is not identity. */
static enum encoding
encoding_of_part(const struct mime_part *part)
{
	enum encoding encoding = ENCODING_IDENTITY;

	for (unsigned i = 0; i < ENCODING_COUNT; i++)
		if ((part->encodings & 1u << i) != 0)
			encoding = (enum encoding)i;
	return encoding;
}

void
reading_add_name(struct trace *trace, const char *name)
{
	trace_add(trace, " name=");
	trace_add_bytes(trace, bytes_of(name));
}

uint32_t
reading_hash(uint32_t hash, struct bytes octets)
{
	for (size_t i = 0; i < octets.length; i++)
		hash = (hash ^ (unsigned char)octets.data[i]) * UINT32_C(16777619);
	return hash;
}

static void
decode(struct reader *reader, struct bytes data)
{
	char decoded[DECODE_CHUNK + QUOTED_HELD_MAX];

	while (data.length > 0) {
		struct bytes piece = { data.data, data.length < DECODE_CHUNK ? data.length : DECODE_CHUNK };
		size_t length = decoder_feed(&reader->decoder, piece, decoded);

		reader->octets += length;
		reader->hash = reading_hash(reader->hash, (struct bytes){ decoded, length });
		data = bytes_from(data, piece.length);
	}
}

static void
decode_rest(struct reader *reader)
{
	char decoded[QUOTED_HELD_MAX];
	size_t length = decoder_finish(&reader->decoder, decoded);

	reader->octets += length;
	reader->hash = reading_hash(reader->hash, (struct bytes){ decoded, length });
}

static void
begin_leaf(struct reader *reader, const struct mime_part *part)
{
	text_clear(&reader->data);
	reader->start = SIZE_MAX;
	decoder_init(&reader->decoder, encoding_of_part(part));
	reader->octets = 0;
	reader->hash = READING_HASH_START;
}

static void
write_facts(const struct reader *reader, const struct mime_part *part)
{
	trace_add(reader->trace, "%s%s %s", reader->prefix, part->number, part->type);
	if ((part->dispositions & DISPOSITION_INLINE) != 0)
		trace_add(reader->trace, " inline");
	if ((part->dispositions & DISPOSITION_ATTACHMENT) != 0)
		trace_add(reader->trace, " attachment");
	if (part->has_name)
		reading_add_name(reader->trace, part->name);
}

static void
write_leaf(const struct reader *reader, const struct mime_part *part)
{
	char prefix[PREFIX_MAX];

	write_facts(reader, part);
	if (multipart_of(part->type) != MULTIPART_NONE) {
		trace_add(reader->trace, " undivided\n");
	} else if (part->enclosed) {
		trace_add(reader->trace, " enclosed\n");
		snprintf(prefix, sizeof prefix, "%s%s/", reader->prefix, part->number);
		if (reader->depth < READING_DEPTH_MAX)
			read_message(text_bytes(&reader->data), prefix, reader->depth + 1, reader->trace);
	} else {
		trace_add(reader->trace, " %s %zu octets %08x\n", encoding_names[encoding_of_part(part)],
			  reader->octets, reader->hash);
	}
}

/* A leaf's data is one stretch of the message, but some of its runs lie in the parser's own memory: one that does not
 * says where all are. */
static void
take_data(struct reader *reader, struct bytes run)
{
	size_t offset = (uintptr_t)run.data - (uintptr_t)reader->message.data;

	if ((uintptr_t)run.data >= (uintptr_t)reader->message.data && offset < reader->message.length)
		reader->start = offset - reader->data.length;
	text_add(&reader->data, run);
	decode(reader, run);
}

static void
note_place(struct reader *reader, const struct mime_part *part)
{
	struct leaf_places *places = reader->places;

	if (places->count == READING_LEAVES_MAX || reader->start == SIZE_MAX)
		return;
	places->places[places->count++] = (struct leaf_place){
		.start = reader->start,
		.length = reader->data.length,
		.encoding = encoding_of_part(part),
		.enclosed = part->enclosed,
	};
}

static void
drain(struct reader *reader)
{
	struct mime_event event;

	while (mime_next(&reader->mime, &event)) {
		if (event.type == MIME_PART) {
			begin_leaf(reader, event.part);
		} else if (event.type == MIME_DATA) {
			take_data(reader, event.data);
		} else {
			decode_rest(reader);
			if (reader->trace != NULL)
				write_leaf(reader, event.part);
			if (reader->places != NULL)
				note_place(reader, event.part);
		}
	}
}

/* The message's own header, as policy/offline.c reads it. Returns the body. */
static struct bytes
read_header(struct reader *reader)
{
	struct header header;
	struct header_event event;
	struct text name = { 0 };
	struct bytes value = { NULL, 0 };
	size_t line = 1;

	header_init(&header);
	header_feed(&header, reader->message);
	header_finish(&header);
	while (header_next(&header, &event)) {
		if (event.type == HEADER_NAME) {
			text_clear(&name);
			text_add(&name, event.text);
			value = (struct bytes){ NULL, 0 };
		} else if (event.type == HEADER_VALUE) {
			value = event.text;
		} else if (event.type == HEADER_FIELD_END) {
			mime_field(&reader->mime, text_bytes(&name), value);
		} else if (event.type == HEADER_END) {
			line = event.line;
			break;
		}
	}
	text_free(&name);
	mime_end_of_headers(&reader->mime, line);
	return header_rest(&header);
}

static void
run(struct reader *reader)
{
	mime_init(&reader->mime);
	struct bytes body = read_header(reader);
	drain(reader);
	mime_feed(&reader->mime, body);
	drain(reader);
	mime_finish(&reader->mime);
	drain(reader);
	text_free(&reader->data);
}

static void
read_message(struct bytes message, const char *prefix, unsigned depth, struct trace *trace)
{
	struct reader reader = { .message = message, .prefix = prefix, .depth = depth, .trace = trace };

	run(&reader);
}

void
read_by_postern(struct bytes text, struct trace *trace)
{
	trace_add(trace, "%s", "");
	read_message(text, "", 0, trace);
}

void
find_leaves(struct bytes text, struct leaf_places *places_out)
{
	struct reader reader = { .message = text, .prefix = "", .places = places_out };

	places_out->count = 0;
	run(&reader);
}
