/* SPDX-License-Identifier: BSD-2-Clause */
/* hash.h - 64 bits of a text (FNV-1a), to tell most different ones apart without a comparison. It is no protection: for places where
 * who chooses texts of the same hash makes comparisons, but only so many. */
#ifndef POSTERN_POLICY_HASH_H
#define POSTERN_POLICY_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* Goes on from the hash of what stands before. */
static inline uint64_t
hash_of(uint64_t before, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		before = (before ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return before;
}

#endif
