/* SPDX-License-Identifier: BSD-2-Clause */
/* network.h - address ranges in CIDR notation, IPv4 and IPv6 (RFC 4632, RFC 4291 2.3). */
#ifndef POSTERN_CONF_NETWORK_H
#define POSTERN_CONF_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* An IPv4 address is kept as the IPv6 address that maps it, ::ffff:192.0.2.1, and its prefix counts from there. */
struct network {
	unsigned char address[16];
	unsigned prefix; /* bits, 0 to 128 */
};

struct networks {
	const struct network *items;
	size_t count;
};

enum { NETWORK_RULE_MAX = 128, NETWORK_STRING_MAX = 64 };

/* Reads "192.0.2.0/24", "2001:db8::/32" or a single address. On failure returns false and writes the broken rule into rule_out. */
bool network_parse(const char *string, struct network *network_out, char rule_out[NETWORK_RULE_MAX]);
bool network_equal(const struct network *a, const struct network *b);
void network_string(const struct network *network, char string_out[NETWORK_STRING_MAX]);

/* Whether the client's address is in one of them. Never for NULL or another family than IPv4 and IPv6. */
bool networks_hold(const struct networks *networks, const struct sockaddr *address);

#endif
