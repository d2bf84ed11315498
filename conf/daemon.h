/* SPDX-License-Identifier: BSD-2-Clause */
/* daemon.h - the settings of the top level: those of the daemon, and those that hold for all checks. Inside conf/ only. */
#ifndef POSTERN_CONF_DAEMON_H
#define POSTERN_CONF_DAEMON_H

#include "conf/load.h"

/* Of log.facility and log.decisions. */
extern const char *const log_decision_names[LOG_DECISIONS_COUNT];
const char *daemon_facility_name(int facility);

/* Of an address to listen at: the rule that it breaks, or NULL. */
const char *daemon_broken_listen(const char *address);

/* What holds where nothing is configured. False when memory is refused. */
bool daemon_defaults(struct load *load);

#endif
