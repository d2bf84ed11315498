/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/manager.h"

#include "tests/e2e/support/patience.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

void
manager_open(struct manager *manager, const struct path *path, int watchdog_ms)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char period[32];

	if (strlen(path->text) >= sizeof address.sun_path)
		fail("%s is too long", path->text);
	memcpy(address.sun_path, path->text, strlen(path->text));
	unlink(path->text);
	manager->heard[0] = '\0';
	manager->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (bind(manager->fd, (struct sockaddr *)&address, sizeof address) != 0 || chmod(path->text, 0666) != 0)
		fail("no notification socket %s: %s", path->text, strerror(errno));
	snprintf(period, sizeof period, "%d000", watchdog_ms);
	setenv("NOTIFY_SOCKET", path->text, 1);
	if (watchdog_ms > 0)
		setenv("WATCHDOG_USEC", period, 1);
	else
		unsetenv("WATCHDOG_USEC");
}

void
manager_close(struct manager *manager)
{
	close(manager->fd);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
}

static void
listen_now(struct manager *manager)
{
	for (;;) {
		size_t used = strlen(manager->heard);
		ssize_t length = recv(manager->fd, manager->heard + used, sizeof manager->heard - used - 3, 0);

		if (length < 0)
			return;
		strcpy(manager->heard + used + length, "\n\n");
		if (used + (size_t)length + 512 > sizeof manager->heard)
			fail("the manager was told too much");
	}
}

static bool
find_line(struct manager *manager, const char *line)
{
	size_t length = strlen(line);

	for (char *at = manager->heard; (at = strstr(at, line)) != NULL; at++) {
		bool begins = at == manager->heard || at[-1] == '\n';

		if (!begins || (line[length - 1] != '=' && at[length] != '\n'))
			continue;
		char *end = strstr(at, "\n\n") + 2;
		memmove(manager->heard, end, strlen(end) + 1);
		return true;
	}
	return false;
}

bool
manager_hears(struct manager *manager, const char *line, int timeout_ms)
{
	struct deadline deadline = deadline_in(timeout_ms);

	for (;;) {
		listen_now(manager);
		if (find_line(manager, line))
			return true;
		if (!deadline_nap(&deadline))
			return false;
	}
}

void
manager_forget(struct manager *manager)
{
	listen_now(manager);
	manager->heard[0] = '\0';
}
