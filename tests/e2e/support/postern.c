/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/postern.h"

#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char unprivileged_user[] = "nobody";

enum { WORKERS_MAX = 32 }; /* two, and those that drain after each of a test's reloads */

const char postern_all_checks[] = "checks = {\n"
				  "\tnull_sender = { };\n"
				  "\theader_missing = { };\n"
				  "\theader_duplicate = { };\n"
				  "\tsubject_missing = { };\n"
				  "\tsubject_empty = { };\n"
				  "\talignment = { };\n"
				  "\tinline_image_empty = { };\n"
				  "\tattachment_empty = { };\n"
				  "\tbody_missing = { };\n"
				  "};\n";

/* "BUILD/postern" for a program that is BUILD/tests/e2e/NAME. */
static struct path
program_beside_us(void)
{
	struct path self = { "" };
	ssize_t length = readlink("/proc/self/exe", self.text, sizeof self.text - 1);

	if (length < 0)
		fail("cannot read /proc/self/exe: %s", strerror(errno));
	char *tests = strstr(self.text, "/tests/e2e/");
	if (tests == NULL)
		fail("set POSTERN to the program to test");
	*tests = '\0';
	return path_join(self.text, "postern");
}

void
postern_prepare(struct postern *postern, const struct tempdir *dir, const char *name)
{
	const char *program = getenv("POSTERN");
	const struct passwd *nobody = getpwnam(unprivileged_user);

	*postern = (struct postern){ .leash = dir->leash, .listener = -1 };
	if (program == NULL)
		postern->program = program_beside_us();
	else
		snprintf(postern->program.text, sizeof postern->program.text, "%s", program);
	if (access(postern->program.text, X_OK) != 0)
		fail("there is no %s to test", postern->program.text);
	postern->directory = path_join(dir->path.text, name);
	postern->config = path_join(postern->directory.text, "postern.conf");
	postern->socket = path_join(postern->directory.text, "socket");
	postern->log = path_join(postern->directory.text, "log");
	if (geteuid() == 0 && nobody != NULL)
		directory_make(postern->directory.text, 0755, nobody->pw_uid, nobody->pw_gid);
	else
		directory_make(postern->directory.text, 0755, geteuid(), getegid());
}

/* The settings that depend on where and as whom it runs here. */
static void
write_config(const struct postern *postern, const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		fail("cannot write %s: %s", path, strerror(errno));
	fprintf(file, "listen = \"unix:%s\";\nsocket_mode = \"0666\";\nworkers = 2;\n", postern->socket.text);
	if (geteuid() == 0)
		fprintf(file, "user = \"%s\";\n", unprivileged_user);
	fputs(text, file);
	if (fclose(file) != 0)
		fail("cannot write %s: %s", path, strerror(errno));
}

void
postern_configure(const struct postern *postern, const char *text)
{
	write_config(postern, postern->config.text, text);
}

void
postern_configure_as_shipped(const struct postern *postern, const char *shipped)
{
	struct path directory = path_join(postern->directory.text, "conf.d");
	size_t length;
	char *text = file_read(shipped, &length);

	if (text == NULL)
		fail("cannot read %s: %s", shipped, strerror(errno));
	file_write(postern->config.text, text);
	free(text);
	directory_make(directory.text, 0755, geteuid(), getegid());
	write_config(postern, path_join(directory.text, "here.conf").text, "");
}

bool
postern_answers(const struct postern *postern)
{
	int fd = connect_unix(postern->socket.text);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* The supervisor first, or it would replace them. Workers are no part of its process group. */
static void
kill_all(pid_t supervisor)
{
	pid_t workers[WORKERS_MAX];
	size_t count = process_children(supervisor, workers, WORKERS_MAX);

	kill(supervisor, SIGKILL);
	for (size_t i = 0; i < count && i < WORKERS_MAX; i++)
		kill(workers[i], SIGKILL);
}

/* A test that failed has left its daemon running: its number is in a file beside the socket. */
static void
end_leftover(const struct postern *postern)
{
	size_t length;
	char *number = file_read(path_join(postern->directory.text, "pid").text, &length);
	pid_t pid = number != NULL ? (pid_t)strtol(number, NULL, 10) : 0;

	if (pid > 0 && process_lives(pid))
		kill_all(pid);
	free(number);
}

static void
note_pid(const struct postern *postern, pid_t pid)
{
	char number[32];

	snprintf(number, sizeof number, "%d\n", (int)pid);
	file_write(path_join(postern->directory.text, "pid").text, number);
}

void
postern_start_again(struct postern *postern)
{
	const char *const argv[] = { postern->program.text, "run", "-f", "-c", postern->config.text, NULL };

	process_start_on(&postern->supervisor, argv, postern->log.text, postern->leash, postern->listener);
	note_pid(postern, postern->supervisor.pid);
}

static void
remove_socket(const struct postern *postern)
{
	if (postern->listener < 0)
		unlink(postern->socket.text);
}

static void
launch(struct postern *postern)
{
	end_leftover(postern);
	remove_socket(postern);
	unlink(postern->log.text);
	postern_start_again(postern);
}

void
postern_hold_socket(struct postern *postern)
{
	unlink(postern->socket.text);
	postern->listener = listen_unix(postern->socket.text);
	if (chmod(postern->socket.text, 0666) != 0)
		fail("cannot open %s to all: %s", postern->socket.text, strerror(errno));
}

void
postern_let_go_socket(struct postern *postern)
{
	close(postern->listener);
	postern->listener = -1;
	unlink(postern->socket.text);
}

static _Noreturn void
fail_with_log(const struct postern *postern, const char *what)
{
	size_t length;
	char *log = file_read(postern->log.text, &length);

	fail("%s %s. Its log:\n%s", postern->program.text, what, log != NULL ? log : "");
}

void
postern_start(struct postern *postern)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);

	launch(postern);
	while (!postern_answers(postern))
		if (!process_lives(postern->supervisor.pid) || !deadline_nap(&deadline))
			fail_with_log(postern, "does not start");
}

static int
await_end(struct postern *postern, const char *complaint)
{
	int status;

	if (!process_wait(&postern->supervisor, PATIENCE_MS, &status)) {
		process_kill(&postern->supervisor);
		fail_with_log(postern, complaint);
	}
	note_pid(postern, 0);
	return status;
}

int
postern_run(struct postern *postern)
{
	launch(postern);
	return await_end(postern, "does not end");
}

int
postern_stop(struct postern *postern)
{
	process_signal(&postern->supervisor, SIGTERM);
	return await_end(postern, "does not stop");
}

void
postern_kill(struct postern *postern)
{
	if (postern->supervisor.pid != 0)
		kill_all(postern->supervisor.pid);
	else
		end_leftover(postern);
	process_kill(&postern->supervisor);
	note_pid(postern, 0);
	remove_socket(postern);
}

bool
postern_logs(const struct postern *postern, const char *text)
{
	return file_comes_to_have(postern->log.text, text, PATIENCE_MS);
}

bool
postern_reload(struct postern *postern, const char *text)
{
	process_signal(&postern->supervisor, SIGHUP);
	return postern_logs(postern, text);
}
