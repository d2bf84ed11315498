/* SPDX-License-Identifier: BSD-2-Clause */
/* services.h - what the policy asks of the world outside: look-ups in tables, and counters of rates and quotas. The daemon
 * fills these in; a message that is judged from a file has tables and no counters. Calls come from several threads at once, and
 * return within milliseconds, or the configured budget, whatever happens outside. */
#ifndef POSTERN_POLICY_SERVICES_H
#define POSTERN_POLICY_SERVICES_H

#include "policy/limit.h"
#include "policy/table.h"

struct check;

enum {
	CHARGE_KEY_MAX = 256, /* octets with NUL */
	CHARGES_MAX = 16      /* of one message: windows of all its limit checks */
};

/* Where a charge was counted, for those who release it. */
enum counted {
	COUNTED_IN_STORE,
	COUNTED_IN_MEMORY, /* of this daemon, because the store could not be reached */
	COUNTED_NOWHERE    /* or because the charges were refused */
};

/* One window of one limit that a message falls under. */
struct charge {
	const struct check *check;
	struct limit limit; /* after overrides; never unlimited */
	enum limit_unit unit;
	char key[CHARGE_KEY_MAX]; /* "daily_quota recipients/24h login=robin": what is counted; the same in every store */
	uint64_t units;           /* that this message takes */
	bool enforced;            /* over: nothing of the message is charged. Else it is only told */
	/* Answers: */
	bool over;         /* the units do not pass */
	uint64_t used;     /* counted now: before, when over or looked at; else with these units */
	uint64_t left;     /* would pass now */
	int64_t wait_us;   /* until `units` pass; as limit_wait */
	bool reached_most; /* this charge was the first of its period to reach 80 % of a quota */
	bool reached_all;  /* or all of it, or not to fit into it any more */
	enum counted counted;
};

struct services {
	void *data;

	/* See table_find; not called for TABLE_LIST. The key is in lower case. */
	enum table_answer (*find)(void *data, const struct table *table, const char *key, char *value_out);

	/* Tells how things are, and counts nothing. False: the counters cannot tell (FAILURE_COUNTERS). NULL: there are none. */
	bool (*look)(void *data, struct charge *charges, size_t count);
	/* All or nothing, atomically over all workers and, with a shared store, all hosts: when one that is enforced is over, no
	 * counter changes. One that is not enforced is charged if it passes. False as above: nothing was charged then, or it cannot be
	 * known whether it was. */
	bool (*charge)(void *data, struct charge *charges, size_t count);
	/* What was charged a moment ago does not count: the message was not accepted after all. Best effort. */
	void (*release)(void *data, const struct charge *charges, size_t count);
};

#endif
