/* SPDX-License-Identifier: BSD-2-Clause */
/* The short form of `make load`: many connections at once, every answer compared, and nothing left behind. */
#define _GNU_SOURCE
#include "tests/e2e/support/patience.h"
#include "tests/load/crowd.h"
#include "tests/load/footprint.h"
#include "tests/load/slow_peers.h"
#include "tests/support/suite.h"

#include <stdlib.h>

enum {
	CONNECTIONS = 60,
	RENEWED = 3,
	WARM_UP = 1500, /* messages */
	MESSAGES = 3000,
	TURNS = 3,
	IDLE = 300,
	BURST = 200,
	SLOW_PEERS = 30,
	SLOW_PAUSE_MS = 10,
	SLOW_OCTETS = 60, /* the negotiation, and half a connection */
	MIB = 1024 * 1024,
	/* What 3,000 messages may add to two workers. A leak of a kilobyte each would be 3 MiB; pages that threads come to use for the first time are less. */
	GROWTH_MAX = 8 * MIB,
	/* What idle connections may add: what the workers load for the first ones, above all the sanitizers' own, and what each of them needs. */
	IDLE_MAX = 16 * MIB + IDLE * 8 * 1024,
};

static struct tempdir dir;
static struct postern postern;

static const struct mail mail = { .name = "1 KB text", .size = 1024 };

static void
start(void)
{
	/* What is freed is at hand again at once, or memory would grow by what the sanitizer keeps. */
	setenv("ASAN_OPTIONS", "quarantine_size_mb=1:thread_local_quarantine_size_kb=16", 1);
	postern_start(&postern);
}

static void
send_until(size_t messages, struct crowd_result *result_out)
{
	static struct crowd crowd;
	const struct crowd_options options = { .connections = CONNECTIONS, .renewed = RENEWED, .keep = true };

	crowd_start(&crowd, postern.socket.text, &options);
	while (crowd_messages(&crowd) < messages)
		nap_ms(NAP_MS);
	crowd_stop(&crowd, result_out);
	ck_assert_msg(result_out->wrong == 0, "%zu wrong answers, such as %s", result_out->wrong,
		      result_out->wrong_answer);
}

static void
send_and_look(const struct footprint *before, struct footprint *after_out)
{
	static struct crowd_result result;

	send_until(MESSAGES, &result);
	ck_assert_uint_ge(result.messages, MESSAGES);
	ck_assert_msg(footprint_settles(after_out, &postern, footprint_descriptors(before)),
		      "%zu open files before, %zu after", footprint_descriptors(before),
		      footprint_descriptors(after_out));
	ck_assert_uint_eq(after_out->workers.processes, before->workers.processes);
}

/* What leaks grows each time; threads that are there for the first time, as many as the machine was slow, do not. */
START_TEST(a_crowd_gets_right_answers_and_leaves_nothing_behind)
{
	static struct crowd_result result;
	struct footprint before, after;

	start();
	send_until(WARM_UP, &result);
	footprint_at_rest(&after, &postern);
	for (int turns = 0; turns < TURNS; turns++) {
		before = after;
		send_and_look(&before, &after);
		if (footprint_pss(&after) < footprint_pss(&before) + GROWTH_MAX)
			break;
	}
	ck_assert_msg(footprint_pss(&after) < footprint_pss(&before) + GROWTH_MAX, "%.0f octets before, %.0f after",
		      footprint_pss(&before), footprint_pss(&after));
	ck_assert_int_eq(postern_stop(&postern), 0);
}
END_TEST

START_TEST(idle_connections_cost_little_and_close_without_trace)
{
	struct footprint before, during, after;
	struct load_result result;

	start();
	/* What the first message loads is no connection's. */
	struct load *first = load_open(postern.socket.text, &mail, 2);
	load_run(first, &(struct course){ 0 }, &result);
	load_close(first);
	footprint_at_rest(&before, &postern);
	struct load *idle = load_open(postern.socket.text, &mail, IDLE);
	footprint_read(&during, &postern);
	load_close(idle);
	ck_assert_uint_ge(footprint_descriptors(&during), IDLE);
	ck_assert_msg(footprint_pss(&during) < footprint_pss(&before) + IDLE_MAX, "%.0f octets before, %.0f during",
		      footprint_pss(&before), footprint_pss(&during));
	ck_assert(footprint_settles(&after, &postern, footprint_descriptors(&before)));
	postern_kill(&postern);
}
END_TEST

START_TEST(a_burst_of_commands_is_answered_whole)
{
	static struct histogram times;

	start();
	struct load *load = load_open(postern.socket.text, &mail, BURST);
	load_time(load, &times);
	load_hold(load, 0); /* ends the program when an answer is not the expected one */
	load_close(load);
	ck_assert_uint_eq(times.count, BURST);
	postern_kill(&postern);
}
END_TEST

START_TEST(slow_peers_change_no_answer_of_others)
{
	static struct slow_peers peers;
	static struct crowd_result result;
	struct deadline deadline = deadline_in(PATIENCE_MS);

	start();
	slow_peers_start(&peers, postern.socket.text, SLOW_PEERS, SLOW_PAUSE_MS);
	send_until(MESSAGES / 10, &result);
	while (atomic_load(&peers.said) < SLOW_OCTETS)
		ck_assert(deadline_nap(&deadline));
	send_until(MESSAGES / 10, &result);
	slow_peers_stop(&peers);
	postern_kill(&postern);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		a_crowd_gets_right_answers_and_leaves_nothing_behind,
		idle_connections_cost_little_and_close_without_trace,
		a_burst_of_commands_is_answered_whole,
		slow_peers_change_no_answer_of_others,
	};

	tempdir_make(&dir);
	postern_prepare(&postern, &dir, "postern");
	postern_configure(&postern, postern_all_checks);
	int status = suite_run("load", tests, sizeof tests / sizeof tests[0], 120);
	tempdir_remove(&dir);
	return status;
}
