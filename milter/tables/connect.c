/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/tables/connect.h"

#include "milter/clock.h"
#include "milter/tables/trouble.h"
#include "milter/tables/wait.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

/* -1: errno. */
static int
connect_address(const struct resolved *to, int64_t deadline_ms)
{
	int fd = socket(to->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0, on = 1;
	socklen_t length = sizeof error;

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&to->address, to->length) != 0) {
		error = errno;
		if (error == EINPROGRESS || error == EINTR) {
			if (!wait_ready(fd, POLLOUT, deadline_ms))
				error = errno;
			else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
				error = errno;
		}
	}
	if (error != 0) {
		close(fd);
		errno = error;
		return -1;
	}
	if (to->address.ss_family != AF_UNIX) /* a request is one write: nothing is gained by waiting for more */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

static int
connect_unix(const char *path, int64_t deadline_ms, char *why_out)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct resolved to = { .length = sizeof address };
	int fd;

	strcpy(address.sun_path, path);
	memcpy(&to.address, &address, sizeof address);
	fd = connect_address(&to, deadline_ms);
	if (fd < 0)
		trouble_format(why_out, "%s: %s", path,
			       errno == EAGAIN ? "the server accepts no more connections" : strerror(errno));
	return fd;
}

int
connect_server(const struct table_server *where, struct resolver *resolver, int64_t deadline_ms, char *why_out)
{
	struct resolved found[RESOLVER_ADDRESSES_MAX];
	size_t count;

	if (resolver == NULL)
		return connect_unix(where->path, deadline_ms, why_out);
	count = resolver_get(resolver, deadline_ms, found, why_out);
	for (size_t i = 0; i < count; i++) {
		int64_t now_ms = clock_ms();
		int fd = connect_address(&found[i], now_ms + (deadline_ms - now_ms) / (int64_t)(count - i));

		if (fd >= 0)
			return fd;
		trouble_format(why_out, "%.200s port %u: %s", where->host, where->port, strerror(errno));
	}
	return -1;
}

bool
connect_is_idle(int fd)
{
	char octet;

	return recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}
