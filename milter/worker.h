/* SPDX-License-Identifier: BSD-2-Clause */
/* worker.h - a worker process: libmilter serves in threads of its own, the main thread waits for what the supervisor says.
 *
 * The supervisor speaks through a pipe, one octet an order; its end, also by the supervisor's death, orders to stop at
 * once. A worker says with an octet that it is about to accept, and with another that it will not again, in obedience; in between it gives a sign of life each second (statistics_beat). Signals to the process group do no harm: SIGHUP
 * and SIGINT are ignored, SIGTERM is an order to stop. */
#ifndef POSTERN_MILTER_WORKER_H
#define POSTERN_MILTER_WORKER_H

#include "milter/world.h"

enum {
	/* Accept no more, finish the sessions there are within drain_timeout, and end. */
	WORKER_ORDER_DRAIN = 'd',
	/* Accept no more, answer the messages in flight within WORKER_STOP_S seconds, or drain_timeout where that is less, and end:
	 * sessions without one are closed. */
	WORKER_ORDER_STOP = 's',
	/* Answers. */
	WORKER_READY = 'r',
	WORKER_CLOSED = 'c'
};

enum {
	WORKER_STOP_S =
		10, /* nobody serves meanwhile: long enough for a message being checked, not for one being typed */
	WORKER_ORPHAN_S =
		3 /* as long when the supervisor died: its successor waits for the same counters and sockets */
};

struct worker_settings {
	const struct conf *conf;
	const struct shared *shared;
	unsigned slot;       /* its place among the workers, CREW_MAX of them */
	int listener;        /* O_NONBLOCK */
	bool listener_stays; /* as in supervisor.h */
	int orders;          /* end of a pipe to read from */
	int gate;            /* end of a pipe to write to */
};

/* Never returns. Ends with status 0 when it was told to. */
_Noreturn void worker_run(const struct worker_settings *settings);

#endif
