/* SPDX-License-Identifier: BSD-2-Clause */
/* finding.h - what a check found, for the reply, the log line and the linter. Strings are copies, cut where they do not
 * fit, and hold whatever the sender wrote: whoever prints one escapes it. */
#ifndef POSTERN_POLICY_FINDING_H
#define POSTERN_POLICY_FINDING_H

#include "policy/settings.h"

/* Where in the dialogue a fact is known, in the order of the dialogue. */
enum stage {
	STAGE_CONNECT,
	STAGE_MAIL,    /* MAIL FROM */
	STAGE_RCPT,    /* RCPT TO */
	STAGE_HEADERS, /* end of the header section; the client reads the answer after the final dot */
	STAGE_MESSAGE, /* end of the message */
	STAGE_COUNT
};
extern const char *const stage_names[STAGE_COUNT];

struct check;
struct message;

enum { FINDING_TEXT_MAX = 112, FINDING_PART_MAX = 40 };

struct finding {
	const struct check *check;
	enum stage stage; /* where it was found */
	enum mode mode;
	const struct settings *settings; /* of the check in the profile it was found under */
	size_t times;                    /* how often: two empty attachments are one finding */
	size_t line;                     /* in the message, from 1; 0 where it has none */
	const char *rule;                /* that was broken, in plain words: "Local address ends with dot"; or NULL */
	const char *list;                /* in the place of value, which may be cut: lives with the message; or NULL */
	char field[48];                  /* the header field concerned, or empty */
	char part[FINDING_PART_MAX];     /* "2.1", or empty */
	char name[FINDING_TEXT_MAX];     /* the part's file name, decoded to UTF-8, or empty */
	char value[FINDING_TEXT_MAX];    /* what was seen: an address, a decoded text; or empty */
};

/* The reply the client gets for this finding: the configured one with its places filled - {name} by the header
 * field, {value} by what was seen, {rule} by the rule that was broken, {login} by the client's login, {region} by the
 * check's setting - and, with settings.detail, what was found at its end. */
void finding_reply(const struct message *message, const struct finding *finding, struct reply *reply_out);

#endif
