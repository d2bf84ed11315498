/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/connect.h"

#include "milter/clock.h"
#include "milter/wait.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

int
addresses_of_host(const char *host, unsigned port, int flags, struct addresses *addresses_out)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags };
	struct addrinfo *found = NULL;
	char service[16];

	addresses_out->count = 0;
	snprintf(service, sizeof service, "%u", port);
	int error = getaddrinfo(host, service, &hints, &found);
	if (error != 0)
		return error;
	for (struct addrinfo *at = found; at != NULL && addresses_out->count < ADDRESSES_MAX; at = at->ai_next) {
		memcpy(&addresses_out->items[addresses_out->count], at->ai_addr, at->ai_addrlen);
		addresses_out->lengths[addresses_out->count++] = at->ai_addrlen;
	}
	freeaddrinfo(found);
	return 0;
}

bool
addresses_of_path(const char *path, struct addresses *addresses_out)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof address.sun_path)
		return false;
	strcpy(address.sun_path, path);
	memcpy(&addresses_out->items[0], &address, sizeof address);
	addresses_out->lengths[0] = sizeof address;
	addresses_out->count = 1;
	return true;
}

static int
connect_to(const struct sockaddr_storage *address, socklen_t length, int64_t deadline_ms)
{
	int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0, on = 1;
	socklen_t size = sizeof error;

	if (fd < 0)
		return -1;
	if (address->ss_family != AF_UNIX) /* a request is one write: nothing is gained by waiting for more */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, (const struct sockaddr *)address, length) != 0)
		error = errno;
	if (error == EINPROGRESS || error == EINTR) {
		if (!wait_ready(fd, POLLOUT, deadline_ms) || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
			error = errno;
	}
	if (error == 0)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* None may use up the others' time. */
int
connect_any(const struct addresses *addresses, int64_t deadline_ms)
{
	int fd = -1;

	errno = EADDRNOTAVAIL;
	for (size_t i = 0; fd < 0 && i < addresses->count; i++) {
		int64_t now_ms = clock_ms();
		int64_t share_ms = (deadline_ms - now_ms) / (int64_t)(addresses->count - i);
		fd = connect_to(&addresses->items[i], addresses->lengths[i], now_ms + share_ms);
	}
	return fd;
}
