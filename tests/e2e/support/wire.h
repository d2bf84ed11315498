/* SPDX-License-Identifier: BSD-2-Clause */
/* wire.h - packets of the milter protocol as octets, right or wrong, for peers that are no MTA.
 *
 *      struct wire wire = { 0 };
 *      wire_good_message(&wire);
 *      int fd = connect_unix(socket);
 *      wire_send(fd, wire.octets, 17);         and hang up, or whatever is to be tried
 *      wire_free(&wire);
 */
#ifndef POSTERN_TESTS_E2E_SUPPORT_WIRE_H
#define POSTERN_TESTS_E2E_SUPPORT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WIRE_PACKETS_MAX = 128,
	WIRE_LENGTH = 4,               /* octets of a packet's length, which counts what follows */
	WIRE_PACKET_MAX = 1024 * 1024, /* octets that Postern takes behind the command */
};

/* The commands of the protocol, each an octet. */
extern const char wire_commands[];

struct wire {
	char *octets;
	size_t length, size;
	size_t starts[WIRE_PACKETS_MAX]; /* where each packet begins */
	size_t count;
};

void wire_free(struct wire *wire);

/* A packet of that command with a string of octets; NUL-terminated strings one behind the other are written "a\0b" with
 * sizeof, see WIRE_STRINGS. */
void wire_add(struct wire *wire, char command, const void *data, size_t length);
/* The same, but it says that it has so many octets behind its length. */
void wire_add_claiming(struct wire *wire, uint32_t claimed, char command, const void *data, size_t length);
#define WIRE_STRINGS(wire, command, literal) wire_add(wire, command, literal, sizeof(literal))

/* An offer of all there is; then a client that connects and says HELO. */
void wire_add_offer(struct wire *wire);
void wire_add_client(struct wire *wire);
/* All of it, one message with two recipients, macros at each event, and QUIT. */
void wire_good_message(struct wire *wire);

/* False when the other end does not take it within PATIENCE_MS, or is gone. */
bool wire_send(int fd, const void *octets, size_t length);
/* The next packet that comes: its command, and its data as a string, cut to fit. False when the other end closes, or nothing comes within
 * PATIENCE_MS. */
bool wire_read(int fd, char *command_out, char *text_out, size_t size);
/* Reads away what comes until the other end closes, or nothing comes for so long: then returns false. */
bool wire_drain(int fd, int timeout_ms);

#endif
