/* SPDX-License-Identifier: BSD-2-Clause */
/* top.h - the most frequent of any number of names, in memory for a few (Space-Saving: Metwally, Agrawal, El Abbadi 2005).
 *
 * While there are at most TOP_NAMES_MAX different names all counts are exact. Beyond that the least frequent name makes way for a new
 * one, which inherits its count: so a count may be too high, by `over` at most, and no name that has more than a TOP_NAMES_MAX-th of
 * all is missing. A look-up compares with every name at most, so that no choice of names makes it slow. */
#ifndef POSTERN_MILTER_SURVEY_TOP_H
#define POSTERN_MILTER_SURVEY_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TOP_NAMES_MAX = 512, /* some 150 KB; 20 of them are shown */
	TOP_NAME_MAX = 256   /* octets with the NUL: a domain has 253 (RFC 1035 2.3.4) */
};

struct top_entry {
	char name[TOP_NAME_MAX]; /* cut where it does not fit */
	size_t count;
	size_t over;    /* count is too high by this much at most */
	size_t refused; /* of those; too low by `over` at most */
};

struct top {
	struct top_entry *entries;
	uint64_t *hashes;
	size_t count;
	bool approximate; /* some name made way */
};

/* False when memory is refused. */
bool top_init(struct top *top);
void top_add(struct top *top, const char *name, bool refused);
/* By count, most first; then by name. Nothing may be added after it. */
void top_sort(struct top *top);
void top_free(struct top *top);

#endif
