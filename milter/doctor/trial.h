/* SPDX-License-Identifier: BSD-2-Clause */
/* trial.h - a test dialogue with the daemon, as a mail server holds it: negotiation, connection, HELO, MAIL, RCPT, the header and
 * the body of a message about which everything is wrong - no Subject, a From of somebody else, an empty attachment, no text.
 *
 * What the daemon has to answer follows from the policy (policy/message.h), for a client of this host, else for one from outside, else for a
 * login: the first of them whose message is refused or deferred is the one that is sent. The daemon answers it before the end of the
 * message, so it is logged, with the queue id "doctor", and counted as one refusal; rates and quotas never count a refused
 * message. Where the policy refuses none of them, the dialogue is given up (abort) behind the header: the daemon then logs and
 * counts nothing. The end of the message is never sent, so nothing can be taken for accepted mail by a daemon that has the policy. */
#ifndef POSTERN_MILTER_DOCTOR_TRIAL_H
#define POSTERN_MILTER_DOCTOR_TRIAL_H

#include "conf/conf.h"
#include "milter/listen.h"

enum { TRIAL_REPLY_MAX = 1024, TRIAL_WHY_MAX = 256 };

enum trial_result {
	TRIAL_RIGHT,  /* it answered what it should */
	TRIAL_OTHER,  /* it answered something else */
	TRIAL_OPEN,   /* it speaks the protocol, and there was no verdict to wait for */
	TRIAL_BROKEN, /* it does not */
	TRIAL_FAILED  /* this process has no memory for it */
};

struct trial {
	enum trial_result result;
	char expected[TRIAL_REPLY_MAX]; /* "554 5.6.0 ...", or empty */
	char answered[TRIAL_REPLY_MAX]; /* likewise; "accept" and the like for what is no reply */
	char why[TRIAL_WHY_MAX];        /* of TRIAL_BROKEN */
};

void trial_run(const struct conf *conf, const struct listen_address *address, struct trial *trial_out);

#endif
