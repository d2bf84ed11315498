/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines come as text and delimiters (mime_lines.h); what they mean depends on where they are:
 *
 *      FIELDS --multipart--> BETWEEN --delimiter--> HEADER --leaf--> LEAF --delimiter--> HEADER
 *         |                     ^                     |                 |
 *         +--leaf--> LEAF       +------multipart------+                 +--close delimiter--> BETWEEN, COMPLETE
 *
 * mime_next gives what is due of the leaf (begin, text, end) and only then makes the next step, so that a delimiter
 * waits until the leaf before it was taken. Of a leaf's text the last line break is held back: it may be the
 * delimiter's. */
#include "policy/parse/mime.h"

#include <assert.h>
#include <string.h>

static const char crlf[] = "\r\n";
static const struct bytes no_bytes = { NULL, 0 };

void
mime_init(struct mime *mime)
{
	/* 12 KB that most messages never use are left as they are: the parsers there begin by themselves when they are needed. */
	memset(mime, 0, offsetof(struct mime, reader));
	mime->depth_limit = MIME_DEPTH_MAX;
	mime->parts_limit = MIME_PARTS_MAX;
	mime->state = MIME_IN_FIELDS;
	strcpy(mime->root_type, "text/plain");
	mime_part_reader_init(&mime->reader);
	mime->open.count = 0;
}

void
mime_field(struct mime *mime, struct bytes name, struct bytes value)
{
	assert(mime->state == MIME_IN_FIELDS);
	mime_part_reader_field(&mime->reader, name);
	if (mime->reader.field == MIME_PART_OTHER)
		return;
	mime_part_reader_value(&mime->reader, value);
	mime_part_reader_field_end(&mime->reader);
}

const char *
mime_root_type(const struct mime *mime)
{
	return mime->root_type;
}

bool
mime_complete(const struct mime *mime)
{
	return mime->state == MIME_COMPLETE || (mime->state == MIME_IN_LEAF && mime->open.count == 0);
}

static void
complete(struct mime *mime)
{
	mime->state = MIME_COMPLETE;
	mime->lines.rest = no_bytes;
}

static const struct mime_level *
parent_level(const struct mime *mime)
{
	return mime->open.count > 0 ? &mime->open.levels[mime->open.count - 1] : NULL;
}

static bool
append_number(char number_out[MIME_NUMBER_MAX], unsigned number)
{
	char digits[16];
	size_t start = sizeof digits;

	do
		digits[--start] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	return buffer_append(number_out, MIME_NUMBER_MAX, (struct bytes){ digits + start, sizeof digits - start });
}

/* "2.1" is the first part of the second part of the outermost multipart. */
static void
number_part(const struct mime_boundaries *open, char number_out[MIME_NUMBER_MAX])
{
	bool fits = true;

	number_out[0] = '\0';
	for (size_t i = 0; i < open->count && fits; i++)
		fits = (i == 0 || buffer_append(number_out, MIME_NUMBER_MAX, bytes_of("."))) &&
		       append_number(number_out, open->levels[i].parts);
	if (open->count == 0)
		buffer_append(number_out, MIME_NUMBER_MAX, bytes_of("1"));
}

/* False when the multipart has to be taken as a leaf. */
static bool
open_multipart(struct mime *mime, enum multipart kind)
{
	const struct mime_part_reader *reader = &mime->reader;

	if (reader->part.encodings & ~(1u << ENCODING_IDENTITY))
		mime->flaws |= MIME_ENCODED_MULTIPART;
	if (!reader->has_boundary) {
		mime->flaws |= MIME_BOUNDARY_MISSING;
		return false;
	}
	if (mime->open.count < mime->depth_limit && !reader->boundary_cut &&
	    mime_boundaries_push(&mime->open, bytes_of(reader->boundary), kind))
		return true;
	mime->flaws |= MIME_NESTED_TOO_DEEP;
	return false;
}

