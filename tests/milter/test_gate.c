/* SPDX-License-Identifier: BSD-2-Clause */
/* What a worker sees of libmilter's connections from outside. The tests accept in libmilter's place. */
#define _GNU_SOURCE
#include "milter/gate.h"

#include "tests/e2e/support/files.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/tempdir.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum { FULL = 1 << 20 /* octets: no socket takes as many that nobody reads */ };

static struct tempdir dir;
static struct path path;
static struct gate gate;

struct connection {
	int client, accepted;
};

static void
begin(void)
{
	tempdir_make(&dir);
	path = path_join(dir.path.text, "socket");
	ck_assert(gate_init(&gate, listen_unix(path.text)));
}

static struct connection
connection_at(int client)
{
	struct connection connection = { client, accept(gate.fd, NULL, NULL) };

	ck_assert_int_ge(connection.client, 0);
	ck_assert_int_ge(connection.accepted, 0);
	return connection;
}

static struct connection
connected(void)
{
	return connection_at(connect_unix(path.text));
}

static void
expect_look(enum gate_flow expected)
{
	ck_assert_int_eq(gate_look(&gate), expected);
}

/* The gate is closed as in a worker that is to end: libmilter takes the knock. */
static void
close_gate(void)
{
	gate_close(&gate);
	int knock = accept(gate.fd, NULL, NULL);
	ck_assert_int_ge(knock, 0);
	close(knock);
}

START_TEST(what_is_read_is_not_seen)
{
	begin();
	struct connection connection = connected();
	char octets[4];

	expect_look(GATE_IDLE);
	ck_assert_int_eq(write(connection.client, "four", 4), 4);
	ck_assert(gate_has_unread(&gate));
	expect_look(GATE_BUSY);
	ck_assert_int_eq(read(connection.accepted, octets, 4), 4);
	ck_assert(!gate_has_unread(&gate));
	expect_look(GATE_IDLE);
	tempdir_remove(&dir);
}
END_TEST

START_TEST(what_stays_unread_is_stalled_until_some_is_read)
{
	begin();
	struct connection connection = connected();
	char octets[4];

	ck_assert_int_eq(write(connection.client, "four", 4), 4);
	expect_look(GATE_BUSY);
	for (unsigned looks = 1; looks < 4; looks++) {
		expect_look(GATE_STALLED);
		ck_assert_uint_eq(gate.suspect.looks, looks);
	}
	ck_assert_int_eq(read(connection.accepted, octets, 1), 1);
	expect_look(GATE_BUSY);
	ck_assert_uint_eq(gate.suspect.looks, 0);
	tempdir_remove(&dir);
}
END_TEST

START_TEST(a_peer_that_left_waits_until_its_connection_is_closed)
{
	begin();
	struct connection connection = connected();

	close(connection.client);
	expect_look(GATE_BUSY);
	expect_look(GATE_STALLED);
	ck_assert(!gate_has_unread(&gate));
	close(connection.accepted);
	expect_look(GATE_IDLE);
	tempdir_remove(&dir);
}
END_TEST

START_TEST(a_peer_that_does_not_read_is_waited_for)
{
	begin();
	struct connection connection = connected();
	static char replies[FULL];

	ck_assert_int_eq(write(connection.client, "four", 4), 4);
	fcntl(connection.accepted, F_SETFL, O_NONBLOCK);
	while (write(connection.accepted, replies, sizeof replies) > 0)
		continue;
	ck_assert(gate_has_unread(&gate));
	expect_look(GATE_IDLE);
	tempdir_remove(&dir);
}
END_TEST

/* Others that come and go do not hide the one that stays. */
START_TEST(each_look_begins_behind_the_last_suspect)
{
	begin();
	struct connection first = connected(), second = connected(), third = connected();

	ck_assert_int_eq(write(first.client, "1", 1), 1);
	ck_assert_int_eq(write(third.client, "3", 1), 1);
	expect_look(GATE_BUSY);
	ck_assert_int_eq(gate.suspect.fd, first.accepted);
	ck_assert_int_eq(write(first.client, "1", 1), 1);
	expect_look(GATE_BUSY);
	ck_assert_int_eq(gate.suspect.fd, third.accepted);
	expect_look(GATE_STALLED);
	ck_assert_int_eq(write(third.client, "3", 1), 1);
	expect_look(GATE_BUSY);
	ck_assert_int_eq(gate.suspect.fd, first.accepted);
	close(second.client);
	ck_assert_int_eq(write(first.client, "1", 1), 1);
	expect_look(GATE_BUSY);
	ck_assert_int_eq(gate.suspect.fd, second.accepted);
	tempdir_remove(&dir);
}
END_TEST

