/* SPDX-License-Identifier: BSD-2-Clause */
/* What a service manager hears, and our own milter socket when it is probed. */
#define _GNU_SOURCE
#include "milter/clock.h"
#include "milter/notify.h"
#include "milter/probe.h"
#include "tests/support/suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- the service manager ------------------------------------------------------------------------------------------ */

/* Plays the manager at that address, which begins with `@` or is a path. */
static int
open_manager(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, name);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
			 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void
assert_heard(int manager, const char *expected)
{
	char text[NOTIFY_MAX + 1] = "";
	ssize_t length = recv(manager, text, sizeof text - 1, 0);

	ck_assert_msg(length >= 0, "nothing was heard: %s", strerror(errno));
	ck_assert_str_eq(text, expected);
}

START_TEST(a_manager_is_told_at_an_abstract_name_and_at_a_path)
{
	char abstract[64], path[64];

	snprintf(abstract, sizeof abstract, "@postern-test-%ld", (long)getpid());
	snprintf(path, sizeof path, "/tmp/postern-test-%ld", (long)getpid());
	for (int i = 0; i < 2; i++) {
		int manager = open_manager(i == 0 ? abstract : path);
		struct notify notify;

		notify_open(&notify);
		notify_send(&notify, "READY=1\nSTATUS=%u workers", 3u);
		assert_heard(manager, "READY=1\nSTATUS=3 workers");
		notify_close(&notify);
		notify_send(&notify, "READY=1");
		ck_assert_int_lt(recv(manager, path, 0, 0), 0);
		close(manager);
	}
	unlink(path);
}
END_TEST

START_TEST(a_reload_comes_with_its_time)
{
	char name[64], text[NOTIFY_MAX] = "";
	long long us = 0;

	snprintf(name, sizeof name, "@postern-test-%ld", (long)getpid());
	int manager = open_manager(name);
	struct notify notify;
	notify_open(&notify);
	notify_reloading(&notify);
	ck_assert_int_gt(recv(manager, text, sizeof text - 1, 0), 0);
	ck_assert_int_eq(sscanf(text, "RELOADING=1\nMONOTONIC_USEC=%lld", &us), 1);
	ck_assert_int_le(llabs(us / 1000 - clock_ms()), 10000);
	notify_close(&notify);
	close(manager);
}
END_TEST

START_TEST(without_a_manager_nothing_happens)
{
	static const char *const names[] = { NULL, "", "@", "/", "relative", "/nobody/listens/here" };
	char far_too_long[200];

	memset(far_too_long, 'a', sizeof far_too_long);
	far_too_long[0] = '/';
	far_too_long[sizeof far_too_long - 1] = '\0';
	for (size_t i = 0; i <= sizeof names / sizeof names[0]; i++) {
		const char *name = i < sizeof names / sizeof names[0] ? names[i] : far_too_long;
		struct notify notify;

		if (name != NULL)
			setenv("NOTIFY_SOCKET", name, 1);
		else
			unsetenv("NOTIFY_SOCKET");
		notify_open(&notify);
		notify_send(&notify, "READY=1");
		notify_close(&notify);
		ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	}
}
END_TEST

START_TEST(the_watchdogs_period_is_for_one_process)
{
	char own[32], name[64];
	const struct {
		const char *period, *pid;
		int64_t ms;
	} rows[] = {
		{ NULL, NULL, 0 }, { "3000000", NULL, 3000 }, { "3000000", own, 3000 }, { "3000000", "1", 0 },
		{ "0", own, 0 },   { "-5", own, 0 },          { "soon", own, 0 },
	};

	snprintf(own, sizeof own, "%ld", (long)getpid());
	snprintf(name, sizeof name, "@postern-test-%ld", (long)getpid());
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int manager = open_manager(name);
		struct notify notify;

		if (rows[i].period != NULL)
			setenv("WATCHDOG_USEC", rows[i].period, 1);
		if (rows[i].pid != NULL)
			setenv("WATCHDOG_PID", rows[i].pid, 1);
		notify_open(&notify);
		ck_assert_msg(notify.watchdog_ms == rows[i].ms, "row %zu: %lld ms", i, (long long)notify.watchdog_ms);
		ck_assert_ptr_null(getenv("WATCHDOG_USEC"));
		notify_close(&notify);
		close(manager);
	}
}
END_TEST

/* An exposure of 1.5; where there is no systemd it is not asked. */
START_TEST(the_unit_leaves_little_to_attack)
{
	ck_assert_int_eq(
		system("command -v systemd-analyze >/dev/null || exit 0; systemd-analyze security --offline=true "
		       "--threshold=15 packaging/systemd/postern.service >/dev/null 2>&1"),
		0);
}
END_TEST

/* --- the probe ---------------------------------------------------------------------------------------------------- */

static int
open_listener(int backlog)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address.sun_family), 0);
	ck_assert_int_eq(listen(fd, backlog), 0);
	return fd;
}

/* Until it has ended. */
static enum probe_state
follow(struct probe *probe)
{
	struct pollfd pollfd;

	while (probe_wants(probe, &pollfd)) {
		int64_t left = probe->deadline_ms - clock_ms();

		poll(&pollfd, 1, left > 0 ? (int)left : 0);
		probe_go_on(probe);
	}
	return probe->state;
}

