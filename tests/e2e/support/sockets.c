/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/sockets.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/patience.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	BACKLOG = 128,
	/* Below those that the system gives to outgoing connections, which would take a port before its server has it. */
	PORTS_FROM = 10000,
	PORTS = 22000
};

static int
new_socket(int family)
{
	struct timeval patience = { PATIENCE_MS / 1000, 0 };
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail("cannot make a socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	return fd;
}

static int
connected(int fd, const void *address, socklen_t length)
{
	int error;

	if (connect(fd, address, length) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static struct sockaddr_un
unix_address(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof address.sun_path)
		fail("too long for a socket: %s", path);
	strcpy(address.sun_path, path);
	return address;
}

int
connect_unix(const char *path)
{
	struct sockaddr_un address = unix_address(path);

	return connected(new_socket(AF_UNIX), &address, sizeof address);
}

int
listen_unix(const char *path)
{
	struct sockaddr_un address = unix_address(path);
	int fd = new_socket(AF_UNIX);

	if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, BACKLOG) != 0)
		fail("cannot listen at %s: %s", path, strerror(errno));
	return fd;
}

static struct sockaddr_in
loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
}

int
connect_loopback(int port)
{
	struct sockaddr_in address = loopback(port);
	int fd = new_socket(AF_INET);
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return connected(fd, &address, sizeof address);
}

bool
loopback_answers(int port)
{
	int fd = connect_loopback(port);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static struct sockaddr_in6
loopback6(int port)
{
	return (struct sockaddr_in6){
		.sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
}

static int
connect_loopback6(int port)
{
	struct sockaddr_in6 address = loopback6(port);

	return connected(new_socket(AF_INET6), &address, sizeof address);
}

int
connect_from(const char *source, int port)
{
	struct sockaddr_in address = loopback(port), from = loopback(0);

	if (strcmp(source, "::1") == 0)
		return connect_loopback6(port);
	int fd = new_socket(AF_INET);
	if (inet_pton(AF_INET, source, &from.sin_addr) != 1 || bind(fd, (struct sockaddr *)&from, sizeof from) != 0)
		fail("cannot be %s: %s", source, strerror(errno));
	return connected(fd, &address, sizeof address);
}

bool
port_is_free(int port)
{
	struct sockaddr_in address = loopback(port);
	int fd = new_socket(AF_INET);
	bool bound = bind(fd, (struct sockaddr *)&address, sizeof address) == 0;

	close(fd);
	return bound;
}

int
free_port(void)
{
	unsigned first = 0;

	if (getrandom(&first, sizeof first, 0) != sizeof first)
		fail("no random number: %s", strerror(errno));
	for (unsigned i = 0; i < PORTS; i++) {
		int port = PORTS_FROM + (int)((first + i) % PORTS);

		if (port_is_free(port))
			return port;
	}
	fail("no port is free");
}

bool
have_ipv6(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
have_ipv6_loopback(void)
{
	struct sockaddr_in6 address = loopback6(0);
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;

	if (fd >= 0)
		close(fd);
	return bound;
}
