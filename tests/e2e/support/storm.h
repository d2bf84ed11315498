/* SPDX-License-Identifier: BSD-2-Clause */
/* storm.h - clients that send through an MTA as fast as they can while something happens to its milter, and the ledger of
 * what became of each message.
 *
 *      static struct storm storm;
 *      storm_start(&storm, &(struct storm_options){ .name = "kills", .mta = &mta });
 *      for (int i = 0; i < 100; i++) {
 *              storm_await(&storm, 20);                20 more messages were answered
 *              ... kill somebody ...
 *      }
 *      storm_finish(&storm);                           clients end, the MTA's queue empties, the copies are counted
 *      expect_storm_kept(&storm);                      nothing lost, nothing delivered that a rule refuses
 *      expect_storm_deferred(&storm, 0);               and nobody was told to come again
 *      storm_free(&storm);
 *
 * What is sent are letters, by chance; by default the samples of samples.h for a daemon with postern_all_checks. Each message has an
 * id of its own and is sent once: a client that is told to come again (4xx) or is hung up on goes on with another message, in a new
 * session. The ledger takes what was delivered out of the MTA's store. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_STORM_H
#define POSTERN_TESTS_E2E_SUPPORT_STORM_H

#include "tests/e2e/support/mta.h"
#include "tests/e2e/support/storm_ledger.h"
#include "tests/support/dice.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
	STORM_CLIENTS = 12, /* unless asked for otherwise */
	STORM_CLIENTS_MAX = 64,
	STORM_SESSION_MAX = 6 /* messages of a session, unless asked for otherwise */
};

struct storm_options {
	const char *name; /* of the run: "NAME-17" is the X-Id of a message; no two runs with one store share it */
	const struct mta *mta;
	unsigned clients;                   /* 0: STORM_CLIENTS */
	unsigned session_max;               /* messages of a session are 1 to so many; 0: STORM_SESSION_MAX */
	unsigned pause_ms;                  /* between two messages of a client up to so many, by chance */
	uint64_t seed;                      /* of dice_seed */
	const struct storm_letter *letters; /* NULL: the samples */
	size_t letters_count;
	unsigned policies; /* that may be in force; 0: 1 */
};

struct storm_client {
	struct storm *storm;
	struct dice dice;
	pthread_t thread;
};

struct storm {
	struct storm_options options;
	struct storm_ledger ledger;
	struct storm_client clients[STORM_CLIENTS_MAX];
	atomic_uint sessions;
	atomic_uint answered; /* messages of which it is known what became of them, at the clients */
	atomic_uint accepted; /* those with 250 */
	atomic_bool over;     /* clients end after their message */
	bool settled;         /* all that is in the MTA's queue was delivered */
};

/* Starts the clients. What cannot be done ends the program. */
void storm_start(struct storm *storm, const struct storm_options *options);
/* Waits until so many more messages were answered, or accepted. Fails the test when that takes longer than PATIENCE_MS. */
void storm_await(struct storm *storm, unsigned messages);
void storm_await_accepted(struct storm *storm, unsigned messages);
/* Ends the clients, waits until the MTA has delivered everything, and counts. */
void storm_finish(struct storm *storm);
void storm_free(struct storm *storm);

/* After storm_finish. Each fails the test and names the messages with what they were answered. */

/* Each message with 250 was delivered once; each refused or deferred one not at all; one whose connection was lost after its final
 * dot at most once, and before it not at all. None that every policy refuses was accepted or delivered, and each refusal
 * is that of a policy. There was at least one of each: accepted, refused. */
void expect_storm_kept(const struct storm *storm);
/* At most so many clients were told to come again, or lost their connection. */
void expect_storm_deferred(const struct storm *storm, unsigned most);
void expect_storm_lost(const struct storm *storm, unsigned most);
/* Of the messages that no policy refuses at least so many in a hundred were accepted. */
void expect_storm_accepted(const struct storm *storm, unsigned percent);
/* All answers of a session are those of one policy. */
void expect_storm_sessions_whole(const struct storm *storm);

#endif