static const char good_answer[] = "\0\0\0\x0dO\0\0\0\x06\0\0\0\0\0\0\0\0";
static const char longer_answer[] = "\0\0\0\x12O\0\0\0\x06\0\0\0\0\0\0\0\0\0\0\0\1j";
static const char short_answer[] = "\0\0\0\x05O\0\0\0\x06"
				   "12345678";

START_TEST(an_answer_to_the_negotiation_is_good_and_nothing_else)
{
	static const struct {
		const char *sentence;
		const char *octets;
		size_t length;
		enum probe_state state;
	} rows[] = {
		{ "version, actions, protocol", good_answer, 17, PROBE_GOOD },
		{ "and macros that the filter asks for", longer_answer, 22, PROBE_GOOD },
		{ "a packet that is too short for them", short_answer, 17, PROBE_FAILED },
		{ "some other packet", "\0\0\0\x0dc\0\0\0\x06\0\0\0\0\0\0\0\0", 17, PROBE_FAILED },
		{ "a mail server", "220 mx.example.org ESMTP\r\n", 26, PROBE_FAILED },
		{ "half an answer and the end", good_answer, 9, PROBE_FAILED },
		{ "the end", "", 0, PROBE_FAILED },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int listener = open_listener(5);
		char offer[32];
		struct probe probe;

		probe_init(&probe);
		ck_assert_int_eq(probe_begin(&probe, listener, clock_ms() + 20000), PROBE_WAITING);
		int peer = accept(listener, NULL, NULL);
		ck_assert_int_eq(recv(peer, offer, sizeof offer, 0), 17);
		ck_assert_mem_eq(offer, "\0\0\0\x0dO\0\0\0\x06", 9);
		ck_assert_int_eq(send(peer, rows[i].octets, rows[i].length, 0), (ssize_t)rows[i].length);
		shutdown(peer, SHUT_WR);
		ck_assert_msg(follow(&probe) == rows[i].state, "%s: %s", rows[i].sentence, probe.why);
		ck_assert_int_eq(probe.fd, -1);
		if (rows[i].state == PROBE_GOOD)
			ck_assert_int_eq(recv(peer, offer, sizeof offer, MSG_WAITALL), 5);
		close(peer);
		close(listener);
	}
}
END_TEST

START_TEST(an_answer_may_come_octet_by_octet)
{
	int listener = open_listener(5);
	struct probe probe;

	probe_init(&probe);
	probe_begin(&probe, listener, clock_ms() + 20000);
	int peer = accept(listener, NULL, NULL);
	for (size_t i = 0; i < 17; i++) {
		ck_assert_int_eq(probe_go_on(&probe), PROBE_WAITING);
		ck_assert_int_eq(send(peer, good_answer + i, 1, 0), 1);
	}
	ck_assert_int_eq(follow(&probe), PROBE_GOOD);
	close(peer);
	close(listener);
}
END_TEST

START_TEST(who_does_not_answer_has_until_the_deadline)
{
	int listener = open_listener(5);
	struct probe probe;

	probe_init(&probe);
	probe_begin(&probe, listener, clock_ms() + 200);
	ck_assert_int_eq(probe_go_on(&probe), PROBE_WAITING);
	ck_assert_int_eq(follow(&probe), PROBE_FAILED);
	ck_assert_str_eq(probe.why, "there is no answer");
	close(listener);
}
END_TEST

START_TEST(a_full_backlog_and_a_lost_socket_fail_at_once)
{
	char path[64];
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct probe probe;
	int listener = open_listener(0), fds[8];

	probe_init(&probe);
	for (int i = 0; i < 8; i++) {
		struct probe one;

		probe_init(&one);
		probe_begin(&one, listener, clock_ms() + 20000);
		fds[i] = one.fd;
	}
	ck_assert_int_eq(probe_begin(&probe, listener, clock_ms() + 20000), PROBE_FAILED);
	ck_assert_str_eq(probe.why, "the socket's backlog is full");
	for (int i = 0; i < 8; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	close(listener);

	snprintf(path, sizeof path, "/tmp/postern-test-%ld", (long)getpid());
	strcpy(address.sun_path, path);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	unlink(path);
	ck_assert_int_eq(probe_begin(&probe, listener, clock_ms() + 20000), PROBE_FAILED);
	ck_assert_str_eq(probe.why, strerror(ENOENT));
	close(listener);
}
END_TEST

START_TEST(tcp_is_probed_as_well)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct probe probe;

	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	probe_init(&probe);
	probe_begin(&probe, listener, clock_ms() + 20000);
	int peer = accept(listener, NULL, NULL);
	ck_assert_int_eq(send(peer, good_answer, 17, 0), 17);
	ck_assert_int_eq(follow(&probe), PROBE_GOOD);
	close(peer);
	close(listener);
}
END_TEST

SUITE_MAIN(notify, a_manager_is_told_at_an_abstract_name_and_at_a_path, a_reload_comes_with_its_time,
	   without_a_manager_nothing_happens, the_watchdogs_period_is_for_one_process, the_unit_leaves_little_to_attack,
	   an_answer_to_the_negotiation_is_good_and_nothing_else, an_answer_may_come_octet_by_octet,
	   who_does_not_answer_has_until_the_deadline, a_full_backlog_and_a_lost_socket_fail_at_once,
	   tcp_is_probed_as_well)
