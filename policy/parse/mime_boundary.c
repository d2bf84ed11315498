/* SPDX-License-Identifier: BSD-2-Clause */
/* Boundaries lie one behind the other in an arena, in the order they were opened. A sender may fill a message with
 * lines like delimiters while a hundred multiparts are open, hence the hash: a line costs one pass over itself, and a
 * comparison where hashes meet. Levels come and go at the inner end only: buckets list them from the inside out. */
#include "policy/parse/mime_boundary.h"

#include "policy/parse/mime.h"

#include <string.h>

enum { HYPHENS = 2 }; /* before a boundary, and after one that is closed */

static const uint32_t hash_start = 2166136261u; /* FNV-1a */

static uint32_t
hash_more(uint32_t hash, const char *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)data[i]) * 16777619u;
	return hash;
}

static size_t
arena_used(const struct mime_boundaries *open)
{
	if (open->count == 0)
		return 0;
	const struct mime_level *last = &open->levels[open->count - 1];
	return (size_t)last->offset + last->length;
}

bool
mime_boundaries_push(struct mime_boundaries *open, struct bytes boundary, enum multipart kind)
{
	size_t used = arena_used(open);

	if (open->count == MIME_DEPTH_MAX || boundary.length > sizeof open->arena - used)
		return false;
	if (open->count == 0) /* most messages have no multipart: mime_init leaves them alone */
		memset(open->buckets, 0, sizeof open->buckets);
	memcpy(open->arena + used, boundary.data, boundary.length);
	uint32_t hash = hash_more(hash_start, boundary.data, boundary.length);
	uint8_t *bucket = &open->buckets[hash % MIME_BUCKETS];
	open->levels[open->count] = (struct mime_level){
		.kind = (uint8_t)kind,
		.in_related =
			kind == MULTIPART_RELATED || (open->count > 0 && open->levels[open->count - 1].in_related),
		.hash = hash,
		.next = *bucket,
		.offset = (uint16_t)used,
		.length = (uint16_t)boundary.length,
	};
	*bucket = (uint8_t)++open->count;
	return true;
}

void
mime_boundaries_close(struct mime_boundaries *open)
{
	const struct mime_level *last = &open->levels[--open->count];

	open->buckets[last->hash % MIME_BUCKETS] = last->next;
}

unsigned
mime_boundaries_give_up(struct mime_boundaries *open, size_t count)
{
	unsigned flaws = 0;

	while (open->count > count) {
		flaws |= open->levels[open->count - 1].seen ? MIME_UNCLOSED : MIME_BOUNDARY_UNSEEN;
		mime_boundaries_close(open);
	}
	return flaws;
}

/* The innermost level with this boundary, counted from 1; 0 when there is none. */
static size_t
level_of(const struct mime_boundaries *open, uint32_t hash, struct bytes boundary)
{
	for (size_t i = open->buckets[hash % MIME_BUCKETS]; i > 0; i = open->levels[i - 1].next) {
		const struct mime_level *level = &open->levels[i - 1];
		struct bytes own = { open->arena + level->offset, level->length };

		if (level->hash == hash && bytes_equal(own, boundary))
			return i;
	}
	return 0;
}

/* The line without `--` at its beginning, line break and blanks at its end; empty when it is no candidate. */
static struct bytes
candidate_text(struct bytes line)
{
	if (line.length > MIME_DELIMITER_MAX || line.length < HYPHENS || memcmp(line.data, "--", HYPHENS) != 0)
		return (struct bytes){ NULL, 0 };
	if (line.data[line.length - 1] == '\n')
		line.length--;
	if (line.data[line.length - 1] == '\r')
		line.length--;
	while (line.data[line.length - 1] == ' ' || line.data[line.length - 1] == '\t')
		line.length--;
	return bytes_from(line, HYPHENS);
}

bool
mime_boundaries_find(const struct mime_boundaries *open, struct bytes line, struct mime_delimiter *delimiter_out)
{
	struct bytes text = candidate_text(line);

	if (open->count == 0 || text.length == 0 || text.length > PARAMS_BOUNDARY_MAX + HYPHENS)
		return false;
	struct bytes inner = { text.data, text.length > HYPHENS ? text.length - HYPHENS : 0 };
	uint32_t inner_hash = hash_more(hash_start, inner.data, inner.length);
	uint32_t hash = hash_more(inner_hash, text.data + inner.length, text.length - inner.length);
	size_t opens = level_of(open, hash, text), closes = 0;
	if (inner.length > 0 && memcmp(inner.data + inner.length, "--", HYPHENS) == 0)
		closes = level_of(open, inner_hash, inner);
	if (opens == 0 && closes == 0)
		return false;
	*delimiter_out = (struct mime_delimiter){ (opens > closes ? opens : closes) - 1, closes > opens };
	return true;
}
