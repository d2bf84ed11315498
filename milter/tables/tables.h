/* SPDX-License-Identifier: BSD-2-Clause */
/* tables.h - the look-up tables of a policy that lie outside of it: files, databases, servers.
 *
 *      struct tables *tables = tables_new(policy);             opens nothing yet
 *      tables_open(tables);                                    or leave that to the first look-ups
 *      struct services services = { .data = tables, .find = tables_find };
 *      tables_free(tables);                                    when no thread looks anything up any more
 *
 * Make them in the process that uses them, after a fork. Calls come from several
 * threads at once and take microseconds (file, cdb, regexp, sqlite) or a round trip, and never longer than
 * table->timeout_ms, but for the one that reads a changed file. Whatever cannot be answered is TABLE_FAILED, and the log
 * says why (trouble.h). Formats and limits are in postern.conf(5); in short:
 *
 * file     Lines "key" or "key value"; `#` begins a comment line. Of two equal keys the first counts. TEXT_MAX octets and
 *          FILE_KEYS_MAX keys.
 * regexp   Lines "/pattern/flags value", flags i, m, x, or "!/pattern/flags value" for what does not match; other
 *          punctuation may stand for the slash. The first line that matches counts. Matching has limits: a key that reaches
 *          them cannot be told.
 * cdb      One file, searched where it lies: read at each look-up, never as a whole.
 * sqlite   The query's rows, their first columns joined with ", ". NULL is not there.
 * socketmap, redis
 *          A few connections each, made when needed and kept. After failures the server is left alone for a while:
 *          look-ups fail at once (breaker.h).
 *
 * file, regexp, cdb and sqlite: a file that was replaced or changed is taken up by itself (watched.h); while the new one cannot
 * be used, the old one is. */
#ifndef POSTERN_MILTER_TABLES_TABLES_H
#define POSTERN_MILTER_TABLES_TABLES_H

#include "milter/tables/trouble.h"
#include "policy/policy.h"

struct tables;

/* The policy is borrowed. NULL when memory is refused. */
struct tables *tables_new(const struct policy *policy);
void tables_free(struct tables *tables); /* NULL is fine */

/* Opens and reads those in files, as long as that takes; the log says what cannot be. A file that is broken or deleted afterwards leaves what was
 * read in use. Servers are connected to at the first look-up. Look-ups may come meanwhile. */
void tables_open(struct tables *tables);

/* As struct services wants it: data is the struct tables. */
enum table_answer tables_find(void *data, const struct table *table, const char *key, char *value_out);

enum table_state {
	TABLE_UNUSED, /* not asked yet */
	TABLE_WORKS,
	TABLE_WORKS_OLD, /* with a file that was replaced by one that cannot be used */
	TABLE_FAILS      /* the last look-up, or opening it */
};

struct table_health {
	const char *source; /* lives as long as the policy */
	enum table_state state;
	uint64_t found, absent, failed; /* look-ups of this process */
	char why[TROUBLE_WHY_MAX];      /* what is wrong, printable; empty when nothing is */
};

size_t tables_count(const struct tables *tables);
/* By table.index. */
void tables_health(struct tables *tables, size_t index, struct table_health *health_out);

#endif
