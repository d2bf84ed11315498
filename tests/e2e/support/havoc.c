/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/havoc.h"

#include "tests/e2e/support/files.h"

#include <stdlib.h>
#include <string.h>

enum {
	DATA_MAX = 2 * WIRE_PACKET_MAX, /* of a packet, however often it grows */
	EDITS_MAX = 4,                  /* in one packet */
	HEADER = WIRE_LENGTH + 1        /* octets before a packet's data */
};

struct packet {
	char command;
	const char *data;
	size_t length;
};

/* Packets that a good message does not have, some of which no MTA sends. */
static void
add_rare(struct wire *wire)
{
	WIRE_STRINGS(wire, 'C',
		     "client.example.com\0"
		     "6\x30\x39"
		     "2001:db8::1");
	WIRE_STRINGS(wire, 'C', "localhost\0L\0\0/run/x");
	WIRE_STRINGS(wire, 'C', "unknown\0U");
	WIRE_STRINGS(wire, 'C',
		     "client.example.com\0"
		     "4\0\0"
		     "127.0.0.1");
	WIRE_STRINGS(wire, 'M', "<>");
	WIRE_STRINGS(wire, 'M', "");
	WIRE_STRINGS(wire, 'M',
		     "<@a.example.com,@b.example.com:\"x@y\"@example.com.>\0SIZE=99999999999999999999\0SMTPUTF8");
	WIRE_STRINGS(wire, 'R', "<\xc3\xb6@\xc3\xb6.example.com>\0ORCPT=rfc822;x");
	WIRE_STRINGS(wire, 'L', "\0");
	WIRE_STRINGS(wire, 'L',
		     "From\0a@example.com, \"b\" <b@example.net>,\n\t=?iso-2022-jp?b?GyRCJCIbKEI=?= <c@[192.0.2.1]>");
	WIRE_STRINGS(wire, 'L', "Content-Type\0text/html; charset*0=utf-; charset*1=8");
	WIRE_STRINGS(wire, 'L', "Content-Transfer-Encoding\0base64");
	WIRE_STRINGS(wire, 'L', "Content-Type\0message/rfc822");
	WIRE_STRINGS(wire, 'D', "Mi\0x\0{auth_authen}");
	WIRE_STRINGS(wire, 'D', "C{daemon_name}\0{daemon_port}\0");
	WIRE_STRINGS(wire, 'D', "Zi\0x");
	WIRE_STRINGS(wire, 'U', "XCLIENT ADDR=192.0.2.1");
	wire_add(wire, 'K', NULL, 0);
	wire_add(wire, 'A', NULL, 0);
	WIRE_STRINGS(wire, 'E', "--b--\r\n");
	WIRE_STRINGS(wire, 'O', "\0\0\0\2\0\0\0\0\0\0\0");
	WIRE_STRINGS(wire, 'O', "\0\0\0\6\0\0\0\1\0\0\0");
}

static struct packet
packet_of(const struct wire *wire, size_t which)
{
	size_t start = wire->starts[which];
	size_t end = which + 1 < wire->count ? wire->starts[which + 1] : wire->length;

	return (struct packet){ wire->octets[start + WIRE_LENGTH], wire->octets + start + HEADER,
				end - start - HEADER };
}

static bool
one_in(struct dice *dice, unsigned times)
{
	return dice_throw(dice, times) == 0;
}

/* Makes room in the data at some place, or takes some away: the rest moves. Returns the place. */
static size_t
stretch(struct dice *dice, char *data, size_t *length, size_t more, size_t less)
{
	size_t place = (size_t)dice_throw(dice, *length + 1);

	if (less > *length - place)
		less = *length - place;
	if (*length - less + more > DATA_MAX)
		return place;
	memmove(data + place + more, data + place + less, *length - place - less);
	*length += more - less;
	return place;
}

