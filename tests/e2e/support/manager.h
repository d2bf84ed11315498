/* SPDX-License-Identifier: BSD-2-Clause */
/* manager.h - plays the service manager for a daemon that is started while it is open: hears what sd_notify(3) says. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_MANAGER_H
#define POSTERN_TESTS_E2E_SUPPORT_MANAGER_H

#include "tests/e2e/support/files.h"

#include <stdbool.h>

enum { MANAGER_HEARD_MAX = 16384 };

struct manager {
	int fd;
	char heard[MANAGER_HEARD_MAX]; /* datagrams in order, each in lines, with an empty one behind it */
};

/* The daemon that is started next tells this one; watchdog_ms of 0: there is no watchdog. */
void manager_open(struct manager *manager, const struct path *path, int watchdog_ms);
void manager_close(struct manager *manager);

/* Whether it hears that line, in what was not looked at before, within so many milliseconds; forgets everything up to its datagram's end. */
bool manager_hears(struct manager *manager, const char *line, int timeout_ms);
/* Forgets what was told until now. */
void manager_forget(struct manager *manager);

#endif
