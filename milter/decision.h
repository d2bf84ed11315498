/* SPDX-License-Identifier: BSD-2-Clause */
/* decision.h - the log line of a message that was answered:
 *
 *      4bQ2...: refuse "554 5.6.0 Attachment is empty" check=attachment_empty stage=message profile=submission
 *      origin=authenticated client=192.0.2.7 login="alice" from=<a@example.com>
 *      findings=attachment_empty(mode=enforce part=2 name="report.pdf"),subject_empty(mode=observe line=4)
 *
 * all of it on one line of at most LOG_LINE_MAX octets. What is not known or does not apply is left out. Without a queue
 * id the line begins with NOQUEUE, as Postfix's own do. Whatever a sender wrote is bounded and escaped (log_append_safe),
 * so that a line is one line and a field ends where it seems to end. */
#ifndef POSTERN_MILTER_DECISION_H
#define POSTERN_MILTER_DECISION_H

#include "milter/log.h"
#include "policy/message.h"

enum {
	DECISION_SENDER_MAX =
		320, /* octets shown: RFC 5321 4.5.3.1 has 64 for the local part, 255 for the domain, and the @ */
	DECISION_LOGIN_MAX = 128,
	DECISION_QUEUE_ID_MAX = 64, /* Postfix's long ones have about 20 */
	DECISION_REPLY_MAX = 512    /* a reply's first line, with its codes */
};

struct decision {
	const struct message *message;
	enum origin origin;
	const char *queue_id; /* NULL: none yet */
	const char *client;   /* its address */
	const char *login;    /* empty: none */
	const char *sender;   /* as given in MAIL FROM, or cut */
	/* Of a recipient that was refused by itself: whom, as given in RCPT TO, and the verdict on it. NULL: the message's. */
	const char *recipient;
	const struct verdict *verdict;
};

void decision_format(const struct decision *decision, char line_out[LOG_LINE_MAX]);

/* Writes the line to the log, or not, by what the configuration says is logged. */
void decision_log(const struct decision *decision, bool findings_only);

#endif
