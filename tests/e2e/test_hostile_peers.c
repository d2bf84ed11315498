/* SPDX-License-Identifier: BSD-2-Clause */
/* Peers of the milter socket that stay, and do not do their part: silent, slow, in the middle of a packet, in great numbers, or without ever
 * reading. Others are served meanwhile. */
#define _GNU_SOURCE
#include "tests/e2e/support/health.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/wire.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CROWD = 2000, HALVES = 60, DEAF_PACKETS = 20000 };

static int crowd[CROWD];

static void
gather(size_t count)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	ck_assert_msg(limit.rlim_cur > CROWD + 100, "this test needs %d descriptors", CROWD + 100);
	for (size_t i = 0; i < count; i++)
		ck_assert_msg((crowd[i] = connect_unix(asking.postern.socket.text)) >= 0, "connection %zu: %s", i,
			      strerror(errno));
}

static void
scatter(size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(crowd[i]);
}

START_TEST(two_thousand_silent_connections_hold_nobody_up)
{
	health_begin();
	gather(CROWD);
	health_expect_served();
	for (size_t i = 0; i < CROWD; i += 10)
		wire_send(crowd[i], "\0\0", 2);
	health_expect_served();
	scatter(CROWD);
	health_expect_served();
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* Negotiated and connected. */
static void
begin_sessions(size_t count)
{
	struct wire wire = { 0 };
	char answer[64];

	wire_add_offer(&wire);
	wire_add_client(&wire);
	for (size_t i = 0; i < count; i++)
		ck_assert(wire_send(crowd[i], wire.octets, wire.length));
	wire_free(&wire);
	for (size_t i = 0; i < count; i++)
		for (int event = 0; event < 3; event++)
			ck_assert(wire_read(crowd[i], answer, answer + 1, sizeof answer - 1));
}

static void
say_half_a_message(size_t count)
{
	struct wire wire = { 0 };
	char answer[64];

	WIRE_STRINGS(&wire, 'M', "<a@example.com>");
	WIRE_STRINGS(&wire, 'R', "<b@dest.example.org>");
	for (size_t i = 0; i < count; i++)
		ck_assert(wire_send(crowd[i], wire.octets, wire.length));
	wire_free(&wire);
	for (size_t i = 0; i < count; i++)
		for (int event = 0; event < 2; event++)
			ck_assert(wire_read(crowd[i], answer, answer + 1, sizeof answer - 1));
}

START_TEST(two_thousand_messages_that_stop_in_the_middle_hold_nobody_up)
{
	health_begin();
	gather(CROWD);
	begin_sessions(CROWD);
	say_half_a_message(CROWD);
	health_expect_served();
	scatter(CROWD);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* Whoever becomes ready together with them stands behind them in libmilter. */
START_TEST(half_packets_do_not_keep_threads_from_others)
{
	static const char half[] = "\0\0\0\x64"
				   "Lhalf";
	struct wire mail = { 0 };
	char answer[64];

	health_begin();
	gather(2 * HALVES);
	begin_sessions(2 * HALVES);
	say_half_a_message(HALVES);
	WIRE_STRINGS(&mail, 'M', "<>");
	for (size_t i = 0; i < HALVES; i++) {
		wire_send(crowd[i], half, sizeof half - 1);
		wire_send(crowd[HALVES + i], mail.octets, mail.length);
	}
	wire_free(&mail);
	for (size_t i = HALVES; i < 2 * HALVES; i++) {
		ck_assert_msg(wire_read(crowd[i], answer, answer + 1, sizeof answer - 1), "held up: client %zu", i);
		ck_assert_str_eq(answer, "y550 5.7.1 Empty sender not allowed");
	}
	health_expect_served();
	scatter(2 * HALVES);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* A whole message in single octets is one, however slow; the time between them is scaled down. */
START_TEST(a_message_that_comes_octet_by_octet_is_judged)
{
	struct wire wire = { 0 };
	char command, text[256];

	health_begin();
	wire_good_message(&wire);
	gather(1);
	for (size_t i = 0; i < wire.starts[wire.count - 1]; i++) {
		ck_assert(wire_send(crowd[0], wire.octets + i, 1));
		if (i % 50 == 0)
			health_expect_served();
		else
			nap_ms(1);
	}
	do
		ck_assert(wire_read(crowd[0], &command, text, sizeof text));
	while (command == 'O' || command == 'c');
	ck_assert_int_eq(command, 'a');
	wire_free(&wire);
	scatter(1);
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

/* Answers until there is no room for them, and commands until there is none for these. */
static void
talk_without_listening(int fd)
{
	struct wire wire = { 0 };

	wire_add_offer(&wire);
	wire_add_client(&wire);
	ck_assert(wire_send(fd, wire.octets, wire.length));
	wire_free(&wire);
	WIRE_STRINGS(&wire, 'M', "<>");
	for (int i = 0; i < DEAF_PACKETS; i++)
		if (send(fd, wire.octets, wire.length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)wire.length)
			break;
	wire_free(&wire);
}

START_TEST(peers_that_never_read_hold_nobody_up)
{
	enum { DEAF = 20 };

	health_begin();
	gather(DEAF);
	for (size_t i = 0; i < DEAF; i++)
		talk_without_listening(crowd[i]);
	health_expect_served();
	scatter(DEAF);
	health_expect_served();
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(peers_that_come_and_go_leave_nothing)
{
	health_begin();
	for (int i = 0; i < 5; i++) {
		gather(CROWD / 5);
		scatter(CROWD / 5);
	}
	health_expect_served();
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

HOSTILE_MAIN(hostile_peers, two_thousand_silent_connections_hold_nobody_up,
	     two_thousand_messages_that_stop_in_the_middle_hold_nobody_up, half_packets_do_not_keep_threads_from_others,
	     a_message_that_comes_octet_by_octet_is_judged, peers_that_never_read_hold_nobody_up,
	     peers_that_come_and_go_leave_nothing)
