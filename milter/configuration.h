/* SPDX-License-Identifier: BSD-2-Clause */
/* configuration.h - the configuration as commands read it. */
#ifndef POSTERN_MILTER_CONFIGURATION_H
#define POSTERN_MILTER_CONFIGURATION_H

#include "conf/conf.h"

/* Reads the file at path; NULL means the installed one, or where none is installed the shipped one. Prints errors
 * on standard error, and warnings only when there are errors: `config test` is for those. NULL when there are errors. */
struct conf *configuration_for_command(const char *path);

/* The same, and prints warnings in any case. */
struct conf *configuration_for_test(const char *path);

#endif
