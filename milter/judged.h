/* SPDX-License-Identifier: BSD-2-Clause */
/* judged.h - what a message in a file was found to be, as text: JSON, an object a line, or lines for people. */
#ifndef POSTERN_MILTER_JUDGED_H
#define POSTERN_MILTER_JUDGED_H

#include "milter/mbox.h"
#include "milter/output.h"
#include "policy/message.h"

/* {"file":"a.eml","verdict":"refuse","reply":"554 5.6.0 Attachment is empty","check":"attachment_empty","profile":"submission",
 *  "findings":[{"check":...,"stage":...,"mode":...,"reply":...,"detail":{"part":"2.1","name":"report.pdf","line":88}}]}
 * reply and check are null when there is none; detail holds what is known of part, name, field, value, rule, times and line. The file of a message in
 * an mbox is "box#3". False when memory is refused. */
bool judged_json(const struct message *message, const struct mail *mail, struct output *output);

/* a.eml: refuse 554 5.6.0 Attachment is empty (submission)
 * a.eml:2: subject_empty:     The Subject shows nothing: ... (Subject: "\u200b").
 * a.eml:88: attachment_empty: An attachment has no content (part 2.1, "report.pdf"). [observe]
 * The line is the finding's, or that at which the message begins. */
void judged_print(const struct message *message, const struct mail *mail, bool colored, struct output *output);

/* What is known of a finding beyond its check's own sentence: `part 2.1, "report.pdf", 2 times`; maybe nothing. */
void judged_detail(const struct finding *finding, struct output *output);

#endif
