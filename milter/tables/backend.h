/* SPDX-License-Identifier: BSD-2-Clause */
/* backend.h - one kind of look-up table, behind one table of the configuration. Calls to find come from several threads at once. */
#ifndef POSTERN_MILTER_TABLES_BACKEND_H
#define POSTERN_MILTER_TABLES_BACKEND_H

#include "milter/tables/trouble.h"
#include "policy/table.h"

struct backend;

struct backend_class {
	/* Opens it, so that what happens to the file later does not matter. False as with TABLE_FAILED. NULL: the first look-up is soon enough. */
	bool (*open)(struct backend *, char *why_out);
	/* key is in lower case and shorter than TABLE_KEY_MAX. value_out has TABLE_VALUE_MAX octets. With TABLE_FAILED, why_out
	 * (TROUBLE_WHY_MAX octets) says why, in plain words. */
	enum table_answer (*find)(struct backend *, const char *key, char *value_out, char *why_out);
	void (*free)(struct backend *);
};

/* Begins the struct of each kind. */
struct backend {
	const struct backend_class *class;
};

/* Each opens nothing, or can do without what it could not open: the first look-up shows. table and trouble are borrowed for the life of
 * the backend. NULL when memory is refused. */
struct backend *file_table_new(const struct table *table, struct trouble *trouble);
struct backend *cdb_table_new(const struct table *table, struct trouble *trouble);
struct backend *sqlite_table_new(const struct table *table, struct trouble *trouble);
struct backend *regexp_table_new(const struct table *table, struct trouble *trouble);
struct backend *socketmap_table_new(const struct table *table, struct trouble *trouble);
struct backend *redis_table_new(const struct table *table, struct trouble *trouble);

#endif
