/* SPDX-License-Identifier: BSD-2-Clause */
/* relief.h - lets libmilter serve other sessions while a callback waits for something outside of the process.
 *
 * libmilter gives sessions that become ready at the same time to the one or two threads that are idle, one after the other: when a callback waits,
 * those that stand behind its thread wait with it, up to seconds. It starts another thread only when a session becomes ready while none is
 * idle; and each thread, when it is done, takes up sessions that stand waiting, the oldest connection first. So each worker has a session of
 * its own, its oldest. A callback that is about to wait makes that one ready: then some other thread comes by, takes it first, and all that
 * stand waiting after it; and if a callback of those waits, it does the same.
 *
 *      relief_begin(connection);                       in a worker, once: our end of its own session
 *      if (relief_poll(&descriptor, timeout_ms) > 0)   in callbacks, in place of poll
 *
 * A process without a session of its own only waits. */
#ifndef POSTERN_MILTER_RELIEF_H
#define POSTERN_MILTER_RELIEF_H

#include <poll.h>

enum {
	RELIEF_AFTER_MS = 1,    /* most answers come sooner, and each call for relief costs some 50 us */
	RELIEF_SLOW_MS = 1000,  /* after a call for relief, waits begin with one: it will be needed again */
	RELIEF_KEEP_S = 15 * 60 /* libmilter closes a session that says nothing for SESSION_TIMEOUT_S (worker.c) */
};

/* The connection is a socket that libmilter has accepted, before all others; it stays open. */
void relief_begin(int connection);
/* In a worker, now and then, so that the session stays. */
void relief_keep(void);

/* This thread is about to wait. */
void relief_call(void);
/* As poll for one descriptor; calls for relief unless that is ready soon. */
int relief_poll(struct pollfd *waiting, int timeout_ms);

#endif
