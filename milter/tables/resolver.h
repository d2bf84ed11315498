/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver.h - a host's addresses within a deadline, though name servers may take many seconds: a thread asks them, and whoever needs the answer
 * waits only as long as they can. An answer is used for RESOLVER_KEEP_MS; after that it is asked anew, and the old answer is used meanwhile,
 * and as long as there is no other. Addresses written as numbers need no thread. */
#ifndef POSTERN_MILTER_TABLES_RESOLVER_H
#define POSTERN_MILTER_TABLES_RESOLVER_H

#include "milter/connect.h"

enum { RESOLVER_KEEP_MS = 60000 /* new connections are rare; a server that moved is found in a minute */ };

struct resolver;

/* host is copied. NULL when memory is refused. */
struct resolver *resolver_new(const char *host, unsigned port);
/* A question to a name server that is under way is left to end by itself. */
void resolver_free(struct resolver *resolver);

/* False, and why in why_out (TROUBLE_WHY_MAX octets), when no address is known at the deadline (clock_ms). From several threads at once. */
bool resolver_get(struct resolver *resolver, int64_t deadline_ms, struct addresses *found_out, char *why_out);

#endif
