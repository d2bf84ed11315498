/* SPDX-License-Identifier: BSD-2-Clause */
/* connections.h - open connections of all workers, in shared memory: of everybody, and of each client, which is an address or all addresses
 * that begin like it.
 *
 *      struct connections *connections = connections_new();          in the supervisor, before it forks; NULL: refused, errno says why
 *
 *      struct connection connection = { .slot = slot, .has_address = true, .address = address, .ipv4_prefix = 32, .ipv6_prefix = 64 };
 *      connections_enter(connections, &connection, &client.connections, &client.connections_of_client);
 *      ...
 *      connections_leave(connections, &connection);
 *
 *      connections_forget_worker(connections, slot);                 in the supervisor, when a worker has ended
 *
 * Each worker counts in a slot of its own, so that those of one that crashed can be taken off, whenever it was killed. There is room for
 * CONNECTIONS_CLIENTS_MAX clients at a time; the connections of more are counted among everybody's only, and that is logged once. */
#ifndef POSTERN_MILTER_STORES_CONNECTIONS_H
#define POSTERN_MILTER_STORES_CONNECTIONS_H

#include "policy/network.h"

#include <stdint.h>

enum {
	CONNECTIONS_SLOTS = 256,         /* as many as the crew has (CREW_MAX) */
	CONNECTIONS_CLIENTS_MAX = 65536, /* with one connection each that is more than 64 workers of 1,000 sessions */
	CONNECTIONS_OF_SLOT_MAX = UINT16_MAX - 1 /* of one client in one worker: descriptors end before */
};

/* One open connection, kept by its session between enter and leave. */
struct connection {
	unsigned slot; /* of the worker, below CONNECTIONS_SLOTS */
	bool has_address;
	struct ip_address address;
	unsigned ipv4_prefix,
		ipv6_prefix; /* how many bits make a client: up to 32, up to 128; others have the same client only with the same prefix */
	/* Of connections_enter. */
	bool counted;
	uint32_t client; /* where, or none */
};

struct connections;

struct connections *connections_new(void);
void connections_free(struct connections *connections); /* of this process alone; NULL is fine */

/* Counts it. Both outputs include it; 0: not known. */
void connections_enter(struct connections *connections, struct connection *connection, unsigned *total_out,
		       unsigned *of_client_out);
/* Takes it off; the second time nothing happens. When somebody was stopped with the lock in his hands, it stays until its worker ends. */
void connections_leave(struct connections *connections, struct connection *connection);

/* The worker of that slot is gone, and all its connections with it. Before another one gets the slot. False: not now, for the same
 * reason. */
bool connections_forget_worker(struct connections *connections, unsigned slot);

#endif
