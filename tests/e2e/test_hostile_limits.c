/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine runs out of what the daemon needs: descriptors, memory, threads and processes, room for its log. Nothing is let through for
 * it, and when there is some again the daemon serves as before. */
#define _GNU_SOURCE
#include "tests/e2e/support/health.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/wire.h"
#include "tests/support/suite.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CROWD = 60,
	DESCRIPTORS = 40, /* of a worker, that has some 20 from the start */
	LINES_MAX = 60,   /* of the log, while descriptors are short: one a second at most */
	MEMORY_MB = 20,   /* more than a worker has from the start */
	HELD_MS =
		300, /* until libmilter has a thread at each half packet; before anybody looks whether there are threads */
	PATIENCE_S = 2, /* for an answer that may never come */
};

static int crowd[CROWD];
static pid_t workers[ASKING_WORKERS];

static void
gather_between(size_t from, size_t end, const char *packet, size_t length)
{
	for (size_t i = from; i < end; i++) {
		crowd[i] = connect_unix(asking.postern.socket.text);
		ck_assert_int_ge(crowd[i], 0);
		wire_send(crowd[i], packet, length);
	}
}

static void
gather(const char *packet, size_t length)
{
	gather_between(0, CROWD, packet, length);
}

static void
scatter_between(size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		close(crowd[i]);
}

static void
scatter(void)
{
	scatter_between(0, CROWD);
}

