/* SPDX-License-Identifier: BSD-2-Clause */
/* sqlite_store.h - a store in an SQLite file of the test's own, in a folder of its own.
 *
 *      sqlite_store_begin();
 *      struct store *store = sqlite_store_open();
 *      sqlite_store_end(store);
 *
 * Of these there is one at a time; a test opens it as often as it likes. */
#ifndef POSTERN_TESTS_SUPPORT_SQLITE_STORE_H
#define POSTERN_TESTS_SUPPORT_SQLITE_STORE_H

#include "milter/stores/sqlite.h"
#include "tests/e2e/support/tempdir.h"

enum {
	SQLITE_STORE_TIMEOUT_MS = 5000, /* where it is not the time that matters: sanitizers on a loaded machine */
	SQLITE_ANSWER_MAX = 64          /* octets with NUL */
};

extern struct tempdir sqlite_store_dir;
extern struct path sqlite_store_path;

void sqlite_store_begin(void);
struct store *sqlite_store_open(void);
struct store *sqlite_store_open_with(unsigned timeout_ms);
/* Frees the store, unless it is NULL, and removes the folder. */
void sqlite_store_end(struct store *store);

/* What a query of the file gives, whole numbers and words alike. */
void sqlite_store_query(const char *text, char answer_out[SQLITE_ANSWER_MAX]);
void sqlite_store_assert_query(const char *text, const char *expected);

#endif
