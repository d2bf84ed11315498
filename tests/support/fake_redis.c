/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/support/fake_redis.h"

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST_MAX = 65536, PAUSE_MS = 30 /* after which a request is taken to be whole */ };

#define SCRIPT_NAME "$40\r\n0123456789012345678901234567890123456789\r\n"

static const char *scripted;

/* False at the connection's end. */
static bool
read_request(int fd, char request_out[REQUEST_MAX])
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN };
	size_t length = 0;

	while (length == 0 || poll(&waiting, 1, PAUSE_MS) > 0) {
		ssize_t got = recv(fd, request_out + length, REQUEST_MAX - 1 - length, 0);
		if (got <= 0)
			return false;
		length += (size_t)got;
	}
	request_out[length] = '\0';
	return true;
}

static void *
serve(void *argument)
{
	int fd = (int)(intptr_t)argument;
	char request[REQUEST_MAX];
	const char *answer = NULL;

	while ((answer == NULL || answer[0] != '\0') && read_request(fd, request)) {
		if (strstr(request, "EVAL") != NULL)
			answer = scripted;
		else
			answer = strstr(request, "LOAD") != NULL ? SCRIPT_NAME : "+OK\r\n";
		if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
			break;
	}
	close(fd);
	return NULL;
}

static _Noreturn void
accept_all(int listener)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		if (fd >= 0 && pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) == 0)
			pthread_detach(thread);
	}
}

void
fake_redis_start(struct fake_redis *fake, const char *path, const char *answer)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	fake->path = path;
	scripted = answer;
	strcpy(address.sun_path, path);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(listener, SOMAXCONN), 0);
	fake->pid = fork();
	ck_assert_int_ge(fake->pid, 0);
	if (fake->pid == 0)
		accept_all(listener);
	close(listener);
}

void
fake_redis_stop(struct fake_redis *fake)
{
	kill(fake->pid, SIGKILL);
	waitpid(fake->pid, NULL, 0);
	unlink(fake->path);
}
