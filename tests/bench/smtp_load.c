/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/bench/smtp_load.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/smtp.h"
#include "tests/e2e/support/sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 64, SILENCE_MS = 60000, COMMAND_MAX = 400 };

/* What a reply is awaited to. */
enum state { GREETING, HELLO, RESTING, SENDER, RECIPIENT, DATA, END };

/* A letter on the wire: from MAIL to the final dot. */
struct wire {
	char sender[COMMAND_MAX];
	char *text;
	size_t length;
};

struct client {
	int fd;
	enum state state;
	size_t turn; /* of the letters */
	uint64_t begun_ns, ended_ns;
	char reply[SMTP_LOAD_REPLY_MAX];
	size_t length;
};

struct smtp_load {
	const struct letter *letters;
	struct wire *wires;
	size_t kinds;
	struct client *clients;
	unsigned count, resting;
	int epoll;
	bool ending; /* nobody begins a message */
	struct smtp_load_result *result;
};

/* With CRLFs, stuffed dots and the final one. */
static void
write_wire(struct wire *wire, const struct letter *letter)
{
	FILE *out = open_memstream(&wire->text, &wire->length);
	bool at_start = true;

	if (out == NULL)
		fail("out of memory");
	snprintf(wire->sender, sizeof wire->sender, "MAIL FROM:<%s>\r\n", letter->sender);
	for (const char *c = letter->text; *c != '\0'; c++) {
		if (*c == '\n')
			fputc('\r', out);
		else if (*c == '.' && at_start)
			fputc('.', out);
		fputc(*c, out);
		at_start = *c == '\n';
	}
	fputs(at_start ? ".\r\n" : "\r\n.\r\n", out);
	fclose(out);
}

static void
say(struct client *client, enum state state, const char *octets, size_t length)
{
	client->state = state;
	while (length > 0) {
		ssize_t sent = send(client->fd, octets, length, MSG_NOSIGNAL);

		if (sent < 0)
			fail("the server hung up: %s", strerror(errno));
		octets += sent;
		length -= (size_t)sent;
	}
}

static const struct wire *
wire_of(const struct smtp_load *load, const struct client *client)
{
	return &load->wires[client->turn % load->kinds];
}

static void
begin(struct smtp_load *load, struct client *client)
{
	const struct wire *wire = wire_of(load, client);

	client->begun_ns = now_ns();
	say(client, SENDER, wire->sender, strlen(wire->sender));
}

static void
rest(struct smtp_load *load, struct client *client)
{
	client->state = RESTING;
	load->resting++;
}

/* The message is decided by the reply that is there. */
static void
end(struct smtp_load *load, struct client *client)
{
	const struct letter *letter = &load->letters[client->turn % load->kinds];
	struct smtp_load_result *result = load->result;
	size_t length = letter->reply != NULL ? strlen(letter->reply) : 0;
	uint64_t now = now_ns();
	bool accepted = client->state == END && client->reply[0] == '2';
	bool right = letter->reply == NULL ? accepted
					   : strncmp(client->reply, letter->reply, length) == 0 &&
						     strcmp(client->reply + length, "\r\n") == 0;

	if (client->state == END)
		histogram_add(&result->end, now - client->ended_ns);
	histogram_add(&result->whole, now - client->begun_ns);
	result->messages++;
	if (!right && !(letter->or_accepted && accepted)) {
		result->wrong++;
		strcpy(result->wrong_answer, client->reply);
	}
	client->turn++;
	if (load->ending)
		rest(load, client);
	else
		begin(load, client);
}

