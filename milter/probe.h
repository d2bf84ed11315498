/* SPDX-License-Identifier: BSD-2-Clause */
/* probe.h - asks our own milter socket as an MTA would: connects, negotiates, and leaves. A piece at a time, between other work, so that
 * who asks never waits.
 *
 *      struct probe probe;
 *      probe_init(&probe);
 *      probe_begin(&probe, listener, deadline_ms);
 *      while (probe_wants(&probe, &pollfd)) { ... poll ...; state = probe_go_on(&probe); }
 *
 * What is asked is the address that the listening socket is bound to, so whatever keeps an MTA out keeps the probe out as well: a
 * socket file that is gone, a full backlog, workers that do not answer. */
#ifndef POSTERN_MILTER_PROBE_H
#define POSTERN_MILTER_PROBE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PROBE_ANSWER_MAX = 64, /* octets of the answer that are looked at: 17 are what we need of it */
	PROBE_WHY_MAX = 160
};

enum probe_state {
	PROBE_IDLE,
	PROBE_CONNECTING,
	PROBE_WAITING, /* for the answer */
	PROBE_GOOD,    /* it came; ended */
	PROBE_FAILED   /* why says what happened; ended */
};

struct probe {
	enum probe_state state;
	int fd; /* -1: none */
	int64_t deadline_ms;
	char answer[PROBE_ANSWER_MAX];
	size_t length;
	char why[PROBE_WHY_MAX];
};

void probe_init(struct probe *probe);
void probe_reset(struct probe *probe); /* closes what is open */

/* Begins anew. listener is the socket that we listen at. */
enum probe_state probe_begin(struct probe *probe, int listener, int64_t deadline_ms);
/* False: it waits for nothing. */
bool probe_wants(const struct probe *probe, struct pollfd *pollfd_out);
/* After poll, and at the deadline. */
enum probe_state probe_go_on(struct probe *probe);

#endif
