/* SPDX-License-Identifier: BSD-2-Clause */
/* smtp_load.h - many SMTP clients of one server on the loopback, in one thread. Each keeps its connection, says one thing at a time and sends the same
 * letters, one after the other.
 *
 *      load = smtp_load_open(port, letters, count, connections);       connects and says EHLO
 *      smtp_load_run(load, 2.0, &result);                              for so long; what was begun is ended
 *      smtp_load_run(load, 2.0, &result);                              and so on
 *      smtp_load_close(load);
 *
 * What breaks the protocol ends the program. */
#ifndef POSTERN_TESTS_BENCH_SMTP_LOAD_H
#define POSTERN_TESTS_BENCH_SMTP_LOAD_H

#include "tests/bench/histogram.h"
#include "tests/bench/letter.h"

enum { SMTP_LOAD_REPLY_MAX = 2048 /* octets of a reply, all its lines */ };

struct smtp_load;

struct smtp_load_result {
	size_t messages;
	double seconds;
	size_t wrong; /* answers that are not the letter's; the last of them: */
	char wrong_answer[SMTP_LOAD_REPLY_MAX];
	struct histogram end;   /* from the final dot to its reply */
	struct histogram whole; /* from MAIL to the last reply */
};

struct smtp_load *smtp_load_open(int port, const struct letter *letters, size_t count, unsigned connections);
/* What is found is added to the result. */
void smtp_load_run(struct smtp_load *load, double seconds, struct smtp_load_result *result);
void smtp_load_close(struct smtp_load *load); /* NULL is fine */

#endif
