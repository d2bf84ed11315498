/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/postfix_config.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/smtp.h"
#include "tests/e2e/support/sockets.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char master_program[] = POSTFIX_DAEMON_DIRECTORY "/master";

const char *
postfix_missing(void)
{
	if (geteuid() != 0)
		return "not run by root, whom Postfix needs to be started";
	if (access(master_program, X_OK) != 0 || getpwnam("postfix") == NULL || getgrnam("postdrop") == NULL)
		return "Postfix is not installed";
	return NULL;
}

/* What it said goes with the directory, so it is shown. */
static _Noreturn void
fail_with_log(const struct postfix *postfix, const char *output)
{
	size_t length;
	char *log = file_read(postfix->log.text, &length);
	char *said = file_read(output, &length);

	fail("Postfix does not start.\n%s%s", said != NULL ? said : "", log != NULL ? log : "");
}

static void
choose_ports(struct postfix *postfix, const struct postfix_options *options)
{
	postfix->port = options->port != 0 ? options->port : free_port();
	postfix->second_port = 0;
	while (options->second_listener != NULL && (postfix->second_port == 0 || postfix->second_port == postfix->port))
		postfix->second_port = free_port();
}

void
postfix_start_with(struct postfix *postfix, const struct tempdir *dir, const struct postfix_options *options)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	postfix->directory = path_join(dir->path.text, options->name);
	postfix->log = path_join(postfix->directory.text, "mail.log");
	choose_ports(postfix, options);
	postfix_configure(postfix, options);
	struct path etc = path_join(postfix->directory.text, "etc");
	const char *const argv[] = { master_program, "-c", etc.text, NULL };
	struct path output = path_join(postfix->directory.text, "master.out");
	process_start(&postfix->master, argv, output.text, dir->leash);
	while (!loopback_answers(postfix->port))
		if (!process_lives(postfix->master.pid) || !deadline_nap(&deadline))
			fail_with_log(postfix, output.text);
}

void
postfix_start(struct postfix *postfix, const struct tempdir *dir, const char *milter_socket)
{
	postfix_start_with(postfix, dir,
			   &(struct postfix_options){ .name = "postfix", .milter_socket = milter_socket });
}

void
postfix_stop(struct postfix *postfix)
{
	int status;

	if (postfix->master.pid == 0)
		return;
	/* master passes the signal on to its process group. */
	process_signal(&postfix->master, SIGTERM);
	if (!process_wait(&postfix->master, PATIENCE_MS, &status))
		process_kill(&postfix->master);
}

void
postfix_submit(const struct postfix *postfix, const char *sender, const char *text)
{
	postfix_submit_to(postfix, sender, smtp_recipient, text);
}

void
postfix_submit_to(const struct postfix *postfix, const char *sender, const char *recipients, const char *text)
{
	struct path message = path_join(postfix->directory.text, "submitted");
	struct path etc = path_join(postfix->directory.text, "etc");
	char *command = NULL;

	file_write(message.text, text);
	if (asprintf(&command, "exec /usr/sbin/sendmail -C %s -i -f %s %s < %s", etc.text, sender, recipients,
		     message.text) < 0)
		fail("out of memory");
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	if (process_run(argv, path_join(postfix->directory.text, "submit.out").text) != 0)
		fail("sendmail does not take the message");
	free(command);
}

/* One of Postfix's commands. */
static void
run_command(const struct postfix *postfix, const char *const argv[])
{
	struct path output = path_join(postfix->directory.text, "submit.out");
	size_t length;

	if (process_run(argv, output.text) == 0)
		return;
	char *said = file_read(output.text, &length);
	fail("%s fails:\n%s", argv[0], said != NULL ? said : "");
}

void
postfix_retry(const struct postfix *postfix)
{
	struct path etc = path_join(postfix->directory.text, "etc");

	run_command(postfix,
		    (const char *const[]){ "/usr/sbin/postkick", "-c", etc.text, "public", "pickup", "W", NULL });
}

void
postfix_release(const struct postfix *postfix)
{
	struct path etc = path_join(postfix->directory.text, "etc");

	run_command(postfix, (const char *const[]){ "/usr/sbin/postsuper", "-c", etc.text, "-H", "ALL", NULL });
	run_command(postfix, (const char *const[]){ "/usr/sbin/postqueue", "-c", etc.text, "-f", NULL });
}

bool
postfix_settles(const struct postfix *postfix)
{
	static const char *const queues[] = { "spool/maildrop", "spool/incoming", "spool/active", "spool/deferred" };
	struct deadline deadline = deadline_in(PATIENCE_MS);

	for (size_t i = 0; i < sizeof queues / sizeof queues[0];) {
		if (directory_count(path_join(postfix->directory.text, queues[i]).text, "") == 0)
			i++;
		else if (!deadline_nap(&deadline))
			return false;
	}
	return true;
}

size_t
postfix_delivered(const struct postfix *postfix, const char *text)
{
	return directory_count(path_join(postfix->directory.text, "store/new").text, text);
}

size_t
postfix_held(const struct postfix *postfix, const char *text)
{
	return directory_count(path_join(postfix->directory.text, "spool/hold").text, text);
}

char *
postfix_delivered_mail(const struct postfix *postfix, const char *text)
{
	return directory_find(path_join(postfix->directory.text, "store/new").text, text);
}
