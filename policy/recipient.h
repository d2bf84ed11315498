/* SPDX-License-Identifier: BSD-2-Clause */
/* recipient.h - paths of the envelope, read for their checks. Used by message.c alone; see message_recipient there. */
#ifndef POSTERN_POLICY_RECIPIENT_H
#define POSTERN_POLICY_RECIPIENT_H

#include "policy/message.h"

/* What the checks of a path see. A NULL path breaks no rule, and neither does the null one. When memory is refused, that is a failure. */
void path_read(struct message *message, const char *path, const char *path_by_mta, struct path_facts *facts_out);

#endif
