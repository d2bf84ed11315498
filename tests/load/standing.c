/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections that stand in the way: idle ones, all at once, and slow ones. */
#include "tests/bench/load.h"
#include "tests/load/slow_peers.h"
#include "tests/load/trials.h"

#include <stdio.h>

enum {
	BURST = 1000,
	BURSTS = 10,
	SLOW_PEERS = 100,
	SLOW_PAUSE_MS = 1000,
	NORMAL = 16, /* connections beside them */
	ROUNDS = 5,
	MIB = 1024 * 1024
};

static const double command_goal_ms = 10, burst_goal_ms = 200, slow_goal = 1.2;
static const double idle_goal_fixed = 20.0 * MIB, idle_goal_each = 4096;
static const double round_s = 3;
static const struct mail mail = { .name = "4 KB text", .size = 4096 };

static double
p99_ms(const struct histogram *histogram)
{
	return histogram_quantile_us(histogram, 0.99) / 1e3;
}

static const char *
judged(bool reached)
{
	return reached ? "reached" : "MISSED";
}

/* Sends the samples on so many connections for a while. Returns how many answers were wrong. */
static size_t
send_beside(const struct trials *trials, unsigned connections, struct histogram *times)
{
	struct letter letters[LETTERS_MAX];
	size_t count = letters_of_samples(letters);
	struct load *load = load_open_letters(trials->postern.socket.text, letters, count, connections);
	struct load_result result;

	load_time(load, times);
	load_run(load, &(struct course){ .seconds = round_s }, &result);
	load_close(load);
	if (result.wrong > 0)
		printf("  wrong answers %zu, such as %s\n", result.wrong, result.wrong_answer);
	return result.wrong;
}

/* A daemon of its own for each number: what another had to hold, it keeps. */
static bool
stand_idle(struct trials *trials, unsigned connections)
{
	static struct histogram times;
	struct footprint footprint;

	times = (struct histogram){ 0 };
	postern_kill(&trials->postern);
	postern_start(&trials->postern);
	struct load *idle = load_open(trials->postern.socket.text, &mail, connections);
	size_t wrong = send_beside(trials, 1, &times);
	footprint_read(&footprint, &trials->postern);
	load_close(idle);
	double goal = idle_goal_fixed + connections * idle_goal_each;
	double rss = footprint.supervisor.rss + footprint.workers.rss;
	printf("  %5u connections: RSS %.1f MiB, Pss %.1f MiB, goal %.1f: %s; commands beside them %s, goal p99 < %.0f "
	       "ms: %s\n",
	       connections, rss / MIB, footprint_pss(&footprint) / MIB, goal / MIB,
	       judged(footprint_pss(&footprint) < goal), histogram_line(&times).text, command_goal_ms,
	       judged(p99_ms(&times) < command_goal_ms));
	fflush(stdout);
	return wrong == 0;
}

bool
trial_of_idleness(struct trials *trials)
{
	static const unsigned counts[] = { 100, 1000, 5000 };
	bool right = true;

	printf("\nIdle connections:\n");
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		right = stand_idle(trials, counts[i]) && right;
	return right;
}

bool
trial_of_bursts(struct trials *trials)
{
	static struct histogram times;

	printf("\n%d MAIL commands at the same moment, on as many connections, %d times:\n", BURST, BURSTS);
	for (unsigned i = 0; i < BURSTS; i++) {
		struct load *load = load_open(trials->postern.socket.text, &mail, BURST);

		load_time(load, &times);
		load_hold(load, 0);
		load_close(load);
	}
	printf("  %s, goal p99 < %.0f ms: %s\n", histogram_line(&times).text, burst_goal_ms,
	       judged(p99_ms(&times) < burst_goal_ms));
	return true;
}

/* Rounds with and without them in turn. */
bool
trial_of_slowness(struct trials *trials)
{
	static struct histogram alone, beside;
	static struct slow_peers peers;
	size_t wrong = 0;

	printf("\n%d peers that say an octet a second, beside %d connections:\n", SLOW_PEERS, NORMAL);
	for (unsigned i = 0; i < ROUNDS; i++) {
		wrong += send_beside(trials, NORMAL, &alone);
		slow_peers_start(&peers, trials->postern.socket.text, SLOW_PEERS, SLOW_PAUSE_MS);
		wrong += send_beside(trials, NORMAL, &beside);
		slow_peers_stop(&peers);
	}
	double ratio = p99_ms(&beside) / p99_ms(&alone);
	printf("  without them %s\n  with them    %s\n  p99 %.2f times as long, goal <= %.1f: %s\n",
	       histogram_line(&alone).text, histogram_line(&beside).text, ratio, slow_goal, judged(ratio <= slow_goal));
	return wrong == 0;
}
