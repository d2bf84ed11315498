/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/differential/field.h"
#include "tests/differential/reading.h"
#include "tests/differential/rewrite.h"

#include <string.h>

/* Whether a multipart of that boundary is declared in the text. */
static bool
is_declared(struct bytes text, const char *boundary)
{
	struct pieces pieces;
	struct piece piece;
	struct params params;

	pieces_init(&pieces, text);
	while (pieces_next(&pieces, &piece)) {
		if (field_of(&piece) != FIELD_TYPE)
			continue;
		field_read(&piece, &params);
		const char *other = params_get(&params, PARAMS_BOUNDARY);
		if (other != NULL && strcmp(other, boundary) == 0)
			return true;
	}
	return false;
}

/* Copies a stretch of the message; of its boundaries, those that are declared before the message enclosed there get
 * another name. */
static void
rename_boundaries(struct bytes text, bool from_header, struct bytes before, struct text *made)
{
	struct pieces pieces;
	struct piece piece;
	struct params params;

	pieces_init(&pieces, text);
	pieces.in_header = from_header;
	while (pieces_next(&pieces, &piece)) {
		bool is_type = field_of(&piece) == FIELD_TYPE;

		if (is_type)
			field_read(&piece, &params);
		const char *boundary = is_type ? params_get(&params, PARAMS_BOUNDARY) : NULL;
		if (boundary != NULL && is_declared(before, boundary))
			field_write(made, &piece, &params, "renamed");
		else
			text_add(made, piece.text);
	}
}

/* The message that begins at start of all and has that length; enclosed ones as deep as they are read. */
static void
rename_enclosed(struct bytes all, size_t start, size_t length, unsigned depth, struct text *made)
{
	struct leaf_places leaves;
	struct bytes message = { all.data + start, length };
	struct bytes before = { all.data, start };
	size_t at = 0;

	find_leaves(message, &leaves);
	for (size_t i = 0; i < leaves.count; i++) {
		const struct leaf_place *leaf = &leaves.places[i];

		if (!leaf->enclosed || depth == READING_DEPTH_MAX)
			continue;
		rename_boundaries((struct bytes){ message.data + at, leaf->start - at }, at == 0, before, made);
		rename_enclosed(all, start + leaf->start, leaf->length, depth + 1, made);
		at = leaf->start + leaf->length;
	}
	rename_boundaries(bytes_from(message, at), at == 0, before, made);
}

void
rewrite_enclosed(struct bytes message, struct text *made)
{
	rename_enclosed(message, 0, message.length, 0, made);
}
