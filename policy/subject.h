/* SPDX-License-Identifier: BSD-2-Clause */
/* subject.h - a Subject field, decoded (RFC 2047): whether anything of it shows, how long it is, and the first one's text for the log. Used by
 * message.c alone. */
#ifndef POSTERN_POLICY_SUBJECT_H
#define POSTERN_POLICY_SUBJECT_H

#include "policy/message.h"

/* Into the message's facts. When memory is refused, that is a failure. */
void subject_read(struct message *message, struct bytes value);

#endif