/* To a store or a table, whose server has answered or left; and what listens. */
START_TEST(connections_of_our_own_are_none)
{
	begin();
	struct path other = path_join(dir.path.text, "other");
	int server = listen_unix(other.text);
	int ours = connect_unix(other.text), left = connect_unix(other.text), standing = connect_unix(path.text);
	int theirs = accept(server, NULL, NULL);
	int log[2];

	ck_assert(ours >= 0 && left >= 0 && standing >= 0 && theirs >= 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, log), 0);
	close(log[1]);
	close(accept(server, NULL, NULL));
	ck_assert_int_eq(write(theirs, "answer", 6), 6);
	ck_assert(!gate_has_unread(&gate));
	expect_look(GATE_IDLE);
	close_gate();
	ck_assert(gate_is_empty(&gate));
	tempdir_remove(&dir);
}
END_TEST

START_TEST(a_closed_gate_is_empty_when_its_connections_are_closed)
{
	begin();
	struct connection connection = connected();

	gate_close(&gate);
	ck_assert(!gate_is_empty(&gate)); /* libmilter may be about to accept */
	close(accept(gate.fd, NULL, NULL));
	ck_assert(!gate_is_empty(&gate));
	close(connection.client);
	ck_assert(!gate_is_empty(&gate));
	close(connection.accepted);
	ck_assert(gate_is_empty(&gate));
	tempdir_remove(&dir);
}
END_TEST

START_TEST(a_connection_of_our_own_at_the_gate_is_none)
{
	begin();
	gate_close(&gate);
	ck_assert_int_eq(gate_open_with_own(&gate, 1), -1);
	gate_close(&gate);
	close(accept(gate.fd, NULL, NULL)); /* the knock that was withdrawn */
	int accepted = accept(gate.fd, NULL, NULL), own = gate_open_with_own(&gate, 1000);
	ck_assert(accepted >= 0 && own >= 0);
	ck_assert_int_eq(write(own, "call", 4), 4);
	ck_assert(!gate_has_unread(&gate));
	expect_look(GATE_IDLE);
	close_gate();
	ck_assert(gate_is_empty(&gate));
	tempdir_remove(&dir);
}
END_TEST

/* Accepted at any address of the machine; our own are from other ports. */
static void
expect_port_seen(int family, const void *any, socklen_t length, const char *source)
{
	struct sockaddr_storage bound;
	socklen_t bound_length = sizeof bound;
	int listener = socket(family, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(listener, any, length), 0);
	ck_assert_int_eq(listen(listener, 8), 0);
	ck_assert(gate_init(&gate, listener));
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&bound, &bound_length), 0);
	int port = ntohs(((struct sockaddr_in *)&bound)->sin_port);
	struct connection connection = connection_at(connect_from(source, port));

	ck_assert_int_eq(write(connection.accepted, "reply", 5), 5); /* unread at our own end */
	ck_assert(!gate_has_unread(&gate));
	expect_look(GATE_IDLE);
	ck_assert_int_eq(write(connection.client, "four", 4), 4);
	expect_look(GATE_BUSY);
	ck_assert_int_eq(gate.suspect.fd, connection.accepted);
	close_gate();
	ck_assert(!gate_is_empty(&gate));
	close(connection.accepted);
	ck_assert(gate_is_empty(&gate));
}

START_TEST(a_port_is_a_gate_as_well)
{
	struct sockaddr_in any = { .sin_family = AF_INET };

	expect_port_seen(AF_INET, &any, sizeof any, "127.0.1.7");
}
END_TEST

START_TEST(a_port_of_ipv6_is_a_gate_as_well)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };

	if (have_ipv6_loopback())
		expect_port_seen(AF_INET6, &any, sizeof any, "::1");
}
END_TEST

SUITE_MAIN(gate, what_is_read_is_not_seen, what_stays_unread_is_stalled_until_some_is_read,
	   a_peer_that_left_waits_until_its_connection_is_closed, a_peer_that_does_not_read_is_waited_for,
	   each_look_begins_behind_the_last_suspect, connections_of_our_own_are_none,
	   a_closed_gate_is_empty_when_its_connections_are_closed, a_connection_of_our_own_at_the_gate_is_none,
	   a_port_is_a_gate_as_well, a_port_of_ipv6_is_a_gate_as_well)
