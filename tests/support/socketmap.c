/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/socketmap.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_MAX = 2048, STOP_MS = 2000 };

struct client {
	struct socketmap_server *server;
	int fd;
};

static void
nap(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

static bool
read_exactly(int fd, char *buffer, size_t length)
{
	while (length > 0) {
		ssize_t got = read(fd, buffer, length);

		if (got <= 0)
			return false;
		buffer += got;
		length -= (size_t)got;
	}
	return true;
}

/* The content of a netstring. False at the end of the connection, or when it is none. */
static bool
read_request(int fd, char request_out[REQUEST_MAX])
{
	size_t length = 0;
	char c;

	while (read_exactly(fd, &c, 1) && c >= '0' && c <= '9')
		length = length * 10 + (size_t)(c - '0');
	if (c != ':' || length + 1 >= REQUEST_MAX || !read_exactly(fd, request_out, length + 1) ||
	    request_out[length] != ',')
		return false;
	request_out[length] = '\0';
	return true;
}

static bool
say(int fd, const char *text, size_t piece)
{
	for (size_t length = strlen(text); length > 0; length -= piece < length ? piece : length) {
		if (send(fd, text, piece < length ? piece : length, MSG_NOSIGNAL) < 0)
			return false;
		text += piece < length ? piece : length;
		if (piece == 1)
			nap(1);
	}
	return true;
}

static bool
answer(int fd, const char *request, size_t piece)
{
	const char *key = strchr(request, ' ');
	bool absent = key != NULL && strncmp(key + 1, "absent", 6) == 0;
	char reply[REQUEST_MAX + 32];

	if (absent)
		return say(fd, "9:NOTFOUND ,", piece);
	snprintf(reply, sizeof reply, "%zu:OK %s,", strlen(request) + 3, request);
	return say(fd, reply, piece);
}

/* False: close. */
static bool
react(struct socketmap_server *server, int fd, const char *request)
{
	char rest[64];

	switch (atomic_load(&server->way)) {
	case SOCKETMAP_BEHAVES:
		return answer(fd, request, REQUEST_MAX * 2);
	case SOCKETMAP_LATE:
		nap(SOCKETMAP_LATE_MS);
		return answer(fd, request, REQUEST_MAX * 2);
	case SOCKETMAP_PIECES:
		return answer(fd, request, 1);
	case SOCKETMAP_LEAVES:
		answer(fd, request, REQUEST_MAX * 2);
		return false;
	case SOCKETMAP_SAYS:
		if (!say(fd, atomic_load(&server->says), REQUEST_MAX * 8))
			return false;
		break;
	case SOCKETMAP_CLOSES:
		return false;
	case SOCKETMAP_SILENT:
		break;
	}
	while (read(fd, rest, sizeof rest) > 0)
		;
	return false;
}

static void *
serve(void *data)
{
	struct client *client = data;
	char request[REQUEST_MAX];

	while (read_request(client->fd, request) && react(client->server, client->fd, request))
		;
	close(client->fd);
	atomic_fetch_sub(&client->server->connections, 1);
	free(client);
	return NULL;
}

static void *
accept_all(void *data)
{
	struct socketmap_server *server = data;
	pthread_t thread;
	int fd;

	while ((fd = accept(server->listener, NULL, NULL)) >= 0) {
		struct client *client = malloc(sizeof *client);

		*client = (struct client){ server, fd };
		atomic_fetch_add(&server->accepted, 1);
		unsigned now = atomic_fetch_add(&server->connections, 1) + 1;
		if (now > atomic_load(&server->most))
			atomic_store(&server->most, now);
		pthread_create(&thread, NULL, serve, client);
		pthread_detach(thread);
	}
	return NULL;
}

static void
listen_on(struct socketmap_server *server, const struct sockaddr *address, socklen_t length)
{
	server->listener = socket(address->sa_family, SOCK_STREAM, 0);
	ck_assert_int_ge(server->listener, 0);
	ck_assert_int_eq(bind(server->listener, address, length), 0);
	ck_assert_int_eq(listen(server->listener, 64), 0);
}

void
socketmap_server_start(struct socketmap_server *server, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof in;

	memset(server, 0, sizeof *server);
	if (path != NULL) {
		ck_assert_uint_lt(strlen(path), sizeof un.sun_path);
		strcpy(un.sun_path, path);
		listen_on(server, (const struct sockaddr *)&un, sizeof un);
	} else {
		listen_on(server, (const struct sockaddr *)&in, sizeof in);
		ck_assert_int_eq(getsockname(server->listener, (struct sockaddr *)&in, &length), 0);
		server->port = ntohs(in.sin_port);
	}
	ck_assert_int_eq(pthread_create(&server->thread, NULL, accept_all, server), 0);
}

void
socketmap_server_stop(struct socketmap_server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
	for (unsigned waited = 0; atomic_load(&server->connections) > 0 && waited < STOP_MS; waited += 10)
		nap(10);
	ck_assert_uint_eq(atomic_load(&server->connections), 0);
}
