/* SPDX-License-Identifier: BSD-2-Clause */
/* server.h - a server that answers one request with one reply, asked by several threads within a budget.
 *
 *      struct server *server = server_new(&where, &protocol, timeout_ms, data);
 *      if (server_ask(server, request, &reply, why)) ... reply.octets, reply.length ...
 *
 * There are at most SERVER_CONNECTIONS at a time, made when needed and kept; who finds them all in use waits. The budget is for everything:
 * waiting, the host's addresses, connecting, and the exchange. A connection on which anything went wrong, or more came than was asked for, is
 * closed, so that a late reply is never taken for the next one's. A kept connection that the server has closed meanwhile is made anew.
 * After failures it is left alone for a while (breaker.h). */
#ifndef POSTERN_MILTER_TABLES_SERVER_H
#define POSTERN_MILTER_TABLES_SERVER_H

#include "policy/parse/bytes.h"
#include "policy/table_server.h"

#include <stdint.h>

enum {
	SERVER_FAILURES = 3,         /* a connection that was closed meanwhile, or one slow answer, is no reason yet */
	SERVER_PAUSE_MS = 500,       /* a server that is restarted is back in about that */
	SERVER_PAUSE_MAX_MS = 10000, /* and one that was away is noticed so soon */
	SERVER_CONNECTIONS = 4,      /* of a table and a worker: with all tables, 256 descriptors */
	REPLY_OCTETS = TABLE_VALUE_MAX + 64 /* a value and what the protocol puts around it */
};

struct server_reply {
	char octets[REPLY_OCTETS];
	size_t length;
};

/* A connection in use. */
struct conversation {
	int fd;
	int64_t deadline_ms; /* of clock_ms */
	const struct protocol *protocol;
};

struct protocol {
	const char *name; /* "socketmap" */
	/* Octets of the reply that begins with these, of which there is one at least; 0: more are needed to tell; -1: it is none, or will not fit into REPLY_OCTETS. */
	ptrdiff_t (*measure)(struct bytes begins);
	/* On a new connection, before it is used. False, and why. NULL: there is nothing to say. */
	bool (*greet)(const struct conversation *conversation, const void *data, char *why_out);
};

struct server;

/* where is copied, protocol and data are borrowed. NULL when memory is refused. */
struct server *
server_new(const struct table_server *where, const struct protocol *protocol, unsigned timeout_ms, const void *data);
void server_free(struct server *server); /* NULL is fine */

/* False, and why in why_out (TROUBLE_WHY_MAX octets), when there was no reply. */
bool server_ask(struct server *server, struct bytes request, struct server_reply *reply_out, char *why_out);

/* For greet: as server_ask, on this connection. */
bool conversation_ask(const struct conversation *conversation, struct bytes request, struct server_reply *reply_out,
		      char *why_out);

#endif
