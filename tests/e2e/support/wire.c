/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/wire.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/milter_protocol.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

const char wire_commands[] = "ABCDEHKLMNOQRTU";

void
wire_free(struct wire *wire)
{
	free(wire->octets);
	*wire = (struct wire){ .octets = NULL };
}

static void
append(struct wire *wire, const void *octets, size_t length)
{
	if (wire->length + length > wire->size) {
		wire->size = 2 * (wire->length + length);
		wire->octets = realloc(wire->octets, wire->size);
		if (wire->octets == NULL)
			fail("out of memory");
	}
	if (length > 0)
		memcpy(wire->octets + wire->length, octets, length);
	wire->length += length;
}

void
wire_add_claiming(struct wire *wire, uint32_t claimed, char command, const void *data, size_t length)
{
	uint32_t network = htonl(claimed);

	if (wire->count == WIRE_PACKETS_MAX)
		fail("too many packets");
	wire->starts[wire->count++] = wire->length;
	append(wire, &network, WIRE_LENGTH);
	append(wire, &command, 1);
	append(wire, data, length);
}

void
wire_add(struct wire *wire, char command, const void *data, size_t length)
{
	wire_add_claiming(wire, (uint32_t)length + 1, command, data, length);
}

void
wire_add_offer(struct wire *wire)
{
	uint32_t offer[3] = { htonl(MILTER_VERSION), htonl(MILTER_ALL_ACTIONS), htonl(MILTER_ALL_PROTOCOL) };

	wire_add(wire, 'O', offer, sizeof offer);
}

void
wire_add_client(struct wire *wire)
{
	WIRE_STRINGS(wire, 'D', "C{daemon_name}\0smtpd\0{client_addr}\000192.0.2.1");
	WIRE_STRINGS(wire, 'C',
		     "client.example.com\0"
		     "4\x30\x39"
		     "192.0.2.1");
	WIRE_STRINGS(wire, 'H', "client.example.com");
}

void
wire_good_message(struct wire *wire)
{
	static const char body[] =
		"--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--b--\r\n";

	wire_add_offer(wire);
	wire_add_client(wire);
	WIRE_STRINGS(wire, 'D', "Mi\0004Qwire01z\0{auth_authen}\0robin\0{mail_addr}\0robin@example.com");
	WIRE_STRINGS(wire, 'M', "<robin@example.com>\0SIZE=300\0BODY=8BITMIME");
	WIRE_STRINGS(wire, 'D', "R{rcpt_addr}\0a@dest.example.org");
	WIRE_STRINGS(wire, 'R', "<a@dest.example.org>\0NOTIFY=NEVER");
	WIRE_STRINGS(wire, 'R', "<b@dest.example.org>");
	wire_add(wire, 'T', NULL, 0);
	WIRE_STRINGS(wire, 'L', "From\0Robin <robin@example.com>");
	WIRE_STRINGS(wire, 'L', "Subject\0=?utf-8?q?good=20morning?=");
	WIRE_STRINGS(wire, 'L', "Content-Type\0multipart/mixed; boundary=b");
	WIRE_STRINGS(wire, 'D', "Ni\0004Qwire01z");
	wire_add(wire, 'N', NULL, 0);
	wire_add(wire, 'B', body, 20);
	wire_add(wire, 'B', body + 20, sizeof body - 1 - 20);
	WIRE_STRINGS(wire, 'D', "Ei\0004Qwire01z");
	wire_add(wire, 'E', NULL, 0);
	wire_add(wire, 'Q', NULL, 0);
}

bool
wire_send(int fd, const void *octets, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, octets, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		octets = (const char *)octets + sent;
		length -= (size_t)sent;
	}
	return true;
}

bool
wire_read(int fd, char *command_out, char *text_out, size_t size)
{
	uint32_t length;

	if (recv(fd, &length, sizeof length, MSG_WAITALL) != sizeof length || ntohl(length) == 0 ||
	    recv(fd, command_out, 1, MSG_WAITALL) != 1)
		return false;
	text_out[0] = '\0';
	for (uint32_t i = 0; i + 1 < ntohl(length); i++) {
		char octet;

		if (recv(fd, &octet, 1, MSG_WAITALL) != 1)
			return false;
		if (i + 1 < size) {
			text_out[i] = octet;
			text_out[i + 1] = '\0';
		}
	}
	return true;
}

bool
wire_drain(int fd, int timeout_ms)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	char octets[4096];

	while (poll(&readable, 1, timeout_ms) > 0)
		if (recv(fd, octets, sizeof octets, MSG_DONTWAIT) <= 0)
			return true;
	return false;
}
