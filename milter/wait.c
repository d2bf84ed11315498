/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/wait.h"

#include "milter/clock.h"
#include "milter/relief.h"

#include <errno.h>

struct timespec
wait_moment(int64_t deadline_ms)
{
	int64_t left_ms = deadline_ms - clock_ms();
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	if (left_ms <= 0)
		return until;
	until.tv_nsec += (long)(left_ms % 1000) * 1000000;
	until.tv_sec += (time_t)(left_ms / 1000 + until.tv_nsec / 1000000000);
	until.tv_nsec %= 1000000000;
	return until;
}

void
wait_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attributes);
	pthread_condattr_destroy(&attributes);
}

bool
wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ms)
{
	struct timespec until = wait_moment(deadline_ms);

	relief_call();
	return pthread_cond_timedwait(cond, lock, &until) == 0;
}

bool
wait_lock(pthread_mutex_t *lock, int64_t deadline_ms)
{
	struct timespec until = wait_moment(deadline_ms);

	return pthread_mutex_clocklock(lock, CLOCK_MONOTONIC, &until) == 0;
}

bool
wait_ready(int fd, short events, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd item = { .fd = fd, .events = events };
		int64_t left = deadline_ms - clock_ms();

		if (left <= 0) {
			errno = ETIMEDOUT;
			return false;
		}
		int ready = relief_poll(&item, left > INT32_MAX ? INT32_MAX : (int)left);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}
