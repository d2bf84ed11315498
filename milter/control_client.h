/* SPDX-License-Identifier: BSD-2-Clause */
/* control_client.h - asking the daemon at its control socket (milter/control.h). */
#ifndef POSTERN_MILTER_CONTROL_CLIENT_H
#define POSTERN_MILTER_CONTROL_CLIENT_H

#include "milter/control.h"

#include <stdio.h>

enum { CONTROL_WHY_MAX = 512 };

/* Sends the request, a line without its end, and hands over each line of the answer but the last; take returns false to hear no more.
 * Returns EX_OK; EX_UNAVAILABLE when nobody listens there, EX_NOPERM when this user may not ask, EX_TEMPFAIL when the daemon
 * refuses or falls silent, each with the reason in why_out. */
int control_ask(const char *path, const char *request, bool (*take)(void *data, char *line), void *data,
		char why_out[CONTROL_WHY_MAX]);
/* The answer alone, read from the stream to its last line, likewise. */
int control_listen(FILE *stream, bool (*take)(void *data, char *line), void *data, char why_out[CONTROL_WHY_MAX]);

#endif
