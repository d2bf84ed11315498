/* SPDX-License-Identifier: BSD-2-Clause */
/* notify.h - what a service manager is told: datagrams of NAME=VALUE lines, as sd_notify(3) describes them.
 *
 *      struct notify notify;
 *      notify_open(&notify);                               reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and removes them
 *      notify_send(&notify, "READY=1\nSTATUS=%u workers", count);
 *
 * Without a service manager nothing happens. It is told on a best effort: a manager that does not listen holds nobody up. */
#ifndef POSTERN_MILTER_NOTIFY_H
#define POSTERN_MILTER_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { NOTIFY_MAX = 512 }; /* octets of a datagram of ours */

struct notify {
	int fd; /* -1: there is nobody to tell */
	struct sockaddr_un address;
	socklen_t length;
	bool deaf;           /* it could not be told once, which was logged */
	int64_t watchdog_ms; /* within which it wants WATCHDOG=1 each time; 0: it does not */
};

void notify_open(struct notify *notify);
void notify_close(struct notify *notify);
void notify_send(struct notify *notify, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* RELOADING=1 with the time that Type=notify-reload wants to know. */
void notify_reloading(struct notify *notify);

#endif
