/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/milter_client.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/milter_protocol.h"
#include "tests/e2e/support/sockets.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PACKET_MAX = 1024 * 1024 /* far more than any answer of a filter has */
};

struct packet {
	char kind;
	const char *data;
	size_t length;
};

static void
decide(struct milter_client *client, const char *verdict, const char *reply)
{
	snprintf(client->verdict, sizeof client->verdict, "%s%s", verdict, reply);
}

static bool
is_open(const struct milter_client *client)
{
	return client->verdict[0] == '\0';
}

static void
lose(struct milter_client *client)
{
	decide(client, "lost", "");
}

static void
send_packet(struct milter_client *client, struct packet packet)
{
	uint32_t length = htonl((uint32_t)packet.length + 1);
	char *octets = malloc(sizeof length + 1 + packet.length);
	size_t total = sizeof length + 1 + packet.length;

	if (octets == NULL)
		fail("out of memory");
	memcpy(octets, &length, sizeof length);
	octets[sizeof length] = packet.kind;
	if (packet.length > 0)
		memcpy(octets + sizeof length + 1, packet.data, packet.length);
	for (size_t sent = 0; sent < total;) {
		ssize_t count = send(client->fd, octets + sent, total - sent, MSG_NOSIGNAL);

		if (count <= 0) {
			lose(client);
			break;
		}
		sent += (size_t)count;
	}
	free(octets);
}

/* A NUL-terminated copy of the data, for free(); NULL when the connection is lost. */
static char *
read_packet(struct milter_client *client, char *kind_out, size_t *length_out)
{
	uint32_t length;

	if (recv(client->fd, &length, sizeof length, MSG_WAITALL) != sizeof length)
		return NULL;
	length = ntohl(length);
	if (length == 0 || length > PACKET_MAX || recv(client->fd, kind_out, 1, MSG_WAITALL) != 1)
		return NULL;
	*length_out = length - 1;
	char *data = malloc(*length_out + 1);
	if (data == NULL)
		fail("out of memory");
	if (*length_out > 0 && recv(client->fd, data, *length_out, MSG_WAITALL) != (ssize_t)*length_out) {
		free(data);
		return NULL;
	}
	data[*length_out] = '\0';
	return data;
}

/* "add NAME: VALUE" or the like. An inserted field has its place, four octets, before its name. */
static void
note_change(struct milter_client *client, const char *what, const char *data, size_t length)
{
	size_t used = strlen(client->changes);
	const char *second = memchr(data, '\0', length);

	snprintf(client->changes + used, sizeof client->changes - used, "%s %s", what, data);
	used = strlen(client->changes);
	if (second != NULL && second + 1 < data + length)
		snprintf(client->changes + used, sizeof client->changes - used, ": %s", second + 1);
	used = strlen(client->changes);
	snprintf(client->changes + used, sizeof client->changes - used, "\n");
}

/* Whether the answer was the last one to its event. */
static bool
take_answer(struct milter_client *client, struct packet answer)
{
	switch (answer.kind) {
	case 'c':
		return true;
	case 's':
		client->skipping = true;
		return true;
	case 'a':
		decide(client, "accept", "");
		return true;
	case 'd':
		decide(client, "discard", "");
		return true;
	case 'r':
		decide(client, "reject", "");
		return true;
	case 't':
		decide(client, "tempfail", "");
		return true;
	case 'y':
		decide(client, "reply ", answer.data);
		return true;
	case 'p':
		return false;
	case 'h':
		note_change(client, "add", answer.data, answer.length);
		return false;
	case 'i':
		if (answer.length >= 4)
			note_change(client, "add", answer.data + 4, answer.length - 4);
		return false;
	case 'q':
		note_change(client, "hold", answer.data, answer.length);
		return false;
	default:
		lose(client);
		return true;
	}
}

static void
await_answer(struct milter_client *client)
{
	bool last = false;

	while (!last && strcmp(client->verdict, "lost") != 0) {
		struct packet answer;
		char *data = read_packet(client, &answer.kind, &answer.length);

		if (data == NULL) {
			lose(client);
			return;
		}
		answer.data = data;
		last = take_answer(client, answer);
		free(data);
	}
}

static void
send_event(struct milter_client *client, struct packet packet, uint32_t declined, uint32_t quiet)
{
	if (!is_open(client) || (client->protocol & declined) != 0)
		return;
	send_packet(client, packet);
	if ((client->protocol & quiet) == 0)
		await_answer(client);
}

/* Strings, each with its NUL, one after the other. */
struct strings {
	char data[4096];
	size_t length;
};

static void
strings_add(struct strings *strings, const char *string)
{
	size_t length = strlen(string) + 1;

	if (length > sizeof strings->data - strings->length)
		fail("too much for a packet of strings");
	memcpy(strings->data + strings->length, string, length);
	strings->length += length;
}

