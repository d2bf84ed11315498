/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/differential/pieces.h"
#include "tests/differential/text.h"

void
pieces_init(struct pieces *pieces, struct bytes message)
{
	*pieces = (struct pieces){ .rest = message, .in_header = true, .first = true };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The length of the field's name, or 0 when the line is no field. */
static size_t
name_length(struct bytes line)
{
	size_t length = 0, at;

	while (length < line.length && line.data[length] > ' ' && line.data[length] < 127 && line.data[length] != ':')
		length++;
	for (at = length; at < line.length && is_blank(line.data[at]); at++)
		;
	return at < line.length && line.data[at] == ':' ? length : 0;
}

/* Adds the folded lines, and finds name and value. */
static void
read_field(struct pieces *pieces, struct piece *piece, size_t name)
{
	size_t colon = name;

	while (piece->text.length < pieces->rest.length && is_blank(pieces->rest.data[piece->text.length]))
		piece->text.length += line_of(bytes_from(pieces->rest, piece->text.length)).length;
	while (piece->text.data[colon] != ':')
		colon++;
	piece->kind = PIECE_FIELD;
	piece->name = (struct bytes){ piece->text.data, name };
	piece->value = line_text(bytes_from(piece->text, colon + 1));
	if (!bytes_is(piece->name, "Content-Type"))
		return;
	pieces->has_type = true;
	pieces->is_message |= contains(piece->value, "message");
	pieces->in_digest |= contains(piece->value, "digest");
}

static void
begin_header(struct pieces *pieces, bool in_header)
{
	pieces->in_header = in_header;
	pieces->first = true;
	pieces->is_message = false;
	pieces->has_type = false;
}

bool
pieces_next(struct pieces *pieces, struct piece *piece_out)
{
	*piece_out = (struct piece){
		.in_header = pieces->in_header,
		.first = pieces->first,
		.message = pieces->is_message || (pieces->in_digest && !pieces->has_type),
	};
	if (pieces->rest.length == 0)
		return false;
	piece_out->text = line_of(pieces->rest);
	struct bytes line = line_text(piece_out->text);
	size_t name = pieces->in_header ? name_length(line) : 0;
	pieces->first = false;
	if (name > 0) {
		read_field(pieces, piece_out, name);
	} else if (bytes_starts_nocase(line, "--")) {
		piece_out->kind = PIECE_DASHES;
		begin_header(pieces, true);
	} else if (!pieces->in_header) {
		piece_out->kind = PIECE_BODY;
	} else if (bytes_is(piece_out->text, "\n") || bytes_is(piece_out->text, "\r\n")) {
		piece_out->kind = PIECE_EMPTY;
		begin_header(pieces, piece_out->message);
	} else {
		piece_out->kind = PIECE_NO_FIELD;
		begin_header(pieces, false);
	}
	pieces->rest = bytes_from(pieces->rest, piece_out->text.length);
	return true;
}
