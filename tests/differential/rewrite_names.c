/* SPDX-License-Identifier: BSD-2-Clause */
/* File names, in the forms of RFC 2231 and RFC 2047 and in none. */
#include "tests/differential/field.h"
#include "tests/differential/rewrite.h"

#include <ctype.h>
#include <string.h>

static bool
has_plain_name(struct bytes value)
{
	for (size_t i = 0; i < value.length; i++) {
		struct bytes rest = bytes_from(value, i);

		if (bytes_starts_nocase(rest, "name") && bytes_starts_nocase(bytes_trim(bytes_from(rest, 4)), "="))
			return true;
	}
	return false;
}

/* What follows the `*` in `name*0*=value`. */
static bool
is_broken_section(struct bytes text)
{
	size_t digits = 0;

	while (digits < text.length && ascii_is_digit(text.data[digits]))
		digits++;
	text = bytes_from(text, digits);
	return !bytes_starts_nocase(text, "=") && !(digits > 0 && bytes_starts_nocase(text, "*="));
}

/* RFC 2231 where GMime does not follow it, or its form is broken: a plain form beside it, sections that do not begin
 * with the first, a section that is no number, less than two apostrophes. */
static bool
tidy_sections(const struct piece *piece, const struct params *params, struct text *made)
{
	bool plain = has_plain_name(piece->value), late = false, broken = false;
	unsigned stars = 0, quotes = 0;

	for (size_t i = 0; i + 1 < piece->value.length; i++) {
		char c = piece->value.data[i], next = piece->value.data[i + 1];

		quotes += c == '\'';
		if (c == '*') {
			late |= stars++ == 0 && ascii_is_digit(next) && next != '0';
			broken |= is_broken_section(bytes_from(piece->value, i + 1));
		}
	}
	if (!broken && !(contains(piece->value, "name*") && (plain || late || quotes < 2)))
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_name_extended(struct bytes message, struct text *made)
{
	field_each_with_params(message, tidy_sections, made);
}

static bool
tidy_backslashes(const struct piece *piece, const struct params *params, struct text *made)
{
	if (!has_plain_name(piece->value) || !contains(piece->value, "\\"))
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_name_backslash(struct bytes message, struct text *made)
{
	field_each_with_params(message, tidy_backslashes, made);
}

/* Two hex digits after every `=`. */
static bool
is_regular_quoted(struct bytes text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != '=')
			continue;
		if (text.length - i < 3 || ascii_hex_value(text.data[i + 1]) < 0 ||
		    ascii_hex_value(text.data[i + 2]) < 0)
			return false;
	}
	return true;
}

/* Whole quanta, and padding at the end alone. */
static bool
is_regular_base64(struct bytes text)
{
	size_t length = text.length;

	while (length > 0 && text.length - length < 2 && text.data[length - 1] == '=')
		length--;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text.data[i]) && text.data[i] != '+' && text.data[i] != '/')
			return false;
	return text.length % 4 == 0;
}

/* The length of the `=?charset?encoding?text?=` that text begins with; 0 when it is not as RFC 2047 has it. */
static size_t
word_length(struct bytes text)
{
	size_t marks[4], count = 0, at = 0;

	for (; at < text.length && count < 4; at++) {
		if (text.data[at] <= ' ')
			return 0;
		if (text.data[at] == '?')
			marks[count++] = at;
	}
	if (count < 4 || at == text.length || text.data[at] != '=')
		return 0;
	struct bytes charset = { text.data + marks[0] + 1, marks[1] - marks[0] - 1 };
	struct bytes encoded = { text.data + marks[2] + 1, marks[3] - marks[2] - 1 };
	if (bytes_find(charset, '=') >= 0 || bytes_find(charset, '*') == 0 || charset.length == 0)
		return 0;
	bool quoted = ascii_lower(text.data[marks[1] + 1]) == 'q';
	return (quoted ? is_regular_quoted(encoded) : is_regular_base64(encoded)) ? at + 1 : 0;
}

/* Words that break the rules, and two in base64: GMime decodes those as one, up to the padding of the first. */
static bool
tidy_words(const struct piece *piece, const struct params *params, struct text *made)
{
	unsigned words = 0;
	bool broken = false;

	for (size_t i = 0; i < piece->value.length; i++) {
		struct bytes rest = bytes_from(piece->value, i);

		if (!bytes_starts_nocase(rest, "=?"))
			continue;
		size_t length = word_length(rest);
		broken |= length == 0;
		i += length;
		words++;
	}
	if (!broken && words < 2)
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_name_words(struct bytes message, struct text *made)
{
	field_each_with_params(message, tidy_words, made);
}

static bool
tidy_korean(const struct piece *piece, const struct params *params, struct text *made)
{
	if (!contains(piece->value, "ks_c_5601"))
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_name_charset(struct bytes message, struct text *made)
{
	field_each_with_params(message, tidy_korean, made);
}

/* What is no text in its charset comes as octets, as U+FFFD, or as the encoded word that it was; NUL is dropped. */
static bool
tidy_octets(const struct piece *piece, const struct params *params, struct text *made)
{
	const char *name = params_get(params, field_of(piece) == FIELD_TYPE ? PARAMS_NAME : PARAMS_FILENAME);

	if (name == NULL)
		return false;
	bool decoded = is_utf8(name) && strstr(name, "\xef\xbf\xbd") == NULL && strstr(name, "=?") == NULL;
	if (decoded && !contains(piece->value, "%00"))
		return false;
	field_write_again(made, piece, params);
	return true;
}

void
rewrite_name_octets(struct bytes message, struct text *made)
{
	field_each_with_params(message, tidy_octets, made);
}
