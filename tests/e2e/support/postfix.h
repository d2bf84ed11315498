/* SPDX-License-Identifier: BSD-2-Clause */
/* postfix.h - a Postfix of our own: configuration, queue and mail store below a temporary directory, an SMTP port or two on
 * the loopback, its mail handed to one milter. The system's Postfix is not touched. Needs root, as Postfix does.
 *
 * Mail to the domain of smtp_recipient is delivered into a maildir, one file for each recipient of a message: what was accepted can be
 * counted there by its X-Id. Header fields are left as the client sent them. A client on the loopback may call itself
 * anybody with XCLIENT. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_POSTFIX_H
#define POSTERN_TESTS_E2E_SUPPORT_POSTFIX_H

#include "tests/e2e/support/credentials.h"
#include "tests/e2e/support/process.h"
#include "tests/e2e/support/tempdir.h"

struct postfix {
	struct process master;
	int port;
	int second_port;       /* 0: there is none */
	struct path directory; /* everything below it is this instance's own */
	struct path log;
};

struct postfix_options {
	const char *name;            /* of its directory: of several instances each has its own */
	int port;                    /* 0: one that is free */
	const char *milter_socket;   /* a unix socket; NULL: it asks no milter */
	const struct login *logins;  /* may log in, encrypted or not, with PLAIN, LOGIN or CRAM-MD5; NULL: nobody may */
	bool tls;                    /* offers STARTTLS, with a certificate of its own */
	const char *second_listener; /* what milters know a second port as ({daemon_name}); NULL: there is none */
	const char *settings;        /* more lines of main.cf, or NULL */
	bool ipv6;                   /* answers at [::1] too, at the same port */
};

/* Why it cannot be run here, or NULL when it can. */
const char *postfix_missing(void);

/* Starts it below dir, and returns when it answers. */
void postfix_start_with(struct postfix *postfix, const struct tempdir *dir, const struct postfix_options *options);
/* The same with the name "postfix", this milter, and nothing else. */
void postfix_start(struct postfix *postfix, const struct tempdir *dir, const char *milter_socket);
void postfix_stop(struct postfix *postfix);

/* Hands a message over with the sendmail command, as programs on the MTA's host do; to smtp_recipient, or to these, with blanks between. */
void postfix_submit(const struct postfix *postfix, const char *sender, const char *text);
void postfix_submit_to(const struct postfix *postfix, const char *sender, const char *recipients, const char *text);

/* Tries again what it could not take from the maildrop, as it would after a minute. */
void postfix_retry(const struct postfix *postfix);

/* Lets go whatever is on hold. */
void postfix_release(const struct postfix *postfix);

/* Waits until nothing is on its way: all that was accepted is delivered or on hold. */
bool postfix_settles(const struct postfix *postfix);
/* How many delivered messages, and how many on hold, contain the text; "" counts all. */
size_t postfix_delivered(const struct postfix *postfix, const char *text);
size_t postfix_held(const struct postfix *postfix, const char *text);
/* A delivered message with this text, for free(); NULL when there is none. */
char *postfix_delivered_mail(const struct postfix *postfix, const char *text);

#endif
