/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/differential/pieces.h"
#include "tests/differential/rewrite.h"

void
rewrite_nul(struct bytes message, struct text *made)
{
	for (size_t i = 0; i < message.length; i++)
		if (message.data[i] != '\0')
			text_add(made, (struct bytes){ message.data + i, 1 });
}

static bool
ends_in_crlf(struct bytes line)
{
	return line.length > 1 && line.data[line.length - 1] == '\n' && line.data[line.length - 2] == '\r';
}

/* Whether all lines end alike, and with no more than one CR. The last may have no end, but if it is the delimiter of a
 * message in CRLF. */
static bool
is_uniform(struct bytes message)
{
	bool crlf = ends_in_crlf(line_of(message));

	while (message.length > 0) {
		struct bytes line = line_of(message);
		size_t end = line.length - line_text(line).length;

		if (line.data[line.length - 1] != '\n')
			return end == 0 && !(crlf && bytes_starts_nocase(line, "--"));
		if (end != (crlf ? 2 : 1))
			return false;
		message = bytes_from(message, line.length);
	}
	return true;
}

/* Every line ends in LF alone; one without LF, without CR. */
void
rewrite_line_breaks(struct bytes message, struct text *made)
{
	if (is_uniform(message)) {
		text_add(made, message);
		return;
	}
	while (message.length > 0) {
		struct bytes line = line_of(message);

		text_add(made, line_text(line));
		text_add_string(made, line.data[line.length - 1] == '\n' ? "\n" : "");
		message = bytes_from(message, line.length);
	}
}

/* In what may be a delimiter, one that is not at its end becomes a letter. */
void
rewrite_bare_cr(struct bytes message, struct text *made)
{
	struct pieces pieces;
	struct piece piece;

	pieces_init(&pieces, message);
	while (pieces_next(&pieces, &piece)) {
		size_t end = piece.kind == PIECE_DASHES ? line_text(piece.text).length : 0;

		for (size_t i = 0; i < end; i++)
			text_add(made, (struct bytes){ piece.text.data[i] == '\r' ? "_" : piece.text.data + i, 1 });
		text_add(made, bytes_from(piece.text, end));
	}
}

/* A header, and that of a message that follows it, gets its empty line. */
static void
end_header(const struct piece *piece, struct text *made)
{
	const char *line_break = ends_in_crlf(text_bytes(made)) ? "\r\n" : "\n";
	bool in_line = made->length > 0 && made->data[made->length - 1] != '\n';

	for (int count = 1 + in_line + piece->message; count > 0; count--)
		text_add_string(made, line_break);
}

void
rewrite_no_field(struct bytes message, struct text *made)
{
	struct pieces pieces;
	struct piece piece;

	pieces_init(&pieces, message);
	while (pieces_next(&pieces, &piece)) {
		if (piece.kind == PIECE_NO_FIELD)
			end_header(&piece, made);
		text_add(made, piece.text);
	}
}

void
rewrite_header_open(struct bytes message, struct text *made)
{
	struct pieces pieces;
	struct piece piece;

	pieces_init(&pieces, message);
	while (pieces_next(&pieces, &piece)) {
		if (piece.in_header && piece.kind == PIECE_DASHES)
			end_header(&piece, made);
		text_add(made, piece.text);
	}
	if (piece.in_header)
		end_header(&piece, made);
}
