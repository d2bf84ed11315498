/* SPDX-License-Identifier: BSD-2-Clause */
/* Open connections: who counts as one client, and what is left of workers that end badly. */
#define _GNU_SOURCE
#include "milter/stores/connections.h"
#include "tests/e2e/support/patience.h"
#include "tests/support/suite.h"

#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct connections *
new_connections(void)
{
	struct connections *connections = connections_new();

	ck_assert_ptr_nonnull(connections);
	return connections;
}

/* IPv4 as mapped; NULL: no address. */
static struct connection
connection_of(const char *address, unsigned ipv4_prefix, unsigned ipv6_prefix, unsigned slot)
{
	struct connection connection = {
		.slot = slot, .has_address = address != NULL, .ipv4_prefix = ipv4_prefix, .ipv6_prefix = ipv6_prefix
	};

	if (address != NULL)
		ck_assert_int_eq(inet_pton(AF_INET6, address, connection.address.octets), 1);
	return connection;
}

static unsigned
enter(struct connections *connections, struct connection *connection, unsigned total)
{
	unsigned counted, of_client;

	connections_enter(connections, connection, &counted, &of_client);
	ck_assert_uint_eq(counted, total);
	return of_client;
}

START_TEST(connections_are_counted_by_client)
{
	static const struct {
		const char *sentence;
		const char *address;
		unsigned ipv4_prefix, ipv6_prefix, of_client;
	} rows[] = {
		{ "the first", "::ffff:192.0.2.1", 32, 64, 1 },
		{ "the same again", "::ffff:192.0.2.1", 32, 64, 2 },
		{ "a neighbour", "::ffff:192.0.2.2", 32, 64, 1 },
		{ "a network of neighbours is another client", "::ffff:192.0.2.1", 24, 64, 1 },
		{ "and one of them is the same", "::ffff:192.0.2.77", 24, 64, 2 },
		{ "the network beside", "::ffff:192.0.3.1", 24, 64, 1 },
		{ "bits within an octet", "::ffff:192.0.2.128", 25, 64, 1 },
		{ "the upper half", "::ffff:192.0.2.255", 25, 64, 2 },
		{ "the lower half", "::ffff:192.0.2.127", 25, 64, 1 },
		{ "all of IPv4", "::ffff:198.51.100.1", 0, 64, 1 },
		{ "is one client", "::ffff:203.0.113.1", 0, 64, 2 },
		{ "IPv6", "2001:db8::1", 32, 64, 1 },
		{ "another interface in the same network", "2001:db8::ffff:0:0:2", 32, 64, 2 },
		{ "another network", "2001:db8:0:1::1", 32, 64, 1 },
		{ "a single address", "2001:db8::1", 32, 128, 1 },
		{ "is not its neighbour", "2001:db8::2", 32, 128, 1 },
		{ "prefixes that are too long are whole addresses", "2001:db8::2", 500, 500, 2 },
		{ "of IPv4, too", "::ffff:192.0.2.1", 500, 500, 3 },
		{ "a client without an address is not known", NULL, 32, 64, 0 },
	};
	enum { ROWS = sizeof rows / sizeof rows[0] };
	struct connections *connections = new_connections();
	struct connection open[ROWS];
	unsigned total, of_client;

	for (unsigned i = 0; i < ROWS; i++) {
		open[i] = connection_of(rows[i].address, rows[i].ipv4_prefix, rows[i].ipv6_prefix, i % 3);
		connections_enter(connections, &open[i], &total, &of_client);
		ck_assert_msg(total == i + 1 && of_client == rows[i].of_client, "%s: %u, %u", rows[i].sentence, total,
			      of_client);
	}
	for (unsigned i = 0; i < ROWS; i++) {
		connections_leave(connections, &open[i]);
		connections_leave(connections, &open[i]);
	}
	ck_assert_uint_eq(enter(connections, &open[0], 1), 1);
	connections_free(connections);
}
END_TEST

START_TEST(connections_of_a_worker_that_ended_are_taken_off)
{
	struct connections *connections = new_connections();
	struct connection open[9];

	for (unsigned i = 0; i < 9; i++) {
		open[i] = connection_of(i < 6 ? "::ffff:192.0.2.1" : "2001:db8::1", 32, 64, i % 3 == 0 ? 7 : 255);
		enter(connections, &open[i], i + 1);
	}
	ck_assert(connections_forget_worker(connections, 7));
	ck_assert(connections_forget_worker(connections, 7));
	ck_assert(!connections_forget_worker(connections, CONNECTIONS_SLOTS));
	ck_assert_uint_eq(enter(connections, &open[0], 7), 5);
	ck_assert_uint_eq(enter(connections, &open[6], 8), 3);
	for (unsigned i = 1; i < 9; i++)
		if (i % 3 != 0)
			connections_leave(connections, &open[i]);
	ck_assert(connections_forget_worker(connections, 7));
	ck_assert_uint_eq(enter(connections, &open[0], 1), 1);
	connections_free(connections);
}
END_TEST

