/* SPDX-License-Identifier: BSD-2-Clause */
/* The only file that knows GMime. */
#include "tests/differential/reading.h"

#include <gmime/gmime.h>
#include <string.h>

/* Where a part is: the number of the leaf that encloses its message, and its own. */
struct walk {
	struct trace *trace;
	char path[(MIME_NUMBER_MAX + 1) * (READING_DEPTH_MAX + 1)];
	size_t inner; /* where the number within the innermost message begins */
	unsigned depth;
};

static void walk_object(struct walk *walk, GMimeObject *object);

static void
walk_message(struct walk *walk, GMimeMessage *message)
{
	GMimeObject *root = message != NULL ? g_mime_message_get_mime_part(message) : NULL;

	if (root != NULL)
		walk_object(walk, root);
	else
		trace_add(walk->trace, "%s1 text/plain identity 0 octets %08x\n", walk->path, READING_HASH_START);
}

static const char *
encoding_name(GMimeContentEncoding encoding)
{
	switch (encoding) {
	case GMIME_CONTENT_ENCODING_BASE64:
		return "base64";
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		return "quoted-printable";
	case GMIME_CONTENT_ENCODING_UUENCODE:
		return "uuencode";
	default:
		return "identity";
	}
}

static void
write_name(struct trace *trace, GMimeObject *object)
{
	char cut[MIME_NAME_MAX];
	const char *name = g_mime_object_get_content_disposition_parameter(object, "filename");

	if (name == NULL || name[0] == '\0')
		name = g_mime_object_get_content_type_parameter(object, "name");
	if (name == NULL || name[0] == '\0')
		return;
	size_t length = strlen(name);
	if (length >= sizeof cut) {
		length = sizeof cut - 1;
		for (int i = 0; i < 3 && ((unsigned char)name[length] & 0xc0) == 0x80; i++)
			length--;
	}
	memcpy(cut, name, length);
	cut[length] = '\0';
	reading_add_name(trace, cut);
}

static void
write_facts(const struct walk *walk, GMimeObject *object)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
	char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
	char *lower = g_ascii_strdown(type, -1);

	const char *number = walk->path[walk->inner] != '\0' ? walk->path + walk->inner : "1";
	trace_add(walk->trace, "%.*s%.*s %.*s", (int)walk->inner, walk->path, MIME_NUMBER_MAX - 1, number,
		  PARAMS_VALUE_MAX - 1, lower);
	g_free(lower);
	g_free(type);
	const char *value = disposition != NULL ? g_mime_content_disposition_get_disposition(disposition) : "";
	if (g_ascii_strcasecmp(value, "inline") == 0)
		trace_add(walk->trace, " inline");
	else if (value[0] != '\0')
		trace_add(walk->trace, " attachment");
	write_name(walk->trace, object);
}

static void
write_content(struct trace *trace, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();

	if (content != NULL)
		g_mime_data_wrapper_write_to_stream(content, stream);
	GByteArray *octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	struct bytes decoded = { (const char *)octets->data, octets->len };
	trace_add(trace, " %s %zu octets %08x\n", encoding_name(g_mime_part_get_content_encoding(part)), decoded.length,
		  reading_hash(READING_HASH_START, decoded));
	g_object_unref(stream);
}

static void
walk_parts(struct walk *walk, GMimeMultipart *multipart)
{
	size_t length = strlen(walk->path);
	int count = g_mime_multipart_get_count(multipart);

	for (int i = 0; i < count; i++) {
		snprintf(walk->path + length, sizeof walk->path - length, "%s%d", length > walk->inner ? "." : "",
			 i + 1);
		walk_object(walk, g_mime_multipart_get_part(multipart, i));
	}
	walk->path[length] = '\0';
}

static void
walk_enclosed(struct walk *walk, GMimeMessagePart *part)
{
	size_t length = strlen(walk->path);
	size_t inner = walk->inner;

	if (walk->depth == READING_DEPTH_MAX)
		return;
	walk->depth++;
	snprintf(walk->path + length, sizeof walk->path - length, "%s/", length > inner ? "" : "1");
	walk->inner = strlen(walk->path);
	walk_message(walk, g_mime_message_part_get_message(part));
	walk->path[length] = '\0';
	walk->inner = inner;
	walk->depth--;
}

static void
walk_object(struct walk *walk, GMimeObject *object)
{
	if (GMIME_IS_MULTIPART(object) && g_mime_object_get_content_type_parameter(object, "boundary") != NULL) {
		walk_parts(walk, GMIME_MULTIPART(object));
		return;
	}
	write_facts(walk, object);
	if (GMIME_IS_MULTIPART(object)) {
		trace_add(walk->trace, " undivided\n");
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		trace_add(walk->trace, " enclosed\n");
		walk_enclosed(walk, GMIME_MESSAGE_PART(object));
	} else {
		write_content(walk->trace, GMIME_PART(object));
	}
}

void
read_by_gmime(struct bytes text, struct trace *trace)
{
	g_mime_init();
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text.length > 0 ? text.data : "", text.length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	g_object_unref(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	struct walk walk = { .trace = trace, .path = "" };
	trace_add(trace, "%s", "");
	walk_message(&walk, message);
	if (message != NULL)
		g_object_unref(message);
	g_object_unref(parser);
}
