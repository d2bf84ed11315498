/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.h - which profile some mail gets, why, and what is in force then: `postern config explain`. */
#ifndef POSTERN_MILTER_EXPLAIN_H
#define POSTERN_MILTER_EXPLAIN_H

#include "conf/conf.h"
#include "policy/parse/address.h"

enum { EXPLAIN_RECIPIENTS_MAX = 100 };

/* What is said of the mail; NULL: nothing. */
struct explain_mail {
	const char *origin; /* instead of what follows from login and client */
	const char *login;
	const char *client; /* IP address */
	const char *listener;
	const char *sender; /* envelope sender, "<>" for the null one */
	const char *recipients[EXPLAIN_RECIPIENTS_MAX];
	size_t recipient_count;
};

/* Prints on standard output; what cannot be used of the mail on standard error. Returns the status to exit with: EX_TEMPFAIL when a table
 * cannot tell, and so nobody can. */
int explain(const struct conf *conf, const struct explain_mail *mail, bool json);

/* --- for explain.c and its two ways to print -------------------------------------------------------------------------- */

struct explain_address {
	const char *written;
	char local[ADDRESS_LOCAL_MAX];
	char domain[ADDRESS_DOMAIN_MAX]; /* in normal form; empty when it cannot be read */
};

/* A profile that was looked at. */
struct explain_step {
	size_t profile;
	enum condition missed; /* CONDITION_COUNT: it holds */
	bool failed;           /* a table of that condition cannot tell */
};

struct explanation {
	const struct conf *conf;
	const struct services *services;
	struct client client;
	struct circumstances circumstances;
	struct explain_address sender;
	struct explain_address recipients[EXPLAIN_RECIPIENTS_MAX];
	size_t recipient_count;
	bool recipients_failed; /* a table of recipients cannot tell */
	struct explain_step steps[PROFILES_MAX + 1];
	size_t step_count;
	bool decided; /* the last step's profile is used */
};

/* What the mail has where the condition looks: "robin". NULL: it was not said. */
const char *explain_given(const struct explanation *explanation, const struct explain_step *step);

void explain_text(const struct explanation *explanation, FILE *stream);
/* False when memory is refused. */
bool explain_json(const struct explanation *explanation, FILE *stream);

#endif
