/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/relief.h"

#include "milter/clock.h"
#include "milter/overdue.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

static atomic_int own_session = -1; /* set when threads of stores already wait */
static atomic_int_least64_t called_ms;

/* An abort outside of a message: libmilter ignores it, without a callback or a reply. A length of one octet, and that. */
static const char nothing[] = { 0, 0, 0, 1, 'A' };

void
relief_begin(int connection)
{
	atomic_store(&called_ms, clock_ms() - RELIEF_SLOW_MS);
	atomic_store(&own_session, connection);
}

void
relief_call(void)
{
	int session = atomic_load(&own_session);

	overdue_postpone();
	if (session < 0)
		return;
	atomic_store(&called_ms, clock_ms());
	/* When there is no room, enough lies there unread for some thread to come by. */
	send(session, nothing, sizeof nothing, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
relief_keep(void)
{
	if (atomic_load(&own_session) >= 0 && clock_ms() - atomic_load(&called_ms) >= (int64_t)RELIEF_KEEP_S * 1000)
		relief_call();
}

int
relief_poll(struct pollfd *waiting, int timeout_ms)
{
	bool slow = clock_ms() - atomic_load(&called_ms) < RELIEF_SLOW_MS;
	int first_ms = slow ? 0 : RELIEF_AFTER_MS;

	overdue_postpone();
	if (atomic_load(&own_session) < 0 || (timeout_ms >= 0 && timeout_ms <= first_ms))
		return poll(waiting, 1, timeout_ms);
	int ready = poll(waiting, 1, first_ms);
	if (ready != 0)
		return ready;
	relief_call();
	return poll(waiting, 1, timeout_ms < 0 ? timeout_ms : timeout_ms - first_ms);
}
