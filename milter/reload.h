/* SPDX-License-Identifier: BSD-2-Clause */
/* reload.h - a configuration is first read in a child, so that nothing in a file can hurt the supervisor. */
#ifndef POSTERN_MILTER_RELOAD_H
#define POSTERN_MILTER_RELOAD_H

#include "conf/conf.h"

#include <sys/types.h>

/* Logs errors and warnings, a line each. */
void reload_log_errors(struct conf_errors *errors);

/* In the child, just forked: reads the file, logs what is wrong with it and ends, with EX_OK or EX_CONFIG. */
_Noreturn void reload_check(const char *path);

/* In the supervisor, after the child found it right. NULL if it is not any more, which is logged. */
struct conf *reload_load(const char *path);

/* Logs what has changed and needs a restart to take effect: the socket is open, the privileges to open another are gone. */
void reload_log_unchangeable(const struct conf *old, const struct conf *new);

#endif
