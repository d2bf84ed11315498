/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/decoder.h"
#include "tests/differential/field.h"
#include "tests/differential/rewrite.h"

#include <stdio.h>
#include <string.h>

static bool
drop_type(const struct piece *piece, const struct params *params, struct text *made)
{
	(void)piece;
	(void)made;
	return !is_type(params->value);
}

void
rewrite_type_invalid(struct bytes message, struct text *made)
{
	field_each(message, FIELD_TYPE, drop_type, made);
}

/* The first of its name in each header stays. */
void
rewrite_field_repeated(struct bytes message, struct text *made)
{
	struct pieces pieces;
	struct piece piece;
	unsigned seen = 0;

	pieces_init(&pieces, message);
	while (pieces_next(&pieces, &piece)) {
		unsigned bit = 1u << field_of(&piece) & ~(1u << FIELD_OTHER);

		if (piece.kind != PIECE_FIELD)
			seen = 0;
		if ((seen & bit) == 0)
			text_add(made, piece.text);
		seen |= bit;
	}
}

static bool
rename_type(const struct piece *piece, const struct params *params, struct text *made)
{
	struct params renamed = *params;

	if (strcmp(params->value, "message/news") != 0 && strcmp(params->value, "message/rfc2822") != 0)
		return false;
	snprintf(renamed.value, sizeof renamed.value, "message/x-other");
	field_write_again(made, piece, &renamed);
	return true;
}

void
rewrite_message_types(struct bytes message, struct text *made)
{
	field_each(message, FIELD_TYPE, rename_type, made);
}

/* Blanks before a quote, or nothing in quotes: of the boundary, among others. */
static bool
tidy_boundary(const struct piece *piece, const struct params *params, struct text *made)
{
	const char *boundary = params_get(params, PARAMS_BOUNDARY);

	if (boundary == NULL)
		return false;
	bool blank = contains(piece->value, " \"") || contains(piece->value, "\t\"");
	if (boundary[0] != '\0' && !(blank && is_strict(piece->value)))
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_boundary(struct bytes message, struct text *made)
{
	field_each(message, FIELD_TYPE, tidy_boundary, made);
}

/* GMime takes a comment for text where it follows a value without quotes, and in a disposition. */
static bool
tidy_comments(const struct piece *piece, const struct params *params, struct text *made)
{
	ptrdiff_t equals = bytes_find(piece->value, '=');
	bool after_value = equals >= 0 && bytes_find(bytes_from(piece->value, (size_t)equals), '(') >= 0;
	bool in_disposition = bytes_find(piece->value, '(') >= 0 && field_of(piece) == FIELD_DISPOSITION;

	if (is_strict(piece->value) || !(after_value || in_disposition))
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_comments(struct bytes message, struct text *made)
{
	field_each_with_params(message, tidy_comments, made);
}

static bool
tidy_syntax(const struct piece *piece, const struct params *params, struct text *made)
{
	struct text bare = { 0 };

	bool strict = add_without_comments(&bare, piece->value) && is_strict(text_bytes(&bare));
	text_free(&bare);
	if (strict)
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_params_syntax(struct bytes message, struct text *made)
{
	field_each_with_params(message, tidy_syntax, made);
}

static bool
tidy_disposition(const struct piece *piece, const struct params *params, struct text *made)
{
	if (is_token(params->value))
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_disposition_invalid(struct bytes message, struct text *made)
{
	field_each(message, FIELD_DISPOSITION, tidy_disposition, made);
}

/* GMime knows all names of uuencode but this. */
static bool
is_name(struct bytes value)
{
	char name[64] = "";

	if (!buffer_append(name, sizeof name, bytes_trim(value)))
		return false;
	return name[0] == '\0' || (is_token(name) && !bytes_is(bytes_of(name), "uue"));
}

static bool
tidy_encoding(const struct piece *piece, const struct params *params, struct text *made)
{
	static const char *const names[] = { "8bit", "base64", "quoted-printable", "x-uuencode" };
	bool known;

	if (is_name(piece->value))
		return false;
	text_add(made, piece->name);
	text_add_string(made, ": ");
	text_add_string(made, names[encoding_of(bytes_of(params->value), &known)]);
	text_add_string(made, "\n");
	return true;
}

void
rewrite_encoding_syntax(struct bytes message, struct text *made)
{
	field_each(message, FIELD_ENCODING, tidy_encoding, made);
}
