/* SPDX-License-Identifier: BSD-2-Clause */
/* limits_service.h - does for an administrator what `postern limits` asks: in a child of the supervisor, or in the command itself where no daemon runs. */
#ifndef POSTERN_MILTER_LIMITS_SERVICE_H
#define POSTERN_MILTER_LIMITS_SERVICE_H

#include "milter/stores/store.h"

#include <stdio.h>

/* The request is what milter/control.h has behind `limits `; the answer is its lines, the last one included. Counters lie
 * in memory, in the configured store, or some here and some there: all of `stores` are asked. */
void limits_serve(FILE *answer, const char *request, struct store *const *stores, size_t count);

#endif
