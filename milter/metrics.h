/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics.h - GET /metrics over HTTP, for Prometheus: by a process of its own, which can do the daemon no harm. It has no descriptor but its
 * socket's and its clients', reads the statistics and cannot write them, and may crash: the supervisor starts another one.
 *
 *      struct metrics metrics;
 *      metrics_open(&metrics, conf->metrics);
 *      if (metrics_is_due(&metrics)) { ... fork; in the child metrics_serve(&metrics, statistics); metrics_started(&metrics, pid); }
 *      metrics_bury(&metrics, pid);                     a child ended
 *      metrics_close(&metrics);
 *
 * A client has METRICS_CLIENT_S seconds in all, and METRICS_CLIENTS_MAX are served at a time. */
#ifndef POSTERN_MILTER_METRICS_H
#define POSTERN_MILTER_METRICS_H

#include "milter/listen.h"
#include "milter/statistics.h"

enum {
	METRICS_CLIENTS_MAX = 16,
	METRICS_CLIENT_S = 10,                 /* Prometheus itself gives a scrape 10 seconds */
	METRICS_CLIENT_MEMORY_MAX = 64 * 1024, /* octets for the request of one: 32 KiB is the library's own */
	METRICS_RESTART_MS = 1000,             /* after the process has died */
	METRICS_ADDRESS_MAX = 256
};

struct metrics {
	bool open;
	struct listener listener;
	char address[METRICS_ADDRESS_MAX];
	pid_t pid; /* of the process, or 0 */
	int64_t start_ms;
};

/* address may be NULL: no metrics. Where the socket cannot be made, the reason is logged and the daemon does without. */
void metrics_open(struct metrics *metrics, const char *address);
/* Ends the process, too. */
void metrics_close(struct metrics *metrics);
/* The configuration was read again. */
void metrics_renew(struct metrics *metrics, const char *address);

bool metrics_is_due(const struct metrics *metrics);
/* Milliseconds until it may be; -1: it is not to be expected. */
int metrics_due_ms(const struct metrics *metrics);
void metrics_started(struct metrics *metrics, pid_t pid);
/* False when it is another child. */
bool metrics_bury(struct metrics *metrics, pid_t pid, int status);

/* In the child. supervisor: the process that it ends with. */
_Noreturn void metrics_serve(const struct metrics *metrics, struct statistics *statistics, pid_t supervisor);

#endif