/* The header of the message, or of a part, is complete. */
static void
begin_content(struct mime *mime)
{
	const struct mime_level *parent = parent_level(mime);
	struct mime_part *part = &mime->reader.part;

	part->parent = parent != NULL ? (enum multipart)parent->kind : MULTIPART_NONE;
	part->in_related = parent != NULL && parent->in_related;
	part->index = parent != NULL ? parent->parts - 1 : 0;
	mime_part_reader_finish(&mime->reader, part->parent);
	mime->flaws |= mime->reader.flaws;
	enum multipart kind = multipart_of(part->type);
	if (kind != MULTIPART_NONE && open_multipart(mime, kind)) {
		mime->state = MIME_IN_BETWEEN;
		return;
	}
	number_part(&mime->open, part->number);
	mime->state = MIME_IN_LEAF;
	mime->begin_due = true;
}

void
mime_end_of_headers(struct mime *mime, size_t line)
{
	assert(mime->state == MIME_IN_FIELDS);
	mime_lines_init(&mime->lines, line);
	mime->reader.part.line = line;
	begin_content(mime);
	memcpy(mime->root_type, mime->reader.part.type, sizeof mime->root_type);
}

void
mime_feed(struct mime *mime, struct bytes chunk)
{
	assert(mime->state != MIME_IN_FIELDS);
	if (mime->state != MIME_COMPLETE)
		mime_lines_feed(&mime->lines, chunk);
}

void
mime_finish(struct mime *mime)
{
	assert(mime->state != MIME_IN_FIELDS);
	mime_lines_finish(&mime->lines);
}

static void
read_field(struct mime_part_reader *reader, const struct header_event *event)
{
	if (event->type == HEADER_NAME)
		mime_part_reader_field(reader, event->text);
	else if (event->type == HEADER_VALUE)
		mime_part_reader_value(reader, event->text);
	else if (event->type == HEADER_FIELD_END)
		mime_part_reader_field_end(reader);
}

/* False while the part's header is not complete. */
static bool
read_header(struct mime *mime)
{
	struct header_event event;

	do {
		if (!header_next(&mime->header, &event))
			return false;
		read_field(&mime->reader, &event);
	} while (event.type != HEADER_END);
	if (mime->header.unreadable)
		mime->flaws |= MIME_HEADER_UNREADABLE;
	begin_content(mime);
	mime->rest_due = mime->state == MIME_IN_LEAF;
	return true;
}

/* A header that ends before a line that is no field may be that of a multipart, and the line its first delimiter. */
static void
take_header_line(struct mime *mime, const struct mime_token *token)
{
	header_feed(&mime->header, token->text);
	if (read_header(mime) && mime->state == MIME_IN_BETWEEN && token->whole_line)
		mime->delimiter_due = mime_boundaries_find(&mime->open, token->text, &mime->delimiter);
}

/* Before a delimiter or the end of the message. */
static void
end_content(struct mime *mime, bool cut)
{
	if (mime->state == MIME_IN_HEADER) {
		header_feed(&mime->header, no_bytes);
		header_finish(&mime->header);
		read_header(mime);
	}
	mime->end_due = mime->state == MIME_IN_LEAF;
	mime->cut = cut && mime->open.count > 0;
}

static void
take_delimiter(struct mime *mime)
{
	struct mime_level *level = &mime->open.levels[mime->delimiter.level];

	mime->delimiter_due = false;
	mime->last_break = no_bytes;
	mime->flaws |= mime_boundaries_give_up(&mime->open, mime->delimiter.level + 1);
	level->seen = true;
	if (mime->delimiter.close) {
		mime_boundaries_close(&mime->open);
		mime->state = MIME_IN_BETWEEN;
		if (mime->open.count == 0)
			complete(mime);
	} else if (mime->parts == mime->parts_limit) {
		mime->flaws |= MIME_TOO_MANY_PARTS;
		complete(mime);
	} else {
		mime->parts++;
		level->parts++;
		mime->state = MIME_IN_HEADER;
		header_init(&mime->header);
		mime_part_reader_init(&mime->reader);
		mime->reader.part.line = mime->lines.line;
	}
}

