/* SPDX-License-Identifier: BSD-2-Clause */
/* counters_log.h - what is logged of counters and their stores, and how often: milter/counters.h says so. For its own files. */
#ifndef POSTERN_MILTER_COUNTERS_LOG_H
#define POSTERN_MILTER_COUNTERS_LOG_H

#include "conf/conf.h"
#include "milter/stores/store.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
	COUNTERS_CAUSE_MAX = 160,        /* octets of a cause that tell it from others */
	COUNTERS_CAUSES_MAX = 8,         /* causes in a minute; more are not told */
	COUNTERS_LOG_INTERVAL_MS = 60000 /* between two lines of the same cause */
};

/* Of one store. */
struct counters_log {
	enum counters_on_failure on_failure;
	atomic_bool failing; /* the last answer was none */
	pthread_mutex_t lock;
	struct {
		char text[COUNTERS_CAUSE_MAX];
		int64_t told_ms;
	} causes[COUNTERS_CAUSES_MAX];
	bool told;         /* that it fails, since it last answered */
	uint64_t failures; /* since then */
	atomic_uint_least64_t forgotten;
	int64_t forgotten_ms; /* when that was told */
};

void counters_log_init(struct counters_log *log, enum counters_on_failure on_failure);
void counters_log_destroy(struct counters_log *log);

/* The store was asked, and answered or not. NULL: the memory store that there is not. */
void counters_log_answer(struct counters_log *log, struct store *store, bool answered);
void counters_log_thresholds(const struct charge *charge);
/* memory may be NULL. */
void counters_log_forgotten(struct counters_log *log, const struct store *memory);

#endif
