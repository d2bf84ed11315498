/* SPDX-License-Identifier: BSD-2-Clause */
/* stopwatch.h - stands between libmilter and the callbacks, and notes how long they take.
 *
 * Looking at the clock costs as much as judging a short header field. So the fields are measured in the first message of each session,
 * and in every STOPWATCH_EVERY-th after it; all other events always. */
#ifndef POSTERN_MILTER_STOPWATCH_H
#define POSTERN_MILTER_STOPWATCH_H

#include "milter/world.h"

#include <libmilter/mfapi.h>

enum { STOPWATCH_EVERY = 8 };

/* The same filter, measured. world as in callbacks_filter; without statistics the filter as it is. One a process. */
struct smfiDesc stopwatch_filter(const struct world *world, struct smfiDesc filter);

#endif
