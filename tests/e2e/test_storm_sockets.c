/* SPDX-License-Identifier: BSD-2-Clause */
/* The milter socket removed, or something else in its place, and two daemons for one socket, while clients send. */
#define _DEFAULT_SOURCE
#include "tests/e2e/support/manager.h"
#include "tests/e2e/support/mta.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"
#include "tests/e2e/support/storm.h"
#include "tests/support/suite.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	WATCHDOG_MS = 1000,
	AWAITED_MESSAGES = 30, /* in each state of affairs */
	STORM_PAUSE_MS = 30,   /* few messages say as much here */
	SECOND_STARTS = 10,
	TURNS = 6
};

static struct mtas rig;
static struct storm storm;

/* --- what else may be at the path of a socket ------------------------------------------------------------------------- */

static void
put_nothing(const char *path)
{
	(void)path;
}

static void
put_file(const char *path)
{
	file_write(path, "not ours\n");
}

static void
put_directory(const char *path)
{
	ck_assert_int_eq(mkdir(path, 0755), 0);
}

static void
put_empty_link(const char *path)
{
	ck_assert_int_eq(symlink("/nonexistent/socket", path), 0);
}

/* To a socket that nobody serves: even that is left alone. */
static void
put_link_to_socket(const char *path)
{
	struct path target = path_join(rig.dir.path.text, "stale");

	unlink(target.text);
	close(listen_unix(target.text));
	ck_assert_int_eq(symlink(target.text, path), 0);
}

