/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.c - a call takes the lock, loads its keys' counters, counts in these copies, and saves those that changed. */
#define _GNU_SOURCE
#include "milter/stores/memory_store.h"

#include <string.h>
#include <time.h>

enum { SWEEP = 32 }; /* records looked at to make room: a few microseconds */
_Static_assert((int)SWEEP > (int)CHARGES_MAX, "there is always one that the message itself does not need");

/* The counters of one call: each key once, with its record, when it has one. */
struct call {
	struct memory_store *memory;
	int64_t now_us;
	size_t count;
	struct counter counters[CHARGES_MAX];
	const char *keys[CHARGES_MAX];
	uint32_t records[CHARGES_MAX];
	struct counter *by_charge[CHARGES_MAX];
};

static int64_t
boot_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- room for new keys -------------------------------------------------------------------------------------------- */

static bool
is_needed(const struct call *call, enum limit_kind kind, uint32_t record)
{
	for (size_t i = 0; i < call->count; i++)
		if (call->records[i] == record && call->counters[i].limit.kind == kind)
			return true;
	return false;
}

/* How much of its limit a record has taken; nothing: it cannot say anything any more. */
static double
share(const struct call *call, enum limit_kind kind, uint32_t record)
{
	const struct counter counter = memory_store_load(call->memory, kind, record);
	uint64_t most = kind == LIMIT_RATE ? counter.limit.burst : counter.limit.amount;

	if (!counter.known)
		return 0;
	return (double)limit_used(&counter.limit, &counter.state, call->now_us) / (double)most;
}

static void
make_room(const struct call *call, enum limit_kind kind)
{
	struct memory_store *memory = call->memory;
	struct key_table *table = memory->tables[kind];
	uint32_t victim = KEY_TABLE_NONE;
	double least = 0;

	for (unsigned i = 0; i < SWEEP && (victim == KEY_TABLE_NONE || least > 0); i++) {
		uint32_t record = key_table_next(table, memory->hands[kind]);

		if (record == KEY_TABLE_NONE)
			record = key_table_next(table, 0);
		memory->hands[kind] = record + 1;
		if (is_needed(call, kind, record))
			continue;
		double taken = share(call, kind, record);
		if (victim == KEY_TABLE_NONE || taken < least) {
			victim = record;
			least = taken;
		}
	}
	if (least > 0)
		atomic_fetch_add(&memory->forgotten, 1);
	key_table_remove(table, victim);
}

static uint32_t
add_record(const struct call *call, enum limit_kind kind, const char *key)
{
	struct key_table *table = call->memory->tables[kind];
	uint32_t record = key_table_add(table, bytes_of(key));

	if (record != KEY_TABLE_NONE)
		return record;
	make_room(call, kind);
	return key_table_add(table, bytes_of(key));
}

/* --- a call ------------------------------------------------------------------------------------------------------- */

static struct counter *
find_counter(struct call *call, const struct charge *charge)
{
	const struct memory_store *memory = call->memory;
	enum limit_kind kind = charge->limit.kind;
	size_t i = 0;

	while (i < call->count && (call->counters[i].limit.kind != kind || strcmp(call->keys[i], charge->key) != 0))
		i++;
	if (i < call->count)
		return &call->counters[i];
	call->keys[i] = charge->key;
	call->records[i] = key_table_find(memory->tables[kind], bytes_of(charge->key));
	call->counters[i] = (struct counter){ 0 };
	if (call->records[i] != KEY_TABLE_NONE)
		call->counters[i] = memory_store_load(memory, kind, call->records[i]);
	call->counters[i].limit.kind = kind;
	call->count++;
	return &call->counters[i];
}

/* Takes the lock. */
static bool
begin(struct call *call, struct store *store, const struct charge *charges, size_t count)
{
	call->memory = (struct memory_store *)store;
	call->count = 0;
	if (!memory_store_enter(call->memory))
		return false;
	call->now_us = call->memory->clock_us();
	for (size_t i = 0; i < count && i < CHARGES_MAX; i++)
		call->by_charge[i] = find_counter(call, &charges[i]);
	return true;
}

