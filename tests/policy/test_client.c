/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/client.h"
#include "tests/support/suite.h"

/* 192.0.2.0/24 */
static const struct network network = { { [10] = 0xff, [11] = 0xff, [12] = 192, [13] = 0, [14] = 2 }, 120 };
static const struct networks trusted = { &network, 1 };

START_TEST(the_origin_follows_from_login_place_and_address)
{
	static const struct {
		const char *name, *login;
		bool local, has_address;
		unsigned char third_octet;
		enum origin origin;
	} cases[] = {
		{ "a login counts more than the place", "alice", true, true, 2, ORIGIN_AUTHENTICATED },
		{ "a login counts more than the network", "alice", false, true, 2, ORIGIN_AUTHENTICATED },
		{ "the MTA's host counts more than the network", "", true, true, 2, ORIGIN_LOCAL },
		{ "the MTA's host needs no address", "", true, false, 0, ORIGIN_LOCAL },
		{ "an address in a trusted network", "", false, true, 2, ORIGIN_TRUSTED },
		{ "an address outside of them", "", false, true, 3, ORIGIN_EXTERNAL },
		{ "without an address, whatever its octets", "", false, false, 2, ORIGIN_EXTERNAL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct client client = {
			.login = cases[i].login,
			.has_address = cases[i].has_address,
			.address = { { [10] = 0xff, [11] = 0xff, [12] = 192, [14] = cases[i].third_octet, [15] = 1 } },
		};

		ck_assert_msg(client_origin(&client, cases[i].local, &trusted) == cases[i].origin, "%s", cases[i].name);
	}
}
END_TEST

SUITE_MAIN(client, the_origin_follows_from_login_place_and_address)
