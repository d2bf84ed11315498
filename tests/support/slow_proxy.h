/* SPDX-License-Identifier: BSD-2-Clause */
/* slow_proxy.h - stands between a client and a server on the loopback and keeps each answer back for a while, in a thread of the test.
 *
 *      struct slow_proxy proxy;
 *      slow_proxy_start(&proxy, server_port);
 *      proxy.delay_us = 50000;                 from now on, and for what is kept back already
 *      ... clients use proxy.port ...
 *      slow_proxy_stop(&proxy); */
#ifndef POSTERN_TESTS_SUPPORT_SLOW_PROXY_H
#define POSTERN_TESTS_SUPPORT_SLOW_PROXY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	SLOW_PROXY_PAIRS = 128,          /* connections at a time; more wait to be accepted */
	SLOW_PROXY_HANGS = 900 * 1000000 /* microseconds: longer than any test */
};

struct slow_proxy {
	int listener, port, server_port;
	pthread_t thread;
	atomic_int_least64_t delay_us;
	atomic_uint answers; /* that came through so far, in pieces as the server wrote them */
	atomic_bool ending;
};

/* Ends the running Check test when it cannot. */
void slow_proxy_start(struct slow_proxy *proxy, int server_port);
void slow_proxy_stop(struct slow_proxy *proxy);

#endif
