/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything at once, for a daemon that was built under ThreadSanitizer:
 *
 *      storm [-s SECONDS] [-c CONNECTIONS] SUPPRESSIONS
 *
 * Three daemons count in memory, in SQLite and in Redis. Each has a crowd of connections, a sender beyond its quota, a table that is replaced; is reloaded, is asked for
 * its status, its limits and its metrics. Fails on a wrong answer, and on a report of the sanitizer. */
#define _GNU_SOURCE
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"
#include "tests/load/crowd.h"
#include "tests/load/footprint.h"
#include "tests/support/redis.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DAEMONS = 3,
	CONNECTIONS =
		32,  /* of each: no more calls of a worker wait for Redis at a time, and one worker may have them all */
	RENEWED = 7, /* messages of a connection: those to an old worker come to their end */
	PAUSE_MS = 20, /* between two things that an administrator does */
	CONFIG_MAX = 4096
};

static const char *const names[DAEMONS] = { "memory", "sqlite", "redis" };

/* Refused once the quota is used up, and accepted for as long as that is not yet seen. */
static const struct letter flood = {
	.sender = "flood@example.com",
	.text = "From: flood@example.com\nSubject: Once more\n\nAgain.\n",
	.reply = "454 Throttling failure: Daily message quota exceeded",
	.or_accepted = true,
};

struct ship {
	struct postern postern;
	struct path control, metrics, table, output;
	char store[PATH_TEXT_MAX + 16];
	struct crowd crowd;
	struct crowd_result result;
};

struct storm {
	struct tempdir dir;
	struct redis_server redis;
	struct ship ships[DAEMONS];
	size_t reloads, questions;
};

/* --- a daemon ------------------------------------------------------------------------------------------------------- */

static void
configure(const struct ship *ship, unsigned turn)
{
	static const char form[] = "control = \"%s\";\n"
				   "metrics = { listen = \"unix:%s\"; };\n"
				   "counters = { store = \"%s\"; timeout = \"10s\"; };\n"
				   "%s\n"
				   "connections_per_client = { limit = %u; };\n"
				   "send_rate = { rate = \"1000000/1s\"; per = \"client\"; unit = \"recipients\"; };\n"
				   "daily_quota = { quota = \"1000000000/1d\"; per = \"sender\"; unit = \"messages\"; "
				   "overrides = \"file:%s\"; };\n"
				   "};\n";
	char text[CONFIG_MAX];
	char checks[CONFIG_MAX / 2];

	/* The checks of the samples, in one group with those here. */
	snprintf(checks, sizeof checks, "%s", postern_all_checks);
	*strstr(checks, "\n};") = '\0';
	snprintf(text, sizeof text, form, ship->control.text, ship->metrics.text, ship->store, checks, 100000 + turn,
		 ship->table.text);
	postern_configure(&ship->postern, text);
}

static void
prepare(struct storm *storm, size_t number)
{
	struct ship *ship = &storm->ships[number];

	postern_prepare(&ship->postern, &storm->dir, names[number]);
	const char *directory = ship->postern.directory.text;
	ship->control = path_join(directory, "control");
	ship->metrics = path_join(directory, "metrics");
	ship->table = path_join(directory, "quotas");
	ship->output = path_join(directory, "output");
	if (strcmp(names[number], "sqlite") == 0)
		snprintf(ship->store, sizeof ship->store, "sqlite:%s/counters.db", directory);
	else if (strcmp(names[number], "redis") == 0)
		snprintf(ship->store, sizeof ship->store, "redis://127.0.0.1:%d", storm->redis.port);
	else
		snprintf(ship->store, sizeof ship->store, "memory");
	file_write(ship->table.text, "flood@example.com 100/1d\n");
	configure(ship, 0);
	postern_start(&ship->postern);
}

/* --- an administrator ------------------------------------------------------------------------------------------------ */

static void
ask(const struct ship *ship, const char *command, const char *more)
{
	const char *const argv[] = { ship->postern.program.text, command, "-c", ship->postern.config.text, more, NULL };
	int status = process_run(argv, ship->output.text);
	size_t length;

	if (status == 0)
		return;
	char *said = file_read(ship->output.text, &length);
	fail("postern %s ends with %d: %s", command, status, said != NULL ? said : "");
}

static void
scrape(const struct ship *ship)
{
	static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
	char answer[4096];
	int fd = connect_unix(ship->metrics.text);

	if (fd < 0)
		return; /* its process starts after a reload */
	if (write(fd, request, sizeof request - 1) > 0)
		while (read(fd, answer, sizeof answer) > 0)
			;
	close(fd);
}

/* As an editor does. */
static void
replace_table(const struct ship *ship)
{
	struct path fresh = path_join(ship->postern.directory.text, "quotas.new");

	file_write(fresh.text, "flood@example.com 100/1d\n");
	if (rename(fresh.text, ship->table.text) != 0)
		fail("cannot replace %s", ship->table.text);
}

