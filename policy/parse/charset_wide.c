/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/charset_wide.h"

#include "policy/parse/charset.h"

enum { OCTET_BITS = 8, BYTE_ORDER_MARK = 0xfeff };

static uint32_t
swapped(uint32_t unit, unsigned size)
{
	uint32_t other = 0;

	for (unsigned i = 0; i < size; i++)
		other = other << OCTET_BITS | (unit >> OCTET_BITS * i & 0xff);
	return other;
}

/* Collects the octets of a unit. Returns false when the chunk ends before it does. */
static bool
collect(struct charset_wide *wide, struct bytes *chunk)
{
	while (wide->taken < wide->size) {
		if (chunk->length == 0)
			return false;
		if (wide->taken == 0)
			wide->unit = 0;
		wide->unit = wide->unit << OCTET_BITS | (unsigned char)chunk->data[0];
		*chunk = bytes_from(*chunk, 1);
		wide->taken++;
		if (wide->taken == wide->size && wide->order == CHARSET_ORDER_LITTLE)
			wide->unit = swapped(wide->unit, wide->size);
	}
	return true;
}

static void
settle_order(struct charset_wide *wide)
{
	uint32_t big = wide->unit, little = swapped(big, wide->size);

	wide->order = CHARSET_ORDER_BIG;
	if (little == BYTE_ORDER_MARK || (big != BYTE_ORDER_MARK && little < big)) {
		wide->order = CHARSET_ORDER_LITTLE;
		wide->unit = little;
	}
}

bool
charset_wide_next(struct charset_wide *wide, struct bytes *chunk, uint32_t *point_out)
{
	while (collect(wide, chunk)) {
		if (wide->order == CHARSET_ORDER_ASK)
			settle_order(wide);
		bool first = wide->size == 2 && wide->unit >= 0xd800 && wide->unit <= 0xdbff;
		bool second = wide->size == 2 && wide->unit >= 0xdc00 && wide->unit <= 0xdfff;

		if (wide->surrogate != 0 && !second) {
			wide->surrogate = 0;
			*point_out = CHARSET_INVALID;
			return true; /* the unit is looked at again by itself */
		}
		wide->taken = 0;
		if (first) {
			wide->surrogate = wide->unit;
			continue;
		}
		*point_out = wide->unit;
		if (second && wide->surrogate != 0)
			*point_out = 0x10000 + ((wide->surrogate - 0xd800) << 10) + (wide->unit - 0xdc00);
		else if (second)
			*point_out = CHARSET_INVALID;
		wide->surrogate = 0;
		return true;
	}
	return false;
}

bool
charset_wide_cut(const struct charset_wide *wide)
{
	return wide->taken > 0 || wide->surrogate != 0;
}