/* What follows a reply of 2xx or 3xx. */
static void
go_on(struct smtp_load *load, struct client *client)
{
	static const char hello[] = "EHLO client.example.com\r\n";
	const struct wire *wire = wire_of(load, client);
	char recipient[COMMAND_MAX];

	switch (client->state) {
	case GREETING:
		say(client, HELLO, hello, strlen(hello));
		break;
	case HELLO:
		rest(load, client);
		break;
	case SENDER:
		snprintf(recipient, sizeof recipient, "RCPT TO:<%s>\r\n", smtp_recipient);
		say(client, RECIPIENT, recipient, strlen(recipient));
		break;
	case RECIPIENT:
		say(client, DATA, "DATA\r\n", 6);
		break;
	case DATA:
		client->ended_ns = now_ns();
		say(client, END, wire->text, wire->length);
		break;
	case END:
		end(load, client);
		break;
	case RESTING:
		fail("a reply to nothing: %s", client->reply);
	}
}

static void
take_reply(struct smtp_load *load, struct client *client)
{
	if (client->reply[0] == '2' || client->reply[0] == '3')
		go_on(load, client);
	else if (client->state < SENDER)
		fail("the server does not want us: %s", client->reply);
	else
		end(load, client);
}

/* Whether the last line of a reply is there, which has a blank behind its code. */
static bool
is_whole(const char *reply)
{
	for (const char *end; (end = strstr(reply, "\r\n")) != NULL; reply = end + 2)
		if (end - reply >= 3 && reply[3] != '-')
			return end[2] == '\0';
	return false;
}

static void
listen_to(struct smtp_load *load, struct client *client)
{
	size_t room = sizeof client->reply - 1 - client->length;
	ssize_t count = recv(client->fd, client->reply + client->length, room, 0);

	if (count <= 0)
		fail("the server hung up after: %s", client->reply);
	client->length += (size_t)count;
	client->reply[client->length] = '\0';
	if (!is_whole(client->reply))
		return;
	client->length = 0;
	take_reply(load, client);
}

static void
serve(struct smtp_load *load)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(load->epoll, events, EVENTS, SILENCE_MS);

	if (count <= 0 && errno != EINTR)
		fail("the server is silent");
	for (int i = 0; i < count; i++)
		listen_to(load, events[i].data.ptr);
}

static void
open_client(struct smtp_load *load, struct client *client, int port)
{
	struct epoll_event event = { .events = EPOLLIN, .data = { .ptr = client } };
	int on = 1;

	client->fd = connect_loopback(port);
	if (client->fd < 0 || setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
	    epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
		fail("port %d: %s", port, strerror(errno));
}

struct smtp_load *
smtp_load_open(int port, const struct letter *letters, size_t count, unsigned connections)
{
	struct smtp_load *load = calloc(1, sizeof *load);

	if (load == NULL || (load->clients = calloc(connections, sizeof *load->clients)) == NULL ||
	    (load->wires = calloc(count, sizeof *load->wires)) == NULL)
		fail("out of memory");
	load->letters = letters;
	load->kinds = count;
	load->count = connections;
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < count; i++)
		write_wire(&load->wires[i], &letters[i]);
	for (unsigned i = 0; i < connections; i++) {
		load->clients[i].turn = i;
		open_client(load, &load->clients[i], port);
	}
	while (load->resting < connections)
		serve(load);
	return load;
}

void
smtp_load_run(struct smtp_load *load, double seconds, struct smtp_load_result *result)
{
	uint64_t start = now_ns();
	uint64_t end = start + (uint64_t)(seconds * 1e9);

	load->result = result;
	load->ending = false;
	load->resting = 0;
	for (unsigned i = 0; i < load->count; i++)
		begin(load, &load->clients[i]);
	while (load->resting < load->count) {
		serve(load);
		load->ending = now_ns() >= end;
	}
	result->seconds += (double)(now_ns() - start) / 1e9;
}

void
smtp_load_close(struct smtp_load *load)
{
	if (load == NULL)
		return;
	for (unsigned i = 0; i < load->count; i++)
		close(load->clients[i].fd);
	for (size_t i = 0; i < load->kinds; i++)
		free(load->wires[i].text);
	close(load->epoll);
	free(load->wires);
	free(load->clients);
	free(load);
}
