/* SPDX-License-Identifier: BSD-2-Clause */
/* Which addresses are in a range, bit by bit. */
#include "policy/network.h"

#include "tests/support/suite.h"

#define MAPPED 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff

static const struct ip_address ipv4 = { { MAPPED, 192, 0, 2, 129 } };
static const struct ip_address ipv6 = { { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x81 } };

START_TEST(addresses_are_of_one_version)
{
	static const struct ip_address nearly = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 192, 0, 2, 129 } };

	ck_assert(ip_address_is_ipv4(&ipv4));
	ck_assert(!ip_address_is_ipv4(&ipv6));
	ck_assert(!ip_address_is_ipv4(&nearly));
}
END_TEST

/* A range made of the address itself holds it; with the last bit that counts turned over, it does not. */
START_TEST(as_many_bits_count_as_the_prefix_says)
{
	const struct ip_address *const addresses[] = { &ipv4, &ipv6 };

	for (size_t i = 0; i < 2; i++)
		for (unsigned prefix = 0; prefix <= 128; prefix++) {
			struct network network = { .prefix = prefix };
			struct networks networks = { &network, 1 };

			for (size_t j = 0; j < sizeof network.address; j++)
				network.address[j] = addresses[i]->octets[j];
			ck_assert_msg(networks_hold(&networks, addresses[i]), "/%u", prefix);
			if (prefix < 128) {
				network.address[prefix / 8] ^= (unsigned char)(0x80 >> prefix % 8);
				ck_assert_msg(networks_hold(&networks, addresses[i]), "/%u, the bit behind it", prefix);
			}
			if (prefix > 0) {
				network.address[(prefix - 1) / 8] ^= (unsigned char)(0x80 >> (prefix - 1) % 8);
				ck_assert_msg(!networks_hold(&networks, addresses[i]), "/%u, its last bit", prefix);
			}
		}
}
END_TEST

START_TEST(one_of_several_ranges_suffices)
{
	static const struct network items[] = {
		{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
		{ { MAPPED, 192, 0, 2, 0 }, 120 },
	};
	static const struct networks both = { items, 2 }, first = { items, 1 }, none = { items, 0 };

	ck_assert(networks_hold(&both, &ipv4));
	ck_assert(networks_hold(&both, &ipv6));
	ck_assert(!networks_hold(&first, &ipv4));
	ck_assert(!networks_hold(&none, &ipv4));
}
END_TEST

SUITE_MAIN(network, addresses_are_of_one_version, as_many_bits_count_as_the_prefix_says, one_of_several_ranges_suffices)
