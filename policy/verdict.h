/* SPDX-License-Identifier: BSD-2-Clause */
/* verdict.h - asking the table. Used by message.c alone. */
#ifndef POSTERN_POLICY_VERDICT_H
#define POSTERN_POLICY_VERDICT_H

#include "policy/message.h"

/* Asks every check of the stage, in the order of the table, and decides: the first 5xx of the stage, else the first 4xx,
 * unless an earlier stage has decided. */
void verdict_ask(struct message *message, enum stage stage);

/* Lets every check that is on say what it needs to be looked for. */
void verdict_prepare(struct message *message);

/* Asks the checks that judge single header fields. What they find counts at STAGE_HEADERS. */
void verdict_ask_field(struct message *message, struct bytes name, struct bytes value);

/* Asks the checks that judge single parts. What they find counts at STAGE_MESSAGE. */
void verdict_ask_leaf(struct message *message, const struct leaf *leaf);

#endif
