/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/profile.h"

#include "policy/parse/address.h"

#include <assert.h>

const char *const condition_names[CONDITION_COUNT] = {
	"origin", "network", "listener", "login", "sender", "sender_domain", "all_recipients",
};

static bool
is_in(const struct table *table, const struct services *services, const char *key, bool *failed_out)
{
	enum table_answer answer = table_find(table, services, key, NULL);

	if (answer == TABLE_FAILED)
		*failed_out = true;
	return answer == TABLE_FOUND;
}

static bool
network_holds(const struct conditions *when, const struct client *client)
{
	return when->networks.count == 0 || (client->has_address && networks_hold(&when->networks, &client->address));
}

/* One that is not known fits no pattern, not even `*`. */
static bool
listener_matches(const struct conditions *when, const char *name)
{
	return name[0] != '\0' && string_list_matches(&when->listeners, name);
}

static bool
listener_holds(const struct conditions *when, const struct client *client)
{
	return when->listeners.count == 0 || listener_matches(when, client->listener) ||
	       listener_matches(when, client->listener_port);
}

static bool
login_holds(const struct conditions *when, const struct circumstances *circumstances, const struct services *services,
	    bool *failed_out)
{
	if (when->login == NULL)
		return true;
	return circumstances->client->login[0] != '\0' &&
	       is_in(when->login, services, circumstances->client->login, failed_out);
}

static bool
sender_holds(const struct conditions *when, const struct circumstances *circumstances, const struct services *services,
	     bool *failed_out)
{
	char address[TABLE_KEY_MAX] = "";

	if (when->sender == NULL)
		return true;
	if (!circumstances->sender_known)
		return false;
	if (circumstances->sender_null)
		return is_in(when->sender, services, "<>", failed_out);
	if (circumstances->sender_domain[0] == '\0')
		return false;
	return address_append(address, sizeof address, bytes_of(circumstances->sender_local),
			      bytes_of(circumstances->sender_domain)) &&
	       is_in(when->sender, services, address, failed_out);
}

static bool
sender_domain_holds(const struct conditions *when, const struct circumstances *circumstances,
		    const struct services *services, bool *failed_out)
{
	if (when->sender_domain == NULL)
		return true;
	if (!circumstances->sender_known || circumstances->sender_domain[0] == '\0')
		return false;
	enum table_answer answer =
		table_find_address(when->sender_domain, services, "", circumstances->sender_domain, NULL);
	if (answer == TABLE_FAILED)
		*failed_out = true;
	return answer == TABLE_FOUND;
}

static bool
is_outside(const struct circumstances *circumstances, size_t index)
{
	return (circumstances->recipients_outside[index / 64] >> index % 64 & 1) != 0;
}

static bool
recipients_hold(const struct profile *profile, const struct circumstances *circumstances)
{
	return profile->when.all_recipients == NULL ||
	       (circumstances->recipients_known && circumstances->recipients > 0 &&
		!is_outside(circumstances, profile->index));
}

enum condition
profile_misses(const struct profile *profile, const struct circumstances *circumstances,
	       const struct services *services, bool *failed_out)
{
	const struct conditions *when = &profile->when;

	if ((when->origins & 1u << circumstances->client->origin) == 0)
		return CONDITION_ORIGIN;
	if (!network_holds(when, circumstances->client))
		return CONDITION_NETWORK;
	if (!listener_holds(when, circumstances->client))
		return CONDITION_LISTENER;
	if (!login_holds(when, circumstances, services, failed_out))
		return CONDITION_LOGIN;
	if (!sender_holds(when, circumstances, services, failed_out))
		return CONDITION_SENDER;
	if (!sender_domain_holds(when, circumstances, services, failed_out))
		return CONDITION_SENDER_DOMAIN;
	return recipients_hold(profile, circumstances) ? CONDITION_COUNT : CONDITION_ALL_RECIPIENTS;
}

bool
profiles_note_recipient(const struct profile *profiles, size_t count, const char *local, const char *domain,
			const struct services *services, struct circumstances *circumstances)
{
	bool told = true;

	circumstances->recipients++;
	for (size_t i = 0; i < count; i++) {
		const struct table *all = profiles[i].when.all_recipients;

		assert(i / 64 < sizeof circumstances->recipients_outside / sizeof circumstances->recipients_outside[0]);
		if (all == NULL || is_outside(circumstances, i))
			continue;
		enum table_answer answer = table_find_address(all, services, local, domain, NULL);
		told = told && answer != TABLE_FAILED;
		if (answer != TABLE_FOUND)
			circumstances->recipients_outside[i / 64] |= (uint64_t)1 << i % 64;
	}
	return told;
}
