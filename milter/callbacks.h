/* SPDX-License-Identifier: BSD-2-Clause */
/* callbacks.h - what libmilter calls: each takes what the event brings to the session and returns the answer that is due there
 * (milter/dialogue.h), nothing more. They block on nothing but tables and counters, within their time: libmilter serves other sessions with the same threads. */
#ifndef POSTERN_MILTER_CALLBACKS_H
#define POSTERN_MILTER_CALLBACKS_H

#include "milter/world.h"

#include <libmilter/mfapi.h>

/* The filter for smfi_register. One a process; the world is borrowed for good. */
struct smfiDesc callbacks_filter(const struct world *world);

#endif
