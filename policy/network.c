/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/network.h"

#include <string.h>

bool
ip_address_is_ipv4(const struct ip_address *address)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(address->octets, mapped, sizeof mapped) == 0;
}

static bool
holds(const struct network *network, const struct ip_address *address)
{
	unsigned whole = network->prefix / 8, bits = network->prefix % 8;

	if (memcmp(network->address, address->octets, whole) != 0)
		return false;
	return bits == 0 || (network->address[whole] ^ address->octets[whole]) >> (8 - bits) == 0;
}

bool
networks_hold(const struct networks *networks, const struct ip_address *address)
{
	for (size_t i = 0; i < networks->count; i++)
		if (holds(&networks->items[i], address))
			return true;
	return false;
}
