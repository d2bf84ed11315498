/* SPDX-License-Identifier: BSD-2-Clause */
/* Parsers of what stands in a message's body. */
#include "policy/parse/mime.h"
#include "policy/parse/visible.h"
#include "tests/fuzz/targets.h"
#include "tests/support/points.h"

/* How many CHARSET_INVALID a run of octets gives is open: "at least one". */
static void
drain_charset(struct trace *trace, struct charset *charset, bool *after_invalid)
{
	uint32_t point;

	while (charset_next(charset, &point)) {
		bool invalid = point == CHARSET_INVALID;

		FUZZ_ASSERT(invalid || (point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)));
		if (!invalid || !*after_invalid)
			trace_add_point(trace, point);
		*after_invalid = invalid;
	}
}

static void
trace_charset(struct trace *trace, struct cutter *cutter)
{
	char name[FUZZ_LINE_MAX];
	struct charset charset;
	struct bytes piece;
	bool after_invalid = false;

	cutter_line(cutter, name);
	enum charset_status status = charset_open(&charset, bytes_of(name));
	FUZZ_ASSERT(status != CHARSET_REFUSED);
	while (cutter_next(cutter, &piece)) {
		charset_feed(&charset, piece);
		drain_charset(trace, &charset, &after_invalid);
	}
	charset_finish(&charset);
	drain_charset(trace, &charset, &after_invalid);
	charset_close(&charset);
}

static void
trace_visible(struct trace *trace, struct cutter *cutter)
{
	char line[FUZZ_LINE_MAX];
	struct visible visible;
	struct bytes piece;
	bool seen = false;

	cutter_line(cutter, line);
	bool html = bytes_starts_nocase(bytes_of(line), "html");
	ptrdiff_t blank = bytes_find(bytes_of(line), ' ');
	struct bytes name = bytes_from(bytes_of(line), blank >= 0 ? (size_t)blank + 1 : 0);
	FUZZ_ASSERT(visible_open(&visible, name, html ? VISIBLE_HTML : VISIBLE_PLAIN) != CHARSET_REFUSED);
	while (cutter_next(cutter, &piece)) {
		visible_feed(&visible, piece);
		FUZZ_ASSERT(visible.seen || !seen);
		seen = visible.seen;
	}
	visible_finish(&visible);
	FUZZ_ASSERT(visible.seen || !seen);
	trace_add(trace, "%s", visible.seen ? "seen" : "blank");
	visible_close(&visible);
}

static void
trace_decoder(struct trace *trace, struct cutter *cutter)
{
	static char out[FUZZ_INPUT_MAX + QUOTED_HELD_MAX];
	char line[FUZZ_LINE_MAX];
	struct decoder decoder;
	struct bytes piece;
	bool known;

	cutter_line(cutter, line);
	decoder_init(&decoder, encoding_of(bytes_of(line), &known));
	while (cutter_next(cutter, &piece)) {
		size_t length = decoder_feed(&decoder, piece, out);

		FUZZ_ASSERT(length <= decoder_room(piece.length));
		trace_add_bytes(trace, (struct bytes){ out, length });
	}
	size_t length = decoder_finish(&decoder, out);
	FUZZ_ASSERT(length <= decoder_room(0));
	trace_add_bytes(trace, (struct bytes){ out, length });
	trace_add(trace, " !%x", decoder.flaws);
}

static void
trace_part(struct trace *trace, const struct mime_part *part)
{
	trace_add(trace, "[%s@%zu %d %d%d%d%d ", part->number, part->line, part->type_given, part->has_content_id,
		  part->enclosed, part->in_related, part->has_name);
	trace_add(trace, "%x %x %d %u ", part->dispositions, part->encodings, part->parent, part->index);
	trace_add_bytes(trace, bytes_of(part->type));
	trace_add(trace, " ");
	trace_add_bytes(trace, bytes_of(part->charset));
	trace_add(trace, " ");
	trace_add_bytes(trace, bytes_of(part->name));
	trace_add(trace, " ");
	trace_add_bytes(trace, bytes_of(part->other_name));
	trace_add(trace, "%s]", part->name_cut ? "..." : "");
}

/* A part begins, has data and ends before the next one begins. */
static void
drain_mime(struct trace *trace, struct mime *mime, bool *in_part)
{
	struct mime_event event;

	while (mime_next(mime, &event)) {
		FUZZ_ASSERT((event.type == MIME_PART) != *in_part);
		FUZZ_ASSERT(event.part->encodings != 0 && event.part->type[0] != '\0');
		if (event.type == MIME_PART)
			trace_part(trace, event.part);
		else if (event.type == MIME_DATA)
			trace_add_bytes(trace, event.data);
		else
			trace_add(trace, "%s", event.cut ? "[cut]" : "[end]");
		FUZZ_ASSERT(event.type != MIME_DATA || event.data.length > 0);
		*in_part = event.type != MIME_PART_END;
	}
}

static void
trace_mime(struct trace *trace, struct cutter *cutter)
{
	static struct mime mime;
	char type[FUZZ_LINE_MAX];
	struct bytes piece;
	bool in_part = false;

	cutter_line(cutter, type);
	mime_init(&mime);
	mime_field(&mime, bytes_of("Content-Type"), bytes_of(type));
	mime_end_of_headers(&mime, 1);
	drain_mime(trace, &mime, &in_part);
	while (cutter_next(cutter, &piece)) {
		mime_feed(&mime, piece);
		drain_mime(trace, &mime, &in_part);
	}
	trace_add(trace, "%s", mime_complete(&mime) ? " complete" : "");
	mime_finish(&mime);
	drain_mime(trace, &mime, &in_part);
	FUZZ_ASSERT(!in_part);
	trace_add(trace, " !%x", mime.flaws);
}

const struct fuzz_target fuzz_charset = { .name = "charset", .trace = trace_charset };
const struct fuzz_target fuzz_visible = { .name = "visible", .trace = trace_visible };
const struct fuzz_target fuzz_decoder = { .name = "decoder", .trace = trace_decoder };
const struct fuzz_target fuzz_mime = { .name = "mime", .trace = trace_mime };
