/* SPDX-License-Identifier: BSD-2-Clause */
/* mime_boundary.h - the multiparts that are open, the innermost last, and the lines that delimit them (RFC 2046 5.1).
 *
 * A delimiter is a line of `--`, the boundary, perhaps `--`, perhaps blanks, and nothing else, of at most
 * MIME_DELIMITER_MAX octets with its line break. A whole line is compared, so that of two boundaries of which one
 * begins the other each finds its own. Nothing allocates or fails. */
#ifndef POSTERN_POLICY_PARSE_MIME_BOUNDARY_H
#define POSTERN_POLICY_PARSE_MIME_BOUNDARY_H

#include "policy/parse/mime_part.h"

#include <stdint.h>

enum {
	MIME_DEPTH_MAX = 100,       /* default; real mail nests 5 deep */
	MIME_BOUNDARIES_MAX = 4096, /* octets of all open boundaries: 100 of 40, as mailers make them */
	MIME_BUCKETS = 256,         /* of boundaries by hash: more than levels */
	MIME_DELIMITER_MAX = 2048   /* two legal lines (RFC 5322 2.1.1): the longest boundary and blanks after it */
};

struct mime_level {
	unsigned parts;          /* begun so far */
	uint32_t hash;           /* of the boundary */
	uint16_t offset, length; /* of the boundary in the arena */
	uint8_t kind;            /* of enum multipart */
	uint8_t next;            /* the next level outward in its bucket, counted from 1; 0: none */
	bool in_related;         /* it, or one around it, is a multipart/related */
	bool seen;               /* a delimiter of it came */
};

struct mime_boundaries {
	size_t count;
	uint8_t buckets
		[MIME_BUCKETS]; /* the innermost level in each, counted from 1; 0: none. Of meaning while count > 0 */
	struct mime_level levels[MIME_DEPTH_MAX];
	char arena[MIME_BOUNDARIES_MAX];
};

struct mime_delimiter {
	size_t level;
	bool close; /* `--` came after the boundary */
};

/* Opens a multipart within those that are open. The boundary is not empty. False when there is no room: nothing is
 * opened then. */
bool mime_boundaries_push(struct mime_boundaries *open, struct bytes boundary, enum multipart kind);

/* Ends the innermost ones until count are left; no close delimiter of theirs has come. Returns what that says of them,
 * bits of enum mime_flaw. */
unsigned mime_boundaries_give_up(struct mime_boundaries *open, size_t count);

/* Ends the innermost one, whose close delimiter came. */
void mime_boundaries_close(struct mime_boundaries *open);

/* Whether the line, with or without its line break, is a delimiter; the innermost multipart is asked first. */
bool mime_boundaries_find(const struct mime_boundaries *open, struct bytes line, struct mime_delimiter *delimiter_out);

#endif
