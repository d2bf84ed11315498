/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/fuzz.h"

#include "tests/fuzz/memory.h"

#include <sanitizer/asan_interface.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PIECES_SHORT = 256,  /* so many are as long as the steps say; */
	LENGTHEN = 16,       /* those that follow so many times as long: they find little and cost much */
	GUARD = 64,          /* octets on either side of a piece that must not be touched */
	DESCRIPTORS_MAX = 2, /* of iconv at a time: a text part's, and one that decodes a header field */
	SHOWN = 160          /* octets of a trace around a difference */
};

/* Of a piece that is gone: a parser that still looks there gives something else. */
static const char gone = '\xa5';

/* Pieces lie in the one place and the other in turns; under AddressSanitizer all else is poisoned. */
static struct place {
	_Alignas(16) char octets[GUARD + FUZZ_INPUT_MAX + GUARD];
	size_t used;
} places[2];
static size_t placed;

static const struct fuzz_target *running; /* for fuzz_fail */

void
fuzz_fail(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s: ", running != NULL ? running->name : "fuzz");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
	abort();
}

const struct fuzz_target *
fuzz_target_find(const char *name)
{
	for (size_t i = 0; i < fuzz_target_count; i++)
		if (strcmp(fuzz_targets[i]->name, name) == 0)
			return fuzz_targets[i];
	return NULL;
}

static void
clear(struct place *place)
{
	ASAN_UNPOISON_MEMORY_REGION(place->octets + GUARD, place->used);
	memset(place->octets + GUARD, gone, place->used);
	ASAN_POISON_MEMORY_REGION(place->octets + GUARD, place->used);
	place->used = 0;
}

/* The piece that came before is gone with it. */
static struct bytes
lay_out(struct bytes piece)
{
	clear(&places[placed % 2]);
	struct place *place = &places[++placed % 2];
	ASAN_UNPOISON_MEMORY_REGION(place->octets + GUARD, piece.length);
	if (piece.length > 0)
		memcpy(place->octets + GUARD, piece.data, piece.length);
	place->used = piece.length;
	return (struct bytes){ place->octets + GUARD, piece.length };
}

void
cutter_line(struct cutter *cutter, char line_out[FUZZ_LINE_MAX])
{
	ptrdiff_t end = bytes_find(cutter->rest, '\n');
	struct bytes line = cutter->rest;

	if (end >= 0)
		line.length = (size_t)end;
	cutter->rest = bytes_from(cutter->rest, end >= 0 ? line.length + 1 : line.length);
	if (line.length > 0 && line.data[line.length - 1] == '\r')
		line.length--;
	line_out[0] = '\0';
	buffer_append(line_out, FUZZ_LINE_MAX, line);
}

static size_t
step_length(unsigned char step)
{
	return step < 128 ? step : (step - 127u) * 64;
}

struct bytes
cutter_rest(struct cutter *cutter)
{
	struct bytes rest = cutter->rest;

	cutter->rest.length = 0;
	cutter->begun = true;
	return lay_out(rest);
}

bool
cutter_next(struct cutter *cutter, struct bytes *piece_out)
{
	if (cutter->begun && cutter->rest.length == 0)
		return false;
	cutter->begun = true;
	struct bytes piece = cutter->rest;
	size_t length = step_length(cutter->steps[cutter->step % FUZZ_STEPS]);
	if (cutter->step++ >= PIECES_SHORT)
		length *= LENGTHEN;
	if (!cutter->whole && length < piece.length)
		piece.length = length;
	cutter->rest = bytes_from(cutter->rest, piece.length);
	*piece_out = lay_out(piece);
	return true;
}

static void
check_memory(const struct memory_count *count)
{
	if (count->allocations > 0)
		fuzz_fail("%zu allocations of its own", count->allocations);
	if (count->descriptors > 0)
		fuzz_fail("%zu charset conversions left open", count->descriptors);
	if (count->descriptors_most > DESCRIPTORS_MAX)
		fuzz_fail("%zu charset conversions open at a time", count->descriptors_most);
}

static void
run_once(const struct fuzz_target *target, struct trace *trace, struct cutter *cutter)
{
	trace->length = 0;
	/* Room enough beforehand, so that the trace allocates nothing while the target is watched. */
	trace_reserve(trace, FUZZ_TRACE_MAX);
	size_t size = trace->size;
	memory_watch();
	target->trace(trace, cutter);
	struct memory_count count = memory_unwatch();
	if (trace->size != size)
		fuzz_fail("a trace of %zu octets", trace->length);
	check_memory(&count);
}

static void
compare(const struct trace *whole, const struct trace *cut)
{
	size_t at = 0;

	if (whole->length == cut->length && memcmp(trace_text(whole), trace_text(cut), whole->length) == 0)
		return;
	while (at < whole->length && at < cut->length && whole->text[at] == cut->text[at])
		at++;
	size_t from = at < SHOWN / 2 ? 0 : at - SHOWN / 2;
	fuzz_fail(
		"what comes out depends on the cuts, from octet %zu of the trace on\n whole: ...%.*s\n cut:   ...%.*s",
		at, SHOWN, trace_text(whole) + (from < whole->length ? from : whole->length), SHOWN,
		trace_text(cut) + (from < cut->length ? from : cut->length));
}

static void
begin(const struct fuzz_target *target)
{
	running = target;
	for (size_t i = 0; i < 2; i++)
		ASAN_POISON_MEMORY_REGION(places[i].octets, sizeof places[i].octets);
	if (target->prepare != NULL)
		target->prepare();
}

void
fuzz_run(const struct fuzz_target *target, const char *data, size_t size)
{
	static const unsigned char no_cut[FUZZ_STEPS];
	static struct trace whole, cut;
	struct cutter cutter = { .whole = true };

	if (size < FUZZ_STEPS || size > FUZZ_INPUT_MAX)
		return;
	if (running != target)
		begin(target);
	cutter.rest = (struct bytes){ data + FUZZ_STEPS, size - FUZZ_STEPS };
	memcpy(cutter.steps, data, FUZZ_STEPS);
	struct cutter cutting = cutter;
	run_once(target, &whole, &cutter);
	if (target->takes_whole || memcmp(data, no_cut, FUZZ_STEPS) == 0)
		return;
	cutting.whole = false;
	run_once(target, &cut, &cutting);
	compare(&whole, &cut);
}