/* As the user that the daemon became: others need a capability for it. */
static int
be_and_limit(pid_t pid, int resource, rlim_t value)
{
	const struct passwd *nobody = getpwnam("nobody");
	struct rlimit limit;

	if (geteuid() == 0 && nobody != NULL &&
	    (setgroups(0, NULL) != 0 || setgid(nobody->pw_gid) != 0 || setuid(nobody->pw_uid) != 0))
		return EXIT_FAILURE;
	if (prlimit(pid, (enum __rlimit_resource)resource, NULL, &limit) != 0)
		return EXIT_FAILURE;
	limit.rlim_cur = value < limit.rlim_max ? value : limit.rlim_max;
	return prlimit(pid, (enum __rlimit_resource)resource, &limit, NULL) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* From now on. */
static void
limit(pid_t pid, int resource, rlim_t value)
{
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(be_and_limit(pid, resource, value));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(status == 0, "the limits of process %d cannot be changed", (int)pid);
}

static void
limit_workers(int resource, rlim_t value)
{
	asking_workers(workers);
	for (size_t i = 0; i < ASKING_WORKERS; i++)
		limit(workers[i], resource, value);
}

static size_t
lines_of_log(void)
{
	size_t length, lines = 0;
	char *log = file_read(asking.postern.log.text, &length);

	for (const char *c = log; c != NULL && (c = strchr(c, '\n')) != NULL; c++)
		lines++;
	free(log);
	return lines;
}

/* A message to be refused: it may be put off, or not be answered, but not let through. */
static void
expect_not_let_through(void)
{
	struct timeval patience = { PATIENCE_S, 0 };
	struct wire wire = { 0 };
	char command, text[64];
	int fd = connect_unix(asking.postern.socket.text);

	ck_assert_int_ge(fd, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	wire_add_offer(&wire);
	wire_add_client(&wire);
	WIRE_STRINGS(&wire, 'M', "<a@example.com>");
	WIRE_STRINGS(&wire, 'R', "<b@dest.example.org>");
	WIRE_STRINGS(&wire, 'L', "From\0a@example.com");
	wire_add(&wire, 'N', NULL, 0);
	wire_add(&wire, 'B', "text\r\n", 6);
	wire_add(&wire, 'E', NULL, 0);
	wire_send(fd, wire.octets, wire.length);
	while (wire_read(fd, &command, text, sizeof text))
		ck_assert_msg(command != 'a', "let through");
	close(fd);
	wire_free(&wire);
}

/* Once it serves again, it does so as before. */
static void
expect_recovery(void)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	json_t *status = asking_status();

	while (asking_figure(status, "workers", "serving", NULL) != ASKING_WORKERS ||
	       asking_figure(status, "sessions", "open", NULL) != 0) {
		ck_assert_msg(deadline_nap(&deadline), "it does not recover");
		json_decref(status);
		status = asking_status();
	}
	json_decref(status);
	health_expect_served();
}

START_TEST(without_descriptors_connections_wait)
{
	health_begin();
	limit_workers(RLIMIT_NOFILE, DESCRIPTORS);
	size_t lines = lines_of_log();
	gather("", 0);
	ck_assert(postern_logs(&asking.postern, "nearly all descriptors are taken"));
	health_expect_no_spin();
	ck_assert_uint_lt(lines_of_log() - lines, LINES_MAX);
	scatter();
	expect_recovery();
	health_expect_same();
	postern_stop(&asking.postern);
}
END_TEST

static rlim_t
address_space_of(pid_t pid)
{
	char name[64];
	unsigned long pages;
	size_t length;

	snprintf(name, sizeof name, "/proc/%d/statm", (int)pid);
	char *text = file_read(name, &length);
	ck_assert_ptr_nonnull(text);
	pages = strtoul(text, NULL, 10);
	free(text);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* A megabyte is promised by each, and memory set aside for it. */
START_TEST(without_memory_nothing_is_let_through)
{
	static const char promise[] = "\0\x0f\xff\xff"
				      "Lx";

#ifdef __SANITIZE_ADDRESS__
	return; /* needs memory of its own, and ends without it */
#endif
	health_begin();
	asking_workers(workers);
	for (size_t i = 0; i < ASKING_WORKERS; i++)
		limit(workers[i], RLIMIT_AS, address_space_of(workers[i]) + ((rlim_t)MEMORY_MB << 20));
	gather(promise, sizeof promise - 1);
	for (int i = 0; i < 5; i++)
		expect_not_let_through();
	scatter();
	for (size_t i = 0; i < ASKING_WORKERS; i++)
		if (process_lives(workers[i]))
			limit(workers[i], RLIMIT_AS, RLIM_INFINITY);
	expect_recovery();
	postern_stop(&asking.postern);
}
END_TEST

/* libmilter forgets a session for which it can start no thread. */
START_TEST(without_threads_a_worker_makes_room_for_another)
{
	static const char half[] = "\0\0\0\x64"
				   "Lhalf";

	health_begin();
	limit_workers(RLIMIT_NPROC, 1);
	gather(half, sizeof half - 1);
	ck_assert(postern_logs(&asking.postern, "no thread can be started; another worker takes this one's place"));
	expect_not_let_through();
	scatter();
	expect_recovery();
	postern_stop(&asking.postern);
}
END_TEST

static void
expect_open(long long sessions)
{
	struct deadline deadline = deadline_in(PATIENCE_MS);
	json_t *status = asking_status();

	while (asking_figure(status, "sessions", "open", NULL) != sessions) {
		ck_assert_msg(deadline_nap(&deadline), "%lld sessions are open, not %lld",
			      asking_figure(status, "sessions", "open", NULL), sessions);
		json_decref(status);
		status = asking_status();
	}
	json_decref(status);
}

/* Half packets hold the threads that there are, and the ends of the others find none. There are threads again before anybody has looked, but
 * libmilter has forgotten the others. */
START_TEST(sessions_forgotten_for_a_moment_without_threads_are_given_back)
{
	static const char half[] = "\0\0\0\x64"
				   "Lhalf";
	struct wire wire = { 0 };

	health_begin();
	wire_add_offer(&wire);
	wire_add_client(&wire);
	gather_between(0, CROWD / 2, wire.octets, wire.length);
	expect_open(CROWD / 2);
	gather_between(CROWD / 2, CROWD, half, sizeof half - 1);
	nap_ms(HELD_MS);
	limit_workers(RLIMIT_NPROC, 1);
	scatter_between(0, CROWD / 2);
	nap_ms(HELD_MS);
	limit_workers(RLIMIT_NPROC, RLIM_INFINITY);
	scatter_between(CROWD / 2, CROWD);
	expect_recovery();
	wire_free(&wire);
	postern_stop(&asking.postern);
}
END_TEST

START_TEST(without_processes_what_serves_goes_on_serving)
{
	health_begin();
	asking_workers(workers);
	pid_t supervisor = asking.postern.supervisor.pid;
	limit(supervisor, RLIMIT_NPROC, 1);
	ck_assert(postern_reload(&asking.postern, "error: not reloaded: "));
	kill(workers[0], SIGKILL);
	ck_assert(postern_logs(&asking.postern, "error: a worker cannot be started: "));
	health_expect_served();
	limit(supervisor, RLIMIT_NPROC, RLIM_INFINITY);
	expect_recovery();
	postern_stop(&asking.postern);
}
END_TEST

/* The daemon by way of a shell that does something to its standard error first. */
static void
start_with_log(const char *redirection)
{
	struct path script = path_join(asking.dir.path.text, "script"), program = asking.postern.program;
	char text[1024];

	snprintf(text, sizeof text, "#!/bin/sh\nexec %s \"$@\" %s\n", program.text, redirection);
	file_write(script.text, text);
	ck_assert_int_eq(chmod(script.text, 0755), 0);
	health_configure(NULL);
	asking.postern.program = script;
	asking_launch();
	asking.postern.program = program;
	health_expect_served();
	health_remember();
}

START_TEST(without_a_log_verdicts_are_the_same)
{
	static const char *const redirections[] = { "2>&-", "2>/dev/full", "<&- >&- 2>&-", "2>/dev/full >/dev/full" };

	for (size_t i = 0; i < sizeof redirections / sizeof redirections[0]; i++) {
		start_with_log(redirections[i]);
		for (int times = 0; times < 20; times++)
			health_expect_served();
		health_expect_same();
		postern_stop(&asking.postern);
	}
}
END_TEST

HOSTILE_MAIN(hostile_limits, without_descriptors_connections_wait, without_memory_nothing_is_let_through,
	     without_threads_a_worker_makes_room_for_another,
	     sessions_forgotten_for_a_moment_without_threads_are_given_back,
	     without_processes_what_serves_goes_on_serving, without_a_log_verdicts_are_the_same)
