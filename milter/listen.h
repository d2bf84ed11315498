/* SPDX-License-Identifier: BSD-2-Clause */
/* listen.h - the listening socket. The supervisor owns it: libmilter, left alone, would remove whatever lies at the path of a
 * Unix socket when it ends, another instance's included. */
#ifndef POSTERN_MILTER_LISTEN_H
#define POSTERN_MILTER_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

enum { LISTEN_RULE_MAX = 512 };

struct listen_address {
	struct sockaddr_storage address;
	socklen_t length;
};

/* Reads "unix:/path" or "local:/path", "inet:port", "inet:port@host", "inet6:port@host"; the host may be in brackets. Names are
 * looked up. On failure returns false and says in plain words why. */
bool listen_address_read(const char *text, struct listen_address *address_out, char why_out[LISTEN_RULE_MAX]);

struct listen_settings {
	const char *address;
	int backlog;
	unsigned socket_mode;     /* of a Unix socket */
	const char *socket_group; /* NULL: left as it comes */
	const char *
		socket_owner; /* whom root gives it to, as its user has to reach it (milter/probe.h); NULL, unknown: nobody */
};

struct listener {
	int fd;      /* O_NONBLOCK: workers race for connections, and the loser must not sleep in accept */
	bool passed; /* by a service manager, in whose hands it outlives us: who connects meanwhile waits for the next */
	char path[sizeof(struct sockaddr_storage)]; /* of a Unix socket that is ours to remove, or empty */
	dev_t device;
	ino_t inode;
};

/* Opens it, or takes the one that systemd passed (LISTEN_FDS). A Unix socket that nobody serves any more is replaced; one
 * that is served, or anything else at its path, is left alone. Returns EX_OK, or another status of sysexits.h with the
 * reason in why_out. */
int listener_open(struct listener *listener_out, const struct listen_settings *settings, char why_out[LISTEN_RULE_MAX]);

/* Closes it and removes its path, if what lies there is still the socket that was opened. */
void listener_close(struct listener *listener);

#endif
