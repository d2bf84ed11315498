/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/test_clock.h"

#include "milter/clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t passed_ms;
static _Atomic int64_t stopped_ms; /* 0: it goes */

static int64_t
real_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
test_clock_stop(void)
{
	atomic_store(&stopped_ms, real_ms());
}

void
test_clock_pass(int64_t ms)
{
	atomic_fetch_add(&passed_ms, ms);
}

int64_t
clock_ms(void)
{
	int64_t stopped = atomic_load(&stopped_ms);

	return atomic_load(&passed_ms) + (stopped != 0 ? stopped : real_ms());
}

int64_t
clock_ns(void)
{
	return clock_ms() * 1000000;
}
