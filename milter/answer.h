/* SPDX-License-Identifier: BSD-2-Clause */
/* answer.h - the one place that turns a verdict into what libmilter returns to the MTA: SMFIS_*, reply, quarantine, added
 * header field.
 *
 * The reply goes out as the policy has it, byte for byte, with three adaptations to the protocol: every `%` is doubled
 * (both MTAs read the text as a format), long texts become several lines, and a reply without an enhanced status code gets
 * that of its class, X.0.0, where it cannot go without one: when it has several lines (libmilter adds one), or when its
 * text begins with a digit (Postfix takes that for a code of another class). */
#ifndef POSTERN_MILTER_ANSWER_H
#define POSTERN_MILTER_ANSWER_H

#include "policy/message.h"

#include <libmilter/mfapi.h>

/* The field added to messages with findings of mode tag. Its value is like `attachment_empty (part 2.1), subject_empty`. A
 * sender can write such a field as well: its presence proves nothing, the absence of one below the sender's does. */
#define ANSWER_TAG_FIELD "Postern-Findings"

enum { ANSWER_TAG_MAX = 900 }; /* octets of its value: RFC 5322 2.1.1 has lines of 998 at most */

/* The answer to the message as it stands, where a reply to the MTA is due; not at connect. Calls smfi_setreply right before it
 * returns. A refusal whose reply libmilter does not take is logged and goes out as a temporary failure without text. */
sfsistat answer_verdict(SMFICTX *context, const struct verdict *verdict);

/* Whether the verdict, when it lets the message pass, needs the end of the message to be carried out. */
bool answer_needs_end(const struct message *message);

/* The answer at the end of the message: hold and tag are carried out here. When libmilter refuses that, message_fail is told. */
sfsistat answer_end(SMFICTX *context, struct message *message);

/* The answer to a failure for which there is no message to judge: memory for it was refused. */
sfsistat answer_failure(SMFICTX *context, const struct policy *policy, enum failure failure);

#endif
