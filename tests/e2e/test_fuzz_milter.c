/* SPDX-License-Identifier: BSD-2-Clause */
/* The milter protocol, by chance almost right, from several peers at once to a running daemon. The same dialogues each time; for $FUZZ_MILTER_SECONDS
 * others, of the seed that is shown or $FUZZ_MILTER_SEED. After each round the daemon is the same, and a good client gets its answers. */
#include "tests/e2e/support/havoc.h"
#include "tests/e2e/support/health.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/sockets.h"
#include "tests/support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PEERS = 4,
	ROUND = 1000, /* dialogues of a peer */
	SEED = 20240229,
	ROUND_MAX_S = 120, /* a slow machine, sanitizers */
};

static uint64_t seed = SEED;
static long long seconds;

/* A dialogue from its first to its last octet: our end of it says that no more comes, and the daemon closes. Or it is given up. */
static void
converse(struct dice *dice)
{
	struct wire wire = { 0 };
	int fd = connect_unix(asking.postern.socket.text);

	if (fd < 0)
		_exit(EXIT_FAILURE);
	havoc_dialogue(dice, &wire);
	bool sent = wire_send(fd, wire.octets, wire.length);
	if (sent && dice_throw(dice, 20) > 0) {
		shutdown(fd, SHUT_WR);
		if (!wire_drain(fd, PATIENCE_MS))
			_exit(EXIT_FAILURE);
	}
	close(fd);
	wire_free(&wire);
}

static pid_t
start_peer(uint64_t number)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid != 0)
		return pid;
	for (uint64_t i = 0; i < ROUND; i++) {
		struct dice dice;

		dice_init(&dice, seed, number * ROUND + i);
		converse(&dice);
	}
	_exit(EXIT_SUCCESS);
}

static void
run_round(uint64_t number)
{
	pid_t peers[PEERS];

	for (uint64_t i = 0; i < PEERS; i++)
		peers[i] = start_peer(number * PEERS + i);
	for (size_t i = 0; i < PEERS; i++) {
		int status;

		ck_assert_int_eq(waitpid(peers[i], &status, 0), peers[i]);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS,
			      "round %" PRIu64 " of seed %" PRIu64 ": a dialogue found no end", number, seed);
	}
}

static void
report(uint64_t rounds)
{
	fprintf(stderr, "%" PRIu64 " dialogues\n", rounds * PEERS * ROUND);
	postern_stop(&asking.postern);
}

START_TEST(dialogues_by_chance_do_no_harm)
{
	struct deadline deadline = deadline_in(seconds * 1000 / 2);
	uint64_t rounds = 0;

	health_begin();
	do {
		run_round(rounds++);
		health_expect_served();
		health_expect_same();
	} while (deadline_nap(&deadline));
	report(rounds);
}
END_TEST

/* Such a message is answered at its end and not before, and may be settled long until then. */
START_TEST(nor_where_messages_wait_for_their_end)
{
	struct deadline deadline = deadline_in(seconds * 1000 / 2);
	uint64_t rounds = 0;

	health_configure(
		"subject_missing = { mode = \"hold\"; }; null_sender = { mode = \"tag\"; }; attachment_empty = { }; "
		"body_missing = { mode = \"tag\"; }; daily_quota = { quota = \"1000000/1h\"; per = [ \"all\" ]; };");
	asking_launch();
	health_remember();
	do {
		run_round(rounds++);
		health_expect_same();
	} while (deadline_nap(&deadline));
	report(rounds);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { dialogues_by_chance_do_no_harm, nor_where_messages_wait_for_their_end };
	const char *given = getenv("FUZZ_MILTER_SECONDS");

	if (given != NULL) {
		seconds = atoll(given);
		seed = dice_seed("FUZZ_MILTER_SEED");
	}
	asking_begin();
	int status = suite_run("fuzz_milter", tests, 2, (double)seconds + ROUND_MAX_S);
	asking_end();
	return status;
}
