/* SPDX-License-Identifier: BSD-2-Clause */
/* background.h - a thread that does a step now and then: what must not be done where a message waits.
 *
 *      static unsigned step(void *data);               returns in how many milliseconds the next one is due
 *      background_start(&background, step, data);
 *      background_wake(&background);                   now, please
 *      if (background_stop(&background)) ... free what the step uses ...
 *
 * The thread gets no signals but those that it causes itself. */
#ifndef POSTERN_MILTER_STORES_BACKGROUND_H
#define POSTERN_MILTER_STORES_BACKGROUND_H

#include <pthread.h>
#include <stdbool.h>

enum {
	BACKGROUND_PATIENCE_MS = 1000
}; /* how long a stop waits for a step, which may hang in a disk or in a name server */

struct background {
	unsigned (*step)(void *data);
	void *data;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wakes;
	bool started, woken, ending;
};

/* False when the system refuses a thread. */
bool background_start(struct background *background, unsigned (*step)(void *data), void *data);
void background_wake(struct background *background);
/* False when the step in work did not end in time: the thread then ends by itself, and neither *background nor data may be freed before the
 * process ends. Nothing happens, and true is returned, when it was not started. */
bool background_stop(struct background *background);

#endif
