/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/limits_service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct stores {
	struct store *const *items;
	size_t count;
	const struct store *failed; /* the first that did not answer, or NULL */
	const char *why;            /* it did not; or NULL */
};

static bool
print_entry(void *data, const struct store_entry *entry)
{
	char limit[LIMIT_STRING_MAX];

	limit_string(&entry->limit, limit);
	return fprintf(data, "%" PRIu64 "\t%" PRIu64 "\t%" PRId64 "\t%s\t%s\n", entry->used, entry->left,
		       entry->wait_us, limit, entry->key) > 0;
}

static void
note_answer(struct stores *stores, struct store *store, bool answered)
{
	if (answered || stores->failed != NULL)
		return;
	stores->failed = store;
	store->class->healthy(store, &stores->why);
}

static void
tell_failure(FILE *answer, const struct stores *stores)
{
	if (stores->count == 0)
		fputs("error there is no memory for counters\n", answer);
	else
		fprintf(answer, "error the %s store cannot be reached%s%s\n", stores->failed->class->name,
			stores->why != NULL ? ": " : "", stores->why != NULL ? stores->why : "");
}

static bool
all_answered(const struct stores *stores)
{
	return stores->count > 0 && stores->failed == NULL;
}

static void
tell_changed(FILE *answer, const struct stores *stores, bool known)
{
	if (known)
		fputs("ok\n", answer);
	else if (all_answered(stores))
		fputs("error there is no such counter\n", answer);
	else
		tell_failure(answer, stores);
}

static void
list(FILE *answer, struct stores *stores)
{
	for (size_t i = 0; i < stores->count; i++)
		note_answer(stores, stores->items[i],
			    stores->items[i]->class->list(stores->items[i], print_entry, answer));
	if (all_answered(stores))
		fputs("ok\n", answer);
	else
		tell_failure(answer, stores);
}

static void
reset(FILE *answer, struct stores *stores, const char *key)
{
	bool known = false;

	for (size_t i = 0; i < stores->count; i++) {
		bool known_here = false;

		note_answer(stores, stores->items[i],
			    stores->items[i]->class->reset(stores->items[i], key, &known_here));
		known = known || known_here;
	}
	tell_changed(answer, stores, known);
}

static void
set(FILE *answer, struct stores *stores, const char *arguments)
{
	bool known = false;
	char *rest;

	errno = 0;
	unsigned long long used = strtoull(arguments, &rest, 10);
	if (errno != 0 || rest == arguments || *rest != ' ' || arguments[0] == '-') {
		fputs("error a whole number of units and a key are needed\n", answer);
		return;
	}
	if (used > LIMIT_AMOUNT_MAX) {
		fputs("error more units than any limit has\n", answer);
		return;
	}
	for (size_t i = 0; i < stores->count && !known; i++)
		note_answer(stores, stores->items[i],
			    stores->items[i]->class->set(stores->items[i], rest + 1, used, &known));
	tell_changed(answer, stores, known);
}

void
limits_serve(FILE *answer, const char *request, struct store *const *items, size_t count)
{
	struct stores stores = { .items = items, .count = count };

	if (strcmp(request, "list") == 0)
		list(answer, &stores);
	else if (strncmp(request, "reset ", 6) == 0)
		reset(answer, &stores, request + 6);
	else if (strncmp(request, "set ", 4) == 0)
		set(answer, &stores, request + 4);
	else
		fputs("error unknown request\n", answer);
}
