/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/sendmail_config.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char program[] = SENDMAIL_ROOT "/usr/libexec/sendmail/sendmail";

const char *
sendmail_missing(void)
{
	if (geteuid() != 0)
		return "not run by root, whom Sendmail needs to be started";
	if (access(program, X_OK) != 0)
		return "Sendmail is not unpacked: make deps does that";
	if (access("/usr/bin/m4", X_OK) != 0)
		return "m4 is not installed";
	return NULL;
}

/* What it said goes with the directory, so it is shown. */
static _Noreturn void
fail_with_log(const struct sendmail *sendmail, const char *output)
{
	size_t length;
	char *log = file_read(sendmail->log.text, &length);
	char *said = file_read(output, &length);

	fail("Sendmail does not start.\n%s%s", said != NULL ? said : "", log != NULL ? log : "");
}

/* What has to be in the environment of the program, as a shell takes it; for free(). */
static char *
environment(const struct sendmail *sendmail)
{
	struct path preload = path_beside_us("programs/sendmail_preload.so");
	char *settings = NULL;

	if (access(preload.text, R_OK) != 0)
		fail("there is no %s", preload.text);
	if (asprintf(&settings, "LD_PRELOAD=%s PRELOAD_HOST=%s PRELOAD_LOG=%s", preload.text, sendmail_host,
		     sendmail->log.text) < 0)
		fail("out of memory");
	return settings;
}

/* -bD stays in the foreground; -q retries what could not be delivered at once. */
static void
launch(struct sendmail *sendmail, const char *output, int leash)
{
	char *settings = environment(sendmail);
	char *command = NULL;

	if (asprintf(&command, "%s exec %s -C %s/etc/sendmail.cf -bD -q1s", settings, program,
		     sendmail->directory.text) < 0)
		fail("out of memory");
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	process_start(&sendmail->daemon, argv, output, leash);
	free(command);
	free(settings);
}

void
sendmail_start(struct sendmail *sendmail, const struct tempdir *dir, const struct sendmail_options *options)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	sendmail->directory = path_join(dir->path.text, options->name);
	sendmail->log = path_join(sendmail->directory.text, "mail.log");
	sendmail->port = free_port();
	sendmail_configure(sendmail, options);
	struct path output = path_join(sendmail->directory.text, "daemon.out");
	launch(sendmail, output.text, dir->leash);
	while (!loopback_answers(sendmail->port))
		if (!process_lives(sendmail->daemon.pid) || !deadline_nap(&deadline))
			fail_with_log(sendmail, output.text);
}

/* Its sessions are processes of its group. */
void
sendmail_stop(struct sendmail *sendmail)
{
	process_kill(&sendmail->daemon);
}

/* The program with this configuration and these arguments. */
static void
run_command(const struct sendmail *sendmail, const char *cf, const char *arguments)
{
	char *settings = environment(sendmail);
	char *command = NULL;

	if (asprintf(&command, "%s exec %s -C %s/etc/%s %s", settings, program, sendmail->directory.text, cf,
		     arguments) < 0)
		fail("out of memory");
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	process_run(argv, path_join(sendmail->directory.text, "submit.out").text);
	free(command);
	free(settings);
}

void
sendmail_submit(const struct sendmail *sendmail, const char *sender, const char *recipients, const char *text)
{
	struct path message = path_join(sendmail->directory.text, "message");
	char *arguments = NULL;

	file_write(message.text, text);
	if (asprintf(&arguments, "-i -f %s %s < %s", sender, recipients, message.text) < 0)
		fail("out of memory");
	run_command(sendmail, "submit.cf", arguments);
	free(arguments);
}

void
sendmail_retry(const struct sendmail *sendmail)
{
	run_command(sendmail, "submit.cf", "-qf");
}

/* -Q with no reason takes it back; the queue runner does the rest. */
void
sendmail_release(const struct sendmail *sendmail)
{
	run_command(sendmail, "sendmail.cf", "-Q -qQ");
}

/* How many files of a queue with this first letter hold the text. What the letters mean is in Sendmail's doc/op: q and Q a message to
 * be delivered or lost, x and t its notes while that is done, h a message on hold, d a text. */
static size_t
count_queued(const struct sendmail *sendmail, const char *queue, const char *letters, const char *text)
{
	struct path spool = path_join(sendmail->directory.text, queue);
	DIR *stream = opendir(spool.text);
	const struct dirent *entry;
	size_t count = 0;

	while (stream != NULL && (entry = readdir(stream)) != NULL)
		if (strchr(letters, entry->d_name[0]) != NULL && entry->d_name[1] == 'f' &&
		    file_has(path_join(spool.text, entry->d_name).text, text))
			count++;
	if (stream != NULL)
		closedir(stream);
	return count;
}

size_t
sendmail_lost(const struct sendmail *sendmail, const char *text)
{
	return count_queued(sendmail, "submitted", "Q", text);
}

bool
sendmail_settles(const struct sendmail *sendmail)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	while (count_queued(sendmail, "spool", "qQxt", "") > 0)
		if (!deadline_nap(&deadline))
			return false;
	return true;
}

size_t
sendmail_delivered(const struct sendmail *sendmail, const char *text)
{
	return directory_count(path_join(sendmail->directory.text, "store/new").text, text);
}

size_t
sendmail_held(const struct sendmail *sendmail, const char *text)
{
	return count_queued(sendmail, "spool", "h", text);
}

char *
sendmail_delivered_mail(const struct sendmail *sendmail, const char *text)
{
	return directory_find(path_join(sendmail->directory.text, "store/new").text, text);
}
