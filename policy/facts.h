/* SPDX-License-Identifier: BSD-2-Clause */
/* facts.h - what is known of a message so far. Filled by message.c as the message streams past, read by the checks. A fact is
 * what was seen, not what to think of it. */
#ifndef POSTERN_POLICY_FACTS_H
#define POSTERN_POLICY_FACTS_H

#include "policy/content.h"
#include "policy/controls.h"
#include "policy/finding.h"
#include "policy/policy.h"
#include "policy/sender.h"

/* A header field that checks look into. */
struct field_facts {
	size_t count;
	size_t line; /* of the first one that `value` is of, else of the first */
	char value[FINDING_TEXT_MAX];
};

struct facts {
	/* By index into policy.counted_fields; stops at 255. */
	unsigned char field_counts[POLICY_FIELDS_MAX];
	size_t line; /* of what comes next, from 1 */

	struct field_facts subject; /* value: the first one, decoded */
	size_t subject_characters;  /* of the longest one, decoded, without blanks around it */
	bool subject_visible;       /* one of them shows something */

	struct field_facts from;  /* value: the mailbox that aligns least */
	size_t from_mailboxes;    /* and other readings */
	enum alignment alignment; /* the least of all readings of all mailboxes of all From fields */

	bool auto_submitted; /* RFC 3834 5: present and not `no` */

	size_t size;              /* octets so far: header fields with `: ` and CRLF, the empty line, the body */
	bool wants_controls;      /* some check wants them looked for */
	bool line_feeds;          /* the text is stored with LF for line ends: those are not bare */
	struct controls controls; /* in header fields and body */

	/* The last members, see message_init. */
	uint32_t field_lines[POLICY_FIELDS_MAX]; /* of the last one; where the count says that there is one */
	struct sender sender;
	struct mime mime;
	struct content content;
};

#endif
