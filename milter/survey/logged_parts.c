/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/survey/logged_parts.h"

enum { NUMBER_DIGITS_MAX = 18 }; /* that a size_t holds */

bool
part_literal(struct bytes *line, const char *literal)
{
	size_t length = strlen(literal);

	if (line->length < length || memcmp(line->data, literal, length) != 0)
		return false;
	*line = bytes_from(*line, length);
	return true;
}

/* Takes as many octets as there are, unless there are none. */
static bool
take_octets(struct bytes *line, size_t count, struct bytes *taken_out)
{
	if (count == 0)
		return false;
	*taken_out = (struct bytes){ line->data, count };
	*line = bytes_from(*line, count);
	return true;
}

bool
part_digits(struct bytes *line, struct bytes *digits_out)
{
	size_t count = 0;

	while (count < line->length && ascii_is_digit(line->data[count]))
		count++;
	return take_octets(line, count, digits_out);
}

bool
part_word(struct bytes *line, struct bytes *word_out)
{
	size_t count = 0;

	while (count < line->length && line->data[count] != ' ')
		count++;
	return take_octets(line, count, word_out);
}

bool
part_name(struct bytes *line, struct bytes *name_out)
{
	size_t count = 0;

	while (count < line->length && (ascii_is_digit(line->data[count]) || line->data[count] == '_' ||
					(line->data[count] >= 'a' && line->data[count] <= 'z')))
		count++;
	return take_octets(line, count, name_out);
}

bool
part_id(struct bytes *line, struct bytes *id_out)
{
	size_t count = 0;

	while (count < line->length && line->data[count] != ' ' && line->data[count] != ':')
		count++;
	return take_octets(line, count, id_out);
}

bool
part_quoted(struct bytes *line, struct bytes *escaped_out)
{
	size_t end = 0;

	while (end < line->length && line->data[end] != '"')
		end += line->data[end] == '\\' ? 2 : 1;
	if (end >= line->length)
		return false;
	*escaped_out = (struct bytes){ line->data, end };
	*line = bytes_from(*line, end + 1);
	return true;
}

/* Of what stands behind a backslash; returns how many octets that was. */
static size_t
unescape_one(struct bytes escaped, char *octet_out)
{
	int high = escaped.length > 2 ? ascii_hex_value(escaped.data[1]) : -1;
	int low = escaped.length > 2 ? ascii_hex_value(escaped.data[2]) : -1;

	if (escaped.data[0] != 'x' || high < 0 || low < 0) {
		*octet_out = escaped.data[0];
		return 1;
	}
	*octet_out = high + low == 0 ? ' ' : (char)(high * 16 + low);
	return 3;
}

size_t
part_unescape(struct bytes escaped, char *text_out, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < escaped.length && length + 1 < size; length++) {
		text_out[length] = escaped.data[i] != '\0' ? escaped.data[i] : ' ';
		if (escaped.data[i++] == '\\' && i < escaped.length)
			i += unescape_one(bytes_from(escaped, i), &text_out[length]);
	}
	text_out[length] = '\0';
	return length;
}

static bool
take_mode(struct bytes *line, enum mode *mode_out)
{
	struct bytes name;

	if (!part_name(line, &name))
		return false;
	for (size_t i = 0; i < MODE_COUNT; i++) {
		if (bytes_equal(name, bytes_of(mode_names[i]))) {
			*mode_out = (enum mode)i;
			return true;
		}
	}
	return false;
}

static bool
take_number(struct bytes *line, size_t *number_out)
{
	struct bytes digits;

	if (!part_digits(line, &digits) || digits.length > NUMBER_DIGITS_MAX)
		return false;
	*number_out = 0;
	for (size_t i = 0; i < digits.length; i++)
		*number_out = *number_out * 10 + (size_t)(digits.data[i] - '0');
	return true;
}

static bool
take_text(struct bytes *line, char *text_out, size_t size)
{
	struct bytes escaped;

	if (!part_literal(line, "\"") || !part_quoted(line, &escaped))
		return false;
	part_unescape(escaped, text_out, size);
	return true;
}

/* "2.1" */
static bool
take_part(struct bytes *line, char text_out[FINDING_PART_MAX])
{
	size_t count = 0;

	while (count < line->length && (ascii_is_digit(line->data[count]) || line->data[count] == '.'))
		count++;
	if (count == 0 || count >= FINDING_PART_MAX)
		return false;
	memcpy(text_out, line->data, count);
	text_out[count] = '\0';
	*line = bytes_from(*line, count);
	return true;
}

/* One of what decision.c knows of a finding. */
static bool
take_known(struct bytes *line, struct part_finding *part)
{
	struct finding *finding = &part->finding;

	if (part_literal(line, "times="))
		return take_number(line, &finding->times);
	if (part_literal(line, "line="))
		return take_number(line, &finding->line);
	if (part_literal(line, "part="))
		return take_part(line, finding->part);
	if (part_literal(line, "field="))
		return take_text(line, finding->field, sizeof finding->field);
	if (part_literal(line, "name="))
		return take_text(line, finding->name, sizeof finding->name);
	if (part_literal(line, "value="))
		return take_text(line, finding->value, sizeof finding->value);
	finding->rule = part->rule;
	return part_literal(line, "rule=") && take_text(line, part->rule, sizeof part->rule);
}

bool
part_finding(struct bytes *line, struct part_finding *part_out)
{
	struct bytes rest = *line;

	*part_out = (struct part_finding){ .finding = { .rule = NULL } };
	if (!part_name(&rest, &part_out->check) || !part_literal(&rest, "(mode=") ||
	    !take_mode(&rest, &part_out->finding.mode))
		return false;
	while (part_literal(&rest, " "))
		if (!take_known(&rest, part_out))
			return false;
	if (!part_literal(&rest, ")"))
		return false;
	*line = rest;
	return true;
}
