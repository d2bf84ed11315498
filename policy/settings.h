/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.h - what can be configured of a check, and what was. Written by conf/ before the first connection, const after. */
#ifndef POSTERN_POLICY_SETTINGS_H
#define POSTERN_POLICY_SETTINGS_H

#include "policy/reply.h"

#include <stdint.h>

enum mode {
	MODE_OFF,     /* not looked at */
	MODE_OBSERVE, /* logged and counted */
	MODE_TAG,     /* and a header field is added */
	MODE_HOLD,    /* and the message is quarantined */
	MODE_ENFORCE, /* and refused or deferred, by the reply's class */
	MODE_COUNT
};
extern const char *const mode_names[MODE_COUNT];

enum param_type {
	PARAM_BOOLEAN, /* true or false; value.number is 0 or 1 */
	PARAM_CHOICE,  /* one of param.choices; value.number is its index */
	PARAM_CHOICES, /* some of param.choices: value.number is the bit set of their indices, value.list their names */
	PARAM_NUMBER,  /* a whole number within param.least..param.most */
	PARAM_SIZE,    /* octets with a unit, "25 MiB": value.number; 0 for "none" */
	PARAM_FIELDS,  /* header field names (RFC 5322 2.2): value.list */
	PARAM_PATTERNS, /* shell patterns with `*` and `?`, without regard to case: value.list */
	PARAM_TEXT,     /* printable ASCII for a reply: value.list has it as its only item */
	PARAM_TABLE,    /* a look-up table: a list of keys, or "file:PATH" and the like; value.table, NULL for "none" */
	PARAM_RATES,    /* "14/1s burst 28", one or several: value.limits; none for "none" */
	PARAM_QUOTAS    /* "50000/24h", likewise */
};

struct string_list {
	const char *const *items;
	size_t count;
};

struct table; /* policy/table.h */
struct limit; /* policy/limit.h */

struct limit_list {
	const struct limit *items;
	size_t count;
};

enum { SETTING_LIMITS_MAX = 4 }; /* windows of one check: a second, an hour, a day, a month */

/* One setting of a check. The table of checks holds these; configuration, validation and the manual follow from them. */
struct param {
	const char *name; /* NULL ends a list of these */
	enum param_type type;
	const char *
		preset; /* the default as configuration would write it: "none", "true", "255"; items of lists between blanks */
	const char *what;           /* one sentence for the manual */
	const char *const *choices; /* of PARAM_CHOICE and PARAM_CHOICES; NULL ends it */
	const char *unit;           /* of PARAM_NUMBER: "characters" */
	int64_t least, most;        /* of PARAM_NUMBER */
};

struct value {
	int64_t number;
	struct string_list list;
	const struct table *table;
	struct limit_list limits;
};

/* Reads one item, but for tables, which belong to a policy: a boolean, choice, number or size into value_out->number; of a list it adds what a choice stands for and says whether the
 * item is well formed, and likewise of a limit, which limit_parse then reads. Returns NULL, or the rule that is broken, in plain words ("must be one of none, reports, all"),
 * written into rule_out (REPLY_RULE_MAX octets). */
const char *param_read(const struct param *param, const char *item, struct value *value_out, char *rule_out);

/* Whether the item stands for the absence of a table or limit: "none". */
bool param_is_absent(const struct param *param, const char *item);

/* Whether a value of that type is a list of items. */
bool param_is_list(enum param_type type);

/* Whether the whole text fits the shell pattern (`*`, `?`), without regard to ASCII case. */
bool pattern_matches(const char *pattern, const char *text);
/* Whether it fits one of them. */
bool string_list_matches(const struct string_list *patterns, const char *text);

enum { SETTINGS_PARAMS_MAX = 4 }; /* the rows with most have so many */

/* The effective settings of one check in one profile. */
struct settings {
	enum mode mode;
	bool detail; /* append what was found to the reply's text */
	struct reply reply;
	struct value values[SETTINGS_PARAMS_MAX]; /* by index into check.params */
};

#endif
