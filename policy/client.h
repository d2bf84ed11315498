/* SPDX-License-Identifier: BSD-2-Clause */
/* client.h - what is known of the SMTP client and its session. Strings are borrowed and outlive the message; none is NULL. */
#ifndef POSTERN_POLICY_CLIENT_H
#define POSTERN_POLICY_CLIENT_H

#include "policy/network.h"

/* Where a message comes from. */
enum origin {
	ORIGIN_AUTHENTICATED, /* a login is known */
	ORIGIN_LOCAL,         /* handed over on the MTA's host: sendmail(1), a unix socket */
	ORIGIN_TRUSTED,       /* the client's address is in trusted_networks */
	ORIGIN_EXTERNAL,      /* everybody else; an address that cannot be read is external */
	ORIGIN_COUNT
};
extern const char *const origin_names[ORIGIN_COUNT];

struct client {
	enum origin origin;
	bool has_address;
	struct ip_address address;
	const char *address_text;  /* "192.0.2.1", "2001:db8::1"; empty without an address */
	const char *login;         /* as the MTA gives it ({auth_authen}); empty: none */
	const char *mechanism;     /* of SASL ({auth_type}): "PLAIN"; or empty */
	const char *tls_version;   /* {tls_version}: "TLSv1.3"; empty: the session is in clear */
	const char *listener;      /* the MTA's name for where the client came in ({daemon_name}), or empty */
	const char *listener_port; /* its port ({daemon_port}), or empty */
	/* Open connections, this one included; 0: not counted. Of the client: by the prefixes of connections_per_client. */
	unsigned connections, connections_of_client;
};

/* What follows from login and address; local: the message is handed over on the MTA's host, whatever the address. */
enum origin client_origin(const struct client *client, bool local, const struct networks *trusted);

#endif
