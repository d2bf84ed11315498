/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of the session: how many there are, whether it is encrypted, and who the client is. */
#include "policy/checks/connection.h"

#include "policy/checks/rows.h"
#include "policy/table.h"
#include "policy/verdict.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT, IPV4_PREFIX, IPV6_PREFIX };

#define LIMIT_PARAM(WHAT)                                                                                  \
	{                                                                                                  \
		.name = "limit", .type = PARAM_NUMBER, .preset = "0", .what = WHAT " 0: as many as come.", \
		.unit = "connections", .least = 0, .most = 1000000                                         \
	}

const struct param connections_total_params[] = {
	[LIMIT] = LIMIT_PARAM("How many sessions may be open at once, all workers together."),
	{ .name = NULL },
};

const struct param connections_per_client_params[] = {
	[LIMIT] = LIMIT_PARAM("How many sessions of one client may be open at once."),
	[IPV4_PREFIX] = {
		.name = "ipv4_prefix",
		.type = PARAM_NUMBER,
		.preset = "32",
		.what = "How many bits of an IPv4 address make a client.",
		.unit = "bits",
		.least = 8,
		.most = 32,
	},
	[IPV6_PREFIX] = {
		.name = "ipv6_prefix",
		.type = PARAM_NUMBER,
		.preset = "64",
		.what = "How many bits of an IPv6 address make a client.",
		.unit = "bits",
		.least = 16,
		.most = 128,
	},
	{ .name = NULL },
};

static bool
too_many(unsigned open, const struct settings *settings, struct finding *finding_out)
{
	int64_t limit = settings->values[LIMIT].number;

	if (limit == 0 || open <= limit)
		return false;
	snprintf(finding_out->value, sizeof finding_out->value, "%u", open);
	return true;
}

bool
connections_total(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	return too_many(message->circumstances.client->connections, settings, finding_out);
}

bool
connections_per_client(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	return too_many(message->circumstances.client->connections_of_client, settings, finding_out);
}

unsigned
connections_ipv4_prefix(const struct settings *settings)
{
	return (unsigned)settings->values[IPV4_PREFIX].number;
}

unsigned
connections_ipv6_prefix(const struct settings *settings)
{
	return (unsigned)settings->values[IPV6_PREFIX].number;
}

enum { MINIMUM };

/* As MTAs name them in {tls_version}, oldest first. */
static const char *const tls_versions[] = { "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", NULL };

const struct param tls_required_params[] = {
	[MINIMUM] = {
		.name = "minimum",
		.type = PARAM_CHOICE,
		.preset = "TLSv1",
		.what = "The oldest version of TLS that will do.",
		.choices = tls_versions,
	},
	{ .name = NULL },
};

/* A message that never crossed a network needs neither TLS nor a login. */
static bool
crossed_network(const struct message *message)
{
	return message->circumstances.client->origin != ORIGIN_LOCAL;
}

bool
tls_required(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const char *version = message->circumstances.client->tls_version;
	int64_t known = 0;

	if (!message->facts.sender.known || !crossed_network(message))
		return false;
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(version));
	while (tls_versions[known] != NULL && strcmp(tls_versions[known], version) != 0)
		known++;
	if (tls_versions[known] == NULL) /* none; SSL; or one that is newer than those of this list */
		return strncmp(version, "TLSv", 4) != 0 || strcmp(version, tls_versions[known - 1]) < 0;
	return known < settings->values[MINIMUM].number;
}

enum { MECHANISMS };

const struct param auth_required_params[] = {
	[MECHANISMS] = {
		.name = "mechanisms",
		.type = PARAM_PATTERNS,
		.preset = "",
		.what = "Patterns of SASL mechanisms that will do, \"SCRAM-*\"; none: any.",
	},
	{ .name = NULL },
};

bool
auth_required(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct client *client = message->circumstances.client;
	const struct string_list *mechanisms = &settings->values[MECHANISMS].list;

	if (!message->facts.sender.known || !crossed_network(message))
		return false;
	if (client->login[0] == '\0' && client->origin != ORIGIN_AUTHENTICATED)
		return true;
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(client->mechanism));
	return mechanisms->count > 0 && !string_list_matches(mechanisms, client->mechanism);
}

enum { ACCOUNTS };

const struct param account_blocked_params[] = {
	[ACCOUNTS] = {
		.name = "accounts",
		.type = PARAM_TABLE,
		.preset = "none",
		.what = "The logins that may not send.",
	},
	{ .name = NULL },
};

bool
account_blocked(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	const struct table *accounts = settings->values[ACCOUNTS].table;
	const char *login = message->circumstances.client->login;

	if (accounts == NULL || login[0] == '\0')
		return false;
	enum table_answer answer = table_find(accounts, message->services, login, NULL);
	if (answer == TABLE_FAILED)
		verdict_table_failed(message, settings);
	if (answer != TABLE_FOUND)
		return false;
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(login));
	return true;
}
