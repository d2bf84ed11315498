/* SPDX-License-Identifier: BSD-2-Clause */
/* statistics.h - what the daemon did, counted in memory that the supervisor makes before it forks: `postern status` and the metrics are
 * read from it.
 *
 *      struct statistics *statistics = statistics_new();                    in the supervisor; NULL: refused, nothing is counted
 *      struct statistics_slot *slot = statistics_slot(statistics, 3);       in the worker of that slot
 *      statistics_decided(slot, &verdict);  ...
 *      struct statistics_sum sum;
 *      statistics_sum(statistics, &sum);                                    anywhere, at any time
 *
 * Each worker counts in its slot's own cache lines, without locks; whoever takes a sum may see one message half counted. A slot goes on
 * counting when its worker died and another one has it: only what was open is closed. All functions take NULL for a slot and do nothing.
 *
 * Latency is our own processing time, without the time a client or an MTA takes, in buckets whose bounds double. */
#ifndef POSTERN_MILTER_STATISTICS_H
#define POSTERN_MILTER_STATISTICS_H

#include "conf/conf.h"
#include "policy/message.h"

#include <stdatomic.h>

enum {
	STATISTICS_SLOTS = 256,  /* as many as the crew has (CREW_MAX) */
	STATISTICS_BUCKETS = 25, /* the bounds are 2^10 ns (a microsecond) to 2^33 ns (9 s); the last one has none */
	STATISTICS_BOUND_LEAST = 10,
	STATISTICS_STORES = COUNTERS_REDIS + 1 /* memory, SQLite, Redis */
};

/* Events of the dialogue. */
enum statistics_stage {
	STATISTICS_CONNECT, /* connection and HELO */
	STATISTICS_MAIL,
	STATISTICS_RCPT,    /* each recipient */
	STATISTICS_HEADERS, /* all fields of a message and their end, of one message in some: see stopwatch.h */
	STATISTICS_BODY,    /* each chunk */
	STATISTICS_END,
	STATISTICS_STAGE_COUNT
};
extern const char *const statistics_stage_names[STATISTICS_STAGE_COUNT];
extern const char *const statistics_store_names[STATISTICS_STORES];

struct statistics_histogram {
	atomic_uint_least64_t buckets[STATISTICS_BUCKETS];
	atomic_uint_least64_t sum_ns;
};

struct statistics_store {
	atomic_uint_least64_t failures;
	struct statistics_histogram calls;
};

/* Of one worker after the other. */
struct statistics_slot {
	_Alignas(64) atomic_uint_least64_t messages[VERDICT_COUNT];
	atomic_uint_least64_t beats;                     /* signs of life of its main thread */
	atomic_uint_least64_t recipients[VERDICT_COUNT]; /* refused or deferred by themselves */
	atomic_uint_least64_t sessions;                  /* begun */
	atomic_uint_least64_t sessions_open;
	atomic_uint_least64_t sessions_refused;             /* as a whole, before any message */
	atomic_uint_least64_t hits[CHECKS_MAX][MODE_COUNT]; /* messages in which the check found something */
	atomic_uint_least64_t failures[FAILURE_COUNT];
	atomic_uint_least64_t lookups[TABLE_KIND_COUNT][TABLE_FAILED + 1]; /* by answer */
	struct statistics_histogram stages[STATISTICS_STAGE_COUNT];
	struct statistics_store stores[STATISTICS_STORES];
};

enum statistics_reload {
	RELOAD_NONE, /* not since the start */
	RELOAD_OK,
	RELOAD_WRONG, /* the configuration has errors, */
	RELOAD_FAILED /* or reading it did not end well; the old one stays in force */
};
extern const char *const statistics_reload_names[RELOAD_FAILED + 1];

/* What the supervisor alone writes. Times are in seconds since 1970. */
struct statistics_daemon {
	_Atomic int64_t started, loaded,
		reloaded; /* when it began; when what is in force was read; the last reload's end, or 0 */
	atomic_uint_least64_t reloads[RELOAD_FAILED + 1]; /* ended, by result */
	atomic_uint reload_result;                        /* the last one's */
	atomic_uint_least64_t reloads_begun, reloads_ended;
	atomic_uint_least64_t restarts; /* of workers that ended unasked */
	atomic_uint_least64_t probes_failed;
	atomic_uint starting, serving, leaving; /* workers */
	atomic_uint generation, wanted;
	atomic_bool renewed; /* all workers of the newest generation serve, and no others accept connections */
};

struct statistics {
	struct statistics_daemon daemon;
	struct statistics_slot slots[STATISTICS_SLOTS];
};

struct statistics *statistics_new(void);
void statistics_free(struct statistics *statistics); /* of this process alone; NULL is fine */
/* This process will only read. */
void statistics_seal(struct statistics *statistics);

struct statistics_slot *statistics_slot(struct statistics *statistics, unsigned slot); /* NULL where there is none */

void statistics_beat(struct statistics_slot *slot);
void statistics_session_began(struct statistics_slot *slot);
void statistics_session_ended(struct statistics_slot *slot);
/* A message was answered, or with a verdict of STAGE_CONNECT the session. */
void statistics_decided(struct statistics_slot *slot, const struct verdict *verdict);
/* One recipient was refused or deferred. */
void statistics_recipient(struct statistics_slot *slot, const struct verdict *verdict);
/* The message is over, however: what was found in it counts. */
void statistics_found(struct statistics_slot *slot, const struct message *message);
/* There was no message to judge: memory was refused. */
void statistics_failed(struct statistics_slot *slot, const struct policy *policy, enum failure failure);
void statistics_looked_up(struct statistics_slot *slot, enum table_kind kind, enum table_answer answer);
void statistics_spent(struct statistics_slot *slot, enum statistics_stage stage, int64_t ns);
void statistics_store_called(struct statistics_slot *slot, enum counters_store store, bool answered, int64_t ns);
/* Of the supervisor: the worker of that slot is gone. */
void statistics_forget_worker(struct statistics *statistics, unsigned slot);

struct statistics_times {
	uint64_t buckets[STATISTICS_BUCKETS], count, sum_ns;
};

struct statistics_sum {
	uint64_t messages[VERDICT_COUNT], recipients[VERDICT_COUNT];
	uint64_t sessions, sessions_open, sessions_refused;
	uint64_t hits[CHECKS_MAX][MODE_COUNT];
	uint64_t failures[FAILURE_COUNT];
	uint64_t lookups[TABLE_KIND_COUNT][TABLE_FAILED + 1];
	struct statistics_times stages[STATISTICS_STAGE_COUNT];
	struct statistics_times stores[STATISTICS_STORES];
	uint64_t store_failures[STATISTICS_STORES];
};

/* Over all slots. */
void statistics_sum(const struct statistics *statistics, struct statistics_sum *sum_out);

/* The upper bound of a bucket in nanoseconds; not of the last one. */
int64_t statistics_bound_ns(size_t bucket);
/* The bound below which that share of all lies, in nanoseconds; 0 when there is none, INT64_MAX in the last bucket. */
int64_t statistics_quantile_ns(const struct statistics_times *times, double share);

#endif
