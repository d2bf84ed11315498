/* SPDX-License-Identifier: BSD-2-Clause */
/* dialogue.h - which events the MTA is asked for, and which of them get a reply. A round trip costs more than the checks
 * themselves, so only what the policy needs is asked for, and no reply is promised that says nothing.
 *
 *      checks on at           events                       answered at
 *      the message's stage    MAIL headers EOH body EOM    the body chunk that settles it, or the end
 *      the headers, no later  MAIL headers EOH EOM         the end of the headers
 *      MAIL, no later         MAIL EOM                     MAIL
 *
 * A message that is counted against rates and quotas is answered at its end in each case: until then another filter may refuse it.
 * HELO is asked for where connections are counted, and answered when there are too many; RCPT where recipients are judged or
 * counted. A message that must be held or tagged is answered at its end in each case: only there libmilter lets one do it. MAIL
 * itself is always sent; its reply is waited for only where a check could refuse there. */
#ifndef POSTERN_MILTER_DIALOGUE_H
#define POSTERN_MILTER_DIALOGUE_H

#include "policy/policy.h"

enum dialogue_end { DIALOGUE_TO_MAIL, DIALOGUE_TO_HEADERS, DIALOGUE_TO_BODY };

struct dialogue {
	enum dialogue_end end;   /* the last event that checks need */
	bool judges_connections; /* at HELO; at MAIL where the client sent none */
	bool reply_to_mail;
	bool reply_to_recipients;
	unsigned long protocol; /* SMFIP_* to ask for, SMFIP_SKIP where it is offered */
	unsigned long actions;  /* SMFIF_* that must be granted; SMFIF_SETSYMLIST where it is offered */
};

enum { DIALOGUE_MACROS_MAX = 128 }; /* octets with NUL */

/* The macros to ask for at MAIL, and at the connection: few, as Postfix sends them along with every event. */
void dialogue_mail_macros(const struct policy *policy, char names_out[DIALOGUE_MACROS_MAX]);
void dialogue_connect_macros(const struct policy *policy, char names_out[DIALOGUE_MACROS_MAX]);

void dialogue_init(struct dialogue *dialogue, const struct policy *policy);

#endif
