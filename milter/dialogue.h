/* SPDX-License-Identifier: BSD-2-Clause */
/* dialogue.h - which events the MTA is asked for, and which of them get a reply. A round trip costs more than the checks
 * themselves, so only what the policy needs is asked for, and no reply is promised that says nothing.
 *
 *      checks on at           events                       answered at
 *      the message's stage    MAIL headers EOH body EOM    the body chunk that settles it, or the end
 *      the headers, no later  MAIL headers EOH EOM         the end of the headers
 *      MAIL, no later         MAIL EOM                     MAIL
 *
 * A message that must be held or tagged is answered at its end in each case: only there libmilter lets one do it. MAIL
 * itself is always sent; its reply is waited for only where a check could refuse there. */
#ifndef POSTERN_MILTER_DIALOGUE_H
#define POSTERN_MILTER_DIALOGUE_H

#include "policy/policy.h"

enum dialogue_end { DIALOGUE_TO_MAIL, DIALOGUE_TO_HEADERS, DIALOGUE_TO_BODY };

struct dialogue {
	enum dialogue_end end; /* the last event that checks need */
	bool reply_to_mail;
	unsigned long protocol; /* SMFIP_* to ask for, SMFIP_SKIP where it is offered */
	unsigned long actions;  /* SMFIF_* that must be granted; SMFIF_SETSYMLIST where it is offered */
};

void dialogue_init(struct dialogue *dialogue, const struct policy *policy);

#endif
