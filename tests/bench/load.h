/* SPDX-License-Identifier: BSD-2-Clause */
/* load.h - many connections of an MTA to one filter, in one thread.
 *
 *      load = load_open(socket, &mail, connections);   connects and says HELO
 *      load_run(load, 0.2, false, &result);            messages, one after the other on each, for so long
 *      load_close(load);
 *
 * or, instead of load_run, load_hold: every connection stops in the middle of a body. What breaks the protocol
 * ends the program. */
#ifndef POSTERN_TESTS_BENCH_LOAD_H
#define POSTERN_TESTS_BENCH_LOAD_H

#include "tests/bench/script.h"

struct load;

/* What the filter at the socket wants of the protocol. */
uint32_t load_negotiate(const char *socket);

struct load *load_open(const char *socket, const struct mail *mail, unsigned connections);
void load_close(struct load *load); /* NULL is fine */

struct load_result {
	size_t messages;
	double seconds;
	size_t replies;
	size_t octets;  /* sent */
	size_t refused; /* messages that were not accepted */
	unsigned chunk; /* of the body at which the last message was answered; 0: at its end */
};

/* For so many seconds, and one message at least. Renewed: each message has a connection of its own. */
void load_run(struct load *load, double seconds, bool renewed, struct load_result *result_out);

/* Sends the first `chunks` chunks of a body on every connection, takes the replies to them, and leaves it at that. A filter
 * that then has an answer to the message ends the program. */
void load_hold(struct load *load, unsigned chunks);

#endif