static void
put_fifo(const char *path)
{
	ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static void
put_stale_socket(const char *path)
{
	close(listen_unix(path));
}

static const struct {
	const char *what;
	void (*put)(const char *path);
	int start; /* status of a daemon that is to listen there; EX_OK: it starts */
} obstacles[] = {
	{ "nothing", put_nothing, EX_OK },
	{ "a socket that nobody serves", put_stale_socket, EX_OK },
	{ "a file", put_file, EX_CONFIG },
	{ "a directory", put_directory, EX_CONFIG },
	{ "a symbolic link to nothing", put_empty_link, EX_CONFIG },
	{ "a symbolic link to a socket", put_link_to_socket, EX_CONFIG },
	{ "a fifo", put_fifo, EX_CONFIG },
};
enum { OBSTACLES = sizeof obstacles / sizeof obstacles[0] };

static struct stat
look_at(const char *path, const char *what)
{
	struct stat status;

	ck_assert_msg(lstat(path, &status) == 0, "%s is gone", what);
	return status;
}

static void
expect_untouched(const char *path, const struct stat *before, const char *what)
{
	struct stat now = look_at(path, what);

	ck_assert_msg(now.st_ino == before->st_ino && now.st_mode == before->st_mode && now.st_uid == before->st_uid,
		      "%s is not what it was", what);
}

/* A start beside that obstacle, as a service manager does it. */
static void
start_beside(size_t which)
{
	const char *what = obstacles[which].what, *path = rig.postern.socket.text;
	struct stat before;
	int status;

	if (obstacles[which].start != EX_OK) {
		before = look_at(path, what);
		postern_start_again(&rig.postern);
		ck_assert(process_wait(&rig.postern.supervisor, PATIENCE_MS, &status));
		ck_assert_msg(status == obstacles[which].start, "%s: status %d", what, status);
		ck_assert(postern_logs(&rig.postern, "is there already and is no socket; left alone"));
		expect_untouched(path, &before, what);
		remove(path);
	}
	postern_start_again(&rig.postern);
	storm_await_accepted(&storm, AWAITED_MESSAGES);
}

static void
start_storm(void)
{
	storm_start(&storm, &(struct storm_options){
				    .name = "sockets",
				    .mta = &rig.mta[MTA_POSTFIX],
				    .pause_ms = STORM_PAUSE_MS,
				    .seed = dice_seed("STORM_SEED"),
			    });
}

static void
finish_storm(void)
{
	storm_await_accepted(&storm, AWAITED_MESSAGES);
	storm_finish(&storm);
	expect_storm_kept(&storm);
	expect_storm_lost(&storm, 0);
}

/* The daemon finds out where there is a watchdog, stops when it is told to, and touches nothing that is not its own. */
START_TEST(something_comes_in_the_place_of_the_socket)
{
	const char *path = rig.postern.socket.text;
	struct manager manager;
	struct path notify = path_join(rig.dir.path.text, "notify");
	struct path log = path_join(rig.dir.path.text, "log");

	manager_open(&manager, &notify, WATCHDOG_MS);
	mtas_serve(&rig, postern_all_checks);
	start_storm();
	for (size_t i = 0; i < OBSTACLES; i++) {
		const char *what = obstacles[i].what;
		struct stat before = { .st_ino = 0 };

		storm_await_accepted(&storm, AWAITED_MESSAGES);
		ck_assert_int_eq(rename(rig.postern.log.text, log.text), 0); /* the next daemon begins another */
		ck_assert_int_eq(unlink(path), 0);
		obstacles[i].put(path);
		if (path_exists(path))
			before = look_at(path, what);
		ck_assert_msg(file_comes_to_have(log.text, "the milter socket does not answer us", PATIENCE_MS),
			      "%s: nothing is said of it", what);
		manager_forget(&manager);
		ck_assert_msg(!manager_hears(&manager, "WATCHDOG=1", WATCHDOG_MS), "%s: it is thought well", what);
		ck_assert_msg(postern_stop(&rig.postern) == EX_OK, "%s: it does not stop", what);
		if (before.st_ino != 0)
			expect_untouched(path, &before, what);
		start_beside(i);
	}
	finish_storm();
	storm_free(&storm);
	postern_kill(&rig.postern);
	manager_close(&manager);
}
END_TEST

/* --- two daemons ------------------------------------------------------------------------------------------------------ */

/* Another daemon for the same socket. */
static void
prepare_other(struct postern *other, const char *name)
{
	postern_prepare(other, &rig.dir, name);
	other->socket = rig.postern.socket;
	postern_configure(other, postern_all_checks);
}

START_TEST(a_second_daemon_is_refused_and_the_first_goes_on)
{
	struct postern other;
	int status;

	mtas_serve(&rig, postern_all_checks);
	prepare_other(&other, "second");
	struct stat before = look_at(rig.postern.socket.text, "the socket");
	start_storm();
	for (int i = 0; i < SECOND_STARTS; i++) {
		storm_await(&storm, AWAITED_MESSAGES);
		postern_start_again(&other);
		ck_assert(process_wait(&other.supervisor, PATIENCE_MS, &status));
		ck_assert_int_eq(status, EX_TEMPFAIL);
		expect_untouched(rig.postern.socket.text, &before, "the socket");
	}
	ck_assert(postern_logs(&other, "another process listens on this socket"));
	finish_storm();
	expect_storm_deferred(&storm, 0);
	storm_free(&storm);
	postern_kill(&rig.postern);
}
END_TEST

/* As a careless upgrade does it: the old one's socket is removed, the new one started, and only then the old one stopped. */
START_TEST(when_the_old_one_stops_the_socket_of_the_new_one_is_there)
{
	struct postern daemons[TURNS + 1];
	char name[16];

	mtas_serve(&rig, postern_all_checks);
	daemons[0] = rig.postern;
	start_storm();
	for (int i = 1; i <= TURNS; i++) {
		snprintf(name, sizeof name, "turn-%d", i);
		prepare_other(&daemons[i], name);
		storm_await_accepted(&storm, AWAITED_MESSAGES);
		postern_start(&daemons[i]); /* removes the socket first */
		struct stat before = look_at(rig.postern.socket.text, "the new socket");
		storm_await_accepted(&storm, 1);
		ck_assert_int_eq(postern_stop(&daemons[i - 1]), EX_OK);
		expect_untouched(rig.postern.socket.text, &before, "the new socket");
		storm_await_accepted(&storm, AWAITED_MESSAGES);
	}
	finish_storm();
	storm_free(&storm);
	ck_assert_int_eq(postern_stop(&daemons[TURNS]), EX_OK);
	ck_assert_msg(!path_exists(rig.postern.socket.text), "the last one leaves its socket");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		something_comes_in_the_place_of_the_socket,
		a_second_daemon_is_refused_and_the_first_goes_on,
		when_the_old_one_stops_the_socket_of_the_new_one_is_there,
	};
	const struct mta_options options = { .name = NULL };

	if (!mtas_open(&rig, &options))
		return MTAS_SKIPPED;
	int status = suite_run("storm_sockets", tests, sizeof tests / sizeof tests[0], 2 * MTAS_TIMEOUT_S);
	mtas_close(&rig);
	return status;
}
