/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/bench/load_parts.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	EVENTS = 64,
	PREFIX = 5 /* length and kind of a packet */
};

static uint32_t
read_number(const char *octets)
{
	uint32_t number;

	memcpy(&number, octets, sizeof number);
	return ntohl(number);
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

void
load_open_connection(struct load *load, struct connection *connection)
{
	*connection = (struct connection){ .fd = connect_unix(load->socket), .turn = connection->turn };
	if (connection->fd < 0 || fcntl(connection->fd, F_SETFL, O_NONBLOCK) != 0)
		fail("%s: %s", load->socket, strerror(errno));
	watch(load, connection, EPOLL_CTL_ADD, EPOLLIN);
	begin(connection, &load->opening, load->opening.start);
}

void
load_close_connection(struct load *load, struct connection *connection)
{
	ssize_t sent = send(connection->fd, load->closing.octets, load->closing.length, MSG_NOSIGNAL);

	if (sent < 0 && errno != EAGAIN)
		fail("%s: %s", load->socket, strerror(errno));
	close(connection->fd);
}

/* The message whose turn it is. The MTA takes back the one before when that was not sent to its end. */
static void
begin_message(struct load *load, struct connection *connection, bool early)
{
	const struct script *message = &load->messages[connection->turn % load->kinds];

	begin(connection, message, early ? 0 : message->start);
}

static bool
is_message(const struct load *load, const struct connection *connection)
{
	return connection->script == &load->messages[connection->turn % load->kinds];
}

/* The whole message was answered. */
static void
end_message(struct load *load, struct connection *connection, bool early)
{
	if (load->phase == HOLDING)
		fail("%s: the message was answered where its middle should be", load->socket);
	load->result.messages++;
	if (load->course.messages != NULL)
		atomic_fetch_add_explicit(load->course.messages, 1, memory_order_relaxed);
	connection->turn++;
	connection->messages++;
	if (connection->messages == load->course.renewed) {
		load_close_connection(load, connection);
		load_open_connection(load, connection);
	} else {
		begin_message(load, connection, early);
	}
}

static void
end_script(struct load *load, struct connection *connection)
{
	if (is_message(load, connection))
		end_message(load, connection, false);
	else if (load->phase == OPENING)
		rest(load, connection);
	else
		begin_message(load, connection, false);
}

/* Everything of the body was skipped, and the end of the message follows. */
static void
skip_body(struct connection *connection)
{
	connection->step = connection->script->count - 1;
	connection->sent = connection->script->steps[connection->step - 1].end;
}

/* What was decided about a message. */
static void
compare(struct load *load, const struct connection *connection, const struct reply *reply)
{
	const struct letter *letter = load->letters + connection->turn % load->kinds;

	if (load->letters == NULL || letter_answered_by(letter, reply))
		return;
	load->result.wrong++;
	snprintf(load->result.wrong_answer, sizeof load->result.wrong_answer, "%c %.*s in place of %s", reply->kind,
		 (int)reply->length, reply->text, letter->reply != NULL ? letter->reply : "acceptance");
}

static void
take_reply(struct load *load, struct connection *connection, const struct reply *reply)
{
	const struct script *script = connection->script;
	bool last = connection->step + 1 == script->count;
	unsigned chunk = script->steps[connection->step].chunk;
	char kind = reply->kind;

	load->result.replies++;
	if (load->times != NULL)
		histogram_add(load->times, now_ns() - connection->asked_ns);
	if (is_message(load, connection) && (last || strchr("arty", kind) != NULL))
		compare(load, connection, reply);
	if (kind == 's' && chunk > 0) {
		skip_body(connection);
	} else if (kind == 'c' || kind == 'O') {
		if (last)
			load->result.chunk = 0;
		connection->step++;
	} else if (is_message(load, connection) && strchr("arty", kind) != NULL) {
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
void
load_advance(struct load *load, struct connection *connection)
{
	while (connection->script != NULL) {
		const struct script *script = connection->script;

		if (connection->step == script->count) {
			end_script(load, connection);
			continue;
		}
		const struct step *step = &script->steps[connection->step];
		if (load->phase == HOLDING && is_message(load, connection) &&
		    (step->chunk > load->hold_chunks || connection->step + 1 == script->count)) {
			rest(load, connection);
			return;
		}
		bool sent = send_step(load, connection, step->end);
		if (sent && step->awaits && load->times != NULL)
			connection->asked_ns = now_ns();
		if (!sent || step->awaits)
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
		if (connection->script == NULL)
			fail("%s: reply %c to nothing", load->socket, connection->in[4]);
		char octets[LOAD_REPLY_MAX];
		struct reply reply = { connection->in[4], octets, length - PREFIX };
		memcpy(octets, connection->in + PREFIX, reply.length);
		connection->in_length -= length;
		memmove(connection->in, connection->in + length, connection->in_length);
		take_reply(load, connection, &reply);
		load_advance(load, connection);
	}
}

/* Serves what is ready; waits until something is. */
void
load_serve(struct load *load)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(load->epoll, events, EVENTS, 20000);

	if (count <= 0 && errno != EINTR)
		fail("%s: the filter is silent", load->socket);
	for (int i = 0; i < count; i++) {
		struct connection *connection = events[i].data.ptr;

		if ((events[i].events & EPOLLOUT) != 0)
			load_advance(load, connection);
		else
			read_replies(load, connection);
	}
}

static void
begin_messages(struct load *load, enum phase phase)
{
	load->phase = phase;
	load->resting = 0;
	load->result = (struct load_result){ 0 };
	for (unsigned i = 0; i < load->count; i++) {
		begin_message(load, &load->connections[i], false);
		load_advance(load, &load->connections[i]);
	}
}

void
load_run(struct load *load, const struct course *course, struct load_result *result_out)
{
	uint64_t start = now_ns();
	uint64_t last = start;
	size_t messages = 0;

	load->course = *course;
	begin_messages(load, RUNNING);
	while (load->result.messages == 0 ||
	       (course->stop != NULL ? !atomic_load(course->stop) : (double)(last - start) < course->seconds * 1e9)) {
		load_serve(load);
		if (load->result.messages != messages)
			last = now_ns();
		messages = load->result.messages;
	}
	*result_out = load->result;
	result_out->seconds = (double)(last - start) / 1e9;
}

void
load_hold(struct load *load, unsigned chunks)
{
	load->hold_chunks = chunks;
	begin_messages(load, HOLDING);
	while (load->resting < load->count)
		load_serve(load);
}
