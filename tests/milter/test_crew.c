/* SPDX-License-Identifier: BSD-2-Clause */
/* Workers that hang, as their supervisor sees them. */
#define _GNU_SOURCE
#include "milter/clock.h"
#include "milter/crew.h"
#include "milter/stores/memory.h"
#include "tests/support/suite.h"
#include "tests/support/test_clock.h"

#include <libmilter/mfapi.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEAT_MS = 1200 }; /* a worker gives a sign of life each second */

/* libmilter's loop, in place of the library's. */
int
smfi_main(void)
{
	for (;;)
		poll(NULL, 0, -1);
}

static struct crew crew;
static struct shared shared;
static struct conf *conf;

static int
open_listener(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address.sun_family), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	return fd;
}

static void
tend_and_hear(void)
{
	crew_tend(&crew);
	for (size_t i = 0; i < CREW_MAX; i++) {
		struct worker *worker = &crew.workers[i];
		struct pollfd gate = { .fd = worker->state != WORKER_ABSENT ? worker->gate : -1, .events = POLLIN };

		if (poll(&gate, 1, 0) == 1)
			crew_hear(&crew, worker);
	}
	poll(NULL, 0, 1);
}

static void
greet_all(void)
{
	while (!crew_is_renewed(&crew))
		tend_and_hear();
}

static void
hire_two(void)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	conf = conf_load_text("test", bytes_of("checks = { subject_missing = { }; };"), &errors);
	ck_assert_ptr_nonnull(conf);
	shared_init(&shared, MEMORY_STORE_KEYS_MIN);
	crew_init(&crew, open_listener(), &shared);
	crew_renew(&crew, conf, 2);
	greet_all();
}

/* The supervisor's next look, before which whoever lives had the time for a sign. */
static void
let_pass_and_look(void)
{
	poll(NULL, 0, BEAT_MS);
	test_clock_pass(CREW_LOOK_MS);
	crew_tend(&crew);
}

START_TEST(a_worker_that_was_stopped_is_killed_and_replaced_and_others_are_not)
{
	int status = 0;

	hire_two();
	pid_t stopped = crew.workers[0].pid, other = crew.workers[1].pid;
	kill(stopped, SIGSTOP);
	for (int i = 0; i < CREW_LOOKS_MAX; i++) {
		ck_assert_int_eq(waitpid(-1, &status, WNOHANG), 0);
		let_pass_and_look();
	}
	let_pass_and_look();
	ck_assert_int_eq(waitpid(stopped, &status, 0), stopped);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	ck_assert(crew_bury(&crew, stopped, status));
	ck_assert_uint_eq(crew.restarts, 1);
	test_clock_pass(CREW_DELAY_MIN_MS);
	greet_all();
	ck_assert_int_eq(crew.workers[1].pid, other);
	ck_assert(crew.workers[0].pid != stopped);
	ck_assert_int_eq(waitpid(-1, &status, WNOHANG), 0);
	crew_leave(&crew);
	while (waitpid(-1, &status, 0) > 0)
		;
}
END_TEST

START_TEST(when_all_the_machine_stood_still_nobody_is_killed)
{
	int status = 0;

	hire_two();
	poll(NULL, 0, BEAT_MS);
	test_clock_pass((int64_t)24 * 3600 * 1000);
	crew_tend(&crew);
	crew_tend(&crew);
	poll(NULL, 0, BEAT_MS);
	ck_assert_int_eq(waitpid(-1, &status, WNOHANG), 0);
	crew_leave(&crew);
	while (waitpid(-1, &status, 0) > 0)
		;
}
END_TEST

/* Two are stopped: one says nothing, the other cannot have said it yet. */
START_TEST(a_reload_has_ended_when_no_old_worker_accepts_connections)
{
	int status = 0;

	hire_two();
	struct worker *hanging = &crew.workers[0], *other = &crew.workers[1];
	kill(hanging->pid, SIGSTOP);
	kill(other->pid, SIGSTOP);
	crew_renew(&crew, conf, 2);
	while (hanging->state != WORKER_LEAVING)
		tend_and_hear();
	tend_and_hear();
	ck_assert(hanging->gate >= 0 && other->gate >= 0 && !crew_is_renewed(&crew));
	kill(other->pid, SIGCONT);
	while (other->gate >= 0)
		tend_and_hear();
	tend_and_hear();
	ck_assert(hanging->gate >= 0 && !crew_is_renewed(&crew));
	ck_assert_uint_eq(crew.drained, 2);
	test_clock_pass(CREW_CLOSE_MS);
	tend_and_hear();
	crew_tend(&crew);
	ck_assert(crew_is_renewed(&crew));
	ck_assert_uint_eq(crew.drained, 0);
	kill(hanging->pid, SIGCONT);
	crew_leave(&crew);
	while (waitpid(-1, &status, 0) > 0)
		;
}
END_TEST

START_TEST(a_worker_that_served_is_replaced_soon_however_often_it_crashes)
{
	int status = 0;

	hire_two();
	for (int i = 0; i < 20; i++) {
		pid_t killed = crew.workers[i % 2].pid;

		kill(killed, SIGKILL);
		ck_assert_int_eq(waitpid(killed, &status, 0), killed);
		ck_assert(crew_bury(&crew, killed, status));
		ck_assert_int_le(crew_tend(&crew), CREW_DELAY_MIN_MS);
		test_clock_pass(CREW_DELAY_MIN_MS);
		greet_all();
	}
	crew_leave(&crew);
	while (waitpid(-1, &status, 0) > 0)
		;
}
END_TEST

START_TEST(one_that_crashes_before_it_serves_waits_longer_each_time)
{
	int status = 0, before_ms = 0, delay_ms = 0;

	hire_two();
	for (int i = 0; i < 20; i++) {
		pid_t killed = crew.workers[0].pid;

		kill(killed, SIGKILL);
		ck_assert_int_eq(waitpid(killed, &status, 0), killed);
		ck_assert(crew_bury(&crew, killed, status));
		delay_ms = (int)crew.delay_ms;
		ck_assert_int_ge(delay_ms, before_ms);
		ck_assert_int_le(delay_ms, CREW_DELAY_MAX_MS);
		before_ms = delay_ms;
		test_clock_pass(delay_ms);
		crew_tend(&crew);
	}
	ck_assert_int_eq(delay_ms, CREW_DELAY_MAX_MS);
	crew_leave(&crew);
	while (waitpid(-1, &status, 0) > 0)
		;
}
END_TEST

SUITE_MAIN(crew, a_worker_that_served_is_replaced_soon_however_often_it_crashes,
	   one_that_crashes_before_it_serves_waits_longer_each_time,
	   a_worker_that_was_stopped_is_killed_and_replaced_and_others_are_not,
	   when_all_the_machine_stood_still_nobody_is_killed, a_reload_has_ended_when_no_old_worker_accepts_connections)
