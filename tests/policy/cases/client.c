/* SPDX-License-Identifier: BSD-2-Clause */
/* connections_total, connections_per_client, tls_required, auth_required, account_blocked. */
#include "tests/policy/cases/session_cases.h"

static const struct session_case cases[] = {
	{ "connections_total", true, "one more than may be", "limit=10", .connections = 11, .value = "11" },
	{ "connections_total", false, "as many as may be", "limit=10", .connections = 10 },
	{ "connections_total", false, "no limit", NULL, .connections = 100000 },
	{ "connections_total", false, "connections that are not counted", .settings = "limit=1" },
	{ "connections_total", false, "many of one client are another check's", "limit=10",
	  .connections_of_client = 11 },

	{ "connections_per_client", true, "one more than may be", "limit=2", .connections_of_client = 3, .value = "3" },
	{ "connections_per_client", false, "as many as may be", "limit=2", .connections_of_client = 2 },
	{ "connections_per_client", false, "no limit", NULL, .connections_of_client = 100000 },
	{ "connections_per_client", false, "others may have many", "limit=2", .connections = 500,
	  .connections_of_client = 1 },

	{ "tls_required", true, "in clear", NULL, .tls_version = "" },
	{ "tls_required", true, "in clear, and logged in", NULL, .login = "robin" },
	{ "tls_required", true, "in clear, from a trusted network", .origin = ORIGIN_TRUSTED },
	{ "tls_required", false, "with the oldest TLS", NULL, .tls_version = "TLSv1" },
	{ "tls_required", false, "with the newest", NULL, .tls_version = "TLSv1.3" },
	{ "tls_required", true, "too old", "minimum=TLSv1.2", .tls_version = "TLSv1.1", .value = "TLSv1.1" },
	{ "tls_required", true, "much too old", "minimum=TLSv1.3", .tls_version = "TLSv1" },
	{ "tls_required", false, "just new enough", "minimum=TLSv1.2", .tls_version = "TLSv1.2" },
	{ "tls_required", false, "newer", "minimum=TLSv1.1", .tls_version = "TLSv1.3" },
	{ "tls_required", false, "newer than anybody knew", "minimum=TLSv1.3", .tls_version = "TLSv1.4" },
	{ "tls_required", true, "a name of an old one that is not known", "minimum=TLSv1.2", .tls_version = "TLSv1.0" },
	{ "tls_required", true, "SSL is no TLS", NULL, .tls_version = "SSLv3" },
	{ "tls_required", true, "a word of a sender's", NULL, .tls_version = "yes" },
	{ "tls_required", false, "on this host, no network was crossed", .origin = ORIGIN_LOCAL },
	{ "tls_required", false, "a file without its envelope", NULL, .no_envelope = true },

	{ "auth_required", true, "nobody", NULL, .tls_version = "TLSv1.3" },
	{ "auth_required", true, "a trusted network is no login", .origin = ORIGIN_TRUSTED },
	{ "auth_required", false, "a login", NULL, .login = "robin", .mechanism = "PLAIN" },
	{ "auth_required", false, "a login by nobody knows which mechanism", NULL, .login = "robin" },
	{ "auth_required", false, "by one that will do", "mechanisms=SCRAM-* EXTERNAL", .login = "robin",
	  .mechanism = "scram-sha-256" },
	{ "auth_required", true, "by one that will not", "mechanisms=SCRAM-* EXTERNAL", .login = "robin",
	  .mechanism = "PLAIN", .value = "PLAIN" },
	{ "auth_required", true, "by one that is not known", "mechanisms=SCRAM-*", .login = "robin" },
	{ "auth_required", false, "on this host there is none", .origin = ORIGIN_LOCAL },
	{ "auth_required", false, "a file without its envelope", NULL, .no_envelope = true },

	{ "account_blocked", true, "of a list", "accounts=kim robin", .login = "robin", .value = "robin" },
	{ "account_blocked", true, "in any case of letters", "accounts=robin@example.com", .login = "Robin@EXAMPLE.com",
	  .value = "Robin@EXAMPLE.com" },
	{ "account_blocked", true, "by a pattern", "accounts=*@example.net", .login = "kim@example.net" },
	{ "account_blocked", true, "of a table", "accounts=file:/blocked", .login = "robin", .tables = "robin\n" },
	{ "account_blocked", true, "whatever value it has there", "accounts=file:/blocked", .login = "robin",
	  .tables = "robin since Tuesday\n" },
	{ "account_blocked", false, "others", "accounts=file:/blocked", .login = "kim", .tables = "robin\n" },
	{ "account_blocked", false, "nobody", "accounts=file:/blocked", .tables = "robin\n" },
	{ "account_blocked", false, "no table", NULL, .login = "robin" },
	{ "account_blocked", false, "a table that cannot tell, while this only observes", "accounts=file:/blocked",
	  .login = "robin", .tables = "robin !\n" },
};

SESSION_CASES(client_cases, cases);
