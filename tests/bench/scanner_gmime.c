/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/scanner_gmime.h"

#include <gmime/gmime.h>

static void
decode(GMimeObject *parent, GMimeObject *part, gpointer stream)
{
	(void)parent;
	if (!GMIME_IS_PART(part))
		return;
	GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
	if (content != NULL)
		g_mime_data_wrapper_write_to_stream(content, stream);
}

void
gmime_scan(struct bytes text)
{
	g_mime_init();
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text.data, text.length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	GMimeStream *nowhere = g_mime_stream_null_new();

	if (message != NULL) {
		g_mime_message_foreach(message, decode, nowhere);
		g_object_unref(message);
	}
	g_object_unref(nowhere);
	g_object_unref(parser);
	g_object_unref(stream);
}
