/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/server.h"

#include "milter/breaker.h"
#include "milter/clock.h"
#include "milter/tables/resolver.h"
#include "milter/tables/trouble.h"
#include "milter/wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct server {
	struct table_server where;
	const struct protocol *protocol;
	const void *data;
	unsigned timeout_ms;
	struct resolver *resolver; /* NULL: a Unix socket */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t freed; /* signalled when in_use drops */
	struct breaker breaker;
	char why[TROUBLE_WHY_MAX]; /* of the last failure */
	unsigned in_use;           /* connections, and attempts at one */
	unsigned idle_count;
	int idle[SERVER_CONNECTIONS]; /* the one used last is last */
};

static const struct breaker_limits limits = { SERVER_FAILURES, SERVER_PAUSE_MS, SERVER_PAUSE_MAX_MS };

struct server *
server_new(const struct table_server *where, const struct protocol *protocol, unsigned timeout_ms, const void *data)
{
	struct server *server = calloc(1, sizeof *server);

	if (server == NULL)
		return NULL;
	server->breaker.limits = &limits;
	server->where = *where;
	server->protocol = protocol;
	server->timeout_ms = timeout_ms;
	server->data = data;
	if (where->path[0] == '\0') {
		server->resolver = resolver_new(where->host, where->port);
		if (server->resolver == NULL) {
			free(server);
			return NULL;
		}
	}
	pthread_mutex_init(&server->lock, NULL);
	wait_init(&server->freed);
	return server;
}

void
server_free(struct server *server)
{
	if (server == NULL)
		return;
	for (unsigned i = 0; i < server->idle_count; i++)
		close(server->idle[i]);
	resolver_free(server->resolver);
	pthread_cond_destroy(&server->freed);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

/* Waits for a turn. *fd_out is a kept connection, or -1. */
static bool
take(struct server *server, int64_t deadline_ms, int *fd_out, char *why_out)
{
	bool taken = false;

	pthread_mutex_lock(&server->lock);
	while (server->in_use == SERVER_CONNECTIONS && !server->breaker.open)
		if (!wait_until(&server->freed, &server->lock, deadline_ms))
			break;
	if (!breaker_allows(&server->breaker, clock_ms())) {
		trouble_format(why_out, "not asked for a while: %.200s", server->why);
	} else if (server->in_use == SERVER_CONNECTIONS) {
		/* It was not asked: that says nothing of it but that it is slow, which the others find out. */
		breaker_withdraw(&server->breaker);
		trouble_format(why_out, "no reply within %u ms: other look-ups take too long", server->timeout_ms);
	} else {
		taken = true;
		server->in_use++;
		*fd_out = server->idle_count > 0 ? server->idle[--server->idle_count] : -1;
	}
	pthread_mutex_unlock(&server->lock);
	return taken;
}

/* fd is -1 when there is no connection to keep. */
static void
give_back(struct server *server, int fd, bool answered, const char *why)
{
	pthread_mutex_lock(&server->lock);
	server->in_use--;
	breaker_note(&server->breaker, clock_ms(), answered);
	if (!answered)
		memcpy(server->why, why, TROUBLE_WHY_MAX);
	if (fd >= 0)
		server->idle[server->idle_count++] = fd;
	if (server->breaker.open)
		pthread_cond_broadcast(&server->freed); /* nobody need wait any more */
	else
		pthread_cond_signal(&server->freed);
	pthread_mutex_unlock(&server->lock);
}

/* -1, and why. */
static int
connect_server(struct server *server, int64_t deadline_ms, char *why_out)
{
	const struct table_server *where = &server->where;
	struct addresses addresses;

	if (server->resolver == NULL)
		addresses_of_path(where->path, &addresses); /* which is no longer than it may be */
	else if (!resolver_get(server->resolver, deadline_ms, &addresses, why_out))
		return -1;
	int fd = connect_any(&addresses, deadline_ms);
	if (fd < 0 && server->resolver != NULL)
		trouble_format(why_out, "%.200s port %u: %s", where->host, where->port, strerror(errno));
	else if (fd < 0)
		trouble_format(why_out, "%s: %s", where->path,
			       errno == EAGAIN ? "the server accepts no more connections" : strerror(errno));
	return fd;
}

/* Whether a connection on which nothing was asked is still good: open, and silent. */
static bool
is_idle(int fd)
{
	char octet;

	return recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

static int
connect_and_greet(struct server *server, int64_t deadline_ms, char *why_out)
{
	int fd = connect_server(server, deadline_ms, why_out);
	struct conversation conversation = { fd, deadline_ms, server->protocol };

	if (fd < 0 || server->protocol->greet == NULL || server->protocol->greet(&conversation, server->data, why_out))
		return fd;
	close(fd);
	return -1;
}

/* On the kept connection, and if that turns out to be closed, on a new one. *fd becomes -1 when none is left. */
static bool
converse(struct server *server, int *fd, int64_t deadline_ms, struct bytes request, struct server_reply *reply_out,
	 char *why_out)
{
	bool kept = *fd >= 0;

	if (kept && !is_idle(*fd)) {
		close(*fd);
		*fd = -1;
		kept = false;
	}
	for (;;) {
		if (*fd < 0)
			*fd = connect_and_greet(server, deadline_ms, why_out);
		if (*fd < 0)
			return false;
		struct conversation conversation = { *fd, deadline_ms, server->protocol };
		if (conversation_ask(&conversation, request, reply_out, why_out))
			return true;
		close(*fd);
		*fd = -1;
		if (!kept || reply_out->length > 0 || clock_ms() >= deadline_ms)
			return false;
		kept = false; /* it was closed just then, most likely: look-ups may be asked twice */
	}
}

bool
server_ask(struct server *server, struct bytes request, struct server_reply *reply_out, char *why_out)
{
	int64_t deadline_ms = clock_ms() + server->timeout_ms;
	int fd = -1;
	bool answered;

	if (!take(server, deadline_ms, &fd, why_out))
		return false;
	answered = converse(server, &fd, deadline_ms, request, reply_out, why_out);
	give_back(server, fd, answered, why_out);
	return answered;
}