static void
administer(struct storm *storm, struct ship *ship, unsigned turn)
{
	unlink(ship->output.text);
	ask(ship, "status", "--json");
	ask(ship, "limits", "list");
	scrape(ship);
	replace_table(ship);
	storm->questions += 3;
	if (turn % 2 == 0)
		return;
	configure(ship, turn);
	if (turn % 4 == 1)
		process_signal(&ship->postern.supervisor, SIGHUP);
	else
		ask(ship, "reload", NULL);
	storm->reloads++;
}

/* --- what came of it ------------------------------------------------------------------------------------------------- */

/* What its log says beside messages and workers that ended well. */
static void
show_log(const struct postern *postern)
{
	size_t length;
	char *log = file_read(postern->log.text, &length);
	char *rest = log;

	for (const char *line; log != NULL && (line = strsep(&rest, "\n")) != NULL;)
		if (strstr(line, " origin=") == NULL && strstr(line, "worker ends: drained") == NULL)
			printf("    %s\n", line);
	free(log);
}

static bool
end(struct ship *ship)
{
	crowd_stop(&ship->crowd, &ship->result);
	int status = postern_stop(&ship->postern);
	printf("  %.6s messages %zu, wrong answers %zu%s%s; ended with %d\n", ship->store, ship->result.messages,
	       ship->result.wrong, ship->result.wrong > 0 ? ", such as " : "", ship->result.wrong_answer, status);
	if (ship->result.wrong > 0 || status != 0)
		show_log(&ship->postern);
	return ship->result.wrong == 0 && status == 0;
}

/* Shows what the sanitizer has written, one file for each process that had something to report. */
static size_t
show_reports(const char *directory)
{
	DIR *stream = opendir(directory);
	size_t count = 0;
	size_t length;

	if (stream == NULL)
		fail("cannot read %s", directory);
	for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
		char *text =
			entry->d_name[0] == '.' ? NULL : file_read(path_join(directory, entry->d_name).text, &length);

		if (text == NULL)
			continue;
		for (const char *at = text; (at = strstr(at, "WARNING: ThreadSanitizer")) != NULL; at++)
			count++;
		fputs(text, stdout);
		free(text);
	}
	closedir(stream);
	return count;
}

/* What the daemons are told of the sanitizer; those become another user. */
static struct path
prepare_reports(const struct tempdir *dir, const char *suppressions)
{
	struct path reports = path_join(dir->path.text, "reports");
	char options[3 * PATH_TEXT_MAX];
	char *absolute = realpath(suppressions, NULL);

	if (absolute == NULL)
		fail("there is no %s", suppressions);
	directory_make(reports.text, 0777, geteuid(), getegid());
	chmod(reports.text, 0777);
	snprintf(options, sizeof options, "log_path=%s/report suppressions=%s print_suppressions=0 exitcode=66",
		 reports.text, absolute);
	setenv("TSAN_OPTIONS", options, 1);
	free(absolute);
	return reports;
}

static void
blow(struct storm *storm, double seconds, unsigned connections)
{
	const struct crowd_options options = { .connections = connections, .renewed = RENEWED, .more = &flood };
	struct deadline deadline = deadline_in((int64_t)(seconds * 1000));

	for (size_t i = 0; i < DAEMONS; i++)
		crowd_start(&storm->ships[i].crowd, storm->ships[i].postern.socket.text, &options);
	for (unsigned turn = 0; deadline_nap(&deadline); turn++) {
		for (size_t i = 0; i < DAEMONS; i++)
			administer(storm, &storm->ships[i], turn + (unsigned)i);
		nap_ms(PAUSE_MS);
	}
}

int
main(int argc, char **argv)
{
	static struct storm storm;
	double seconds = 60;
	unsigned connections = CONNECTIONS;
	bool right = true;
	int option;

	while ((option = getopt(argc, argv, "s:c:")) != -1) {
		if (option == 's')
			seconds = strtod(optarg, NULL);
		else if (option == 'c')
			connections = (unsigned)strtoul(optarg, NULL, 10);
	}
	if (argc - optind != 1 || connections < CROWD_HALVES)
		fail("usage: storm [-s SECONDS] [-c CONNECTIONS] SUPPRESSIONS");
	tempdir_make(&storm.dir);
	redis_server_make(&storm.redis, NULL);
	struct path reports = prepare_reports(&storm.dir, argv[optind]);
	for (size_t i = 0; i < DAEMONS; i++)
		prepare(&storm, i);
	blow(&storm, seconds, connections);
	for (size_t i = 0; i < DAEMONS; i++)
		right = end(&storm.ships[i]) && right;
	size_t found = show_reports(reports.text);
	printf("  reloads %zu, questions %zu, reports of the sanitizer %zu\n", storm.reloads, storm.questions, found);
	redis_server_remove(&storm.redis);
	tempdir_remove(&storm.dir);
	return right && found == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
