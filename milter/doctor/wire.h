/* SPDX-License-Identifier: BSD-2-Clause */
/* wire.h - packets of the milter protocol from the mail server's side, to a filter that may not answer. Everything about one
 * connection has to be done within WIRE_DEADLINE_MS; once something failed, every call does. */
#ifndef POSTERN_MILTER_DOCTOR_WIRE_H
#define POSTERN_MILTER_DOCTOR_WIRE_H

#include "milter/listen.h"

#include <stdint.h>

enum {
	WIRE_DEADLINE_MS = 10000, /* a filter that is slower is none that a mail server would wait for with pleasure */
	WIRE_PACKET_MAX = 8192    /* octets of an answer's data: a reply has 4 KB at most */
};

struct wire {
	int fd; /* -1: it failed */
	int64_t until_ms;
	char why[128];
	/* The packet that was read last; its data end in a NUL that does not count. */
	char kind;
	size_t length;
	char data[WIRE_PACKET_MAX + 1];
};

/* False with the reason in wire->why; as the others. */
bool wire_open(struct wire *wire, const struct listen_address *address);
bool wire_send(struct wire *wire, char kind, const void *data, size_t length);
bool wire_read(struct wire *wire);
void wire_close(struct wire *wire);

#endif
