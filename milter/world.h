/* SPDX-License-Identifier: BSD-2-Clause */
/* world.h - what lies outside a worker's sessions: its tables and counters, and the memory that it shares with the
 * other workers. One a process: opened after the fork, before the first session. */
#ifndef POSTERN_MILTER_WORLD_H
#define POSTERN_MILTER_WORLD_H

#include "conf/conf.h"
#include "milter/statistics.h"
#include "milter/stores/connections.h"
#include "milter/stores/store.h"

#include <limits.h>

/* Made by the supervisor before it forks, outlives every worker. */
struct shared {
	struct store *memory;            /* counters; NULL when memory was refused: the configured failure then */
	struct connections *connections; /* open sessions; NULL likewise: not counted */
	struct statistics *statistics;   /* likewise */
};

/* max_keys: of the memory store. What memory is refused for is logged and stays NULL. */
void shared_init(struct shared *shared, unsigned max_keys);

/* In a process that needs the statistics alone: the rest is no longer there. */
void shared_forget(struct shared *shared);

struct world {
	const struct conf *conf;
	struct services services;
	struct tables *tables;
	struct store *memory; /* of struct shared */
	struct store *other;  /* the configured one, or NULL */
	struct counters *counters;
	struct connections *connections;
	struct statistics_slot *statistics; /* of this worker, or NULL */
	unsigned slot;                      /* of this worker, for its connections */
};

#define WORLD_NO_SLOT UINT_MAX /* a process that has no connections */

/* shared may be NULL: no counters, no connections; as for a message from a file. False when memory is refused, after which nothing needs to
 * be closed. */
bool world_open(struct world *world, const struct conf *conf, const struct shared *shared, unsigned slot);
void world_close(struct world *world);

#endif
