/* SPDX-License-Identifier: BSD-2-Clause */
/* The step is a counter whose octets are mixed until each bit depends on all: any state is as good as another. */
#define _DEFAULT_SOURCE
#include "tests/support/dice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 by the golden ratio: visits all states */

uint64_t
dice_seed(const char *variable)
{
	const char *given = getenv(variable);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec;
	fprintf(stderr, "%s=%" PRIu64 "\n", variable, seed);
	return seed;
}

void
dice_init(struct dice *dice, uint64_t seed, uint64_t number)
{
	dice->state = seed;
	dice->state = dice_throw(dice, UINT64_MAX) + number;
}

uint64_t
dice_throw(struct dice *dice, uint64_t sides)
{
	uint64_t mixed = dice->state += golden;

	mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
	mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (mixed ^ mixed >> 32) % sides;
}
