/* SPDX-License-Identifier: BSD-2-Clause */
/* fake_redis.h - a server that loads scripts and keeps values as Redis does, and answers each call of a script with the same octets. */
#ifndef POSTERN_TESTS_SUPPORT_FAKE_REDIS_H
#define POSTERN_TESTS_SUPPORT_FAKE_REDIS_H

#include <sys/types.h>

struct fake_redis {
	pid_t pid;
	const char *path;
};

/* Listens at that unix socket, in a process of its own that ends with its maker. An empty answer closes the connection. */
void fake_redis_start(struct fake_redis *fake, const char *path, const char *answer);
void fake_redis_stop(struct fake_redis *fake);

#endif
