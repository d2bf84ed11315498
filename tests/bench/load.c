/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/bench/load.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	EVENTS = 64,
	REPLY_MAX = 1024, /* octets of a reply; the filters here give short ones */
	PREFIX = 5        /* length and kind of a packet */
};

enum phase { OPENING, RUNNING, HOLDING };

struct connection {
	int fd;
	const struct script *script; /* NULL: it rests */
	size_t step, sent;
	bool blocked; /* waits until it can be written to */
	char in[REPLY_MAX];
	size_t in_length;
};

struct load {
	const char *socket;
	struct script opening, message, closing;
	struct connection *connections;
	unsigned count, resting;
	int epoll;
	enum phase phase;
	unsigned hold_chunks;
	bool renewed;
	struct load_result result;
};

static double
now_s(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint32_t
read_number(const char *octets)
{
	uint32_t number;

	memcpy(&number, octets, sizeof number);
	return ntohl(number);
}

uint32_t
load_negotiate(const char *socket)
{
	struct script opening, closing;
	char reply[REPLY_MAX];
	int fd = connect_unix(socket);

	if (fd < 0)
		fail("nobody listens at %s", socket);
	script_opening(&opening, 0);
	script_closing(&closing);
	if (send(fd, opening.octets, opening.steps[0].end, MSG_NOSIGNAL) != (ssize_t)opening.steps[0].end ||
	    recv(fd, reply, PREFIX + 12, MSG_WAITALL) != PREFIX + 12 || reply[4] != 'O')
		fail("no negotiation at %s", socket);
	uint32_t protocol = read_number(reply + PREFIX + 8);
	if (send(fd, closing.octets, closing.length, MSG_NOSIGNAL) < 0)
		fail("no end at %s", socket);
	script_free(&opening);
	script_free(&closing);
	close(fd);
	return protocol;
}

static void
watch(struct load *load, struct connection *connection, int operation, uint32_t events)
{
	struct epoll_event event = { .events = events, .data = { .ptr = connection } };

	if (epoll_ctl(load->epoll, operation, connection->fd, &event) != 0)
		fail("epoll_ctl: %s", strerror(errno));
}

static void
set_blocked(struct load *load, struct connection *connection, bool blocked)
{
	if (connection->blocked == blocked)
		return;
	connection->blocked = blocked;
	watch(load, connection, EPOLL_CTL_MOD, blocked ? EPOLLOUT : EPOLLIN);
}

static void
begin(struct connection *connection, const struct script *script, size_t start)
{
	connection->script = script;
	connection->step = 0;
	connection->sent = start;
}

static void
rest(struct load *load, struct connection *connection)
{
	connection->script = NULL;
	load->resting++;
}

static void
open_connection(struct load *load, struct connection *connection)
{
	*connection = (struct connection){ .fd = connect_unix(load->socket) };
	if (connection->fd < 0 || fcntl(connection->fd, F_SETFL, O_NONBLOCK) != 0)
		fail("%s: %s", load->socket, strerror(errno));
	watch(load, connection, EPOLL_CTL_ADD, EPOLLIN);
	begin(connection, &load->opening, load->opening.start);
}

static void
close_connection(struct load *load, struct connection *connection)
{
	ssize_t sent = send(connection->fd, load->closing.octets, load->closing.length, MSG_NOSIGNAL);

	if (sent < 0 && errno != EAGAIN)
		fail("%s: %s", load->socket, strerror(errno));
	close(connection->fd);
}

/* The whole message was answered. The MTA takes back what it did not send to its end. */
static void
end_message(struct load *load, struct connection *connection, bool early)
{
	if (load->phase == HOLDING)
		fail("%s: the message was answered where its middle should be", load->socket);
	load->result.messages++;
	if (load->renewed) {
		close_connection(load, connection);
		open_connection(load, connection);
	} else {
		begin(connection, &load->message, early ? 0 : load->message.start);
	}
}

static void
end_script(struct load *load, struct connection *connection)
{
	if (connection->script == &load->message)
		end_message(load, connection, false);
	else if (load->phase == OPENING)
		rest(load, connection);
	else
		begin(connection, &load->message, load->message.start);
}

/* Everything of the body was skipped, and the end of the message follows. */
static void
skip_body(struct connection *connection)
{
	connection->step = connection->script->count - 1;
	connection->sent = connection->script->steps[connection->step - 1].end;
}

static void
take_reply(struct load *load, struct connection *connection, char kind)
{
	const struct script *script = connection->script;
	bool last = connection->step + 1 == script->count;
	unsigned chunk = script->steps[connection->step].chunk;

	load->result.replies++;
	if (kind == 's' && chunk > 0) {
		skip_body(connection);
	} else if (kind == 'c' || kind == 'O') {
		if (last)
			load->result.chunk = 0;
		connection->step++;
	} else if (script == &load->message && strchr("arty", kind) != NULL) {
		load->result.chunk = chunk;
		load->result.refused += kind != 'a' ? 1 : 0;
		end_message(load, connection, !last);
	} else {
		fail("%s: unexpected reply %c", load->socket, kind);
	}
}

/* Sends the rest of a step; false when not all of it could be sent yet. */
static bool
send_step(struct load *load, struct connection *connection, size_t end)
{
	while (connection->sent < end) {
		ssize_t sent = send(connection->fd, connection->script->octets + connection->sent,
				    end - connection->sent, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			fail("%s: %s", load->socket, strerror(errno));
		set_blocked(load, connection, sent < 0);
		if (sent < 0)
			return false;
		connection->sent += (size_t)sent;
		load->result.octets += (size_t)sent;
	}
	return true;
}

/* Until it waits for a reply, or for room to send, or rests. */
static void
advance(struct load *load, struct connection *connection)
{
	while (connection->script != NULL) {
		const struct script *script = connection->script;

		if (connection->step == script->count) {
			end_script(load, connection);
			continue;
		}
		const struct step *step = &script->steps[connection->step];
		if (load->phase == HOLDING && script == &load->message &&
		    (step->chunk > load->hold_chunks || connection->step + 1 == script->count)) {
			rest(load, connection);
			return;
		}
		if (!send_step(load, connection, step->end) || step->awaits)
			return;
		connection->step++;
	}
}

/* What came of replies, one after the other. */
static void
read_replies(struct load *load, struct connection *connection)
{
	ssize_t count = recv(connection->fd, connection->in + connection->in_length,
			     sizeof connection->in - connection->in_length, 0);

	if (count < 0 && errno == EAGAIN)
		return;
	if (count <= 0)
		fail("%s: the filter hung up", load->socket);
	connection->in_length += (size_t)count;
	while (connection->in_length >= PREFIX) {
		size_t length = 4 + read_number(connection->in);

		if (length > sizeof connection->in)
			fail("%s: a reply of %zu octets", load->socket, length);
		if (length > connection->in_length)
			return;
		char kind = connection->in[4];
		connection->in_length -= length;
		memmove(connection->in, connection->in + length, connection->in_length);
		if (connection->script == NULL)
			fail("%s: reply %c to nothing", load->socket, kind);
		take_reply(load, connection, kind);
		advance(load, connection);
	}
}

/* Serves what is ready; waits until something is. */
static void
serve(struct load *load)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(load->epoll, events, EVENTS, 20000);

	if (count <= 0 && errno != EINTR)
		fail("%s: the filter is silent", load->socket);
	for (int i = 0; i < count; i++) {
		struct connection *connection = events[i].data.ptr;

		if ((events[i].events & EPOLLOUT) != 0)
			advance(load, connection);
		else
			read_replies(load, connection);
	}
}

struct load *
load_open(const char *socket, const struct mail *mail, unsigned connections)
{
	struct load *load = calloc(1, sizeof *load);
	uint32_t protocol = load_negotiate(socket);

	if (load == NULL || (load->connections = calloc(connections, sizeof *load->connections)) == NULL)
		fail("out of memory");
	load->socket = socket;
	load->count = connections;
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	script_opening(&load->opening, protocol);
	script_message(&load->message, protocol, mail);
	script_closing(&load->closing);
	for (unsigned i = 0; i < connections; i++) {
		open_connection(load, &load->connections[i]);
		advance(load, &load->connections[i]);
	}
	while (load->resting < connections)
		serve(load);
	return load;
}

static void
begin_messages(struct load *load, enum phase phase)
{
	load->phase = phase;
	load->resting = 0;
	load->result = (struct load_result){ 0 };
	for (unsigned i = 0; i < load->count; i++) {
		begin(&load->connections[i], &load->message, load->message.start);
		advance(load, &load->connections[i]);
	}
}

void
load_run(struct load *load, double seconds, bool renewed, struct load_result *result_out)
{
	double start = now_s();
	double last = start;
	size_t messages = 0;

	load->renewed = renewed;
	begin_messages(load, RUNNING);
	while (last - start < seconds || load->result.messages == 0) {
		serve(load);
		if (load->result.messages != messages)
			last = now_s();
		messages = load->result.messages;
	}
	*result_out = load->result;
	result_out->seconds = last - start;
}

void
load_hold(struct load *load, unsigned chunks)
{
	load->hold_chunks = chunks;
	begin_messages(load, HOLDING);
	while (load->resting < load->count)
		serve(load);
}

void
load_close(struct load *load)
{
	if (load == NULL)
		return;
	for (unsigned i = 0; i < load->count; i++)
		close_connection(load, &load->connections[i]);
	close(load->epoll);
	script_free(&load->opening);
	script_free(&load->message);
	script_free(&load->closing);
	free(load->connections);
	free(load);
}
