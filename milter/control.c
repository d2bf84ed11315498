/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/control.h"

#include "milter/clock.h"
#include "milter/limits_service.h"
#include "milter/log.h"
#include "milter/status.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

enum { LOOK_MS = 20 }; /* between two looks at whether a reload has ended */

void
control_open(struct control_socket *control, const char *path)
{
	char why[LISTEN_RULE_MAX], address[sizeof control->listener.path + sizeof "unix:"];
	struct listen_settings settings = { .address = address, .backlog = 16, .socket_mode = 0600 };

	*control = (struct control_socket){ .open = false };
	if (path == NULL)
		return;
	int length = snprintf(address, sizeof address, "unix:%s", path);
	if (length < 0 || (size_t)length >= sizeof address)
		log_line(LOG_WARNING, "warning: no control socket: its path is too long");
	else if (listener_open(&control->listener, &settings, why) != EX_OK)
		log_line(LOG_WARNING, "warning: no control socket, so no `postern limits`, `status` and `reload`: %s",
			 why);
	else
		control->open = true;
}

void
control_close(struct control_socket *control)
{
	if (control->open)
		listener_close(&control->listener);
	control->open = false;
}

void
control_leave(struct control_socket *control)
{
	if (control->open)
		close(control->listener.fd);
	control->open = false;
}

int
control_descriptor(const struct control_socket *control)
{
	return control->open && control->children < CONTROL_CHILDREN_MAX ? control->listener.fd : -1;
}

int
control_accept(struct control_socket *control)
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

/* The daemon's user reads what the administrator has read before, and may see something else. */
static void
tell_errors(FILE *answer, const char *path)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	conf_free(conf_load(path, &errors));
	conf_errors_print(&errors, answer);
	conf_errors_reset(&errors);
}

/* The end of a reload that began after now: one that is under way may have read older files. */
static bool
await_reload(const struct statistics_daemon *told, uint64_t before)
{
	int64_t deadline = clock_ms() + CONTROL_RELOAD_MS;

	while (told->reloads_ended <= before || (told->reload_result == RELOAD_OK && !told->renewed)) {
		if (clock_ms() >= deadline)
			return false;
		poll(NULL, 0, LOOK_MS);
	}
	return true;
}

static void
serve_reload(FILE *answer, const struct control_view *view)
{
	const struct statistics *statistics = view->shared->statistics;
	uint64_t before = statistics != NULL ? (uint64_t)statistics->daemon.reloads_begun : 0;

	if (kill(getppid(), SIGHUP) != 0)
		fputs("error the daemon is gone\n", answer);
	else if (statistics == NULL)
		fputs("ok\n", answer);
	else if (!await_reload(&statistics->daemon, before))
		fputs("error the reload is still under way: the log will say how it went\n", answer);
	else if (statistics->daemon.reload_result == RELOAD_OK)
		fputs("ok\n", answer);
	else {
		tell_errors(answer, view->path);
		fputs("error not reloaded, the old configuration stays in force: the log says why\n", answer);
	}
}

static void
serve(FILE *answer, char *request, const struct control_view *view)
{
	bool limits = strncmp(request, "limits ", 7) == 0, status = strcmp(request, "status") == 0;
	struct store *stores[2];
	struct world world;

	if (strcmp(request, "reload") == 0) {
		serve_reload(answer, view);
		return;
	}
	if (!limits && !status) {
		fputs("error unknown request\n", answer);
		return;
	}
	if (!world_open(&world, view->conf, view->shared, WORLD_NO_SLOT)) {
		fputs("error out of memory\n", answer);
		return;
	}
	if (limits)
		limits_serve(answer, request + 7, stores, stores_of(&world, stores));
	else
		status_tell(answer, view, &world);
	world_close(&world);
}

_Noreturn void
control_serve(int client, const struct control_view *view)
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
		serve(answer, request, view);
		fclose(answer);
	}
	_exit(EX_OK);
}