/* Writes what changed, all or nothing, and gives the lock back. */
static void
commit(struct call *call)
{
	struct memory_store *memory = call->memory;
	size_t changed = 0;

	for (size_t i = 0; i < call->count; i++) {
		enum limit_kind kind = call->counters[i].limit.kind;

		if (!call->counters[i].changed)
			continue;
		if (call->records[i] == KEY_TABLE_NONE)
			call->records[i] = add_record(call, kind, call->keys[i]);
		memory_store_note(memory, changed++, kind, call->records[i]);
	}
	memory_store_begin(memory, changed);
	for (size_t i = 0; i < call->count; i++)
		if (call->counters[i].changed)
			memory_store_save(memory, call->records[i], &call->counters[i]);
	memory_store_end(memory);
	memory_store_leave(memory);
}

static bool
memory_look(struct store *store, struct charge *charges, size_t count)
{
	struct call call;

	if (!begin(&call, store, charges, count))
		return false;
	counters_look(call.by_charge, charges, count, call.now_us);
	commit(&call);
	return true;
}

static bool
memory_charge(struct store *store, struct charge *charges, size_t count)
{
	struct call call;

	if (!begin(&call, store, charges, count))
		return false;
	counters_charge(call.by_charge, charges, count, call.now_us);
	commit(&call);
	return true;
}

static void
memory_release(struct store *store, const struct charge *charges, size_t count)
{
	struct call call;

	if (!begin(&call, store, charges, count))
		return;
	counters_release(call.by_charge, charges, count, call.now_us);
	commit(&call);
}

static bool
memory_healthy(struct store *store, const char **why_out)
{
	(void)store;
	*why_out = NULL;
	return true;
}

static void
memory_free(struct store *store)
{
	struct memory_store *memory = (struct memory_store *)store;

	if (memory != NULL)
		shared_memory_free(memory, memory->size);
}

static const struct store_class memory_class = {
	.name = "memory",
	.look = memory_look,
	.charge = memory_charge,
	.release = memory_release,
	.list = memory_store_list,
	.reset = memory_store_reset,
	.set = memory_store_set,
	.healthy = memory_healthy,
	.free = memory_free,
};

/* --- making one --------------------------------------------------------------------------------------------------- */

enum { TABLE_ALIGNMENT = 64 };

static size_t
aligned(size_t size)
{
	return (size + TABLE_ALIGNMENT - 1) / TABLE_ALIGNMENT * TABLE_ALIGNMENT;
}

static uint32_t
capacity(unsigned max_keys)
{
	if (max_keys < MEMORY_STORE_KEYS_MIN)
		return MEMORY_STORE_KEYS_MIN;
	return max_keys > MEMORY_STORE_KEYS_MAX ? MEMORY_STORE_KEYS_MAX : max_keys;
}

struct store *
memory_store_new(unsigned max_keys, int64_t (*clock_us)(void))
{
	struct key_table_shape shapes[2];
	size_t offsets[2], size = aligned(sizeof(struct memory_store));
	struct siphash_key secret;

	for (int kind = LIMIT_RATE; kind <= LIMIT_QUOTA; kind++) {
		shapes[kind] = (struct key_table_shape){ .capacity = capacity(max_keys),
							 .key_max = CHARGE_KEY_MAX - 1,
							 .value_size = (uint32_t)memory_store_kept_size(
								 (enum limit_kind)kind) };
		offsets[kind] = size;
		size += aligned(key_table_size(&shapes[kind]));
	}
	if (!siphash_key_random(&secret))
		return NULL;
	struct memory_store *memory = shared_memory_new(size);
	if (memory == NULL)
		return NULL;
	memory->store.class = &memory_class;
	memory->size = size;
	memory->clock_us = clock_us != NULL ? clock_us : boot_clock_us;
	for (int kind = LIMIT_RATE; kind <= LIMIT_QUOTA; kind++) {
		memory->tables[kind] = (struct key_table *)(void *)((char *)memory + offsets[kind]);
		key_table_init(memory->tables[kind], &shapes[kind], &secret);
	}
	if (!shared_lock_init(&memory->lock)) {
		shared_memory_free(memory, size);
		return NULL;
	}
	return &memory->store;
}

uint64_t
memory_store_forgotten(const struct store *store)
{
	return atomic_load(&((const struct memory_store *)store)->forgotten);
}
