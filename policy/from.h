/* SPDX-License-Identifier: BSD-2-Clause */
/* from.h - the mailboxes of a From field (RFC 5322 3.6.2), and how far they align with the envelope sender, or with what the login may use.
 * Used by message.c alone. */
#ifndef POSTERN_POLICY_FROM_H
#define POSTERN_POLICY_FROM_H

#include "policy/message.h"

/* Into the message's facts; they keep the mailbox that aligns least, in any reading. When memory is refused, that is a failure. */
void from_read(struct message *message, struct bytes value);

#endif
