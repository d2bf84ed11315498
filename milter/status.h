/* SPDX-License-Identifier: BSD-2-Clause */
/* status.h - the answer to `status` at the control socket (milter/control.h), from which `postern status` makes what people and programs
 * read. A line is one value and the names that lead to it, tabs between: the type (`n` a number, `s` a string, `b` 0 or 1), the value, the
 * outermost name, ... Strings and names are printable ASCII.
 *
 *      n       12      messages        accept
 *      s       serving workers 4711    state
 *
 * The last one is `ok`. Stores and tables are asked for a key that is not there, to see whether they answer. */
#ifndef POSTERN_MILTER_STATUS_H
#define POSTERN_MILTER_STATUS_H

#include "milter/control.h"

enum { STATUS_TABLES_MS = 10000 }; /* for asking tables; the rest is left out */

void status_tell(FILE *answer, const struct control_view *view, const struct world *world);

#endif
