/* SPDX-License-Identifier: BSD-2-Clause */
/* key_table.c - chains of entries behind a power of two of heads. Entries that were never used lie from `fresh` on; those that were
 * are in a chain of free ones. Whether an entry is in use is written in itself, and decides when all else has to be made anew. */
#include "milter/stores/key_table.h"

#include "milter/stores/shared_memory.h"

#include <string.h>

enum { ALIGNMENT = 8 };

struct key_table {
	struct key_table_shape shape;
	struct siphash_key secret;
	size_t stride;       /* octets of an entry with key and value */
	size_t value_offset; /* of the value in an entry */
	uint32_t head_mask;
	uint32_t fresh; /* entries from here on were never used */
	uint32_t free;  /* the first free one before that, plus 1; 0: none */
	uint32_t count;
	uint32_t heads[]; /* an entry plus 1, so that zeroed memory is an empty table; 0: none */
};

struct entry {
	uint64_t hash;
	uint32_t next; /* in its chain, plus 1 */
	uint16_t key_length;
	bool used;
	char key[];
};

static size_t
aligned(size_t size)
{
	return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static uint32_t
heads_of(const struct key_table_shape *shape)
{
	uint32_t heads = 1;

	while (heads < shape->capacity)
		heads *= 2;
	return heads;
}

static size_t
value_offset(const struct key_table_shape *shape)
{
	return aligned(offsetof(struct entry, key) + shape->key_max);
}

static size_t
entries_offset(uint32_t heads)
{
	return aligned(offsetof(struct key_table, heads) + heads * sizeof(uint32_t));
}

size_t
key_table_size(const struct key_table_shape *shape)
{
	return entries_offset(heads_of(shape)) + shape->capacity * (value_offset(shape) + aligned(shape->value_size));
}

void
key_table_init(struct key_table *table, const struct key_table_shape *shape, const struct siphash_key *secret)
{
	table->shape = *shape;
	table->secret = *secret;
	table->value_offset = value_offset(shape);
	table->stride = table->value_offset + aligned(shape->value_size);
	table->head_mask = heads_of(shape) - 1;
}

static struct entry *
entry_at(const struct key_table *table, uint32_t number)
{
	char *entries = (char *)table + entries_offset(table->head_mask + 1);

	return (struct entry *)(void *)(entries + number * table->stride);
}

static struct bytes
cut_key(const struct key_table *table, struct bytes key)
{
	if (key.length > table->shape.key_max)
		key.length = table->shape.key_max;
	return key;
}

static uint32_t *
head_of(struct key_table *table, uint64_t hash)
{
	return &table->heads[hash & table->head_mask];
}

uint32_t
key_table_find(const struct key_table *table, struct bytes key)
{
	struct bytes wanted = cut_key(table, key);
	uint64_t hash = siphash(&table->secret, wanted);
	uint32_t at = table->heads[hash & table->head_mask];

	while (at != 0) {
		const struct entry *entry = entry_at(table, at - 1);

		if (entry->hash == hash && bytes_equal((struct bytes){ entry->key, entry->key_length }, wanted))
			return at - 1;
		at = entry->next;
	}
	return KEY_TABLE_NONE;
}

static void
link_entry(struct key_table *table, uint32_t number)
{
	struct entry *entry = entry_at(table, number);
	uint32_t *head = head_of(table, entry->hash);

	entry->next = *head;
	*head = number + 1;
	table->count++;
}

static void
free_entry(struct key_table *table, uint32_t number)
{
	entry_at(table, number)->next = table->free;
	table->free = number + 1;
}

static uint32_t
take_entry(struct key_table *table)
{
	uint32_t number = table->free - 1;

	if (table->free != 0) {
		table->free = entry_at(table, number)->next;
		return number;
	}
	return table->fresh < table->shape.capacity ? table->fresh++ : KEY_TABLE_NONE;
}

uint32_t
key_table_add(struct key_table *table, struct bytes key)
{
	struct bytes kept = cut_key(table, key);
	uint32_t number = take_entry(table);

	if (number == KEY_TABLE_NONE)
		return KEY_TABLE_NONE;
	struct entry *entry = entry_at(table, number);
	entry->hash = siphash(&table->secret, kept);
	entry->key_length = (uint16_t)kept.length;
	memcpy(entry->key, kept.data, kept.length);
	memset(key_table_value(table, number), 0, table->shape.value_size);
	shared_order(); /* used means complete */
	entry->used = true;
	shared_order();
	link_entry(table, number);
	return number;
}

void
key_table_remove(struct key_table *table, uint32_t number)
{
	struct entry *entry = entry_at(table, number);
	uint32_t *link = head_of(table, entry->hash);

	entry->used = false;
	shared_order();
	while (*link != number + 1)
		link = &entry_at(table, *link - 1)->next;
	*link = entry->next;
	table->count--;
	free_entry(table, number);
}

struct bytes
key_table_key(const struct key_table *table, uint32_t number)
{
	const struct entry *entry = entry_at(table, number);

	return (struct bytes){ entry->key, entry->key_length };
}

void *
key_table_value(const struct key_table *table, uint32_t number)
{
	return (char *)entry_at(table, number) + table->value_offset;
}

size_t
key_table_count(const struct key_table *table)
{
	return table->count;
}

uint32_t
key_table_next(const struct key_table *table, uint32_t from)
{
	for (uint32_t number = from; number < table->fresh; number++)
		if (entry_at(table, number)->used)
			return number;
	return KEY_TABLE_NONE;
}

void
key_table_repair(struct key_table *table)
{
	memset(table->heads, 0, ((size_t)table->head_mask + 1) * sizeof table->heads[0]);
	table->free = 0;
	table->count = 0;
	for (uint32_t number = 0; number < table->fresh; number++) {
		if (entry_at(table, number)->used)
			link_entry(table, number);
		else
			free_entry(table, number);
	}
}
