/* SPDX-License-Identifier: BSD-2-Clause */
/* store.h - where counters are kept: one interface, several stores. A store belongs to one process, but for the memory store, which the
 * supervisor makes before it forks and all workers share. Calls come from several threads at once.
 *
 * Each counter has a key (struct charge) and remembers the limit it was last counted under, for those who list it. A
 * counter that cannot say anything any more (its period is over, nothing is owed) is forgotten by itself. */
#ifndef POSTERN_MILTER_STORES_STORE_H
#define POSTERN_MILTER_STORES_STORE_H

#include "policy/services.h"

struct store_entry {
	char key[CHARGE_KEY_MAX];
	struct limit limit; /* it was last counted under */
	uint64_t used, left;
	int64_t wait_us; /* until one unit passes */
};

struct store;

struct store_class {
	const char *name; /* memory, sqlite, redis */
	/* Waits until the first try to open what counters are kept in has ended, well or not, or until the deadline (clock_ms). NULL: there is
	 * nothing to wait for. */
	void (*begin)(struct store *, int64_t deadline_ms);
	/* As in struct services. */
	bool (*look)(struct store *, struct charge *charges, size_t count);
	bool (*charge)(struct store *, struct charge *charges, size_t count);
	void (*release)(struct store *, const struct charge *charges, size_t count);
	/* For administrators; each false when the store cannot be reached. Entries come in no order, while counting goes on: one that changes
	 * meanwhile may come with either value. visit returns false to end the list. */
	bool (*list)(struct store *, bool (*visit)(void *data, const struct store_entry *entry), void *data);
	bool (*reset)(struct store *, const char *key, bool *known_out);
	bool (*set)(struct store *, const char *key, uint64_t used,
		    bool *known_out); /* of a known key: it knows its limit */
	/* Whether it answers at present, and what was wrong last, in plain words, or NULL. */
	bool (*healthy)(struct store *, const char **why_out);
	void (*free)(struct store *);
};

struct store {
	const struct store_class *class;
};

#endif
