/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/slow_proxy.h"

#include "tests/e2e/support/sockets.h"

#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	HELD_MAX = 256 * 1024, /* octets of an answer */
	LOOK_US = 200000       /* between two looks at whether it is to end, and whether the delay has changed */
};

struct pair {
	int client, server; /* 0: this place is free */
	char *held;         /* HELD_MAX octets of answers on their way */
	size_t length;
	int64_t since_us; /* the last of them came */
};

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
close_pair(struct pair *pair)
{
	close(pair->client);
	close(pair->server);
	free(pair->held);
	*pair = (struct pair){ 0 };
}

static void
accept_pair(struct slow_proxy *proxy, struct pair pairs[SLOW_PROXY_PAIRS])
{
	struct pair *pair = pairs;
	int on = 1;

	while (pair < pairs + SLOW_PROXY_PAIRS && pair->held != NULL)
		pair++;
	if (pair == pairs + SLOW_PROXY_PAIRS)
		return;
	int client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);
	int server = connect_loopback(proxy->server_port);
	*pair = (struct pair){ .client = client, .server = server, .held = malloc(HELD_MAX) };
	if (client < 0 || server < 0 || pair->held == NULL) {
		close_pair(pair);
		return;
	}
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* False when one of the two ends is gone. */
static bool
forward_request(const struct pair *pair)
{
	char octets[16 * 1024];
	ssize_t length = recv(pair->client, octets, sizeof octets, 0);

	return length > 0 && send(pair->server, octets, (size_t)length, MSG_NOSIGNAL) == length;
}

static bool
hold_answer(struct pair *pair)
{
	ssize_t length = recv(pair->server, pair->held + pair->length, HELD_MAX - pair->length, 0);

	if (length <= 0)
		return false;
	pair->length += (size_t)length;
	pair->since_us = now_us();
	return true;
}

static bool
give_answer(struct slow_proxy *proxy, struct pair *pair)
{
	size_t length = pair->length;

	if (length == 0 || now_us() < pair->since_us + proxy->delay_us)
		return true;
	pair->length = 0;
	proxy->answers++;
	return send(pair->client, pair->held, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static void
serve_pair(struct slow_proxy *proxy, struct pair *pair, const struct pollfd ends[2])
{
	bool alive = true;

	if (ends[0].revents != 0)
		alive = forward_request(pair);
	if (alive && ends[1].revents != 0)
		alive = hold_answer(pair);
	if (!alive || !give_answer(proxy, pair))
		close_pair(pair);
}

/* Until the first answer is due. */
static void
wait_for_work(const struct slow_proxy *proxy, const struct pair *pairs, struct pollfd *ends)
{
	int64_t wait_us = LOOK_US, now = now_us();
	struct timespec timeout;

	ends[2 * SLOW_PROXY_PAIRS] = (struct pollfd){ .fd = proxy->listener, .events = POLLIN };
	for (size_t i = 0; i < SLOW_PROXY_PAIRS; i++) {
		const struct pair *pair = &pairs[i];
		int64_t left_us = pair->since_us + proxy->delay_us - now;
		bool open = pair->held != NULL;

		ends[2 * i] = (struct pollfd){ .fd = open ? pair->client : -1, .events = POLLIN };
		ends[2 * i + 1] =
			(struct pollfd){ .fd = open && pair->length < HELD_MAX ? pair->server : -1, .events = POLLIN };
		if (pair->length > 0 && left_us < wait_us)
			wait_us = left_us > 0 ? left_us : 0;
	}
	timeout = (struct timespec){ 0, (long)wait_us * 1000 };
	if (ppoll(ends, 2 * SLOW_PROXY_PAIRS + 1, &timeout, NULL) < 0)
		abort();
}

static void *
serve(void *data)
{
	static struct pair pairs[SLOW_PROXY_PAIRS];
	static struct pollfd ends[2 * SLOW_PROXY_PAIRS + 1];
	struct slow_proxy *proxy = data;

	while (!proxy->ending) {
		wait_for_work(proxy, pairs, ends);
		for (size_t i = 0; i < SLOW_PROXY_PAIRS; i++)
			if (pairs[i].held != NULL)
				serve_pair(proxy, &pairs[i], &ends[2 * i]);
		if (ends[2 * SLOW_PROXY_PAIRS].revents != 0)
			accept_pair(proxy, pairs);
	}
	for (size_t i = 0; i < SLOW_PROXY_PAIRS; i++)
		if (pairs[i].held != NULL)
			close_pair(&pairs[i]);
	return NULL;
}

void
slow_proxy_start(struct slow_proxy *proxy, int server_port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof address;

	*proxy = (struct slow_proxy){ .server_port = server_port };
	proxy->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(proxy->listener, 0);
	ck_assert_int_eq(bind(proxy->listener, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(proxy->listener, SLOW_PROXY_PAIRS), 0);
	ck_assert_int_eq(getsockname(proxy->listener, (struct sockaddr *)&address, &length), 0);
	proxy->port = ntohs(address.sin_port);
	ck_assert_int_eq(pthread_create(&proxy->thread, NULL, serve, proxy), 0);
}

void
slow_proxy_stop(struct slow_proxy *proxy)
{
	proxy->ending = true;
	pthread_join(proxy->thread, NULL);
	close(proxy->listener);
}
