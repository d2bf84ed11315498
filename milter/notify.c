/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/notify.h"

#include "milter/clock.h"
#include "milter/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

/* A path, or behind `@` a name of Linux's own name space. */
static bool
read_address(const char *text, struct notify *notify)
{
	size_t length = strlen(text);

	if ((text[0] != '/' && text[0] != '@') || length < 2 || length >= sizeof notify->address.sun_path)
		return false;
	notify->address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(notify->address.sun_path, text, length);
	notify->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (text[0] == '/'));
	if (text[0] == '@')
		notify->address.sun_path[0] = '\0';
	return true;
}

static int64_t
read_watchdog(void)
{
	const char *period = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	if (period == NULL || (pid != NULL && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	int64_t us = strtoll(period, NULL, 10);
	return us > 0 ? us / 1000 : 0;
}

void
notify_open(struct notify *notify)
{
	const char *socket_name = getenv("NOTIFY_SOCKET");

	*notify = (struct notify){ .fd = -1 };
	if (socket_name != NULL && read_address(socket_name, notify))
		notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (notify->fd >= 0)
		notify->watchdog_ms = read_watchdog();
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
notify_close(struct notify *notify)
{
	if (notify->fd >= 0)
		close(notify->fd);
	notify->fd = -1;
}

void
notify_send(struct notify *notify, const char *format, ...)
{
	char text[NOTIFY_MAX];
	va_list arguments;

	if (notify->fd < 0)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (sendto(notify->fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&notify->address,
		   notify->length) >= 0 ||
	    notify->deaf)
		return;
	notify->deaf = true;
	log_line(LOG_WARNING, "warning: the service manager cannot be told how we are: %s", strerror(errno));
}

void
notify_reloading(struct notify *notify)
{
	notify_send(notify, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_ns() / 1000);
}
