/* SPDX-License-Identifier: BSD-2-Clause */
/* breaker.h - leaves a server that fails alone for a while, so that not every message waits for it.
 *
 *      struct breaker breaker = { .limits = &limits };
 *      if (!breaker_allows(&breaker, clock_ms())) ... fail at once ...
 *      ... ask the server ...
 *      breaker_note(&breaker, clock_ms(), answered);       for each time it was allowed
 *
 * After so many failures in a row it opens: nothing is allowed for a pause, then one attempt, while the others still fail at once. If that
 * fails, the pause doubles, up to the longest. An answer closes it. Who does not want a call to be that attempt fails while
 * `open`, and lets a thread of its own probe the server: breaker_allows before, breaker_note_probe after. Not for several threads
 * at once: the owner has a lock. */
#ifndef POSTERN_MILTER_BREAKER_H
#define POSTERN_MILTER_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

struct breaker_limits {
	unsigned failures; /* in a row */
	int64_t pause_ms, pause_max_ms;
};

struct breaker {
	const struct breaker_limits *limits;
	bool open;
	bool trying;       /* the one attempt after a pause is in work */
	unsigned failures; /* in a row */
	int64_t pause_ms;  /* the last one; 0: there was none since a call was answered */
	int64_t paused_until_ms;
};

bool breaker_allows(struct breaker *breaker, int64_t now_ms);
/* The attempt, if it was that, was not made. */
void breaker_withdraw(struct breaker *breaker);
void breaker_note(struct breaker *breaker, int64_t now_ms, bool answered);
/* An answer to a probe closes it, but the length of the last pause is kept until a call is answered: a server that passes probes and
 * fails calls is not probed all the time. */
void breaker_note_probe(struct breaker *breaker, int64_t now_ms, bool answered);

#endif
