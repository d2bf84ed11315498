/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/world.h"

#include "milter/counters.h"
#include "milter/log.h"
#include "milter/stores/memory.h"
#include "milter/stores/redis.h"
#include "milter/stores/sqlite.h"
#include "milter/tables/tables.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

void
shared_init(struct shared *shared, unsigned max_keys)
{
	shared->memory = memory_store_new(max_keys, NULL);
	if (shared->memory == NULL)
		log_line(LOG_ERR, "error: nothing can be counted in memory: %s", strerror(errno));
	shared->connections = connections_new();
	if (shared->connections == NULL)
		log_line(LOG_ERR, "error: open sessions cannot be counted: %s", strerror(errno));
	shared->statistics = statistics_new();
	if (shared->statistics == NULL)
		log_line(LOG_ERR, "error: there are no statistics: %s", strerror(errno));
}

void
shared_forget(struct shared *shared)
{
	if (shared->memory != NULL)
		shared->memory->class->free(shared->memory);
	connections_free(shared->connections);
	shared->memory = NULL;
	shared->connections = NULL;
}

static enum table_answer
find(void *data, const struct table *table, const char *key, char *value_out)
{
	const struct world *world = data;
	enum table_answer answer = tables_find(world->tables, table, key, value_out);

	statistics_looked_up(world->statistics, table->kind, answer);
	return answer;
}

static bool
look(void *data, struct charge *charges, size_t count)
{
	const struct world *world = data;

	return counters_look_all(world->counters, charges, count);
}

static bool
charge(void *data, struct charge *charges, size_t count)
{
	const struct world *world = data;

	return counters_charge_all(world->counters, charges, count);
}

static void
release(void *data, const struct charge *charges, size_t count)
{
	const struct world *world = data;

	counters_release_all(world->counters, charges, count);
}

static bool
open_counters(struct world *world)
{
	const struct counters_conf *conf = &world->conf->counters;

	if (conf->store == COUNTERS_SQLITE)
		world->other = store_sqlite_new(conf);
	else if (conf->store == COUNTERS_REDIS)
		world->other = store_redis_new(conf);
	if (conf->store != COUNTERS_MEMORY && world->other == NULL)
		return false;
	world->counters = counters_new(conf, world->memory, world->other);
	if (world->counters != NULL)
		counters_measure(world->counters, world->statistics);
	return world->counters != NULL;
}

bool
world_open(struct world *world, const struct conf *conf, const struct shared *shared, unsigned slot)
{
	*world = (struct world){ .conf = conf, .slot = slot };
	world->services = (struct services){ .data = world, .find = find };
	world->tables = tables_new(conf->policy);
	bool opened = world->tables != NULL;
	if (opened && shared != NULL) {
		world->memory = shared->memory;
		world->connections = shared->connections;
		world->statistics = statistics_slot(shared->statistics, slot);
		opened = open_counters(world);
		world->services.look = look;
		world->services.charge = charge;
		world->services.release = release;
	}
	if (!opened)
		world_close(world);
	return opened;
}

void
world_close(struct world *world)
{
	counters_free(world->counters);
	if (world->other != NULL)
		world->other->class->free(world->other);
	tables_free(world->tables);
	*world = (struct world){ .conf = world->conf };
}
