/* SPDX-License-Identifier: BSD-2-Clause */
/* identity.h - whom a login may send as, beside the check that asks for it: with a null sender, From is compared with that. */
#ifndef POSTERN_POLICY_CHECKS_IDENTITY_H
#define POSTERN_POLICY_CHECKS_IDENTITY_H

#include "policy/message.h"

/* Whether the null sender's login has addresses of its own: sender_not_allowed is on and has a table by login. */
bool login_has_identities(const struct message *message);

/* Whether From's mailbox is one of them. When the table cannot tell, that is a failure, and the mailbox passes. */
enum alignment login_alignment(struct message *message, struct bytes local, const char *domain);

#endif
