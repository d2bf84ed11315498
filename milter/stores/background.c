/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/stores/background.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

struct timespec
background_in_ms(unsigned milliseconds)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += milliseconds / 1000;
	at.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

void
background_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void *
run(void *argument)
{
	struct background *background = argument;

	pthread_mutex_lock(&background->lock);
	while (!background->ending) {
		background->woken = false;
		pthread_mutex_unlock(&background->lock);
		struct timespec next = background_in_ms(background->step(background->data));
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
	background_cond_init(&background->wakes);
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
	struct timespec latest = background_in_ms(BACKGROUND_PATIENCE_MS);

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
