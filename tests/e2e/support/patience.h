/* SPDX-License-Identifier: BSD-2-Clause */
/* patience.h - waiting for something that another process does, but not for ever.
 *
 *      struct deadline deadline = deadline_in(5000);
 *      while (!happened())
 *              if (!deadline_nap(&deadline))
 *                      return false;
 */
#ifndef POSTERN_TESTS_E2E_SUPPORT_PATIENCE_H
#define POSTERN_TESTS_E2E_SUPPORT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	NAP_MS = 5,          /* between two looks: short beside anything that is waited for */
	PATIENCE_MS = 20000, /* for what must happen at once: a loaded machine is slow, a hung program is for ever */
};

struct deadline {
	int64_t at_ms; /* of CLOCK_MONOTONIC */
};

int64_t now_ms(void);
void nap_ms(int64_t milliseconds);

struct deadline deadline_in(int64_t milliseconds);
/* Sleeps for NAP_MS. Returns false, at once, when the time is up. */
bool deadline_nap(const struct deadline *deadline);

#endif
