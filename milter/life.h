/* SPDX-License-Identifier: BSD-2-Clause */
/* life.h - the daemon's life as others see it: the supervisor says what happens, the service manager (milter/notify.h) and whoever reads the
 * statistics are told.
 *
 * READY=1 when the first worker serves; RELOADING=1 when the new configuration is being read, and READY=1 again when all workers of the
 * newest generation serve, or the reload came to nothing; STOPPING=1; STATUS= with each change. WATCHDOG=1 when our own milter socket has
 * answered a negotiation (milter/probe.h): it is asked as soon as half of the watchdog's period is over, and again after a failure,
 * until the service manager has had enough. */
#ifndef POSTERN_MILTER_LIFE_H
#define POSTERN_MILTER_LIFE_H

#include "milter/crew.h"
#include "milter/notify.h"
#include "milter/probe.h"

struct life {
	struct notify notify;
	struct probe probe;
	struct statistics_daemon *told;
	struct statistics_daemon unshared; /* told, where there are no statistics */
	int listener;
	bool ready;       /* READY=1 was sent */
	bool reloading;   /* RELOADING=1, and no READY=1 since */
	bool mute;        /* the failing probe was logged */
	int64_t probe_ms; /* the next probe, */
	int64_t due_ms;   /* and when the service manager expects WATCHDOG=1 */
	char status[NOTIFY_MAX / 2];
};

/* listener: the milter socket. shared outlives *life, which stays where it is. */
void life_begin(struct life *life, const struct shared *shared, int listener);
void life_reload_begins(struct life *life);
/* After crew_renew, if all is well. */
void life_reload_ends(struct life *life, enum statistics_reload result);
void life_stops(struct life *life);
void life_end(struct life *life);

/* Tells what has changed, and minds the watchdog. Returns the milliseconds until it wants to be called again, -1: when something happens. */
int life_tend(struct life *life, const struct crew *crew);
/* What to wait for besides; false: nothing. */
bool life_wants(const struct life *life, struct pollfd *pollfd_out);

#endif
