/* SPDX-License-Identifier: BSD-2-Clause */
/* keys.h - the names that a configuration may use, group by group. The reader takes these and no others, within these bounds;
 * `postern config settings` and postern.conf(5) are printed from the same rows. What single checks can be told beside this
 * is in the table of checks.
 *
 *      for (const struct key *key = conf_keys; key->name != NULL; key++) ... key->members ...
 */
#ifndef POSTERN_CONF_KEYS_H
#define POSTERN_CONF_KEYS_H

#include <stddef.h>
#include <stdint.h>

struct config_setting_t;
struct load;

enum key_type {
	KEY_SPECIAL,      /* what `takes` says; has a reader of its own */
	KEY_STRING,       /* any string; `takes` says of what kind */
	KEY_PATH,         /* an absolute path */
	KEY_NUMBER,       /* a whole number of `unit` */
	KEY_SECONDS,      /* a time, bounds in seconds */
	KEY_MILLISECONDS, /* a time, bounds in milliseconds */
	KEY_CHOICE,       /* one of `choices`; has a reader of its own */
	KEY_GROUP         /* of members */
};

struct key {
	const char *name; /* NULL ends a list of these */
	enum key_type type;
	const char *what;   /* sentences for the manual */
	const char *takes;  /* in words: "a list of networks" */
	const char *preset; /* the default as configuration writes it, strings in quotes; NULL: none, or `what` tells */
	const char *unit;   /* of KEY_NUMBER */
	int64_t least, most;
	const char *const *choices;
	size_t choice_count;
	const struct key *members; /* of KEY_GROUP */
	/* Of KEY_GROUP where there are several of it: ".NAME" where they have names, "[]" in a list; else NULL. */
	const char *each;
	/* Reads the setting; data as it is handed to value_group. NULL: the type is enough, and these are where the value goes in struct conf,
	 * and its place in struct layers; of a group: its members are read. */
	void (*read)(struct load *load, const struct config_setting_t *setting, void *data);
	size_t value, place;
};

/* The top level. */
extern const struct key conf_keys[];

/* The row of "counters.timeout" or "counters"; NULL when there is none. Names of groups that the administrator gives are left out:
 * "tables.source", "profiles.when.login", "checks.mode". */
const struct key *key_find(const char *path);

#endif
