/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/survey/top.h"

#include "policy/hash.h"

#include <stdlib.h>
#include <string.h>

bool
top_init(struct top *top)
{
	*top = (struct top){
		.entries = calloc(TOP_NAMES_MAX, sizeof *top->entries),
		.hashes = calloc(TOP_NAMES_MAX, sizeof *top->hashes),
	};
	if (top->entries != NULL && top->hashes != NULL)
		return true;
	top_free(top);
	return false;
}

static struct top_entry *
find(const struct top *top, const char *name, uint64_t hash)
{
	for (size_t i = 0; i < top->count; i++)
		if (top->hashes[i] == hash && strncmp(top->entries[i].name, name, TOP_NAME_MAX - 1) == 0)
			return &top->entries[i];
	return NULL;
}

static size_t
find_least(const struct top *top)
{
	size_t least = 0;

	for (size_t i = 1; i < top->count; i++)
		if (top->entries[i].count < top->entries[least].count)
			least = i;
	return least;
}

void
top_add(struct top *top, const char *name, bool refused)
{
	uint64_t hash = hash_of(HASH_BEGIN, name, strnlen(name, TOP_NAME_MAX - 1));
	struct top_entry *entry = find(top, name, hash);

	if (entry == NULL) {
		bool is_full = top->count == TOP_NAMES_MAX;
		size_t place = is_full ? find_least(top) : top->count++;

		entry = &top->entries[place];
		entry->over = entry->count; /* 0 of a place that is new */
		entry->refused = 0;
		memset(entry->name, 0, sizeof entry->name);
		memcpy(entry->name, name, strnlen(name, TOP_NAME_MAX - 1));
		top->hashes[place] = hash;
		top->approximate = top->approximate || is_full;
	}
	entry->count++;
	entry->refused += refused ? 1 : 0;
}

static int
by_count(const void *left, const void *right)
{
	const struct top_entry *a = left;
	const struct top_entry *b = right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->name, b->name);
}

void
top_sort(struct top *top)
{
	qsort(top->entries, top->count, sizeof *top->entries, by_count);
}

void
top_free(struct top *top)
{
	free(top->entries);
	free(top->hashes);
	*top = (struct top){ .count = 0 };
}
