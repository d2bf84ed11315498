/* SPDX-License-Identifier: BSD-2-Clause */
/* limits_direct.h - what `postern limits` does where no daemon listens: asks the store that the daemon would ask. */
#ifndef POSTERN_MILTER_LIMITS_DIRECT_H
#define POSTERN_MILTER_LIMITS_DIRECT_H

#include "milter/control_client.h"

/* Whether there is such a store: what is counted in memory is gone with the daemon. */
bool limits_direct_possible(const struct conf *conf);

/* As control_ask, with what stands behind `limits ` in the request. Becomes the daemon's user for good, so that a file does not come to
 * belong to root. A SQLite file that is not there is not made: EX_UNAVAILABLE. */
int limits_direct_ask(const struct conf *conf, const char *request, bool (*take)(void *data, char *line), void *data,
		      char why_out[CONTROL_WHY_MAX]);

#endif
