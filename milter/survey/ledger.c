/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/survey/ledger.h"

#include "policy/hash.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE_MIN = 32 }; /* entries: the checks of one profile */

static uint64_t
hash_names(const char *const names[LEDGER_NAMES])
{
	uint64_t hash = HASH_BEGIN;

	for (size_t i = 0; i < LEDGER_NAMES; i++)
		hash = hash_of(hash, names[i], strlen(names[i]) + 1);
	return hash;
}

static bool
has_names(const struct ledger_entry *entry, const char *const names[LEDGER_NAMES])
{
	for (size_t i = 0; i < LEDGER_NAMES; i++)
		if (strcmp(entry->names[i], names[i]) != 0)
			return false;
	return true;
}

static bool
reserve(struct ledger *ledger)
{
	size_t size = ledger->size > 0 ? ledger->size * 2 : SIZE_MIN;

	if (ledger->count < ledger->size)
		return true;
	struct ledger_entry *entries = realloc(ledger->entries, size * sizeof *entries);
	if (entries == NULL)
		return false;
	ledger->entries = entries;
	ledger->size = size;
	return true;
}

static void
free_names(struct ledger_entry *entry)
{
	for (size_t i = 0; i < LEDGER_NAMES; i++)
		free(entry->names[i]);
}

static bool
copy_names(struct ledger_entry *entry, const char *const names[LEDGER_NAMES])
{
	bool copied = true;

	for (size_t i = 0; i < LEDGER_NAMES; i++) {
		entry->names[i] = strdup(names[i]);
		copied = copied && entry->names[i] != NULL;
	}
	if (!copied)
		free_names(entry);
	return copied;
}

struct ledger_entry *
ledger_at(struct ledger *ledger, const char *const names[LEDGER_NAMES])
{
	struct ledger_entry entry = { .hash = hash_names(names) };

	for (size_t i = 0; i < ledger->count; i++)
		if (ledger->entries[i].hash == entry.hash && has_names(&ledger->entries[i], names))
			return &ledger->entries[i];
	if (ledger->count == LEDGER_ENTRIES_MAX) {
		ledger->lost++;
		return NULL;
	}
	if (!reserve(ledger) || !copy_names(&entry, names)) {
		ledger->refused = true;
		return NULL;
	}
	ledger->entries[ledger->count] = entry;
	return &ledger->entries[ledger->count++];
}

void
ledger_example(struct ledger *ledger, struct ledger_entry *entry, const char *where, const char *what)
{
	if (entry->example_count == LEDGER_EXAMPLES)
		return;
	struct ledger_example example = { strdup(where), strdup(what) };
	if (example.where == NULL || example.what == NULL) {
		free(example.where);
		free(example.what);
		ledger->refused = true;
		return;
	}
	entry->examples[entry->example_count++] = example;
}

static int
by_count(const void *left, const void *right)
{
	const struct ledger_entry *a = left;
	const struct ledger_entry *b = right;

	if (a->counts[0] != b->counts[0])
		return a->counts[0] > b->counts[0] ? -1 : 1;
	for (size_t i = 0; i < LEDGER_NAMES; i++) {
		int order = strcmp(a->names[i], b->names[i]);

		if (order != 0)
			return order;
	}
	return 0;
}

void
ledger_sort(struct ledger *ledger)
{
	if (ledger->count > 0)
		qsort(ledger->entries, ledger->count, sizeof *ledger->entries, by_count);
}

void
ledger_free(struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->count; i++) {
		struct ledger_entry *entry = &ledger->entries[i];

		free_names(entry);
		for (size_t j = 0; j < entry->example_count; j++) {
			free(entry->examples[j].where);
			free(entry->examples[j].what);
		}
	}
	free(ledger->entries);
	*ledger = (struct ledger){ .count = 0 };
}
