/* SPDX-License-Identifier: BSD-2-Clause */
/* caller.h - a filter with its configuration, and one session with an MTA: the callbacks, called as libmilter would.
 *
 *      struct caller caller;
 *      caller_init(&caller, "checks = { subject_missing = { }; };");      all that MTAs offer is negotiated
 *      caller_connect(&caller, "192.0.2.1", 4000);
 *      caller_mail(&caller, "<a@example.com>"); caller_header(...); ...; caller_end(&caller);
 *      caller_check_trace(&caller, "a sentence", "mail: -\neoh: accept\n");
 *      caller_close(&caller);
 *
 * Each event writes a line into the trace of tests/support/fake_milter.h: its name, or that of the header field, and what was
 * answered; `-` where the callback gives no reply. Everything fails the running Check test when it cannot be done. */
#ifndef POSTERN_TESTS_SUPPORT_CALLER_H
#define POSTERN_TESTS_SUPPORT_CALLER_H

#include "milter/world.h"
#include "tests/support/fake_milter.h"

#include <netinet/in.h>
#include <sys/un.h>

enum { CALLER_ALL_ACTIONS = 0x1ff, CALLER_ALL_PROTOCOL = 0x1fffff }; /* what Postfix 3.7 and Sendmail 8.17 offer */

/* libmilter's own address has room for all of these. */
union caller_client {
	struct sockaddr sa;
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;
	struct sockaddr_un sun;
};

struct caller {
	struct conf *conf;
	struct shared shared; /* counters and open connections; they go with the caller */
	struct world world;
	struct smfiDesc filter;
	struct fake_milter fake;
	SMFICTX *context;
	unsigned long actions, protocol; /* as negotiated last */
};

/* Configurations, named after the checks in them. */
extern const char caller_subject_only[], caller_null_sender_only[], caller_subject_and_body[];
extern const char caller_everything_early[]; /* those three together */

void caller_init(struct caller *caller, const char *config);
void caller_close(struct caller *caller);
void caller_negotiate(struct caller *caller, unsigned long offered); /* once more; empties the trace */

void caller_connect(struct caller *caller, const char *address, unsigned short port); /* from an IPv4 address */
void caller_helo(struct caller *caller);
void caller_mail(struct caller *caller, const char *path);
void caller_mail_with(struct caller *caller, const char *path, const char *parameter); /* "SIZE=100" */
void caller_recipient(struct caller *caller, const char *path);
void caller_header(struct caller *caller, const char *name, const char *value);
void caller_end_headers(struct caller *caller);
void caller_body(struct caller *caller, const char *text);
void caller_end(struct caller *caller);
void caller_abort(struct caller *caller);
/* What the MTA says for {auth_authen} and the like from now on; NULL: nothing. Strings are borrowed. */
void caller_set_macro(struct caller *caller, const char *name, const char *value);

/* Compares the trace, and empties it. */
void caller_check_trace(struct caller *caller, const char *sentence, const char *expected);

#endif
