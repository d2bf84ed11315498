/* SPDX-License-Identifier: BSD-2-Clause */
/* verdict.h - asking the table, for message.c and those who judge with it. */
#ifndef POSTERN_POLICY_VERDICT_H
#define POSTERN_POLICY_VERDICT_H

#include "policy/message.h"

/* Asks every check of the stage, in the order of the table, and decides: the first 5xx of the stage, else the first 4xx,
 * unless an earlier stage has decided. */
void verdict_ask(struct message *message, enum stage stage);

/* Notes what is asked from here on of the checks that are on in the profile, and lets them say what they need to be looked for. */
void verdict_prepare(struct message *message);

/* Asks the checks that judge single header fields. What they find counts at STAGE_HEADERS. */
void verdict_ask_field(struct message *message, struct bytes name, struct bytes value);

/* Asks the checks that judge single parts. What they find counts at STAGE_MESSAGE. */
void verdict_ask_leaf(struct message *message, const struct leaf *leaf);

/* Asks the checks that judge single recipients about the one in the facts, and decides about it alone. */
void verdict_ask_recipient(struct message *message, struct verdict *verdict_out);

/* Lets the checks that are on gather what they need of a header field. */
void verdict_gather(struct message *message, struct bytes name, struct bytes value);

/* A table that the check with these settings asks cannot tell. That is a failure, unless the check would let the message pass whatever the
 * table said. */
void verdict_table_failed(struct message *message, const struct settings *settings);

/* A finding that did not come of asking. The first one that is enforced decides, unless something has. */
void verdict_found(struct message *message, const struct check *check, enum stage stage, struct finding *finding);

const struct settings *verdict_settings(const struct message *message, const struct check *check);

#endif
