/* SPDX-License-Identifier: BSD-2-Clause */
/* dice.h - numbers by chance, which come again when the same seed is given. */
#ifndef POSTERN_TESTS_SUPPORT_DICE_H
#define POSTERN_TESTS_SUPPORT_DICE_H

#include <stdint.h>

struct dice {
	uint64_t state;
};

/* The number in this environment variable, or else one of the clock's; shown on stderr, as "STORM_SEED=17". */
uint64_t dice_seed(const char *variable);

/* Of one seed as many different dice as there are numbers. */
void dice_init(struct dice *dice, uint64_t seed, uint64_t number);

/* 0 to sides - 1; sides is not 0. */
uint64_t dice_throw(struct dice *dice, uint64_t sides);

#endif
