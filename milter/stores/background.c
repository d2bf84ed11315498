/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/stores/background.h"

#include "milter/clock.h"
#include "milter/wait.h"

#include <errno.h>
#include <signal.h>

static void *
run(void *argument)
{
	struct background *background = argument;

	pthread_mutex_lock(&background->lock);
	while (!background->ending) {
		background->woken = false;
		pthread_mutex_unlock(&background->lock);
		struct timespec next = wait_moment(clock_ms() + background->step(background->data));
		pthread_mutex_lock(&background->lock);
		while (!background->ending && !background->woken)
			if (pthread_cond_timedwait(&background->wakes, &background->lock, &next) == ETIMEDOUT)
				break;
	}
	pthread_mutex_unlock(&background->lock);
	return NULL;
}

bool
background_start(struct background *background, unsigned (*step)(void *data), void *data)
{
	static const int own[] = { SIGBUS, SIGFPE, SIGILL, SIGSEGV };
	sigset_t others, before;

	*background = (struct background){ .step = step, .data = data };
	pthread_mutex_init(&background->lock, NULL);
	wait_init(&background->wakes);
	sigfillset(&others);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		sigdelset(&others, own[i]);
	pthread_sigmask(SIG_SETMASK, &others, &before);
	background->started = pthread_create(&background->thread, NULL, run, background) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return background->started;
}

void
background_wake(struct background *background)
{
	pthread_mutex_lock(&background->lock);
	background->woken = true;
	pthread_cond_signal(&background->wakes);
	pthread_mutex_unlock(&background->lock);
}

bool
background_stop(struct background *background)
{
	struct timespec latest = wait_moment(clock_ms() + BACKGROUND_PATIENCE_MS);

	if (!background->started)
		return true;
	pthread_mutex_lock(&background->lock);
	background->ending = true;
	pthread_cond_signal(&background->wakes);
	pthread_mutex_unlock(&background->lock);
	if (pthread_clockjoin_np(background->thread, NULL, CLOCK_MONOTONIC, &latest) == 0)
		return true;
	pthread_detach(background->thread);
	return false;
}
