/* SPDX-License-Identifier: BSD-2-Clause */
/* libmicrohttpd, driven by our own loop: it has a time limit for idle connections alone, and a client that sends an octet now and then is
 * not idle. */
#define _GNU_SOURCE
#include "milter/clock.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/metrics_text.h"

#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

enum { LOOK_MS = 1000, FIRST_FD = 3 };

/* Of this process, which does nothing else. */
static struct {
	int fd; /* 0: free */
	int64_t until_ms;
} clients[METRICS_CLIENTS_MAX];

static void
note_client(void *unused, struct MHD_Connection *connection, void **mark, enum MHD_ConnectionNotificationCode event)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	(void)unused;
	(void)mark;
	if (info == NULL)
		return;
	for (size_t i = 0; i < METRICS_CLIENTS_MAX; i++) {
		int wanted = event == MHD_CONNECTION_NOTIFY_STARTED ? 0 : info->connect_fd;

		if (clients[i].fd != wanted)
			continue;
		clients[i].fd = event == MHD_CONNECTION_NOTIFY_STARTED ? info->connect_fd : 0;
		clients[i].until_ms = clock_ms() + METRICS_CLIENT_S * 1000;
		return;
	}
}

static void
end_late_clients(void)
{
	for (size_t i = 0; i < METRICS_CLIENTS_MAX; i++)
		if (clients[i].fd != 0 && clock_ms() >= clients[i].until_ms)
			shutdown(clients[i].fd, SHUT_RDWR);
}

static enum MHD_Result
answer(struct MHD_Connection *connection, unsigned status, const char *type, struct output *text)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(text->length, text->data, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result = MHD_NO;

	if (response != NULL && !text->refused &&
	    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) == MHD_YES &&
	    MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close") == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	if (response != NULL)
		MHD_destroy_response(response);
	output_free(text);
	return result;
}

static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
	   const char *upload, size_t *upload_size, void **mark)
{
	struct output text = { 0 };

	(void)version;
	(void)upload;
	(void)mark;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
		*upload_size = 0;
		output_add(&text, bytes_of("Only GET and HEAD are understood.\n"));
		return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", &text);
	}
	if (strcmp(path, "/metrics") != 0) {
		output_add(&text, bytes_of("There is only /metrics.\n"));
		return answer(connection, MHD_HTTP_NOT_FOUND, "text/plain", &text);
	}
	metrics_text(&text, data);
	return answer(connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", &text);
}

/* Its socket becomes descriptor 3, and all others go but the first three. */
static int
shed_descriptors(int listener)
{
	if (listener != FIRST_FD && dup2(listener, FIRST_FD) < 0)
		_exit(EX_OSERR);
	closelog();
	closefrom(FIRST_FD + 1);
	return FIRST_FD;
}

static void
shed_rights(struct statistics *statistics, pid_t supervisor)
{
	struct sigaction standard = { .sa_handler = SIG_DFL }, ignore = { .sa_handler = SIG_IGN };
	sigset_t none;

	setsid();
	sigaction(SIGTERM, &standard, NULL);
	sigaction(SIGCHLD, &standard, NULL);
	sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGINT, &ignore, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != supervisor)
		_exit(EX_OK);
	statistics_seal(statistics);
}

_Noreturn void
metrics_serve(const struct metrics *metrics, struct statistics *statistics, pid_t supervisor)
{
	int listener = shed_descriptors(metrics->listener.fd);

	shed_rights(statistics, supervisor);
	struct MHD_Daemon *daemon = MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, on_request, statistics, MHD_OPTION_LISTEN_SOCKET, listener,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)METRICS_CLIENTS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)METRICS_CLIENT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)METRICS_CLIENT_MEMORY_MAX,
		MHD_OPTION_NOTIFY_CONNECTION, note_client, NULL, MHD_OPTION_END);
	const union MHD_DaemonInfo *info =
		daemon != NULL ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (info == NULL) {
		log_line(LOG_ERR, "error: metrics cannot be served");
		_exit(EX_OSERR);
	}
	struct pollfd fd = { .fd = info->epoll_fd, .events = POLLIN };
	for (;;) {
		poll(&fd, 1, LOOK_MS);
		end_late_clients();
		MHD_run(daemon);
	}
}
