/* SPDX-License-Identifier: BSD-2-Clause */
/* stores.h - what must hold of every store of counters (milter/stores/store.h). Fails the running Check test. The store must be empty. */
#ifndef POSTERN_TESTS_SUPPORT_STORES_H
#define POSTERN_TESTS_SUPPORT_STORES_H

#include "milter/stores/store.h"

/* One that is enforced; the limit as configuration writes it: a rate when it has the word `burst`, else a quota. */
struct charge charge_of(const char *key, const char *limit, uint64_t units);
/* Charges one key, and asserts that it was possible; returns whether it passed. */
bool charge_passes(struct store *store, const char *key, const char *limit, uint64_t units);
/* As counted; asserts that the store answers. */
uint64_t charge_used(struct store *store, struct charge charge);
uint64_t units_used(struct store *store, const char *key, const char *limit);

/* Charges a unit to "key", whose quota is 100000/24h; false when the store fails. */
bool store_charges(struct store *store);
/* It is not healthy, and what it says has this in it. */
void assert_store_says(struct store *store, const char *why);
/* It does not charge, and says so. */
void assert_store_fails(struct store *store, const char *why);
/* It charges within PATIENCE_MS. */
void assert_store_recovers(struct store *store);

void check_store_is_all_or_nothing(struct store *store);
void check_store_tells_thresholds_once(struct store *store);
void check_store_releases(struct store *store);
void check_store_follows_changed_limits(struct store *store);
/* Of stores that do not keep rates and quotas apart. */
void check_store_follows_changed_kinds(struct store *store);
void check_store_lists_resets_and_sets(struct store *store);
/* Eight threads, each of which tries more than the quota. */
void check_store_is_exact_among_threads(struct store *store);
/* Four processes with a store each, likewise. */
void check_store_is_exact_among_processes(struct store *(*open)(void));

#endif
