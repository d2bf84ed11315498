/* SPDX-License-Identifier: BSD-2-Clause */
/* Peers of the milter socket that break the protocol: garbage, wrong lengths, wrong order, connections given up at any octet. Nobody else
 * notices, and nothing of them stays. */
#include "tests/e2e/support/health.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/wire.h"
#include "tests/support/dice.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SETTLE_MS = 1, /* what is answered at once is read; nothing waits for it */
	SEED = 20240229
};

static int
dial(void)
{
	int fd = connect_unix(asking.postern.socket.text);

	ck_assert_msg(fd >= 0, "nobody accepts connections");
	return fd;
}

/* Sends these octets on a connection of their own and hangs up. */
static void
throw_octets(const void *octets, size_t length)
{
	int fd = dial();

	wire_send(fd, octets, length);
	wire_drain(fd, SETTLE_MS);
	close(fd);
}

START_TEST(garbage_does_no_harm)
{
	struct dice dice;
	char octets[4096];

	health_begin();
	dice_init(&dice, SEED, 0);
	for (int i = 0; i < 300; i++) {
		size_t length = 1 + dice_throw(&dice, sizeof octets - 1);

		for (size_t j = 0; j < length; j++)
			octets[j] = (char)dice_throw(&dice, i % 2 == 0 ? 256 : 8);
		throw_octets(octets, length);
		if (i % 50 == 0)
			health_expect_served();
	}
	throw_octets("EHLO client.example.com\r\nMAIL FROM:<>\r\n", 39);
	throw_octets("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", 37);
	throw_octets("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
	health_expect_served();
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* One packet that says it has so many octets, and has others, behind an offer or in its place. */
static void
try_length(char command, uint32_t claimed, size_t length, bool offered)
{
	static char data[2 * WIRE_PACKET_MAX];
	struct wire wire = { 0 };

	memset(data, 'x', sizeof data);
	if (offered) {
		wire_add_offer(&wire);
		wire_add_client(&wire);
		WIRE_STRINGS(&wire, 'M', "<a@example.com>");
		WIRE_STRINGS(&wire, 'R', "<b@dest.example.org>");
	}
	wire_add_claiming(&wire, claimed, command, data, length);
	throw_octets(wire.octets, wire.length);
	wire_free(&wire);
}

START_TEST(lengths_that_cannot_be_do_no_harm)
{
	static const uint32_t claims[] = {
		0,
		1,
		2,
		3,
		255,
		65535,
		65536,
		65537,
		WIRE_PACKET_MAX,
		WIRE_PACKET_MAX + 1,
		WIRE_PACKET_MAX + 2,
		0x7fffffff,
		0x80000000,
		0xfffffffe,
		0xffffffff,
	};

	health_begin();
	for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
		for (const char *command = wire_commands; *command != '\0'; command++) {
			try_length(*command, claims[i], 16, false);
			try_length(*command, claims[i], 16, true);
			try_length(*command, claims[i], 0, true);
		}
	for (uint32_t claimed = WIRE_PACKET_MAX; claimed <= WIRE_PACKET_MAX + 2; claimed++)
		for (const char *command = wire_commands; *command != '\0'; command++)
			try_length(*command, claimed, claimed - 1, true);
	health_expect_served();
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(a_packet_of_the_largest_size_is_judged)
{
	static char value[WIRE_PACKET_MAX] = "Subject";
	struct wire wire = { 0 };
	char command, text[64];

	health_begin();
	memset(value + sizeof "Subject", 'x', sizeof value - sizeof "Subject" - 1);
	wire_add_offer(&wire);
	WIRE_STRINGS(&wire, 'M', "<a@example.com>");
	WIRE_STRINGS(&wire, 'R', "<b@dest.example.org>");
	wire_add(&wire, 'L', value, sizeof value);
	wire_add(&wire, 'N', NULL, 0);
	wire_add(&wire, 'B', "text\r\n", 6);
	int fd = dial();
	ck_assert(wire_send(fd, wire.octets, wire.length));
	for (int i = 0; i < 4; i++) /* the offer, MAIL, RCPT, the body */
		ck_assert(wire_read(fd, &command, text, sizeof text));
	ck_assert_int_eq(command, 'a');
	close(fd);
	wire_free(&wire);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(a_good_dialogue_may_end_at_any_octet)
{
	struct wire wire = { 0 };

	health_begin();
	wire_good_message(&wire);
	for (size_t length = 0; length <= wire.length; length++) {
		int fd = dial();

		wire_send(fd, wire.octets, length);
		if (length % 3 == 0)
			wire_drain(fd, SETTLE_MS);
		close(fd);
		if (length % 100 == 0)
			health_expect_served();
	}
	wire_free(&wire);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* A command with data that is right for some of them, and wrong for the others. */
static void
add_any(struct wire *wire, char command)
{
	if (command == 'C')
		WIRE_STRINGS(wire, 'C', "h\0L00/run/x");
	else if (command == 'O')
		wire_add_offer(wire);
	else if (strchr("ABEKNQT", command) != NULL)
		wire_add(wire, command, "x", command == 'B');
	else
		WIRE_STRINGS(wire, command, "M\0a@example.com\0x");
}

/* After that many packets of a good dialogue the one command, then the other, then what was left. */
static void
try_order(const struct wire *good, size_t place, char one, char other)
{
	struct wire wire = { 0 };
	int fd = dial();

	add_any(&wire, one);
	add_any(&wire, other);
	size_t at = good->starts[place];
	if (wire_send(fd, good->octets, at) && wire_send(fd, wire.octets, wire.length) &&
	    wire_send(fd, good->octets + at, good->length - at))
		wire_drain(fd, SETTLE_MS);
	close(fd);
	wire_free(&wire);
}

START_TEST(commands_in_any_order_do_no_harm)
{
	struct wire good = { 0 };

	health_begin();
	wire_good_message(&good);
	for (size_t place = 0; place < good.count; place++) {
		for (const char *one = wire_commands; *one != '\0'; one++)
			for (const char *other = wire_commands; *other != '\0'; other++)
				try_order(&good, place, *one, *other);
		health_expect_served();
	}
	wire_free(&good);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* libmilter looks for macros behind the end of such a list. What lies there is left over from other packets. */
static void
throw_macros_without_values(struct dice *dice)
{
	static const char odd[] = "Mx\0x\0x\0x\0x\0x\0x\0x\0x";
	char left_over[128];
	struct wire wire = { 0 };

	wire_add_offer(&wire);
	memset(left_over, 'A', sizeof left_over);
	left_over[0] = 'M';
	for (int i = 0; i < 20; i++) {
		size_t names = 1 + 2 * dice_throw(dice, 5);

		left_over[8 * (names + 1) + 7] = '\0';
		wire_add(&wire, 'D', left_over, 8 * (names + 1) + 8);
		left_over[8 * (names + 1) + 7] = 'A';
		wire_add(&wire, 'D', odd, 1 + 2 * names);
		WIRE_STRINGS(&wire, 'M', "<a@example.com>");
		WIRE_STRINGS(&wire, 'R', "<b@dest.example.org>");
		wire_add(&wire, 'A', NULL, 0);
	}
	throw_octets(wire.octets, wire.length);
	wire_free(&wire);
}

START_TEST(macros_without_values_do_no_harm)
{
	struct dice dice;

	health_begin();
	dice_init(&dice, SEED, 1);
	for (int i = 0; i < 100; i++)
		throw_macros_without_values(&dice);
	health_expect_served();
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* A body in the last packet, an unknown command, and libmilter takes header fields again. */
START_TEST(fields_behind_the_body_do_no_harm)
{
	struct wire wire = { 0 };

	health_configure("subject_missing = { mode = \"hold\"; }; body_missing = { };");
	asking_launch();
	health_remember();
	wire_add_offer(&wire);
	wire_add_client(&wire);
	WIRE_STRINGS(&wire, 'M', "<a@example.com>");
	WIRE_STRINGS(&wire, 'R', "<b@dest.example.org>");
	wire_add(&wire, 'N', NULL, 0);
	wire_add(&wire, 'E', "text\r\n", 6);
	WIRE_STRINGS(&wire, 'U', "x");
	wire_add(&wire, 'T', NULL, 0);
	WIRE_STRINGS(&wire, 'L', "Content-Type\0text/plain");
	wire_add(&wire, 'N', NULL, 0);
	wire_add(&wire, 'B', "text\r\n", 6);
	wire_add(&wire, 'E', NULL, 0);
	for (int i = 0; i < 10; i++)
		throw_octets(wire.octets, wire.length);
	wire_free(&wire);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

HOSTILE_MAIN(hostile_packets, garbage_does_no_harm, lengths_that_cannot_be_do_no_harm,
	     a_packet_of_the_largest_size_is_judged, a_good_dialogue_may_end_at_any_octet,
	     commands_in_any_order_do_no_harm, macros_without_values_do_no_harm, fields_behind_the_body_do_no_harm)
