/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { MAPPED_BITS = 96, ADDRESS_BITS = 128 };

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

static bool
is_mapped(const unsigned char address[16])
{
	return memcmp(address, mapped, sizeof mapped) == 0;
}

static bool
parse_address(const char *string, unsigned char address_out[16], bool *ipv4_out)
{
	unsigned char ipv4[4];

	*ipv4_out = inet_pton(AF_INET, string, ipv4) == 1;
	if (!*ipv4_out)
		return inet_pton(AF_INET6, string, address_out) == 1;
	memcpy(address_out, mapped, sizeof mapped);
	memcpy(address_out + sizeof mapped, ipv4, sizeof ipv4);
	return true;
}

/* Digits up to the limit; -1 for anything else. */
static int
parse_prefix(const char *string, int limit)
{
	int value = 0;

	if (string[0] == '\0' || strlen(string) > 3 || strspn(string, "0123456789") != strlen(string))
		return -1;
	for (; *string != '\0'; string++)
		value = 10 * value + (*string - '0');
	return value <= limit ? value : -1;
}

static void
clear_host(struct network *network)
{
	for (unsigned bit = network->prefix; bit < ADDRESS_BITS; bit++)
		network->address[bit / 8] &= (unsigned char)~(0x80u >> bit % 8);
}

static bool
refuse_host_bits(const struct network *network, char rule_out[NETWORK_RULE_MAX])
{
	struct network cleared = *network;
	char string[NETWORK_STRING_MAX];

	clear_host(&cleared);
	if (network_equal(&cleared, network))
		return false;
	network_string(&cleared, string);
	snprintf(rule_out, NETWORK_RULE_MAX, "has bits set behind its prefix; the network is %s", string);
	return true;
}

bool
network_parse(const char *string, struct network *network_out, char rule_out[NETWORK_RULE_MAX])
{
	char copy[NETWORK_STRING_MAX];
	struct network network = { { 0 }, ADDRESS_BITS };
	bool ipv4 = false;

	snprintf(copy, sizeof copy, "%s", string);
	char *slash = strchr(copy, '/');
	if (slash != NULL)
		*slash = '\0';
	if (strlen(string) >= sizeof copy || !parse_address(copy, network.address, &ipv4)) {
		snprintf(rule_out, NETWORK_RULE_MAX,
			 "must be an address or a network like 192.0.2.0/24 or 2001:db8::/32");
		return false;
	}
	if (slash != NULL) {
		int limit = ipv4 ? ADDRESS_BITS - MAPPED_BITS : ADDRESS_BITS;
		int prefix = parse_prefix(slash + 1, limit);

		if (prefix < 0) {
			snprintf(rule_out, NETWORK_RULE_MAX, "must have a prefix from 0 to %d", limit);
			return false;
		}
		network.prefix = (unsigned)prefix + (ipv4 ? MAPPED_BITS : 0);
	}
	if (refuse_host_bits(&network, rule_out))
		return false;
	*network_out = network;
	return true;
}

bool
network_equal(const struct network *a, const struct network *b)
{
	return a->prefix == b->prefix && memcmp(a->address, b->address, sizeof a->address) == 0;
}

void
network_string(const struct network *network, char string_out[NETWORK_STRING_MAX])
{
	bool ipv4 = network->prefix >= MAPPED_BITS && is_mapped(network->address);
	char address[INET6_ADDRSTRLEN] = "";

	inet_ntop(ipv4 ? AF_INET : AF_INET6, network->address + (ipv4 ? sizeof mapped : 0), address, sizeof address);
	snprintf(string_out, NETWORK_STRING_MAX, "%s/%u", address, network->prefix - (ipv4 ? MAPPED_BITS : 0));
}

bool
ip_address_parse(const char *string, struct ip_address *address_out)
{
	bool ipv4;

	return parse_address(string, address_out->octets, &ipv4);
}

bool
ip_address_of(const struct sockaddr *address, struct ip_address *address_out)
{
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;

	switch (address != NULL ? address->sa_family : AF_UNSPEC) {
	case AF_INET:
		memcpy(&ipv4, address, sizeof ipv4);
		memcpy(address_out->octets, mapped, sizeof mapped);
		memcpy(address_out->octets + sizeof mapped, &ipv4.sin_addr, sizeof ipv4.sin_addr);
		return true;
	case AF_INET6:
		memcpy(&ipv6, address, sizeof ipv6);
		memcpy(address_out->octets, &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
		return true;
	default:
		return false;
	}
}
