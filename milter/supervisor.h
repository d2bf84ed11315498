/* SPDX-License-Identifier: BSD-2-Clause */
/* supervisor.h - the parent of the workers: one thread that waits for signals and for workers to be ready or to end.
 *
 * SIGHUP        the configuration is checked, then loaded; new workers start, and once they are up the old ones drain.
 *               With a wrong configuration nothing changes and every error is logged.
 * SIGTERM,      everybody stops accepting; messages in flight are answered within a bound; then the end.
 * SIGINT
 * A worker that ends unasked is replaced, after a growing delay when that happens often. */
#ifndef POSTERN_MILTER_SUPERVISOR_H
#define POSTERN_MILTER_SUPERVISOR_H

#include "conf/conf.h"

struct supervisor_settings {
	const char *path;  /* of the configuration, absolute */
	struct conf *conf; /* loaded from there; the supervisor frees it */
	int listener;
	bool listener_stays; /* when we end: struct listener's passed */
	bool foreground;
	int ready; /* gets an octet once the first worker is up, and is closed; -1: nobody waits */
};

/* From here on signals wait until supervisor_run takes them: to be called before there is a socket that somebody must
 * remove. */
void supervisor_catch_signals(void);

/* Returns the exit status when all is over. */
int supervisor_run(const struct supervisor_settings *settings);

#endif
