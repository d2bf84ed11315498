/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "conf/conf.h"
#include "milter/command.h"
#include "milter/listen.h"
#include "milter/log.h"
#include "milter/privileges.h"
#include "milter/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

enum { READY_WAIT_MS = 30000 }; /* until who started us in the background is told that something is amiss */

struct run_options {
	bool foreground;
	char path[PATH_MAX];
};

/* Absolute, as the daemon changes its directory; symbolic links stay what they are, they may be switched. */
static bool
set_path(struct run_options *options, const char *path)
{
	char directory[PATH_MAX] = "";

	if (path[0] != '/' && getcwd(directory, sizeof directory) == NULL)
		return false;
	int length = snprintf(options->path, sizeof options->path, "%s%s%s", directory, directory[0] != '\0' ? "/" : "",
			      path);
	return length > 0 && (size_t)length < sizeof options->path;
}

static bool
read_options(int argc, char **argv, struct run_options *options)
{
	static const struct option names[] = {
		{ "foreground", no_argument, NULL, 'f' },
		{ "config", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = COMMAND_DEFAULT_CONFIG;
	int option;

	optind = 0; /* glibc: begins anew */
	while ((option = getopt_long(argc, argv, "fc:", names, NULL)) != -1) {
		if (option == 'f')
			options->foreground = true;
		else if (option == 'c')
			path = optarg;
		else
			return false;
	}
	return optind == argc && set_path(options, path);
}

static struct conf *
load(const char *path)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *conf = conf_load(path, &errors);
	conf_errors_print(&errors, stderr);
	conf_errors_reset(&errors);
	return conf;
}

/* The parent's part: waits for the daemon's octet. Its end without one means that the daemon ended; it has said why. */
static int
wait_until_ready(int ready)
{
	struct pollfd fd = { .fd = ready, .events = POLLIN };
	char octet;
	int result;

	do
		result = poll(&fd, 1, READY_WAIT_MS);
	while (result < 0 && errno == EINTR);
	if (result > 0 && read(ready, &octet, 1) == 1)
		return EX_OK;
	fprintf(stderr, "postern: %s; see the log\n",
		result == 0 ? "no worker is up yet, but the daemon keeps trying"
			    : "the daemon ended before a worker was up");
	return EX_TEMPFAIL;
}

static bool
leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return false;
	bool left = setsid() >= 0 && chdir("/") == 0 && dup2(null, STDIN_FILENO) >= 0 &&
		    dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0;
	if (null > STDERR_FILENO)
		close(null);
	return left;
}

/* In the daemon: returns EX_OK and the descriptor to report readiness on. In the one who started it: does not return, unless
 * with what went wrong. */
static int
go_to_background(int *ready_out)
{
	int ready[2];

	if (pipe2(ready, O_CLOEXEC) != 0)
		return EX_OSERR;
	pid_t pid = fork();
	if (pid < 0)
		return EX_OSERR;
	if (pid > 0) {
		close(ready[1]);
		_exit(wait_until_ready(ready[0]));
	}
	close(ready[0]);
	*ready_out = ready[1];
	return leave_terminal() ? EX_OK : EX_OSERR;
}

static int
fail(int status, const char *why)
{
	fprintf(stderr, "postern: %s\n", why);
	return status;
}

/* What can go wrong between the open socket and the first worker. *ready_out as in supervisor.h. */
static int
prepare(const struct run_options *options, const struct conf *conf, int *ready_out)
{
	char why[PRIVILEGES_RULE_MAX];
	int status = privileges_drop(conf->user, conf->group, why);

	if (status != EX_OK)
		return fail(status, why);
	if (access(options->path, R_OK) != 0)
		fprintf(stderr, "postern: warning: a reload will fail, the daemon's user cannot read %s\n",
			options->path);
	if (!options->foreground) {
		status = go_to_background(ready_out);
		if (status != EX_OK)
			return fail(status, strerror(errno));
		log_open_syslog(conf->log_facility);
	}
	return EX_OK;
}

static int
serve(const struct run_options *options, struct conf *conf, const struct listener *listener)
{
	struct supervisor_settings settings = {
		.path = options->path,
		.conf = conf,
		.listener = listener->fd,
		.listener_stays = listener->passed,
		.foreground = options->foreground,
		.ready = -1,
	};
	int status = prepare(options, conf, &settings.ready);

	if (status == EX_OK)
		return supervisor_run(&settings);
	conf_free(conf);
	return status;
}

int
command_run(int argc, char **argv)
{
	struct run_options options = { .foreground = false };
	struct listener listener;
	char why[LISTEN_RULE_MAX];

	if (!read_options(argc, argv, &options))
		return command_usage("run");
	struct conf *conf = load(options.path);
	if (conf == NULL)
		return EX_CONFIG;
	log_open_foreground();
	supervisor_catch_signals();
	int status = listener_open(&listener,
				   &(struct listen_settings){
					   .address = conf->listen,
					   .backlog = (int)conf->backlog,
					   .socket_mode = conf->socket_mode,
					   .socket_group = conf->socket_group,
					   .socket_owner = conf->user != NULL ? conf->user : PRIVILEGES_USER,
				   },
				   why);
	if (status != EX_OK) {
		conf_free(conf);
		return fail(status, why);
	}
	umask(077);
	status = serve(&options, conf, &listener);
	listener_close(&listener);
	return status;
}
