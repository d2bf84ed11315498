/* SPDX-License-Identifier: BSD-2-Clause */
/* fleet.h - several Posterns, each behind a Postfix of its own, and clients that send through all of them at once with one login.
 *
 *      fleet_open(&fleet);                                     the Postfixes, once a program
 *      fleet_serve(&fleet, 3, "counters = { ... }; ...");      Posterns for three of them
 *      fleet_start(&fleet, "first-run", 5000);                 clients try 5,000 recipients
 *      while (fleet.accepted < 300) ...                        meanwhile
 *      fleet_finish(&fleet);                                   all have tried
 *      ... fleet.accepted, fleet_delivered(&fleet, "first-run") ...
 *      fleet_halt(&fleet);
 *      fleet_close(&fleet);
 *
 * A client that is told to come again (4xx, but for a quota's) does: that was no try. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_FLEET_H
#define POSTERN_TESTS_E2E_SUPPORT_FLEET_H

#include "tests/e2e/support/submission.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
	FLEET_SHIPS = 3,
	FLEET_SHIP_CLIENTS = 3, /* of each ship */
	FLEET_CLIENTS = FLEET_SHIPS * FLEET_SHIP_CLIENTS,
	FLEET_MESSAGE_MAX = 16,    /* recipients of the largest messages */
	FLEET_PATIENCE_MS = 40000, /* for all tries */
};

extern const char fleet_quota_exceeded[];    /* the documented reply */
extern const char fleet_temporary_failure[]; /* likewise */

struct fleet_ship {
	struct postern postern;
	struct postfix postfix;
};

struct fleet_client {
	struct fleet *fleet;
	const struct fleet_ship *ship;
	bool encrypts;
	int tries; /* recipients */
	pthread_t thread;
};

struct fleet {
	struct tempdir dir;
	struct fleet_ship ships[FLEET_SHIPS];
	size_t serving; /* so many of them have a Postern */
	struct fleet_client clients[FLEET_CLIENTS];
	const char *run;
	/* Recipients whose message was accepted; and those that were told, to the octet, that the quota is exceeded. */
	atomic_int accepted, over_at_mail, over_at_rcpt, over_at_end;
	atomic_int deferred; /* times that somebody was told of a temporary failure, to the octet */
	atomic_int shut_out; /* times that Postfix said that there is no milter */
	atomic_int strange;  /* other replies; one of them is: */
	char strange_reply[SMTP_REPLY_MAX];
};

/* False after saying why when this machine cannot. */
bool fleet_open(struct fleet *fleet);
void fleet_close(struct fleet *fleet);

/* Starts Posterns on this configuration for the first ships, and ends them at once. */
void fleet_serve(struct fleet *fleet, size_t ships, const char *config);
void fleet_halt(struct fleet *fleet);

/* Starts clients of the ships that serve, with tallies at nothing. What they send has the X-Id `run`; tries are shared out among them. */
void fleet_start(struct fleet *fleet, const char *run, int tries);
/* Waits until all have tried, and fails the test when that takes too long. */
void fleet_finish(struct fleet *fleet);

/* One client of one ship sends so many messages to one recipient each. Returns how many were accepted; a refusal for another reason than the quota, or
 * elsewhere than at MAIL, fails the test. */
int fleet_pass(struct fleet *fleet, size_t ship, const char *run, int messages);

/* Copies that readers got of what the run sent, once all queues are empty. */
int fleet_delivered(const struct fleet *fleet, const char *run);

#endif
