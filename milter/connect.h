/* SPDX-License-Identifier: BSD-2-Clause */
/* connect.h - where a server is, and a connection to it within a deadline (clock_ms).
 *
 *      struct addresses addresses;
 *      addresses_of_host("redis.example.com", 6379, 0, &addresses)     may take seconds; 0, or gai_strerror
 *      int fd = connect_any(&addresses, deadline_ms); */
#ifndef POSTERN_MILTER_CONNECT_H
#define POSTERN_MILTER_CONNECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { ADDRESSES_MAX = 4 /* of one host: each gets its share of the time */ };

struct addresses {
	struct sockaddr_storage items[ADDRESSES_MAX];
	socklen_t lengths[ADDRESSES_MAX];
	size_t count;
};

/* Of a host's name, or its address in numbers, in the order of preference. What getaddrinfo returns, which gets the flags. */
int addresses_of_host(const char *host, unsigned port, int flags, struct addresses *addresses_out);
/* Of a Unix socket. False when the path is too long for one. */
bool addresses_of_path(const char *path, struct addresses *addresses_out);

/* One address after the other. A descriptor that does not block, or -1 with the last one's errno, which is ETIMEDOUT when nothing was answered. */
int connect_any(const struct addresses *addresses, int64_t deadline_ms);

#endif
