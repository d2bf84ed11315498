/* SPDX-License-Identifier: BSD-2-Clause */
/* profile.h - the settings of all checks for some of the mail, and for which mail: conditions that must all hold. */
#ifndef POSTERN_POLICY_PROFILE_H
#define POSTERN_POLICY_PROFILE_H

#include "policy/checks.h"
#include "policy/client.h"
#include "policy/services.h"

/* In the order in which they are looked at: what costs nothing first. */
enum condition {
	CONDITION_ORIGIN,
	CONDITION_NETWORK,
	CONDITION_LISTENER,
	CONDITION_LOGIN,
	CONDITION_SENDER,
	CONDITION_SENDER_DOMAIN,
	CONDITION_ALL_RECIPIENTS,
	CONDITION_COUNT
};
extern const char *const condition_names[CONDITION_COUNT]; /* as in `when`: origin, network, ... */

/* What a profile demands. What is not demanded always holds. */
struct conditions {
	unsigned origins;         /* bit set of 1u << enum origin */
	struct networks networks; /* the client's address is in one of them; none: not demanded */
	struct string_list
		listeners;         /* patterns: the MTA's name of the listener, or its port, fits one; none: likewise */
	const struct table *login; /* has the login; NULL: not demanded */
	const struct table *sender;         /* has the envelope sender's address (the null sender is "<>") */
	const struct table *sender_domain;  /* has the envelope sender's domain, or `.domain` one above it */
	const struct table *all_recipients; /* there is a recipient, and it has each: see table_find_address */
};

enum { PROFILES_MAX = 64 }; /* written ones; each takes 80 KB */

struct profile {
	const char *name;
	size_t index; /* in policy.profiles */
	struct conditions when;
	struct settings checks[CHECKS_MAX]; /* by check_index */
};

/* What is known when a profile is chosen: at the connection the client, at MAIL the sender, too, and behind the
 * recipients everything. A demand for what is not known yet does not hold. */
struct circumstances {
	const struct client *client;
	bool sender_known;
	bool sender_null;
	const char *sender_local, *sender_domain; /* domain in normal form; both empty when it cannot be read */
	bool recipients_known;
	size_t recipients;              /* that were not refused */
	uint64_t recipients_outside[2]; /* bit set by profile.index: some recipient is not in its all_recipients */
};

/* The first condition that does not hold; CONDITION_COUNT when all do. *failed_out becomes true when a table cannot tell. */
enum condition profile_misses(const struct profile *profile, const struct circumstances *circumstances,
			      const struct services *services, bool *failed_out);

/* Notes one more recipient for the profiles that ask for all. False when a table cannot tell. */
bool profiles_note_recipient(const struct profile *profiles, size_t count, const char *local, const char *domain,
			     const struct services *services, struct circumstances *circumstances);

#endif