/* One of many octets, most of them such that mean something to some parser. */
static char
any_octet(struct dice *dice)
{
	static const char telling[] = "\0\0\r\n\t <>@\"\\(),;:=?%&*/-._~[]{}\x1b\x7f\x80\xff\xc3\xe2\xf0";

	return one_in(dice, 3) ? (char)dice_throw(dice, 256) : telling[dice_throw(dice, sizeof telling - 1)];
}

static void
edit(struct dice *dice, char *data, size_t *length)
{
	static const size_t runs[] = { 1, 1, 2, 3, 8, 64, 255, 256, 1000, 4096, 65535, 70000 };
	size_t run = runs[dice_throw(dice, sizeof runs / sizeof runs[0])];
	size_t before = *length, place;

	if (run > 1000 && !one_in(dice, 20))
		run = 2;
	switch (dice_throw(dice, 4)) {
	case 0: /* an octet becomes another */
		if (*length > 0)
			data[dice_throw(dice, *length)] = any_octet(dice);
		return;
	case 1: /* some are missing */
		stretch(dice, data, length, 0, run);
		return;
	case 2: /* one comes many times */
		place = stretch(dice, data, length, run, 0);
		if (*length > before)
			memset(data + place, any_octet(dice), run);
		return;
	default: /* new ones come in */
		place = stretch(dice, data, length, run, 0);
		for (size_t i = 0; *length > before && i < run; i++)
			data[place + i] = any_octet(dice);
	}
}

static uint32_t
any_length(struct dice *dice, uint32_t right)
{
	static const uint32_t telling[] = {
		0, 1, 2, 5, 65535, 65536, WIRE_PACKET_MAX, WIRE_PACKET_MAX + 1, 0x7fffffff, 0x80000000, 0xffffffff
	};

	switch (dice_throw(dice, 3)) {
	case 0:
		return telling[dice_throw(dice, sizeof telling / sizeof telling[0])];
	case 1:
		return right + (uint32_t)dice_throw(dice, 5) - 2;
	default:
		return (uint32_t)dice_throw(dice, 2 * (uint64_t)right + 1);
	}
}

static void
add_changed(struct dice *dice, struct wire *wire, struct packet packet)
{
	static char data[DATA_MAX];
	uint32_t claimed;

	if (wire->count == WIRE_PACKETS_MAX)
		return;
	memcpy(data, packet.data, packet.length);
	if (one_in(dice, 4))
		for (uint64_t edits = 1 + dice_throw(dice, EDITS_MAX); edits > 0; edits--)
			edit(dice, data, &packet.length);
	/* A string that lost its end would end the session. */
	if (packet.length > 0 && strchr("CHLMRU", packet.command) != NULL && !one_in(dice, 20))
		data[packet.length - 1] = '\0';
	if (one_in(dice, 30))
		packet.command = one_in(dice, 4) ? (char)dice_throw(dice, 256)
						 : wire_commands[dice_throw(dice, strlen(wire_commands))];
	claimed = (uint32_t)packet.length + 1;
	if (one_in(dice, 60))
		claimed = any_length(dice, claimed);
	wire_add_claiming(wire, claimed, packet.command, data, packet.length);
}

void
havoc_dialogue(struct dice *dice, struct wire *wire_out)
{
	struct wire good = { 0 }, rare = { 0 };

	wire_good_message(&good);
	add_rare(&rare);
	for (size_t i = 0; i < good.count; i++) {
		if (one_in(dice, 15))
			add_changed(dice, wire_out, packet_of(&rare, (size_t)dice_throw(dice, rare.count)));
		if (one_in(dice, 30))
			add_changed(dice, wire_out, packet_of(&good, (size_t)dice_throw(dice, good.count)));
		for (uint64_t times = one_in(dice, 20) ? dice_throw(dice, 5) : 1; times > 0; times--)
			add_changed(dice, wire_out, packet_of(&good, i));
	}
	if (one_in(dice, 6))
		wire_out->length = (size_t)dice_throw(dice, wire_out->length + 1);
	wire_free(&good);
	wire_free(&rare);
}
