/* SPDX-License-Identifier: BSD-2-Clause */
/* suffixes.h - the Public Suffix List for the policy: the configured file, else the newest of the system's and the one that was
 * built into libpsl. Inside conf/ only. */
#ifndef POSTERN_CONF_SUFFIXES_H
#define POSTERN_CONF_SUFFIXES_H

#include "conf/load.h"

/* Sets policy->psl. A configured file that is none is an error; no list at all is a warning. */
void suffixes_load(struct load *load);

#endif
