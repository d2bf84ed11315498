/* SPDX-License-Identifier: BSD-2-Clause */
/* counters.h - what the group `counters` says, where it says nothing. Inside conf/ only. */
#ifndef POSTERN_CONF_COUNTERS_H
#define POSTERN_CONF_COUNTERS_H

#include "conf/conf.h"

/* Of counters.on_failure, and of counters.rates: not in memory, in memory. */
extern const char *const counters_on_failure_names[COUNTERS_ON_FAILURE_COUNT];
extern const char *const counters_rates_names[2];

void counters_defaults(struct counters_conf *counters);

#endif
