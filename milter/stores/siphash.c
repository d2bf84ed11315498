/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE
#include "milter/stores/siphash.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

enum { WORD = 8 /* octets */, ROUNDS_WORD = 2, ROUNDS_END = 4 };

bool
siphash_key_random(struct siphash_key *key_out)
{
	struct siphash_key key;
	ssize_t length;

	do
		length = getrandom(&key, sizeof key, 0); /* so few come whole, or not at all */
	while (length < 0 && errno == EINTR);
	if (length != (ssize_t)sizeof key)
		return false;
	*key_out = key;
	return true;
}

static uint64_t
rotate(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static void
mix(uint64_t v[4], unsigned rounds)
{
	for (unsigned i = 0; i < rounds; i++) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static void
add_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	mix(v, ROUNDS_WORD);
	v[0] ^= word;
}

uint64_t
siphash(const struct siphash_key *key, struct bytes data)
{
	/* The constants spell "somepseudorandomlygeneratedbytes". */
	uint64_t v[4] = { key->words[0] ^ 0x736f6d6570736575u, key->words[1] ^ 0x646f72616e646f6du,
			  key->words[0] ^ 0x6c7967656e657261u, key->words[1] ^ 0x7465646279746573u };
	uint64_t last = (uint64_t)data.length << 56;
	size_t at = 0;

	for (; data.length - at >= WORD; at += WORD) {
		uint64_t word;

		memcpy(&word, data.data + at, WORD);
		add_word(v, le64toh(word));
	}
	for (size_t i = 0; at + i < data.length; i++)
		last |= (uint64_t)(unsigned char)data.data[at + i] << (8 * i);
	add_word(v, last);
	v[2] ^= 0xff;
	mix(v, ROUNDS_END);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