static struct packet
packet_of(char kind, const struct strings *strings)
{
	return (struct packet){ kind, strings->data, strings->length };
}

/* Tells one macro for the event to come. */
static void
send_macro(struct milter_client *client, char event, const char *name, const char *value)
{
	struct strings strings = { .data = { event }, .length = 1 };

	strings_add(&strings, name);
	strings_add(&strings, value);
	if (is_open(client))
		send_packet(client, packet_of('D', &strings));
}

static void
negotiate(struct milter_client *client)
{
	uint32_t offer[3] = { htonl(MILTER_VERSION), htonl(MILTER_ALL_ACTIONS), htonl(MILTER_ALL_PROTOCOL) };
	uint32_t answer[3];
	char kind;
	size_t length;

	send_packet(client, (struct packet){ 'O', (const char *)offer, sizeof offer });
	char *data = read_packet(client, &kind, &length);
	if (data == NULL || kind != 'O' || length < sizeof answer) {
		lose(client);
	} else {
		memcpy(answer, data, sizeof answer);
		client->actions = ntohl(answer[1]);
		client->protocol = ntohl(answer[2]);
		/* An MTA ends the session when a filter wants what was not on offer. */
		if ((client->actions & ~(uint32_t)MILTER_ALL_ACTIONS) != 0 ||
		    (client->protocol & ~(uint32_t)MILTER_ALL_PROTOCOL) != 0)
			lose(client);
	}
	free(data);
}

void
milter_open(struct milter_client *client, const char *socket_path)
{
	*client = (struct milter_client){ .fd = connect_unix(socket_path) };
	if (client->fd < 0)
		lose(client);
	else
		negotiate(client);
}

void
milter_close(struct milter_client *client)
{
	if (strcmp(client->verdict, "lost") != 0)
		send_packet(client, (struct packet){ 'Q', NULL, 0 });
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

void
milter_connect(struct milter_client *client, const char *host, const char *address)
{
	static const char family_and_port[] = { '4', 0x30, 0x39 };
	struct strings strings = { .length = 0 };
	struct strings helo = { .length = 0 };

	send_macro(client, 'C', "{client_addr}", address);
	strings_add(&strings, host);
	memcpy(strings.data + strings.length, family_and_port, sizeof family_and_port);
	strings.length += sizeof family_and_port;
	strings_add(&strings, address);
	send_event(client, packet_of('C', &strings), MILTER_NO_CONNECT, MILTER_QUIET_CONNECT);
	strings_add(&helo, host);
	send_event(client, packet_of('H', &helo), MILTER_NO_HELO, MILTER_QUIET_HELO);
}

void
milter_mail(struct milter_client *client, const char *sender, const char *queue_id)
{
	struct strings mail = { .length = 0 };
	struct strings rcpt = { .length = 0 };

	if (strcmp(client->verdict, "lost") == 0)
		return;
	client->skipping = false;
	client->ended = false;
	client->verdict[0] = '\0';
	client->changes[0] = '\0';
	strings_add(&mail, sender);
	send_macro(client, 'M', "i", queue_id);
	send_event(client, packet_of('M', &mail), MILTER_NO_MAIL, MILTER_QUIET_MAIL);
	strings_add(&rcpt, "<reader@dest.example.org>");
	send_event(client, packet_of('R', &rcpt), MILTER_NO_RCPT, MILTER_QUIET_RCPT);
	send_event(client, (struct packet){ 'T', NULL, 0 }, MILTER_NO_DATA, MILTER_QUIET_DATA);
}

void
milter_header(struct milter_client *client, const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 2;
	char *data = malloc(size);

	if (data == NULL)
		fail("out of memory");
	strcpy(data, name);
	strcpy(data + strlen(name) + 1, value);
	send_event(client, (struct packet){ 'L', data, size }, MILTER_NO_HEADERS, MILTER_QUIET_HEADERS);
	free(data);
}

void
milter_eoh(struct milter_client *client)
{
	send_event(client, (struct packet){ 'N', NULL, 0 }, MILTER_NO_EOH, MILTER_QUIET_EOH);
}

void
milter_body(struct milter_client *client, const char *octets, size_t length)
{
	if (length == 0 || client->skipping)
		return;
	send_event(client, (struct packet){ 'B', octets, length }, MILTER_NO_BODY, MILTER_QUIET_BODY);
}

void
milter_end(struct milter_client *client)
{
	if (!is_open(client))
		return;
	client->ended = true;
	send_event(client, (struct packet){ 'E', NULL, 0 }, MILTER_NEVER, MILTER_NEVER);
	if (is_open(client))
		decide(client, "accept", "");
}

void
milter_abort(struct milter_client *client)
{
	if (!client->ended && strcmp(client->verdict, "lost") != 0)
		send_packet(client, (struct packet){ 'A', NULL, 0 });
}

const char *
milter_verdict(const struct milter_client *client)
{
	return is_open(client) ? "open" : client->verdict;
}
