/* SPDX-License-Identifier: BSD-2-Clause */
/* counters.h - sends the charges of messages to the stores that count them: rates and quotas, in memory or in the configured store,
 * and says what happens when that cannot be reached. One a process, used by all its threads.
 *
 *      struct store *other = ... store_sqlite_new or the like, after the fork; NULL when everything is counted in memory ...
 *      struct counters *counters = counters_new(&conf->counters, shared->memory, other);
 *      ... services.look, charge and release call counters_look_all, counters_charge_all and counters_release_all ...
 *      counters_free(counters);                        the stores are still yours
 *
 * The calls of a message are all or nothing over both stores: memory is charged first, and given back when the other one refuses or fails.
 *
 * A store that fails: with `tempfail` the call returns false; with `accept` what it should have counted is not over, and not counted; with
 * `local` all is counted in memory. charge.counted remembers that for release.
 *
 * It logs a line when a counter is the first time of its period at 80 % or 100 % of its quota; when a store fails, once a minute for each cause at
 * most, and when it answers again after such a line; and once a minute that the memory store is too small. */
#ifndef POSTERN_MILTER_COUNTERS_H
#define POSTERN_MILTER_COUNTERS_H

#include "conf/conf.h"
#include "milter/statistics.h"
#include "milter/stores/store.h"

struct counters;

/* All arguments are borrowed. memory is of memory_store_new, or NULL when there is none: that is a failure like others. other is NULL when
 * conf->store is COUNTERS_MEMORY. NULL when memory is refused. */
struct counters *counters_new(const struct counters_conf *conf, struct store *memory, struct store *other);
void counters_free(struct counters *counters); /* NULL is fine */

/* From here on calls of the stores are counted and measured there; before other threads use it. */
void counters_measure(struct counters *counters, struct statistics_slot *statistics);

/* As in struct services. */
bool counters_look_all(struct counters *counters, struct charge *charges, size_t count);
bool counters_charge_all(struct counters *counters, struct charge *charges, size_t count);
void counters_release_all(struct counters *counters, const struct charge *charges, size_t count);

#endif
