/* SPDX-License-Identifier: BSD-2-Clause */
/* network.h - address ranges in CIDR notation, IPv4 and IPv6 (RFC 4632, RFC 4291 2.3), and addresses of sockets. */
#ifndef POSTERN_CONF_NETWORK_H
#define POSTERN_CONF_NETWORK_H

#include "policy/network.h"

#include <sys/socket.h>

enum { NETWORK_RULE_MAX = 128, NETWORK_STRING_MAX = 64 };

/* Reads "192.0.2.0/24", "2001:db8::/32" or a single address. On failure returns false and writes the broken rule into rule_out. */
bool network_parse(const char *string, struct network *network_out, char rule_out[NETWORK_RULE_MAX]);
bool network_equal(const struct network *a, const struct network *b);
void network_string(const struct network *network, char string_out[NETWORK_STRING_MAX]);

/* Reads "192.0.2.1" or "2001:db8::1". */
bool ip_address_parse(const char *string, struct ip_address *address_out);
/* False for NULL and for other families than IPv4 and IPv6. */
bool ip_address_of(const struct sockaddr *address, struct ip_address *address_out);

#endif
