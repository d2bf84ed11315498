/* SPDX-License-Identifier: BSD-2-Clause */
/* catalogue.h - the SMTP reply codes (RFC 5321 4.2) and enhanced status codes (RFC 3463, IANA) that are in some list, and the
 * replies that mail platforms document. Const tables: what is here is what a configuration may use (reply_parse) and what
 * `postern replies` and postern-replies(7) tell.
 *
 * Sources are names between commas, standards first: "RFC 5321"; "IANA", the registry SMTP Enhanced Status Codes; and lists by
 * their publishers: "Amazon SES", "Infobip", "NTT", "Emarsys", and "SMTP Reply Codes", a page of that title. Meanings are
 * sentences; where lists differ, the standard's comes first. */
#ifndef POSTERN_POLICY_CATALOGUE_H
#define POSTERN_POLICY_CATALOGUE_H

#include "policy/parse/bytes.h"

struct reply_code {
	int code;
	const char *meaning;
	const char *sources;
};

/* In order of code. */
extern const struct reply_code reply_codes[];
extern const size_t reply_codes_count;

struct enhanced_code {
	const char *code;    /* without its class: "7.1" */
	const char *classes; /* those that its definition, or a list, has it with: some of "245" */
	const char *with; /* reply codes that IANA puts it with: "451, 550"; "5xx"; "any"; empty where it says none */
	const char *meaning;
	const char *sources;
};

/* In order of subject and detail. */
extern const struct enhanced_code enhanced_codes[];
extern const size_t enhanced_codes_count;

struct documented_reply {
	const char *reply;    /* word for word; what is filled in stands as the document has it: <address>, identity0 */
	const char *document; /* its publisher */
	const char *command;  /* to which it is the answer, in the document's words; NULL when that is not said */
	const char
		*given_by; /* a check; "failures", the answers to failures of our own; NULL: only the mail server can */
	const char *reason; /* why only the mail server; NULL when given_by is not */
	const char
		*postfix; /* the setting that Postfix has for the case, and what it answers; NULL when there is none */
	const char *sendmail; /* likewise */
};

/* By document, in the document's order. */
extern const struct documented_reply documented_replies[];
extern const size_t documented_replies_count;

/* NULL when no list has it. */
const struct reply_code *catalogue_code(int code);

/* Takes "5.7.1", class and all; NULL when no list has it. A failure that is listed as temporary or as permanent may be either, so
 * 4.7.1 is found as 5.7.1 is; a success is found as 2 only. Leading zeros are not allowed (RFC 3463 2). */
const struct enhanced_code *catalogue_enhanced(struct bytes code);

/* Whether the code may have that class, '2', '4' or '5'. */
bool enhanced_code_allows(const struct enhanced_code *code, char class);

/* The enhanced status code of a documented reply; empty when it has none. */
struct bytes documented_reply_enhanced(const struct documented_reply *reply);
/* What stands behind its codes. */
const char *documented_reply_text(const struct documented_reply *reply);

#endif
