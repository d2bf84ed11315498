/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash.h - a hash with a secret key (SipHash-2-4, Aumasson and Bernstein 2012): who does not know the key cannot choose keys of a
 * table that collide.
 *
 *      struct siphash_key key;
 *      if (!siphash_key_random(&key)) ...
 *      uint64_t hash = siphash(&key, bytes_of("robin")); */
#ifndef POSTERN_MILTER_STORES_SIPHASH_H
#define POSTERN_MILTER_STORES_SIPHASH_H

#include "policy/parse/bytes.h"

#include <stdint.h>

struct siphash_key {
	uint64_t words[2];
};

/* From the kernel. False, with errno, when it has none to give. */
bool siphash_key_random(struct siphash_key *key_out);

uint64_t siphash(const struct siphash_key *key, struct bytes data);

#endif
