/* SPDX-License-Identifier: BSD-2-Clause */
/* effective.h - what is in force, setting by setting, and which line says so.
 *
 *      struct effective effective;
 *      effective_condition(conf, profile, CONDITION_LOGIN, &effective)         false: nothing is demanded
 *      for (size_t i = 0; effective_setting(conf, profile, check, i, &effective); i++) ...
 *
 * Profiles are numbered as in conf->policy; the last one is "default". */
#ifndef POSTERN_CONF_EFFECTIVE_H
#define POSTERN_CONF_EFFECTIVE_H

#include "conf/conf.h"

/* How configuration writes a value. */
enum effective_kind {
	EFFECTIVE_BARE,   /* true, 255 */
	EFFECTIVE_STRING, /* "enforce" */
	EFFECTIVE_LIST    /* [ "From", "Date" ] */
};

enum { EFFECTIVE_ITEMS_MAX = 4 }; /* of a list that is not kept as one: origins, limits */

struct effective {
	const char *name;
	enum effective_kind kind;
	struct string_list items; /* one, but for a list; valid while *this stays where it is, and the configuration */
	struct place place;       /* of nowhere: a default */
	bool own;                 /* the profile itself says so */
	/* Where items may lie. */
	const char *pointers[EFFECTIVE_ITEMS_MAX];
	char text[REPLY_STRING_MAX];
	char limits[EFFECTIVE_ITEMS_MAX][LIMIT_STRING_MAX];
};

/* Mode, reply, detail, then the settings that the check has of its own; false behind the last one. */
bool effective_setting(const struct conf *conf, size_t profile, const struct check *check, size_t index,
		       struct effective *effective_out);

/* A condition of the profile; false where it demands nothing. */
bool
effective_condition(const struct conf *conf, size_t profile, enum condition condition, struct effective *effective_out);

/* A line of configuration, and a comment that says where it comes from. */
void effective_print(FILE *stream, int indent, const struct effective *effective);

#endif
