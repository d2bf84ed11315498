/* SPDX-License-Identifier: BSD-2-Clause */
/* socketmap.h - a server of Postfix's socketmap protocol in threads of the test, which behaves or does not.
 *
 * Behaving, it says NOTFOUND to keys that begin with "absent", and gives others the request itself, "NAME KEY", as their value. */
#ifndef POSTERN_TESTS_SUPPORT_SOCKETMAP_H
#define POSTERN_TESTS_SUPPORT_SOCKETMAP_H

#include <pthread.h>
#include <stdatomic.h>

enum socketmap_way {
	SOCKETMAP_BEHAVES,
	SOCKETMAP_LATE,   /* after SOCKETMAP_LATE_MS */
	SOCKETMAP_SILENT, /* never */
	SOCKETMAP_CLOSES, /* instead of an answer */
	SOCKETMAP_LEAVES, /* closes behind each answer */
	SOCKETMAP_PIECES, /* the right answer, octet by octet */
	SOCKETMAP_SAYS    /* `says` as it stands, and waits */
};

enum { SOCKETMAP_LATE_MS = 300 };

struct socketmap_server {
	int listener;
	unsigned port; /* over TCP */
	pthread_t thread;
	_Atomic enum socketmap_way way;
	const char *_Atomic says;
	atomic_uint accepted;    /* connections so far */
	atomic_uint connections; /* at present */
	atomic_uint most;        /* at a time */
};

/* On a Unix socket at the path, or on a port of 127.0.0.1 when it is NULL. Ends the running Check test when it cannot. */
void socketmap_server_start(struct socketmap_server *server, const char *path);
void socketmap_server_stop(struct socketmap_server *server);

#endif
