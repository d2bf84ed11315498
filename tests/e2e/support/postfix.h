/* SPDX-License-Identifier: BSD-2-Clause */
/* postfix.h - a Postfix of our own: configuration, queue and mail store below a temporary directory, one SMTP port on
 * the loopback, its mail handed to one milter. The system's Postfix is not touched. Needs root, as Postfix does.
 *
 * Mail to the domain of smtp_recipient is delivered into a maildir, one file a message: what was accepted can be
 * counted there by its X-Id. Header fields are left as the client sent them. A client on the loopback may call itself
 * anybody with XCLIENT. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_POSTFIX_H
#define POSTERN_TESTS_E2E_SUPPORT_POSTFIX_H

#include "tests/e2e/support/process.h"
#include "tests/e2e/support/tempdir.h"

struct postfix {
	struct process master;
	int port;
	struct path directory; /* everything below it is this instance's own */
	struct path log;
};

/* Why it cannot be run here, or NULL when it can. */
const char *postfix_missing(void);

/* Starts it below dir, its smtpd talking to the milter at the unix socket, and returns when it answers. */
void postfix_start(struct postfix *postfix, const struct tempdir *dir, const char *milter_socket);
void postfix_stop(struct postfix *postfix);

/* Hands a message to smtp_recipient over with the sendmail command, as programs on the MTA's host do. */
void postfix_submit(const struct postfix *postfix, const char *sender, const char *text);

/* Waits until nothing is on its way: all that was accepted is delivered or on hold. */
bool postfix_settles(const struct postfix *postfix);
/* How many delivered messages, and how many on hold, contain the text; "" counts all. */
size_t postfix_delivered(const struct postfix *postfix, const char *text);
size_t postfix_held(const struct postfix *postfix, const char *text);
/* A delivered message with this text, for free(); NULL when there is none. */
char *postfix_delivered_mail(const struct postfix *postfix, const char *text);

#endif
