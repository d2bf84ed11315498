/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/doctor/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
wire_close(struct wire *wire)
{
	if (wire->fd >= 0)
		close(wire->fd);
	wire->fd = -1;
}

static bool
fail(struct wire *wire, const char *why)
{
	if (wire->fd >= 0 || wire->why[0] == '\0')
		snprintf(wire->why, sizeof wire->why, "%s", why);
	wire_close(wire);
	return false;
}

static bool
wait_for(struct wire *wire, short events)
{
	struct pollfd fd = { .fd = wire->fd, .events = events };

	for (;;) {
		int64_t left = wire->until_ms - now_ms();

		if (left <= 0)
			return fail(wire, "it does not answer in time");
		int ready = poll(&fd, 1, (int)left);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return fail(wire, strerror(errno));
	}
}

bool
wire_open(struct wire *wire, const struct listen_address *address)
{
	int error = 0;
	socklen_t size = sizeof error;

	*wire = (struct wire){ .until_ms = now_ms() + WIRE_DEADLINE_MS };
	wire->fd = socket(address->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (wire->fd < 0)
		return fail(wire, strerror(errno));
	if (connect(wire->fd, (const struct sockaddr *)&address->address, address->length) == 0)
		return true;
	if (errno == EAGAIN)
		return fail(wire, "it does not accept connections in time: its backlog is full");
	if (errno != EINPROGRESS)
		return fail(wire, strerror(errno));
	if (!wait_for(wire, POLLOUT))
		return false;
	if (getsockopt(wire->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
		return fail(wire, strerror(error != 0 ? error : errno));
	return true;
}

static bool
send_all(struct wire *wire, const char *data, size_t length)
{
	while (length > 0) {
		if (wire->fd < 0 || !wait_for(wire, POLLOUT))
			return false;
		ssize_t sent = send(wire->fd, data, length, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return fail(wire, strerror(errno));
		if (sent > 0) {
			data += sent;
			length -= (size_t)sent;
		}
	}
	return true;
}

bool
wire_send(struct wire *wire, char kind, const void *data, size_t length)
{
	uint32_t size = htonl((uint32_t)length + 1);
	char head[sizeof size + 1];

	memcpy(head, &size, sizeof size);
	head[sizeof size] = kind;
	return wire->fd >= 0 && send_all(wire, head, sizeof head) && send_all(wire, data, length);
}

static bool
read_all(struct wire *wire, char *data, size_t length)
{
	while (length > 0) {
		if (wire->fd < 0 || !wait_for(wire, POLLIN))
			return false;
		ssize_t got = recv(wire->fd, data, length, 0);
		if (got == 0)
			return fail(wire, "it closes the connection");
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return fail(wire, strerror(errno));
		if (got > 0) {
			data += got;
			length -= (size_t)got;
		}
	}
	return true;
}

bool
wire_read(struct wire *wire)
{
	uint32_t size;

	if (!read_all(wire, (char *)&size, sizeof size))
		return false;
	size = ntohl(size);
	if (size == 0 || size > WIRE_PACKET_MAX)
		return fail(wire, "what it says is not the milter protocol");
	wire->length = size - 1;
	if (!read_all(wire, &wire->kind, 1) || !read_all(wire, wire->data, wire->length))
		return false;
	wire->data[wire->length] = '\0';
	return true;
}
