/* SPDX-License-Identifier: BSD-2-Clause */
/* One field is read at a time, so that one struct params is enough; what is wanted of it is copied when it ends. */
#include "policy/parse/mime_part.h"

#include "policy/parse/mime.h"

#include <string.h>

static const struct {
	const char *name; /* behind content_ */
	enum mime_part_field field;
} fields[] = {
	{ "Type", MIME_PART_TYPE },
	{ "Disposition", MIME_PART_DISPOSITION },
	{ "Transfer-Encoding", MIME_PART_ENCODING },
	{ "ID", MIME_PART_ID },
};
static const char content_[] = "Content-";

static const struct {
	const char *type;
	enum multipart kind;
} kinds[] = {
	{ "multipart/alternative", MULTIPART_ALTERNATIVE }, { "multipart/related", MULTIPART_RELATED },
	{ "multipart/report", MULTIPART_REPORT },           { "multipart/signed", MULTIPART_SIGNED },
	{ "multipart/encrypted", MULTIPART_ENCRYPTED },     { "multipart/digest", MULTIPART_DIGEST },
};

enum multipart
multipart_of(const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(type, kinds[i].type) == 0)
			return kinds[i].kind;
	return strncmp(type, "multipart/", 10) == 0 ? MULTIPART_MIXED : MULTIPART_NONE;
}

void
mime_part_reader_init(struct mime_part_reader *reader)
{
	/* What the rest holds is told by what is cleared here; it is most of the struct, and a message may have thousands of parts. */
	memset(reader, 0, offsetof(struct mime_part_reader, boundary));
}

void
mime_part_reader_field(struct mime_part_reader *reader, struct bytes name)
{
	reader->field = MIME_PART_OTHER;
	if (!bytes_starts_nocase(name, content_))
		return;
	name = bytes_from(name, strlen(content_));
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (bytes_is(name, fields[i].name))
			reader->field = fields[i].field;
	if (reader->field != MIME_PART_OTHER)
		params_init(&reader->params);
}

void
mime_part_reader_value(struct mime_part_reader *reader, struct bytes run)
{
	if (reader->field == MIME_PART_ID)
		reader->part.has_content_id |= bytes_trim(run).length > 0;
	else if (reader->field != MIME_PART_OTHER)
		params_feed(&reader->params, run);
}

/* RFC 2045 5.1. The text is of a main value: blanks and controls have vanished from it. */
static bool
is_token(struct bytes text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.data[i] > '~' || strchr("()<>@,;:\\\"/[]?=", text.data[i]) != NULL)
			return false;
	return text.length > 0;
}

static bool
is_type(struct bytes value)
{
	ptrdiff_t slash = bytes_find(value, '/');

	return slash > 0 && is_token((struct bytes){ value.data, (size_t)slash }) &&
	       is_token(bytes_from(value, (size_t)slash + 1));
}

static void
copy(char *text_out, size_t size, const char *text)
{
	text_out[0] = '\0';
	buffer_append(text_out, size, bytes_of(text != NULL ? text : ""));
}

/* A name that is too long is cut before a character of UTF-8, which has at most three octets after its first. */
static void
copy_name(struct mime_part *part, char name_out[MIME_NAME_MAX], const char *name)
{
	struct bytes text = bytes_of(name);

	if (text.length >= MIME_NAME_MAX) {
		part->name_cut = true;
		text.length = MIME_NAME_MAX - 1;
		for (int i = 0; i < 3 && ((unsigned char)name[text.length] & 0xc0) == 0x80; i++)
			text.length--;
	}
	name_out[0] = '\0';
	buffer_append(name_out, MIME_NAME_MAX, text);
}

static void
take_name(struct mime_part_reader *reader, enum params_name which)
{
	const char *name = params_get(&reader->params, which);

	if (name == NULL || name[0] == '\0')
		return;
	struct mime_part *part = &reader->part;
	part->name_refused |= (reader->params.flaws & PARAMS_REFUSED) != 0;
	bool better = which == PARAMS_FILENAME && !reader->has_filename;
	if (part->has_name && better)
		memcpy(part->other_name, part->name, sizeof part->name);
	if (!part->has_name || better)
		copy_name(part, part->name, name);
	else if (strcmp(part->name, name) != 0)
		copy_name(part, part->other_name, name);
	part->has_name = true;
	part->name_cut |= (reader->params.flaws & PARAMS_CUT) != 0;
	reader->has_filename |= which == PARAMS_FILENAME;
}

static void
end_type(struct mime_part_reader *reader)
{
	const struct params *params = &reader->params;
	struct mime_part *part = &reader->part;

	take_name(reader, PARAMS_NAME);
	if (part->type_given || !is_type(bytes_of(params->value)))
		return;
	part->type_given = true;
	copy(part->type, sizeof part->type, params->value);
	copy(part->charset, sizeof part->charset, params_get(params, PARAMS_CHARSET));
	for (char *c = part->charset; *c != '\0'; c++)
		*c = ascii_lower(*c);
	copy(reader->boundary, sizeof reader->boundary, params_get(params, PARAMS_BOUNDARY));
	reader->has_boundary = reader->boundary[0] != '\0';
	reader->boundary_cut = (params->flaws & PARAMS_CUT) && strlen(reader->boundary) >= PARAMS_BOUNDARY_MAX - 1;
}

static void
end_disposition(struct mime_part_reader *reader)
{
	const char *value = reader->params.value;

	take_name(reader, PARAMS_FILENAME);
	if (is_token(bytes_of(value)))
		reader->part.dispositions |= strcmp(value, "inline") == 0 ? DISPOSITION_INLINE : DISPOSITION_ATTACHMENT;
}

static void
end_encoding(struct mime_part_reader *reader)
{
	bool known;

	reader->part.encodings |= 1u << encoding_of(bytes_of(reader->params.value), &known);
	if (!known)
		reader->flaws |= MIME_ENCODING_UNKNOWN;
}

void
mime_part_reader_field_end(struct mime_part_reader *reader)
{
	if (reader->field == MIME_PART_OTHER || reader->field == MIME_PART_ID)
		return;
	params_finish(&reader->params);
	if (reader->params.flaws & PARAMS_CUT)
		reader->flaws |= MIME_HEADER_UNREADABLE;
	if (reader->field == MIME_PART_TYPE)
		end_type(reader);
	else if (reader->field == MIME_PART_DISPOSITION)
		end_disposition(reader);
	else
		end_encoding(reader);
	reader->field = MIME_PART_OTHER;
}

void
mime_part_reader_finish(struct mime_part_reader *reader, enum multipart parent)
{
	struct mime_part *part = &reader->part;

	if (!part->type_given)
		copy(part->type, sizeof part->type, parent == MULTIPART_DIGEST ? "message/rfc822" : "text/plain");
	if (part->encodings == 0)
		part->encodings = 1u << ENCODING_IDENTITY;
	bool is_message = strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0;
	part->enclosed = is_message && part->encodings == 1u << ENCODING_IDENTITY;
}
