/* SPDX-License-Identifier: BSD-2-Clause */
/* gate.h - lets a worker stop accepting connections while libmilter goes on serving those it has.
 *
 *      gate_init(&gate, fd);                the descriptor that libmilter accepts on
 *      gate_close(&gate);                   others may still accept on the same socket
 *      while (!gate_is_empty(&gate)) ...    no connection is left, seen by a callback or not
 *
 * A closed gate has another socket under the same descriptor number: a private one, without a name, that nobody else can connect to.
 * libmilter's accept then finds nothing to accept. Only the supervising thread calls these. Linux: O_PATH, /proc. */
#ifndef POSTERN_MILTER_GATE_H
#define POSTERN_MILTER_GATE_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>

/* A connection at which something waited to be read at the last look. */
struct gate_suspect {
	int fd, waiting; /* octets; its end counts as one. 0: nothing waits */
	unsigned looks;  /* in a row that found the same since */
};

struct gate {
	int fd;                          /* libmilter's */
	int listener;                    /* the true one, kept for gate_open */
	int private;                     /* the one that takes its place, */
	int way;                         /* and how to connect to it: an O_PATH descriptor */
	int knock;                       /* our own connection to it, or -1 */
	struct sockaddr_storage address; /* of the true one: what is accepted there has the same, */
	socklen_t address_length;        /* our own connections to others have not */
	struct gate_suspect suspect;
	bool closed;
	bool guarded;
	pthread_t guard; /* in which libmilter accepts */
};

#define GATE_SIGNAL SIGUSR1

/* False when the system refuses a descriptor. */
bool gate_init(struct gate *gate, int fd);
/* The thread in which smfi_main runs. GATE_SIGNAL interrupts it. */
void gate_guard(struct gate *gate, pthread_t thread);
void gate_close(struct gate *gate);
void gate_open(struct gate *gate);

/* Opens a gate that was closed before libmilter began to accept, once that has accepted a connection of our own, its first. Returns our end of it, or -1 when it has
 * not within the time. */
int gate_open_with_own(struct gate *gate, int timeout_ms);

/* Whether some connection has octets that libmilter did not read yet. */
bool gate_has_unread(const struct gate *gate);

/* Between two looks: nothing waits to be read, octets or the end of a connection; something does; and the same at the same connection as at the
 * last look. What waits where replies lie unread on the other side is not looked at: libmilter waits, too. */
enum gate_flow { GATE_IDLE, GATE_BUSY, GATE_STALLED };
enum gate_flow gate_look(struct gate *gate);

/* Of a closed gate: whether every connection that was accepted is gone. It may take libmilter a few seconds to look at
 * the closed gate; until then it might be about to accept one, and the answer is no. */
bool gate_is_empty(struct gate *gate);

/* Whether descriptors run out: fewer than reserve are free below the limit. At the limit libmilter would spin. */
bool gate_is_crowded(unsigned reserve);

#endif
