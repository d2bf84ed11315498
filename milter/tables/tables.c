/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/tables/tables.h"

#include "milter/tables/backend.h"

#include <assert.h>
#include <stdlib.h>

/* One table. The backend is made once, by whoever comes first; after that nobody waits for the lock. */
struct slot {
	const struct table *table;
	pthread_mutex_t opening;
	_Atomic(struct backend *) backend;
	struct trouble trouble;
	_Atomic uint64_t answers[TABLE_FAILED + 1]; /* by enum table_answer */
};

struct tables {
	size_t count;
	struct slot slots[];
};

static struct backend *(*const kinds[TABLE_KIND_COUNT])(const struct table *, struct trouble *) = {
	[TABLE_FILE] = file_table_new,           [TABLE_CDB] = cdb_table_new,
	[TABLE_SQLITE] = sqlite_table_new,       [TABLE_REGEXP] = regexp_table_new,
	[TABLE_SOCKETMAP] = socketmap_table_new, [TABLE_REDIS] = redis_table_new,
};

struct tables *
tables_new(const struct policy *policy)
{
	struct tables *tables = calloc(1, sizeof *tables + policy->table_count * sizeof tables->slots[0]);

	if (tables == NULL)
		return NULL;
	tables->count = policy->table_count;
	for (size_t i = 0; i < tables->count; i++) {
		struct slot *slot = &tables->slots[i];

		assert(policy->tables[i]->index == i);
		slot->table = policy->tables[i];
		pthread_mutex_init(&slot->opening, NULL);
		trouble_init(&slot->trouble, slot->table->source);
	}
	return tables;
}

void
tables_free(struct tables *tables)
{
	if (tables == NULL)
		return;
	for (size_t i = 0; i < tables->count; i++) {
		struct slot *slot = &tables->slots[i];
		struct backend *backend = atomic_load(&slot->backend);

		if (backend != NULL)
			backend->class->free(backend);
		trouble_destroy(&slot->trouble);
		pthread_mutex_destroy(&slot->opening);
	}
	free(tables);
}

static struct backend *
slot_backend(struct slot *slot)
{
	struct backend *backend = atomic_load(&slot->backend);

	if (backend != NULL)
		return backend;
	pthread_mutex_lock(&slot->opening);
	backend = atomic_load(&slot->backend);
	if (backend == NULL) {
		backend = kinds[slot->table->kind](slot->table, &slot->trouble);
		atomic_store(&slot->backend, backend);
	}
	pthread_mutex_unlock(&slot->opening);
	return backend;
}

void
tables_open(struct tables *tables)
{
	char why[TROUBLE_WHY_MAX];

	for (size_t i = 0; i < tables->count; i++) {
		struct slot *slot = &tables->slots[i];
		struct backend *backend = slot_backend(slot);

		if (backend != NULL && backend->class->open != NULL && !backend->class->open(backend, why))
			trouble_set(&slot->trouble, TROUBLE_FAILED, why);
	}
}

enum table_answer
tables_find(void *data, const struct table *table, const char *key, char *value_out)
{
	struct tables *tables = data;
	struct slot *slot = &tables->slots[table->index];
	struct backend *backend;
	char value[TABLE_VALUE_MAX]; /* for who wants none */
	char why[TROUBLE_WHY_MAX] = "the system refuses memory";
	enum table_answer answer = TABLE_FAILED;

	assert(table->kind != TABLE_LIST && table->index < tables->count && slot->table == table);
	backend = slot_backend(slot);
	if (backend != NULL)
		answer = backend->class->find(backend, key, value_out != NULL ? value_out : value, why);
	if (answer == TABLE_FAILED)
		trouble_set(&slot->trouble, TROUBLE_FAILED, why);
	else
		trouble_clear(&slot->trouble, TROUBLE_FAILED);
	atomic_fetch_add(&slot->answers[answer], 1);
	return answer;
}

size_t
tables_count(const struct tables *tables)
{
	return tables->count;
}

void
tables_health(struct tables *tables, size_t index, struct table_health *health_out)
{
	struct slot *slot = &tables->slots[index];

	*health_out = (struct table_health){
		.source = slot->table->source,
		.state = atomic_load(&slot->backend) != NULL ? TABLE_WORKS : TABLE_UNUSED,
		.found = atomic_load(&slot->answers[TABLE_FOUND]),
		.absent = atomic_load(&slot->answers[TABLE_ABSENT]),
		.failed = atomic_load(&slot->answers[TABLE_FAILED]),
	};
	if (trouble_get(&slot->trouble, TROUBLE_FAILED, health_out->why))
		health_out->state = TABLE_FAILS;
	else if (trouble_get(&slot->trouble, TROUBLE_OLD, health_out->why))
		health_out->state = TABLE_WORKS_OLD;
	else
		trouble_get(&slot->trouble, TROUBLE_CONTENT, health_out->why);
}
