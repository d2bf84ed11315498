/* SPDX-License-Identifier: BSD-2-Clause */
/* macros.h - what the MTA says besides its commands: {auth_authen}, the queue id, and so on.
 *
 * libmilter keeps a list of names and values as it came. Where the last name has no value, it reads on behind the list's end when it looks for
 * a name that is not in it: whoever may open the milter socket could end a worker with one packet. So a fault while it looks is caught, and the
 * macro taken for one that the MTA did not send. Looking has no side effects and holds no lock. What was found may still be somebody else's
 * memory: it is copied at once. */
#ifndef POSTERN_MILTER_MACROS_H
#define POSTERN_MILTER_MACROS_H

#include <libmilter/mfapi.h>

/* In a worker, before the first callback. */
void macros_guard(void);

enum {
	MACRO_MAX = 2048
}; /* octets with NUL: four times the longest command with an address (RFC 5321 4.5.3.1.4); longer ones are cut */

struct macro {
	char value[MACRO_MAX];
};

/* The value, in *macro_out; NULL: the MTA did not send it. */
const char *macros_find(SMFICTX *context, const char *name, struct macro *macro_out);

#endif
