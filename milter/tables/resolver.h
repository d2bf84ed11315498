/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver.h - a host's addresses within a deadline, though name servers may take many seconds: a thread asks them, and whoever needs the answer
 * waits only as long as they can. An answer is used for RESOLVER_KEEP_MS; after that it is asked anew, and the old answer is used meanwhile,
 * and as long as there is no other. Addresses written as numbers need no thread. */
#ifndef POSTERN_MILTER_TABLES_RESOLVER_H
#define POSTERN_MILTER_TABLES_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
	RESOLVER_ADDRESSES_MAX = 4, /* of one host: as many are tried */
	RESOLVER_KEEP_MS = 60000    /* new connections are rare; a server that moved is found in a minute */
};

struct resolved {
	struct sockaddr_storage address;
	socklen_t length;
};

struct resolver;

/* host is copied. NULL when memory is refused. */
struct resolver *resolver_new(const char *host, unsigned port);
/* A question to a name server that is under way is left to end by itself. */
void resolver_free(struct resolver *resolver);

/* How many addresses there are; 0, and why in why_out (TROUBLE_WHY_MAX octets), when none is known at the deadline (clock_ms). From several
 * threads at once. */
size_t resolver_get(struct resolver *resolver, int64_t deadline_ms, struct resolved found_out[RESOLVER_ADDRESSES_MAX],
		    char *why_out);

#endif