START_TEST(more_clients_than_there_is_room_for_are_not_known)
{
	static struct connection open[CONNECTIONS_CLIENTS_MAX];
	struct connections *connections = new_connections();
	struct connection late = connection_of("2001:db8::1", 32, 64, 3);
	int said[2];
	char words[512] = "";

	for (uint32_t i = 0; i < CONNECTIONS_CLIENTS_MAX; i++) {
		unsigned total, of_client;

		open[i] = connection_of("2001:db8::", 32, 128, 1);
		memcpy(open[i].address.octets + 12, &i, sizeof i);
		connections_enter(connections, &open[i], &total, &of_client);
		if (total != i + 1 || of_client != 1)
			ck_abort_msg("client %u: %u, %u", i, total, of_client);
	}
	ck_assert_int_eq(pipe(said), 0);
	ck_assert_int_eq(dup2(said[1], STDERR_FILENO), STDERR_FILENO);
	ck_assert_uint_eq(enter(connections, &late, CONNECTIONS_CLIENTS_MAX + 1), 0);
	connections_leave(connections, &late);
	ck_assert_uint_eq(enter(connections, &late, CONNECTIONS_CLIENTS_MAX + 1), 0);
	ck_assert_int_gt(read(said[0], words, sizeof words - 1), 0);
	ck_assert_ptr_nonnull(strstr(words, "warning: more than 65536 clients"));
	ck_assert_ptr_eq(strchr(words, '\n') + 1, words + strlen(words));

	/* One goes, and there is room. Who was not counted takes nothing from those who are. */
	struct connection next = late;
	connections_leave(connections, &open[5]);
	ck_assert_uint_eq(enter(connections, &next, CONNECTIONS_CLIENTS_MAX + 1), 1);
	connections_leave(connections, &late);
	ck_assert_uint_eq(enter(connections, &late, CONNECTIONS_CLIENTS_MAX + 1), 2);
	connections_free(connections);
}
END_TEST

/* A worker with a few connections at a time, of clients that change. It asserts nothing: what it would tell Check is cut off. */
static void
hammer(struct connections *connections, const struct connection *pattern)
{
	for (unsigned i = 0;; i++) {
		struct connection open[4];
		unsigned total, of_client;

		for (unsigned j = 0; j < 4; j++) {
			open[j] = *pattern;
			open[j].address.octets[15] = (unsigned char)((i + j) % 16);
			connections_enter(connections, &open[j], &total, &of_client);
		}
		for (unsigned j = 0; j < 4; j++)
			connections_leave(connections, &open[j]);
	}
}

/* On a loaded machine, who holds the lock may stand still for longer than others wait for it. */
static void
forget(struct connections *connections, unsigned slot)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (!connections_forget_worker(connections, slot))
		ck_assert_msg(deadline_nap(&deadline), "the worker is not forgotten");
}

START_TEST(killed_workers_leave_nothing_behind)
{
	enum { WORKERS = 3, KILLS = 300 };
	struct connections *connections = new_connections();
	struct connection ours[16];
	pid_t pids[WORKERS] = { 0 };
	unsigned total, of_client;

	for (unsigned i = 0; i < 16; i++) {
		ours[i] = connection_of("::ffff:192.0.2.0", 32, 64, 99);
		ours[i].address.octets[15] = (unsigned char)i;
		enter(connections, &ours[i], i + 1);
	}
	for (unsigned i = 0; i < KILLS + WORKERS; i++) {
		unsigned slot = i % WORKERS;

		if (pids[slot] > 0) {
			kill(pids[slot], SIGKILL);
			ck_assert_int_eq(waitpid(pids[slot], NULL, 0), pids[slot]);
			forget(connections, slot);
		}
		if (i >= KILLS)
			continue;
		struct connection pattern = connection_of("::ffff:192.0.2.0", 32, 64, slot);
		pids[slot] = fork();
		ck_assert_int_ge(pids[slot], 0);
		if (pids[slot] == 0)
			hammer(connections, &pattern);
		nanosleep(&(struct timespec){ .tv_nsec = 500000 + i * 37 % 1500 * 1000 }, NULL);
	}
	for (unsigned i = 0; i < 16; i++) {
		struct connection more = ours[i];

		connections_enter(connections, &more, &total, &of_client);
		ck_assert_uint_eq(total, 17);
		ck_assert_uint_eq(of_client, 2);
		connections_leave(connections, &more);
	}
	connections_free(connections);
}
END_TEST

SUITE_MAIN(connections, connections_are_counted_by_client, connections_of_a_worker_that_ended_are_taken_off,
	   more_clients_than_there_is_room_for_are_not_known, killed_workers_leave_nothing_behind)
