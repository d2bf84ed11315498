/* SPDX-License-Identifier: BSD-2-Clause */
/* reading.h - what a parser sees in a message, as text that can be compared: a line for each leaf, in order.
 *
 *      2.1 application/pdf attachment name=report.pdf base64 1024 octets 5e01a2c3
 *      3 message/rfc822 enclosed
 *      3/1 text/plain identity 12 octets 90ab12cd
 *
 * Numbers show the nesting. Octets are counted after decoding, and hashed. An enclosed message is a leaf to Postern, and
 * is read as a message of its own here, since GMime looks into it; its parts have the leaf's number and a slash before
 * their own. A multipart that cannot be divided has no octets here, since GMime keeps none of it. */
#ifndef POSTERN_TESTS_DIFFERENTIAL_READING_H
#define POSTERN_TESTS_DIFFERENTIAL_READING_H

#include "policy/parse/mime.h"
#include "tests/support/trace.h"

enum {
	READING_DEPTH_MAX = 20, /* enclosed messages within each other; deeper ones are not looked into */
	READING_LEAVES_MAX = 500
};

/* Where a leaf lies in the text, and how Postern reads it. */
struct leaf_place {
	size_t start, length;
	enum encoding encoding;
	bool enclosed;
};

struct leaf_places {
	size_t count;
	struct leaf_place places[READING_LEAVES_MAX];
};

void read_by_postern(struct bytes text, struct trace *trace);
void read_by_gmime(struct bytes text, struct trace *trace);

/* The leaves of the message itself, none of enclosed ones. Those past READING_LEAVES_MAX are left out. */
void find_leaves(struct bytes text, struct leaf_places *places_out);

/* The parts of a line that both write. */
void reading_add_name(struct trace *trace, const char *name);
uint32_t reading_hash(uint32_t hash, struct bytes octets);
#define READING_HASH_START UINT32_C(2166136261)

#endif
