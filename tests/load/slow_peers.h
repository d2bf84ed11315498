/* SPDX-License-Identifier: BSD-2-Clause */
/* slow_peers.h - connections to a filter whose other end says one octet at a time, with a pause after each, in a thread of their own.
 *
 *      slow_peers_start(&peers, socket, 100, 1000);
 *      ...
 *      slow_peers_stop(&peers); */
#ifndef POSTERN_TESTS_LOAD_SLOW_PEERS_H
#define POSTERN_TESTS_LOAD_SLOW_PEERS_H

#include "tests/bench/script.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SLOW_PEERS_MAX = 1024 };

struct slow_peers {
	struct script opening, message;
	int fds[SLOW_PEERS_MAX];
	size_t count;
	unsigned pause_ms;
	atomic_bool stop;
	atomic_size_t said; /* octets, by each of them */
	pthread_t thread;
};

void slow_peers_start(struct slow_peers *peers, const char *socket, size_t count, unsigned pause_ms);
void slow_peers_stop(struct slow_peers *peers);

#endif
