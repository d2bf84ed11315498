/* SPDX-License-Identifier: BSD-2-Clause */
/* ledger.h - counts by up to three names, with a few examples of each; bounded whatever names come.
 *
 *      struct ledger_entry *entry = ledger_at(&ledger, (const char *[]){ check, profile, mode });
 *      if (entry != NULL) { entry->counts[0]++; ledger_example(&ledger, entry, where, what); } */
#ifndef POSTERN_MILTER_SURVEY_LEDGER_H
#define POSTERN_MILTER_SURVEY_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LEDGER_NAMES = 3,
	LEDGER_COUNTS = 3,
	LEDGER_EXAMPLES = 3,      /* enough to see what it is about */
	LEDGER_ENTRIES_MAX = 4096 /* more than 28 checks in 65 profiles: only a log that somebody made up has more */
};

struct ledger_example {
	char *where, *what;
};

struct ledger_entry {
	char *names[LEDGER_NAMES];
	uint64_t hash;
	size_t counts[LEDGER_COUNTS];
	struct ledger_example examples[LEDGER_EXAMPLES]; /* the first ones */
	size_t example_count;
};

/* Zeroed, it is empty. */
struct ledger {
	struct ledger_entry *entries;
	size_t count, size;
	size_t lost;  /* calls that found no room */
	bool refused; /* memory was */
};

/* The entry of these names, a new one if need be; valid until the next call. NULL when there is no room or no memory. */
struct ledger_entry *ledger_at(struct ledger *ledger, const char *const names[LEDGER_NAMES]);
/* Keeps copies, unless there are enough. */
void ledger_example(struct ledger *ledger, struct ledger_entry *entry, const char *where, const char *what);
/* By the first count, most first; then by names. */
void ledger_sort(struct ledger *ledger);
void ledger_free(struct ledger *ledger);

#endif
