/* SPDX-License-Identifier: BSD-2-Clause */
/* judged.h - prints what a message in a file was found to be: as JSON, an object a line, or for people. */
#ifndef POSTERN_MILTER_JUDGED_H
#define POSTERN_MILTER_JUDGED_H

#include "milter/mailbox.h"
#include "policy/message.h"

/* {"file":"a.eml","verdict":"refuse","reply":"554 5.6.0 Attachment is empty","check":"attachment_empty","profile":"submission",
 *  "findings":[{"check":...,"stage":...,"mode":...,"reply":...,"detail":{"part":"2.1","name":"report.pdf","line":88}}]}
 * reply and check are null when there is none; detail holds what is known of part, name, field, value, times and line. The file of a message in
 * an mbox is "box#3". False when memory is refused. */
bool judged_json(const struct message *message, const struct mail *mail, FILE *stream);

void judged_print(const struct message *message, const struct mail *mail, bool colored, FILE *stream);

#endif
