/* SPDX-License-Identifier: BSD-2-Clause */
/* status_print.h - the daemon's status for people. */
#ifndef POSTERN_MILTER_STATUS_PRINT_H
#define POSTERN_MILTER_STATUS_PRINT_H

#include <jansson.h>
#include <stdio.h>

/* status: the object that `postern status --json` prints. What it lacks is shown as nothing, or not shown. */
void status_print(const json_t *status, FILE *stream);

#endif
