/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/load/slow_peers.h"

#include "tests/bench/load.h"
#include "tests/e2e/support/files.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The octet that a peer says after so many: of its opening, and then of one message after the other. */
static char
octet(const struct slow_peers *peers, size_t at)
{
	if (at < peers->opening.length)
		return peers->opening.octets[at];
	at -= peers->opening.length;
	return peers->message.octets[at % peers->message.length];
}

/* Says it, and forgets whatever came as an answer. */
static void
speak(const struct slow_peers *peers, int fd, size_t at)
{
	char answers[1024];
	char said = octet(peers, at);

	if (send(fd, &said, 1, MSG_NOSIGNAL) != 1)
		fail("a slow peer is hung up on: %s", strerror(errno));
	while (recv(fd, answers, sizeof answers, MSG_DONTWAIT) > 0)
		;
}

static void *
run(void *argument)
{
	struct slow_peers *peers = argument;

	while (!atomic_load(&peers->stop)) {
		size_t at = atomic_fetch_add(&peers->said, 1);

		for (size_t i = 0; i < peers->count; i++)
			speak(peers, peers->fds[i], at);
		nap_ms(peers->pause_ms);
	}
	return NULL;
}

void
slow_peers_start(struct slow_peers *peers, const char *socket, size_t count, unsigned pause_ms)
{
	static const struct mail mail = { .name = "slow", .size = 1024 };
	uint32_t protocol = load_negotiate(socket);

	*peers = (struct slow_peers){ .count = count < SLOW_PEERS_MAX ? count : SLOW_PEERS_MAX, .pause_ms = pause_ms };
	script_opening(&peers->opening, protocol);
	script_message(&peers->message, protocol, &mail);
	for (size_t i = 0; i < peers->count; i++) {
		peers->fds[i] = connect_unix(socket);
		if (peers->fds[i] < 0)
			fail("%s: %s", socket, strerror(errno));
	}
	if (pthread_create(&peers->thread, NULL, run, peers) != 0)
		fail("no thread for slow peers");
}

void
slow_peers_stop(struct slow_peers *peers)
{
	atomic_store(&peers->stop, true);
	pthread_join(peers->thread, NULL);
	for (size_t i = 0; i < peers->count; i++)
		close(peers->fds[i]);
	script_free(&peers->opening);
	script_free(&peers->message);
}
