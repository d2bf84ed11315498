/* SPDX-License-Identifier: BSD-2-Clause */
/* redis.h - a Redis server of the test's own, in a directory of its own, on a unix socket and a port of the loopback. It ends with the test
 * program, however that ends. What it was told is still there after redis_server_kill and redis_server_start.
 *
 *      struct redis_server server;
 *      redis_server_make(&server, NULL);
 *      ... server.socket.text, server.port ...
 *      redis_server_remove(&server); */
#ifndef POSTERN_TESTS_SUPPORT_REDIS_H
#define POSTERN_TESTS_SUPPORT_REDIS_H

#include "tests/e2e/support/process.h"
#include "tests/e2e/support/tempdir.h"

struct redis_server {
	struct tempdir dir;
	struct path socket;
	int port;
	const char *password; /* or NULL */
	struct process process;
};

/* Makes the directory and starts the server. Ends the program when it does not answer in time. */
void redis_server_make(struct redis_server *server, const char *password);
void redis_server_start(struct redis_server *server);
/* With SIGKILL. */
void redis_server_kill(struct redis_server *server);
void redis_server_remove(struct redis_server *server);

/* Runs a command like `SCRIPT FLUSH`, as redisCommand formats it; true when it is not answered with an error. */
bool
redis_server_tell(const struct redis_server *server, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
