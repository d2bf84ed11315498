/* SPDX-License-Identifier: BSD-2-Clause */
/* tables.h - look-up tables as settings name them: a list of keys, a source like "file:PATH", "table:NAME" for one of the group `tables`,
 * or "none". What "table:NAME" stands for is known when all files are read. Inside conf/ only. */
#ifndef POSTERN_CONF_TABLES_H
#define POSTERN_CONF_TABLES_H

#include "conf/load.h"

#include <libconfig.h>

/* One of the group `tables`. */
struct named_table {
	const char *name;
	struct place place; /* where it is named first */
	const char *source, *query;
	unsigned timeout_ms;
	struct place source_set, query_set, timeout_set;
	const struct table *table; /* once resolved */
};

/* A table in a setting. */
struct table_use {
	struct table_use *next;
	const char *path; /* of the setting, and where its value stands: for messages */
	struct place place;
	const char *written;       /* "file:/etc/postern/logins", "table:NAME", "none"; NULL of a list */
	const struct table *table; /* NULL: none, or not resolved */
};

/* Reads such a setting. NULL after it wrote down what is wrong. */
struct table_use *table_use_read(struct load *load, const config_setting_t *setting);

/* "NAME" of "table:NAME", else NULL. */
const char *table_use_name(const struct table_use *use);

#endif