/* One step on, when all events are taken. False when there is none to make before the next chunk. */
static bool
advance(struct mime *mime)
{
	struct mime_token token;

	if (mime->delimiter_due) {
		take_delimiter(mime);
		return true;
	}
	if (mime->state == MIME_COMPLETE || mime->state == MIME_IN_FIELDS)
		return false;
	if (!mime_lines_next(&mime->lines, &mime->open, mime->state == MIME_IN_HEADER, &token)) {
		if (!mime->lines.finished)
			return false;
		end_content(mime, true);
		mime->flaws |= mime_boundaries_give_up(&mime->open, 0);
		complete(mime);
	} else if (token.is_delimiter) {
		end_content(mime, false);
		mime->delimiter = token.delimiter;
		mime->delimiter_due = true;
	} else if (mime->state == MIME_IN_HEADER) {
		take_header_line(mime, &token);
	} else if (mime->state == MIME_IN_LEAF) {
		mime->text = token.text;
	}
	return true;
}

/* The line break at the end of a text that may go on; a CR alone may become one. */
static struct bytes
break_at_end(struct bytes text)
{
	if (text.data[text.length - 1] == '\r')
		return (struct bytes){ crlf, 1 };
	if (text.data[text.length - 1] != '\n')
		return no_bytes;
	if (text.length > 1 && text.data[text.length - 2] == '\r')
		return (struct bytes){ crlf, 2 };
	return (struct bytes){ crlf + 1, 1 };
}

/* The text that is due: lines, or what the header parser took and was not the header's. */
static bool
has_text(struct mime *mime)
{
	struct header_event event;

	if (mime->text.length == 0 && mime->rest_due) {
		mime->rest_due = header_next(&mime->header, &event);
		mime->text = mime->rest_due ? event.text : header_rest(&mime->header);
	}
	return mime->text.length > 0;
}

/* What is due of the leaf's data: the line break that was held back, since more text follows it or the message ends; or
 * text, but for the line break at its end. */
static bool
next_data(struct mime *mime, struct bytes *data_out)
{
	while (has_text(mime)) {
		struct bytes held = mime->last_break;

		if (held.length == 1 && held.data[0] == '\r' && mime->text.data[0] == '\n') {
			mime->last_break = (struct bytes){ crlf, 2 };
			mime->text = bytes_from(mime->text, 1);
			continue;
		}
		*data_out = held;
		mime->last_break = no_bytes;
		if (held.length > 0)
			return true;
		*data_out = mime->text;
		mime->text = no_bytes;
		if (mime->open.count > 0)
			mime->last_break = break_at_end(*data_out);
		data_out->length -= mime->last_break.length;
		if (data_out->length > 0)
			return true;
	}
	*data_out = mime->last_break;
	if (!mime->end_due || !mime->cut)
		return false;
	mime->last_break = no_bytes;
	return data_out->length > 0;
}

/* What is due of the leaf, if anything. */
static bool
leaf_event(struct mime *mime, struct mime_event *event_out)
{
	struct bytes data = no_bytes;
	enum mime_event_type type = MIME_PART;

	if (mime->begin_due) {
		mime->begin_due = false;
	} else if (next_data(mime, &data)) {
		type = MIME_DATA;
	} else if (mime->end_due) {
		type = MIME_PART_END;
		mime->end_due = false;
	} else {
		return false;
	}
	*event_out = (struct mime_event){
		.type = type,
		.data = type == MIME_DATA ? data : no_bytes,
		.part = &mime->reader.part,
		.cut = type == MIME_PART_END && mime->cut,
	};
	return true;
}

bool
mime_next(struct mime *mime, struct mime_event *event_out)
{
	do {
		if (leaf_event(mime, event_out))
			return true;
	} while (advance(mime));
	return false;
}
