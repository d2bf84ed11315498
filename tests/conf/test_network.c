/* SPDX-License-Identifier: BSD-2-Clause */
/* Networks and addresses as they are written. */
#include "conf/network.h"
#include "tests/conf/support.h"

#include <stdio.h>

START_TEST(a_client_is_trusted_by_its_network)
{
	static const struct {
		const char *networks, *client;
		bool held;
	} rows[] = {
		{ "\"127.0.0.0/8\"", "127.255.255.255", true },
		{ "\"127.0.0.0/8\"", "128.0.0.0", false },
		{ "\"127.0.0.0/8\"", "::ffff:127.0.0.1", true },
		{ "\"127.0.0.0/8\"", "::1", false },
		{ "\"192.0.2.128/25\"", "192.0.2.127", false },
		{ "\"192.0.2.128/25\"", "192.0.2.128", true },
		{ "\"192.0.2.1\"", "192.0.2.1", true },
		{ "\"192.0.2.1\"", "192.0.2.0", false },
		{ "\"0.0.0.0/0\"", "203.0.113.9", true },
		{ "\"0.0.0.0/0\"", "2001:db8::1", false },
		{ "\"2001:db8:8000::/33\"", "2001:db8:8000::1", true },
		{ "\"2001:db8:8000::/33\"", "2001:db8:7fff::1", false },
		{ "\"::/0\"", "192.0.2.1", true },
		{ "\"::1\", \"192.0.2.1\"", "192.0.2.1", true },
		{ "", "127.0.0.1", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ip_address client;
		char text[200];

		snprintf(text, sizeof text, "trusted_networks = [ %s ];", rows[i].networks);
		struct conf *conf = load_text(text);
		ck_assert(ip_address_parse(rows[i].client, &client));
		ck_assert_msg(networks_hold(&conf->trusted_networks, &client) == rows[i].held, "%s: %s",
			      rows[i].networks, rows[i].client);
		conf_free(conf);
	}
}
END_TEST

START_TEST(what_is_no_address_is_not_read)
{
	static const char *const texts[] = {
		"", "example.com", "192.0.2", "192.0.2.256", "192.0.2.1/32", "2001:db8::g", "::1 "
	};
	struct ip_address address;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		ck_assert_msg(!ip_address_parse(texts[i], &address), "%s", texts[i]);
}
END_TEST

SUITE_MAIN(conf_network, a_client_is_trusted_by_its_network, what_is_no_address_is_not_read)
