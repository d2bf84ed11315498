/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.h - everything a message is judged by. Built by conf/ (policy_new from the table's presets, then changed, then
 * const), owned by whoever loaded it, freed whole. A worker process is born with one and dies with it. */
#ifndef POSTERN_POLICY_POLICY_H
#define POSTERN_POLICY_POLICY_H

#include "policy/checks.h"
#include "policy/profile.h"

#include <libpsl.h>

/* What went wrong on our side, each with a reply of its own. */
enum failure {
	FAILURE_MEMORY,   /* the system refused memory */
	FAILURE_INTERNAL, /* a call into libmilter failed, or what must not happen did */
	FAILURE_TABLES,   /* a look-up table cannot tell */
	FAILURE_COUNTERS, /* the counters of rates and quotas cannot */
	FAILURE_COUNT
};
extern const char *const failure_names[FAILURE_COUNT];

struct failure_answer {
	bool accept; /* configured to let the message pass */
	struct reply reply;
};

enum {
	POLICY_FIELDS_MAX = 64,    /* header field names that can be counted; there are 30 in the presets */
	POLICY_FIELD_BUCKETS = 128 /* a power of two: few of them share one */
};

struct policy {
	enum reply_set reply_set; /* whose wording the presets have */
	/* In order of configuration; the last one, "default", holds for every message that no other wants. */
	struct profile *profiles;
	size_t profile_count;
	/* Header field names that the settings of some check in some profile count (PARAM_FIELDS). */
	const char *counted_fields[POLICY_FIELDS_MAX];
	size_t counted_field_count;
	/* Look-up tables that its settings name, but for lists; by table.index. */
	const struct table *tables[TABLES_MAX];
	size_t table_count;
	bool asks_recipients; /* some profile is only for some recipients */
	/* Their places by a hash of the name, counted from 1; 0: none, or no further one in that bucket. */
	uint8_t field_buckets[POLICY_FIELD_BUCKETS], field_next[POLICY_FIELDS_MAX];
	struct failure_answer failures[FAILURE_COUNT];
	psl_ctx_t *psl;               /* public suffixes; NULL: no two different domains are of one organization */
	struct policy_memory *memory; /* what policy_alloc gave */
};

/* A policy with one profile, "default": every check off, its settings at their presets, failures answered
 * "451 4.3.0 Temporary service failure". NULL when memory is refused. */
struct policy *policy_new(void);
/* Gives the default profile's presets and the failures' answers the wording of that set. False when memory is refused. */
bool policy_use_reply_set(struct policy *policy, enum reply_set reply_set);
void policy_free(struct policy *policy);

/* Zeroed memory that lives as long as the policy; NULL when it is refused. */
void *policy_alloc(struct policy *policy, size_t size);
char *policy_strdup(struct policy *policy, const char *string);

/* Reads "file:PATH", "cdb:PATH", ... into a table of the policy, or finds the one that is the same; NULL after writing the broken rule
 * into rule_out (REPLY_RULE_MAX octets), or "out of memory". query may be NULL. */
const struct table *
policy_table(struct policy *policy, const char *source, const char *query, unsigned timeout_ms, char *rule_out);
/* A table of these keys, which live as long as the policy. NULL when memory is refused. */
const struct table *policy_list_table(struct policy *policy, struct string_list keys);

/* The settings of a check at the presets of its row and the policy's reply set. False when memory is refused. */
bool policy_preset(struct policy *policy, const struct check *check, struct settings *settings_out);

/* Collects counted_fields from the profiles; call once when they are complete. False when there are more than
 * POLICY_FIELDS_MAX. */
bool policy_complete(struct policy *policy);

/* The place of a header field among those counted; counted_field_count when it is none of them. */
size_t policy_counted_index(const struct policy *policy, struct bytes name);

/* The first profile that holds. Never NULL: the last one has no conditions. When a table that a condition asks cannot tell,
 * *failed_out becomes true and the last profile is given. */
const struct profile *policy_profile(const struct policy *policy, const struct circumstances *circumstances,
				     const struct services *services, bool *failed_out);

/* Whether in some profile a check of this stage is not off: what a daemon has to negotiate. */
bool policy_uses_stage(const struct policy *policy, enum stage stage);
/* Whether in some profile a check has this mode. */
bool policy_uses_mode(const struct policy *policy, enum mode mode);

#endif
