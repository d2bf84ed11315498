/* SPDX-License-Identifier: BSD-2-Clause */
/* network.h - address ranges, and whether an address is in one. They are read from text in conf/network.h. */
#ifndef POSTERN_POLICY_NETWORK_H
#define POSTERN_POLICY_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

/* An IPv4 address is kept as the IPv6 address that maps it, ::ffff:192.0.2.1 (RFC 4291 2.5.5.2). */
struct ip_address {
	unsigned char octets[16]; /* in network order */
};

/* An address and how many of its bits count: of IPv4, 96 more than its prefix says. */
struct network {
	unsigned char address[16];
	unsigned prefix; /* bits, 0 to 128 */
};

struct networks {
	const struct network *items;
	size_t count;
};

bool ip_address_is_ipv4(const struct ip_address *address);

bool networks_hold(const struct networks *networks, const struct ip_address *address);

#endif
