/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/mime_trace.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *const flaw_names[] = {
	"boundary_missing", "boundary_unseen",   "nested_too_deep",   "too_many_parts",
	"unclosed",         "encoded_multipart", "header_unreadable", "encoding_unknown",
};
static const char *const multipart_names[] = {
	"none", "mixed", "alternative", "related", "report", "signed", "encrypted", "digest",
};
static const char *const encoding_names[] = { "identity", "base64", "quoted-printable", "uuencode" };

/* The message's Content-Type while its cuts are run. */
static const char *root_type;

static void
trace_facts(struct trace *trace, const struct mime_part *part)
{
	if (part->charset[0] != '\0')
		trace_add(trace, " charset=%s", part->charset);
	if (part->dispositions & DISPOSITION_INLINE)
		trace_add(trace, " inline");
	if (part->dispositions & DISPOSITION_ATTACHMENT)
		trace_add(trace, " attachment");
	for (unsigned i = 0; i < ENCODING_COUNT; i++)
		if (part->encodings != 1u << ENCODING_IDENTITY && (part->encodings & 1u << i))
			trace_add(trace, " %s", encoding_names[i]);
	if (part->has_name) {
		trace_add(trace, " name=");
		trace_add_bytes(trace, bytes_of(part->name));
	}
	if (part->has_content_id)
		trace_add(trace, " cid");
	if (part->enclosed)
		trace_add(trace, " enclosed");
	if (part->parent > MULTIPART_MIXED)
		trace_add(trace, " of %s", multipart_names[part->parent]);
	if (part->in_related)
		trace_add(trace, " related");
}

/* The number says where the part is, as the index does. */
static void
check_index(const struct mime_part *part)
{
	const char *dot = strrchr(part->number, '.');

	if (strlen(part->number) < MIME_NUMBER_MAX - 1)
		ck_assert_uint_eq(strtoul(dot != NULL ? dot + 1 : part->number, NULL, 10), part->index + 1);
}

void
trace_mime_event(struct trace *trace, const struct mime_event *event)
{
	const struct mime_part *part = event->part;

	switch (event->type) {
	case MIME_PART:
		check_index(part);
		trace_add(trace, part->type_given ? "[%s %s @%zu" : "[%s (%s) @%zu", part->number, part->type,
			  part->line);
		trace_facts(trace, part);
		trace_add(trace, "]");
		break;
	case MIME_DATA:
		ck_assert_uint_gt(event->data.length, 0);
		trace_add_bytes(trace, event->data);
		break;
	case MIME_PART_END:
		trace_add(trace, event->cut ? "[cut]" : "[end]");
		break;
	}
}

void
trace_mime_flaws(struct trace *trace, unsigned flaws)
{
	for (unsigned i = 0; i < sizeof flaw_names / sizeof flaw_names[0]; i++)
		if (flaws & 1u << i)
			trace_add(trace, " !%s", flaw_names[i]);
}

static void
drain(struct trace *trace, struct mime *mime)
{
	struct mime_event event;

	while (mime_next(mime, &event))
		trace_mime_event(trace, &event);
}

static void
trace_mime(struct trace *trace, const struct bytes *chunks, size_t count)
{
	struct mime mime;

	mime_init(&mime);
	if (root_type != NULL)
		mime_field(&mime, bytes_of("Content-Type"), bytes_of(root_type));
	mime_end_of_headers(&mime, 1);
	drain(trace, &mime);
	for (size_t i = 0; i < count; i++) {
		mime_feed(&mime, chunks[i]);
		drain(trace, &mime);
	}
	bool complete = mime_complete(&mime);
	mime_finish(&mime);
	drain(trace, &mime);
	if (complete)
		trace_add(trace, " complete");
	trace_mime_flaws(trace, mime.flaws);
}

void
check_mime(const char *type, const struct cut_case *row)
{
	root_type = type;
	check_cuts(row, trace_mime);
}

void
check_mime_cases(const struct mime_case *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct cut_case row = { rows[i].sentence, rows[i].body, 0, rows[i].expected };

		check_mime(rows[i].type, &row);
	}
}
