/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE
#include "tests/e2e/support/patience.h"

#include <time.h>

int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
nap_ms(int64_t milliseconds)
{
	struct timespec nap = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	nanosleep(&nap, NULL);
}

struct deadline
deadline_in(int64_t milliseconds)
{
	return (struct deadline){ now_ms() + milliseconds };
}

bool
deadline_nap(const struct deadline *deadline)
{
	if (now_ms() >= deadline->at_ms)
		return false;
	nap_ms(NAP_MS);
	return true;
}
