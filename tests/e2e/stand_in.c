/* SPDX-License-Identifier: BSD-2-Clause */
/* stand_in [--port PORT] FILE [COMMAND [ARGUMENT...]] - what a mailer under test sends to instead of a mail platform: a
 * Postfix of its own on the loopback, which asks Postern with this configuration. It takes mail to anybody, and keeps
 * what it accepts; nothing leaves the machine.
 *
 * With a command it runs that, with SMTP_HOST, SMTP_PORT and MAILDIR in its environment, and ends as it ends. Without
 * one it says where it is, "127.0.0.1:PORT" on a line of its own, and serves until SIGINT or SIGTERM. Exits 77 where
 * Postfix cannot be run. */
#define _GNU_SOURCE
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/submission.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* Whatever the recipient: into the one maildir. */
static const char settings[] = "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n"
			       "default_transport = virtual\n"
			       "relay_transport = virtual\n"
			       "smtpd_recipient_limit = 10000\n";

enum { PORT_MAX = 65535, NOT_STARTED = 127 };

struct request {
	int port; /* 0: any */
	const char *config;
	char **command; /* NULL: none */
};

static bool
read_arguments(int argc, char **argv, struct request *request_out)
{
	struct request request = { 0 };
	int next = 1;
	char *end;

	if (argc > 2 && strcmp(argv[1], "--port") == 0) {
		long port = strtol(argv[2], &end, 10);

		if (*end != '\0' || port < 1 || port > PORT_MAX)
			return false;
		request.port = (int)port;
		next = 3;
	}
	if (next >= argc || argv[next][0] == '-')
		return false;
	request.config = argv[next++];
	request.command = next < argc ? argv + next : NULL;
	*request_out = request;
	return true;
}

/* The configuration as it stands, but for the places where this instance listens. */
static void
start_postern(struct postern *postern, const char *config)
{
	struct path place = path_join(postern->directory.text, "conf.d/stand-in.conf");
	char control[PATH_TEXT_MAX + 32];

	postern_configure_as_shipped(postern, config);
	snprintf(control, sizeof control, "control = \"%s/control\";\n", postern->directory.text);
	file_write(place.text, control);
	postern_start(postern);
}

static void
start(struct rig *rig, const struct request *request)
{
	if (request->port != 0 && !port_is_free(request->port))
		fail("port %d is taken", request->port);
	start_postern(&rig->postern, request->config);
	postfix_start_with(&rig->postfix, &rig->dir,
			   &(struct postfix_options){ .name = "postfix",
						      .port = request->port,
						      .milter_socket = rig->postern.socket.text,
						      .logins = submission_logins,
						      .tls = true,
						      .settings = settings });
}

static void
export_places(const struct rig *rig)
{
	char port[16];

	snprintf(port, sizeof port, "%d", rig->postfix.port);
	setenv("SMTP_HOST", "127.0.0.1", 1);
	setenv("SMTP_PORT", port, 1);
	setenv("MAILDIR", path_join(rig->postfix.directory.text, "store").text, 1);
}

static void
say_places(const struct rig *rig, const char *config)
{
	printf("127.0.0.1:%d\n", rig->postfix.port);
	printf("  is the stand-in of %s, until SIGTERM or Ctrl-C; STARTTLS with a certificate of its own\n", config);
	for (const struct login *login = submission_logins; login->name != NULL; login++)
		printf("  login      %s, password %s\n", login->name, login->password);
	printf("  accepted   %s/store/new\n", rig->postfix.directory.text);
	printf("  log        %s\n", rig->postern.log.text);
	printf("  limits     %s limits list -c %s\n", rig->postern.program.text, rig->postern.config.text);
	fflush(stdout);
}

/* What this program waits for, and nothing it starts may inherit. */
static sigset_t
awaited_signals(void)
{
	sigset_t awaited;

	sigemptyset(&awaited);
	sigaddset(&awaited, SIGINT);
	sigaddset(&awaited, SIGTERM);
	sigaddset(&awaited, SIGCHLD);
	return awaited;
}

static _Noreturn void
become(char **command, const sigset_t *awaited)
{
	sigprocmask(SIG_UNBLOCK, awaited, NULL);
	execvp(command[0], command);
	fprintf(stderr, "cannot run %s: %s\n", command[0], strerror(errno));
	_exit(NOT_STARTED);
}

/* Its exit status. A terminal's Ctrl-C reaches the command by itself; SIGTERM is passed on. */
static int
run_command(char **command, const sigset_t *awaited)
{
	pid_t pid = fork();
	int status = 0, signal;

	if (pid < 0)
		fail("cannot fork: %s", strerror(errno));
	if (pid == 0)
		become(command, awaited);
	do {
		if (sigwait(awaited, &signal) == 0 && signal == SIGTERM)
			kill(pid, SIGTERM);
	} while (waitpid(pid, &status, WNOHANG) == 0);
	return WIFSIGNALED(status) ? PROCESS_SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Until it is asked to stop, or one of the two has ended by itself. */
static int
serve(const struct rig *rig, const sigset_t *awaited)
{
	int signal;

	while (sigwait(awaited, &signal) == 0 && signal == SIGCHLD) {
		if (!process_lives(rig->postern.supervisor.pid) || !process_lives(rig->postfix.master.pid)) {
			fprintf(stderr, "the stand-in has ended by itself; its log is %s\n", rig->postern.log.text);
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	const char *missing = submission_missing();
	const sigset_t awaited = awaited_signals();
	struct request request;
	struct rig rig;

	if (!read_arguments(argc, argv, &request)) {
		fprintf(stderr, "usage: stand_in [--port PORT] FILE [COMMAND [ARGUMENT...]]\n");
		return EX_USAGE;
	}
	if (missing != NULL) {
		fprintf(stderr, "skipped: %s\n", missing);
		return RIG_SKIPPED;
	}
	if (!rig_prepare(&rig))
		return RIG_SKIPPED;
	start(&rig, &request);
	sigprocmask(SIG_BLOCK, &awaited, NULL);
	export_places(&rig);
	if (request.command == NULL)
		say_places(&rig, request.config);
	int status = request.command != NULL ? run_command(request.command, &awaited) : serve(&rig, &awaited);
	rig_close(&rig);
	return status;
}
