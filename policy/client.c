/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/client.h"

const char *const origin_names[ORIGIN_COUNT] = { "authenticated", "local", "trusted", "external" };

enum origin
client_origin(const struct client *client, bool local, const struct networks *trusted)
{
	if (client->login[0] != '\0')
		return ORIGIN_AUTHENTICATED;
	if (local)
		return ORIGIN_LOCAL;
	return client->has_address && networks_hold(trusted, &client->address) ? ORIGIN_TRUSTED : ORIGIN_EXTERNAL;
}
