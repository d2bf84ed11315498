/* SPDX-License-Identifier: BSD-2-Clause */
/* key_table.h - a hash table of a fixed number of entries in one run of memory, which processes may share: keys of octets, and a
 * value of a fixed size for each.
 *
 *      struct key_table_shape shape = { .capacity = 65536, .key_max = 255, .value_size = sizeof(struct thing) };
 *      struct key_table *table = memory of key_table_size(&shape) octets, zeroed;
 *      key_table_init(table, &shape, &secret);
 *      uint32_t entry = key_table_find(table, key);
 *      if (entry == KEY_TABLE_NONE)
 *              entry = key_table_add(table, key);              still none: it is full
 *      struct thing *thing = key_table_value(table, entry);
 *
 * Entries do not move. Memory is touched as entries are first used. The caller holds a lock; when one who held it was killed in the
 * middle of anything here, key_table_repair makes the table whole: an entry is then there or not, never in between. */
#ifndef POSTERN_MILTER_STORES_KEY_TABLE_H
#define POSTERN_MILTER_STORES_KEY_TABLE_H

#include "milter/stores/siphash.h"

#define KEY_TABLE_NONE UINT32_MAX
enum { KEY_TABLE_CAPACITY_MAX = 1 << 28 };

struct key_table_shape {
	uint32_t capacity;   /* entries, from 1 to KEY_TABLE_CAPACITY_MAX */
	uint32_t key_max;    /* octets; longer keys are cut */
	uint32_t value_size; /* octets; values are aligned for any number of 64 bits */
};

struct key_table;

size_t key_table_size(const struct key_table_shape *shape);
void key_table_init(struct key_table *table, const struct key_table_shape *shape, const struct siphash_key *secret);

uint32_t key_table_find(const struct key_table *table, struct bytes key);
/* A key that is not there; its value is zeroed. KEY_TABLE_NONE when the table is full. */
uint32_t key_table_add(struct key_table *table, struct bytes key);
void key_table_remove(struct key_table *table, uint32_t entry);

struct bytes key_table_key(const struct key_table *table, uint32_t entry);
void *key_table_value(const struct key_table *table, uint32_t entry);
size_t key_table_count(const struct key_table *table);

/* The first entry in use from this number on; KEY_TABLE_NONE: there is none. */
uint32_t key_table_next(const struct key_table *table, uint32_t from);

void key_table_repair(struct key_table *table);

#endif
