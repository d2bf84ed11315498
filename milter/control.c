/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/control.h"

#include "milter/limits_service.h"
#include "milter/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

void
control_open(struct control *control, const char *path)
{
	char why[LISTEN_RULE_MAX], address[sizeof control->listener.path + sizeof "unix:"];
	struct listen_settings settings = { .address = address, .backlog = 16, .socket_mode = 0600 };

	*control = (struct control){ .open = false };
	if (path == NULL)
		return;
	int length = snprintf(address, sizeof address, "unix:%s", path);
	if (length < 0 || (size_t)length >= sizeof address)
		log_line(LOG_WARNING, "warning: no control socket: its path is too long");
	else if (listener_open(&control->listener, &settings, why) != EX_OK)
		log_line(LOG_WARNING, "warning: no control socket, so no `postern limits`: %s", why);
	else
		control->open = true;
}

void
control_close(struct control *control)
{
	if (control->open)
		listener_close(&control->listener);
	control->open = false;
}

void
control_leave(struct control *control)
{
	if (control->open)
		close(control->listener.fd);
	control->open = false;
}

int
control_descriptor(const struct control *control)
{
	return control->open && control->children < CONTROL_CHILDREN_MAX ? control->listener.fd : -1;
}

int
control_accept(struct control *control)
{
	return accept4(control->listener.fd, NULL, NULL, SOCK_CLOEXEC);
}

/* The line without its end; false when it is too long, or none comes. */
static bool
read_request(int client, char request_out[CONTROL_REQUEST_MAX])
{
	size_t length = 0;

	while (length < CONTROL_REQUEST_MAX - 1) {
		ssize_t got = read(client, request_out + length, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got != 1)
			return false;
		if (request_out[length] == '\n') {
			request_out[length] = '\0';
			return true;
		}
		length++;
	}
	return false;
}

static size_t
stores_of(const struct world *world, struct store *stores_out[2])
{
	size_t count = 0;

	if (world->other != NULL)
		stores_out[count++] = world->other;
	if (world->memory != NULL)
		stores_out[count++] = world->memory;
	return count;
}

static void
serve(FILE *answer, const char *request, const struct conf *conf, const struct shared *shared)
{
	struct store *stores[2];
	struct world world;

	if (strcmp(request, "reload") == 0) {
		fputs(kill(getppid(), SIGHUP) == 0 ? "ok\n" : "error the daemon is gone\n", answer);
		return;
	}
	if (strncmp(request, "limits ", 7) != 0) {
		fputs("error unknown request\n", answer);
		return;
	}
	if (!world_open(&world, conf, shared, WORLD_NO_SLOT)) {
		fputs("error out of memory\n", answer);
		return;
	}
	limits_serve(answer, request + 7, stores, stores_of(&world, stores));
	world_close(&world);
}

_Noreturn void
control_serve(int client, const struct conf *conf, const struct shared *shared)
{
	char request[CONTROL_REQUEST_MAX];
	sigset_t none;

	sigemptyset(&none);
	signal(SIGALRM, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(CONTROL_SERVE_S);
	FILE *answer = fdopen(client, "w");
	if (answer != NULL && read_request(client, request)) {
		serve(answer, request, conf, shared);
		fclose(answer);
	}
	_exit(EX_OK);
}
