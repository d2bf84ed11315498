/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/redis.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"

#include <hiredis/hiredis.h>
#include <stdarg.h>
#include <stdio.h>

static redisContext *
connect_to(const struct redis_server *server)
{
	redisContext *context = redisConnectUnix(server->socket.text);

	if (context != NULL && context->err == 0)
		return context;
	redisFree(context);
	return NULL;
}

static bool
is_fine(redisReply *reply)
{
	bool fine = reply != NULL && reply->type != REDIS_REPLY_ERROR;

	freeReplyObject(reply);
	return fine;
}

bool
redis_server_tell(const struct redis_server *server, const char *format, ...)
{
	redisContext *context = connect_to(server);
	va_list arguments;

	if (context == NULL)
		return false;
	bool fine = server->password == NULL || is_fine(redisCommand(context, "AUTH %s", server->password));
	va_start(arguments, format);
	fine = fine && is_fine(redisvCommand(context, format, arguments));
	va_end(arguments);
	redisFree(context);
	return fine;
}

/* Every write reaches the append-only file before it is answered: enough for a kill. With fsync once a second, as preset, a write waits for up to two
 * seconds while the disk is slow, and is answered all the same. */
void
redis_server_start(struct redis_server *server)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	struct path log = path_join(server->dir.path.text, "redis.log");
	char port[16];

	snprintf(port, sizeof port, "%d", server->port);
	const char *const argv[] = { "/usr/bin/redis-server",
				     "--bind",
				     "127.0.0.1",
				     "--port",
				     port,
				     "--unixsocket",
				     server->socket.text,
				     "--dir",
				     server->dir.path.text,
				     "--save",
				     "",
				     "--appendonly",
				     "yes",
				     "--appendfsync",
				     "no",
				     "--requirepass",
				     server->password != NULL ? server->password : "",
				     NULL };
	process_start(&server->process, argv, log.text, server->dir.leash);
	while (!redis_server_tell(server, "SET ready 1"))
		if (!deadline_nap(&deadline))
			fail("redis-server does not answer");
}

void
redis_server_make(struct redis_server *server, const char *password)
{
	*server = (struct redis_server){ .port = free_port(), .password = password };
	tempdir_make(&server->dir);
	server->socket = path_join(server->dir.path.text, "redis.sock");
	redis_server_start(server);
}

void
redis_server_kill(struct redis_server *server)
{
	process_kill(&server->process);
}

void
redis_server_remove(struct redis_server *server)
{
	redis_server_kill(server);
	tempdir_remove(&server->dir);
}
