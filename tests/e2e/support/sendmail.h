/* SPDX-License-Identifier: BSD-2-Clause */
/* sendmail.h - a Sendmail of our own, beside the Postfix of postfix.h and like it: below a temporary directory, on a port of the
 * loopback, its mail handed to milters. Debian's package conflicts with Postfix's, so `make deps` only unpacks it. Needs
 * root, as whom Sendmail runs.
 *
 * The directory must not lie below one that anybody may write to, such as /tmp: there Sendmail trusts no milter's socket. Set
 * TMPDIR before tempdir_make.
 *
 * Mail to whatever domain is delivered as our Postfix delivers that of smtp_recipient: one file for each recipient of a message,
 * with a field X-Original-To; header fields are left as the client sent them. A user called nobody is unknown: what was
 * accepted for him is returned. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SENDMAIL_H
#define POSTERN_TESTS_E2E_SUPPORT_SENDMAIL_H

#include "tests/e2e/support/credentials.h"
#include "tests/e2e/support/process.h"
#include "tests/e2e/support/tempdir.h"

enum { SENDMAIL_MILTERS_MAX = 3 };

struct sendmail {
	struct process daemon;
	int port;
	struct path directory; /* everything below it is this instance's own */
	struct path log;       /* what it says to syslog */
};

struct sendmail_options {
	const char *name;                          /* of its directory */
	const char *milters[SENDMAIL_MILTERS_MAX]; /* their unix sockets, in their order; NULL ends them */
	bool milters_optional;                     /* mail passes while one is away: no F=T */
	const struct login *logins;                /* may log in with PLAIN or LOGIN; NULL: nobody may */
	bool tls;                                  /* offers STARTTLS */
	bool ipv6;                                 /* answers at [::1] too, at the same port */
};

/* Why it cannot be run here, or NULL when it can. */
const char *sendmail_missing(void);

/* Starts it below dir, and returns when it answers. */
void sendmail_start(struct sendmail *sendmail, const struct tempdir *dir, const struct sendmail_options *options);
void sendmail_stop(struct sendmail *sendmail);

/* Hands a message over with the sendmail command, as programs of the host do; to one or more recipients, with blanks between.
 * What the daemon refuses is returned to the sender. */
void sendmail_submit(const struct sendmail *sendmail, const char *sender, const char *recipients, const char *text);

/* Tries again what the daemon did not take from the command. */
void sendmail_retry(const struct sendmail *sendmail);

/* Lets go whatever is on hold. */
void sendmail_release(const struct sendmail *sendmail);

/* How many messages of the command, of which it could neither be rid nor return them, contain the text. */
size_t sendmail_lost(const struct sendmail *sendmail, const char *text);

/* Waits until nothing is on its way: all that was accepted is delivered or on hold. */
bool sendmail_settles(const struct sendmail *sendmail);
/* How many delivered messages, and how many on hold, contain the text; "" counts all. */
size_t sendmail_delivered(const struct sendmail *sendmail, const char *text);
size_t sendmail_held(const struct sendmail *sendmail, const char *text);
/* A delivered message with this text, for free(); NULL when there is none. */
char *sendmail_delivered_mail(const struct sendmail *sendmail, const char *text);

#endif
