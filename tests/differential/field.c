/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/differential/field.h"

#include <stdio.h>
#include <string.h>

enum field
field_of(const struct piece *piece)
{
	static const char *const names[] = {
		[FIELD_TYPE] = "Content-Type",
		[FIELD_DISPOSITION] = "Content-Disposition",
		[FIELD_ENCODING] = "Content-Transfer-Encoding",
	};

	for (unsigned i = 0; i < FIELD_OTHER && piece->kind == PIECE_FIELD; i++)
		if (bytes_is(piece->name, names[i]))
			return (enum field)i;
	return FIELD_OTHER;
}

void
field_read(const struct piece *piece, struct params *params_out)
{
	params_init(params_out);
	params_feed(params_out, piece->value);
	params_finish(params_out);
}

/* RFC 2045 5.1 */
static size_t
token_length(struct bytes text)
{
	size_t length = 0;

	while (length < text.length && text.data[length] > ' ' && text.data[length] < 127 &&
	       strchr("()<>@,;:\\\"/[]?=", text.data[length]) == NULL)
		length++;
	return length;
}

bool
is_token(const char *text)
{
	return text[0] != '\0' && token_length(bytes_of(text)) == strlen(text);
}

bool
is_type(const char *value)
{
	const char *slash = strchr(value, '/');

	return slash != NULL && slash > value && token_length(bytes_of(value)) == (size_t)(slash - value) &&
	       is_token(slash + 1);
}

static void
write_quoted(struct text *made, const char *key, const char *value)
{
	text_add_string(made, "; ");
	text_add_string(made, key);
	text_add_string(made, "=\"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			text_add_string(made, "\\");
		text_add(made, (struct bytes){ value, 1 });
	}
	text_add_string(made, "\"");
}

/* The length of the character of UTF-8 that text begins with, or 0. */
static size_t
character_length(const char *text)
{
	unsigned char c = (unsigned char)text[0];
	size_t length = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < length; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

bool
is_utf8(const char *text)
{
	size_t length;

	for (; *text != '\0'; text += length)
		if ((length = character_length(text)) == 0)
			return false;
	return true;
}

/* A file name as RFC 2231 writes it; what is no UTF-8 becomes a letter. */
static void
write_file_name(struct text *made, const char *key, const char *name)
{
	char digits[4];

	text_add_string(made, "; ");
	text_add_string(made, key);
	text_add_string(made, "*=utf-8''");
	for (size_t length; *name != '\0'; name += length > 0 ? length : 1) {
		length = character_length(name);
		for (size_t i = 0; i < length; i++) {
			snprintf(digits, sizeof digits, "%%%02X", (unsigned char)name[i]);
			text_add_string(made, digits);
		}
		text_add_string(made, length > 0 ? "" : "_");
	}
}

void
field_write(struct text *made, const struct piece *piece, const struct params *params, const char *boundary)
{
	static const struct {
		enum params_name name;
		const char *key;
	} names[] = {
		{ PARAMS_NAME, "name" },
		{ PARAMS_FILENAME, "filename" },
	};

	text_add(made, piece->name);
	text_add_string(made, ": ");
	bool valid = field_of(piece) == FIELD_TYPE ? is_type(params->value) : is_token(params->value);
	text_add_string(made, valid ? params->value : "");
	if (boundary != NULL && boundary[0] != '\0')
		write_quoted(made, "boundary", boundary);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (params_get(params, names[i].name) != NULL)
			write_file_name(made, names[i].key, params_get(params, names[i].name));
	text_add_string(made, "\n");
}

void
field_write_again(struct text *made, const struct piece *piece, const struct params *params)
{
	field_write(made, piece, params, params_get(params, PARAMS_BOUNDARY));
}

static struct bytes
skip_blanks(struct bytes text)
{
	while (text.length > 0 && ascii_is_blank(text.data[0]))
		text = bytes_from(text, 1);
	return text;
}

/* Skips `token=token` or `token="..."`, with blanks allowed around what is not a word. */
static bool
skip_param(struct bytes *text)
{
	size_t length = token_length(*text);
	struct bytes rest = skip_blanks(bytes_from(*text, length));

	if (length == 0 || rest.length == 0 || rest.data[0] != '=')
		return false;
	rest = skip_blanks(bytes_from(rest, 1));
	length = token_length(rest);
	if (length == 0 && rest.length > 0 && rest.data[0] == '"') {
		for (length = 1; length < rest.length && rest.data[length] != '"'; length++)
			length += rest.data[length] == '\\';
		length = length < rest.length ? length + 1 : 0;
	}
	*text = bytes_from(rest, length);
	return length > 0;
}

bool
is_strict(struct bytes value)
{
	struct bytes rest = skip_blanks(value);

	rest = bytes_from(rest, token_length(rest));
	if (rest.length > 0 && rest.data[0] == '/')
		rest = bytes_from(rest, 1 + token_length(bytes_from(rest, 1)));
	for (rest = skip_blanks(rest); rest.length > 0; rest = skip_blanks(rest)) {
		if (rest.data[0] != ';')
			return false;
		rest = skip_blanks(bytes_from(rest, 1));
		if (!skip_param(&rest))
			return false;
	}
	return true;
}

bool
add_without_comments(struct text *text, struct bytes value)
{
	bool quoted = false;
	size_t depth = 0;

	for (size_t i = 0; i < value.length; i++) {
		char c = value.data[i];
		size_t length = c == '\\' && i + 1 < value.length ? 2 : 1;

		quoted ^= c == '"' && depth == 0;
		depth += c == '(' && !quoted;
		if (depth == 0)
			text_add(text, (struct bytes){ value.data + i, length });
		if (c == ')' && !quoted && depth > 0 && --depth == 0)
			text_add_string(text, " ");
		i += length - 1;
	}
	return depth == 0;
}

void
field_each(struct bytes message, enum field field, field_rewrite *write, struct text *made)
{
	struct pieces pieces;
	struct piece piece;
	struct params params;

	pieces_init(&pieces, message);
	while (pieces_next(&pieces, &piece)) {
		bool wanted = field_of(&piece) == field;

		if (wanted)
			field_read(&piece, &params);
		if (!wanted || !write(&piece, &params, made))
			text_add(made, piece.text);
	}
}

void
field_each_with_params(struct bytes message, field_rewrite *write, struct text *made)
{
	struct text half = { 0 };

	field_each(message, FIELD_TYPE, write, &half);
	field_each(text_bytes(&half), FIELD_DISPOSITION, write, made);
	text_free(&half);
}
