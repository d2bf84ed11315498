/* SPDX-License-Identifier: BSD-2-Clause */
/* load.h - many connections of an MTA to one filter, in one thread.
 *
 *      load = load_open(socket, &mail, connections);   connects and says HELO
 *      load_run(load, &(struct course){ .seconds = 0.2 }, &result);   messages, one after the other on each
 *      load_close(load);
 *
 * or, instead of load_run, load_hold: every connection stops in the middle of a body. What breaks the protocol
 * ends the program. Several loads may run in as many threads. */
#ifndef POSTERN_TESTS_BENCH_LOAD_H
#define POSTERN_TESTS_BENCH_LOAD_H

#include "tests/bench/histogram.h"
#include "tests/bench/script.h"

#include <stdatomic.h>

enum { LOAD_REPLY_MAX = 1024 /* octets of a reply; the filters here give short ones */ };

struct load;

/* What the filter at the socket wants of the protocol. */
uint32_t load_negotiate(const char *socket);

struct load *load_open(const char *socket, const struct mail *mail, unsigned connections);
/* Each connection sends them all, one after the other, and begins anew; every answer is compared with the letter's. */
struct load *load_open_letters(const char *socket, const struct letter *letters, size_t count, unsigned connections);
void load_close(struct load *load); /* NULL is fine */

/* How a run goes. */
struct course {
	double seconds;          /* so long at least, and one message at least */
	const atomic_bool *stop; /* or until this is true; or NULL */
	unsigned renewed;        /* after so many messages a connection is closed, and another one opened; 0: never */
	atomic_size_t *messages; /* counts them while they are answered; or NULL */
};

struct load_result {
	size_t messages;
	double seconds;
	size_t replies;
	size_t octets;  /* sent */
	size_t refused; /* messages that were not accepted */
	unsigned chunk; /* of the body at which the last message was answered; 0: at its end */
	size_t wrong;   /* answers that are not the letter's; the last of them: */
	char wrong_answer[LOAD_REPLY_MAX];
};

void load_run(struct load *load, const struct course *course, struct load_result *result_out);

/* Notes from now on how long each awaited reply takes. */
void load_time(struct load *load, struct histogram *histogram);

/* Sends the first `chunks` chunks of a body on every connection, takes the replies to them, and leaves it at that. A filter
 * that then has an answer to the message ends the program. */
void load_hold(struct load *load, unsigned chunks);

#endif
