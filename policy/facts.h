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
#include "policy/services.h"

/* A header field that checks look into. */
struct field_facts {
	size_t count;
	size_t line; /* of the first one that `value` is of, else of the first */
	char value[FINDING_TEXT_MAX];
};

/* A path of the envelope as its checks see it. */
enum { ENVELOPE_PATH_MAX = 322 }; /* RFC 5321 4.5.3.1: 64 octets, `@`, 255; one that is longer is told as far as this */
struct path_facts {
	const char *rule;             /* of syntax that it breaks, in plain words; NULL: none */
	bool utf8;                    /* it is not ASCII */
	char text[ENVELOPE_PATH_MAX]; /* as given, without brackets */
};

/* What a limit check has still to give to this message, as it was at MAIL. */
struct limit_facts {
	const struct check *check; /* NULL ends the list */
	enum limit_unit unit;
	uint64_t left; /* in the tightest of its windows */
	bool over;     /* not even what the message took as far as it was known then */
};

enum {
	LIMIT_CHECKS_MAX = 4, /* rows of the table that count; there are two */
	/* Identities in a reply; more are `...`. The documented reply has no enhanced code, and keeps to that on a single line only: with its
	 * text and a region this fits into REPLY_LINE_MAX. */
	UNVERIFIED_TEXT_MAX = 256
};

struct facts {
	uint64_t declared_size; /* of struct envelope, as the two that follow */
	bool smtputf8;
	bool recipients_wait;
	bool content_begun; /* behind the recipients: the profile stands */
	bool login_judges;  /* a null sender's From must be of the login's addresses */
	size_t recipients;  /* that were not refused */
	struct limit_facts limits[LIMIT_CHECKS_MAX];
	bool charged;           /* message_end counted the message; see counted */
	bool envelope_verified; /* its identity was looked at */
	bool unverified_more;   /* identities failed that do not fit into unverified */

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
	uint32_t field_lines[POLICY_FIELDS_MAX];       /* of the last one; where the count says that there is one */
	unsigned char counted[CHARGES_MAX];            /* enum counted of each charge, in the order of charges.c */
	char unverified[UNVERIFIED_TEXT_MAX];          /* identities that failed, with commas */
	struct path_facts sender_path, recipient_path; /* of the recipient that is asked about */
	struct sender sender;
	struct mime mime;
	struct content content;
};

#endif
