/* SPDX-License-Identifier: BSD-2-Clause */
/* offline.h - a message that lies in memory, judged as the daemon would judge it on its way through an MTA. */
#ifndef POSTERN_POLICY_OFFLINE_H
#define POSTERN_POLICY_OFFLINE_H

#include "policy/message.h"

/* Feeds the whole text - header section, body, lines ending in CRLF or LF - to a message that was just initialized or reset, past
 * any refusal, so that all findings are in it. A text whose first line ends in LF is taken to be stored with LF for line ends throughout. The header ends where Postfix ends it (policy/parse/header.h). */
void offline_judge(struct message *message, const struct envelope *envelope, struct bytes text);

/* Whether the text is stored with LF for line ends: its first line is. */
bool offline_has_line_feeds(struct bytes text);

#endif
