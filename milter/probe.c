/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/probe.h"

#include "milter/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmilter/mfdef.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	LENGTH_SIZE = 4,         /* octets of a packet's length, which counts what follows */
	OPTIONS_SIZE = 1 + 3 * 4 /* the command, version, actions, protocol */
};

void
probe_init(struct probe *probe)
{
	*probe = (struct probe){ .state = PROBE_IDLE, .fd = -1 };
}

void
probe_reset(struct probe *probe)
{
	if (probe->fd >= 0)
		close(probe->fd);
	probe_init(probe);
}

static enum probe_state
end(struct probe *probe, enum probe_state state, const char *why)
{
	if (probe->fd >= 0)
		close(probe->fd);
	probe->fd = -1;
	probe->state = state;
	snprintf(probe->why, sizeof probe->why, "%s", why);
	return state;
}

/* A small packet to a socket that is empty so far: it is written whole or not at all. */
static bool
send_packet(const struct probe *probe, const void *data, uint32_t length)
{
	char packet[LENGTH_SIZE + OPTIONS_SIZE];
	uint32_t network = htonl(length);

	memcpy(packet, &network, LENGTH_SIZE);
	memcpy(packet + LENGTH_SIZE, data, length);
	ssize_t size = LENGTH_SIZE + (ssize_t)length;
	return send(probe->fd, packet, (size_t)size, MSG_NOSIGNAL) == size;
}

/* Offers all there is, as an MTA does. */
static bool
send_offer(const struct probe *probe)
{
	char offer[OPTIONS_SIZE] = { SMFIC_OPTNEG };
	uint32_t values[3] = { htonl(SMFI_PROT_VERSION), htonl(SMFI_CURR_ACTS), htonl(SMFI_CURR_PROT) };

	memcpy(offer + 1, values, sizeof values);
	return send_packet(probe, offer, sizeof offer);
}

enum probe_state
probe_begin(struct probe *probe, int listener, int64_t deadline_ms)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	socklen_t length = sizeof address;

	probe_reset(probe);
	probe->deadline_ms = deadline_ms;
	if (getsockname(listener, (struct sockaddr *)&address, &length) != 0)
		return end(probe, PROBE_FAILED, strerror(errno));
	probe->fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (probe->fd < 0)
		return end(probe, PROBE_FAILED, strerror(errno));
	probe->state = PROBE_CONNECTING;
	if (connect(probe->fd, (struct sockaddr *)&address, length) == 0)
		return probe_go_on(probe);
	if (errno != EINPROGRESS)
		return end(probe, PROBE_FAILED, errno == EAGAIN ? "the socket's backlog is full" : strerror(errno));
	return probe->state;
}

bool
probe_wants(const struct probe *probe, struct pollfd *pollfd_out)
{
	if (probe->fd < 0)
		return false;
	*pollfd_out = (struct pollfd){ .fd = probe->fd, .events = probe->state == PROBE_CONNECTING ? POLLOUT : POLLIN };
	return true;
}

static enum probe_state
finish_connecting(struct probe *probe)
{
	struct pollfd writable = { .fd = probe->fd, .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof error;

	if (poll(&writable, 1, 0) <= 0)
		return probe->state;
	if (getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
		return end(probe, PROBE_FAILED, strerror(error != 0 ? error : errno));
	if (!send_offer(probe))
		return end(probe, PROBE_FAILED, strerror(errno));
	probe->state = PROBE_WAITING;
	return probe->state;
}

/* An answer to the offer, and no less than version, actions and protocol. */
static bool
is_good(const struct probe *probe)
{
	uint32_t length;

	memcpy(&length, probe->answer, sizeof length);
	return ntohl(length) >= OPTIONS_SIZE && probe->answer[LENGTH_SIZE] == SMFIC_OPTNEG;
}

static enum probe_state
read_answer(struct probe *probe)
{
	ssize_t got = recv(probe->fd, probe->answer + probe->length, sizeof probe->answer - probe->length, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return probe->state;
	if (got <= 0)
		return end(probe, PROBE_FAILED, got == 0 ? "the connection was closed" : strerror(errno));
	probe->length += (size_t)got;
	if (probe->length < LENGTH_SIZE + OPTIONS_SIZE)
		return probe->state;
	if (!is_good(probe))
		return end(probe, PROBE_FAILED, "what answers is no milter");
	send_packet(probe, (char[]){ SMFIC_QUIT }, 1);
	return end(probe, PROBE_GOOD, "");
}

enum probe_state
probe_go_on(struct probe *probe)
{
	if (probe->state == PROBE_CONNECTING)
		finish_connecting(probe);
	if (probe->state == PROBE_WAITING)
		read_answer(probe);
	if (probe->fd >= 0 && clock_ms() >= probe->deadline_ms)
		return end(probe, PROBE_FAILED, "there is no answer");
	return probe->state;
}
