/* SPDX-License-Identifier: BSD-2-Clause */
/* breaker.h - leaves a server that fails alone for a while, so that not every message waits for it.
 *
 *      if (!breaker_allows(&breaker, clock_ms())) ... fail at once ...
 *      ... ask the server ...
 *      breaker_note(&breaker, clock_ms(), answered);       for each time it was allowed
 *
 * After BREAKER_FAILURES in a row nothing is allowed for BREAKER_PAUSE_MS; then one attempt, while the others still fail at once. If that
 * fails, the pause doubles, up to BREAKER_PAUSE_MAX_MS. An answer ends it. Not for several threads at once: the owner has a lock. */
#ifndef POSTERN_MILTER_TABLES_BREAKER_H
#define POSTERN_MILTER_TABLES_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum {
	BREAKER_FAILURES = 3,        /* a connection that was closed meanwhile, or one slow answer, is no reason yet */
	BREAKER_PAUSE_MS = 500,      /* a server that is restarted is back in about that */
	BREAKER_PAUSE_MAX_MS = 10000 /* and one that was away is noticed so soon */
};

/* All zero: nothing failed. */
struct breaker {
	unsigned failures; /* in a row */
	int64_t paused_until_ms;
	int64_t pause_ms; /* the last one; 0: it allows */
	bool trying;      /* the one attempt after a pause is in work */
};

bool breaker_allows(struct breaker *breaker, int64_t now_ms);
void breaker_note(struct breaker *breaker, int64_t now_ms, bool answered);

#endif
