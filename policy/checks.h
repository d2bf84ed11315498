/* SPDX-License-Identifier: BSD-2-Clause */
/* checks.h - the table of checks: one row each, and the only place that knows them. Configuration keys, validation, log
 * tags, `postern checks` and the documentation follow from it. The order is that of the dialogue and decides which reply
 * wins among findings of one stage. To add a check see CONTRIBUTING.md. */
#ifndef POSTERN_POLICY_CHECKS_H
#define POSTERN_POLICY_CHECKS_H

#include "policy/finding.h"

struct facts;
struct leaf;
struct limit_check;
struct message;

struct check {
	const char *name;           /* config key, log tag, manual heading, test */
	enum stage stage;           /* the first stage at which its facts are known */
	const char *reply;          /* the default, for reply_parse: 4xx defers, 5xx refuses */
	const char *reply_ses;      /* the wording of REPLY_SET_SES where it has one of its own; else NULL */
	const char *reply_standard; /* likewise of REPLY_SET_STANDARD: enhanced codes as IANA's registry means them */
	const char *what;           /* one sentence for the manual and for `postern checks` */
	const char *source;         /* RFC section or document row */
	const struct param *params; /* its settings, or NULL */
	/* Whether it fires, given the facts so far. Fills what it knows of *finding_out (zeroed before). Changes nothing of the
	 * message, but that a table which cannot tell is a failure (message_fail). */
	bool (*fires)(struct message *, const struct settings *,
		      struct finding *finding_out); /* or NULL, see field and leaf */
	/* Whether with these settings it is asked again at that later stage; NULL: never. It fires once at most. */
	bool (*asked_again)(const struct settings *, enum stage);
	/* What it needs to be looked for that is not by itself; asked at MAIL when the check is on. NULL: nothing. */
	void (*prepare)(struct facts *, const struct settings *);
	/* Collects facts of single header fields while the check is on, for `fires` at the end of the headers; or NULL. */
	void (*gather)(struct message *, const struct settings *, struct bytes name, struct bytes value);
	/* Of checks that judge single header fields: asked at each field, until it fires. Else NULL. */
	bool (*field)(struct bytes name, struct bytes value, const struct settings *, struct finding *finding_out);
	/* Of checks that judge single parts: asked at each leaf's end; a finding is made from the leaf. Else NULL. */
	bool (*leaf)(const struct leaf *, const struct settings *);
	/* It counts what messages take, and fires when there is too little left: see charges.h. */
	const struct limit_check *counts;
	/* Of checks at STAGE_MESSAGE: whether nothing that may still come can change its answer. */
	bool (*settled)(const struct message *, const struct settings *);
};

enum { CHECKS_MAX = 28 }; /* a message keeps a finding of each: raise it with care */
extern const struct check checks[];
extern const size_t checks_count;

/* Whether it is on and has something to say at that stage. */
bool check_asked(const struct check *check, const struct settings *settings, enum stage stage);

/* NULL when there is none of that name. */
const struct check *check_find(const char *name);

static inline size_t
check_index(const struct check *check)
{
	return (size_t)(check - checks);
}

#endif
