/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/session.h"

#include "conf/network.h"
#include "policy/checks/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_uint in_flight;
static atomic_bool counting = true;

struct session *
session_new(const struct world *world)
{
	static const struct session_connection unknown = { .address = NULL };
	struct session *session = calloc(1, sizeof *session);

	if (session == NULL)
		return NULL;
	session->world = world;
	session->message_size = message_size(world->conf->policy);
	session->client = (struct client){
		.address_text = session->address,
		.login = session->login,
		.mechanism = session->mechanism,
		.tls_version = session->tls_version,
		.listener = session->listener,
		.listener_port = session->listener_port,
	};
	session_connect(session, &unknown);
	return session;
}

static void
leave_connections(struct session *session)
{
	if (session->counted)
		connections_leave(session->world->connections, &session->connection);
	session->counted = false;
}

static void
leave_flight(struct session *session)
{
	if (session->in_flight)
		atomic_fetch_sub(&in_flight, 1);
	session->in_flight = false;
}

void
session_free(struct session *session)
{
	if (session == NULL)
		return;
	session_forget(session);
	leave_connections(session);
	if (session->open)
		statistics_session_ended(session->world->statistics);
	free(session);
}

/* sendmail(1) and the like: handed to the MTA by a program on its own host. Postfix gives such a message the loopback
 * address and port 0, which no connection can have. */
static bool
is_local(const struct sockaddr *address)
{
	static const unsigned char mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

	if (address->sa_family == AF_UNIX)
		return true;
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof in);
		return in.sin_port == 0 && ntohl(in.sin_addr.s_addr) == INADDR_LOOPBACK;
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		uint32_t v4;

		memcpy(&in6, address, sizeof in6);
		memcpy(&v4, in6.sin6_addr.s6_addr + sizeof mapped_prefix, sizeof v4);
		bool mapped = memcmp(in6.sin6_addr.s6_addr, mapped_prefix, sizeof mapped_prefix) == 0;
		return in6.sin6_port == 0 &&
		       (IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) || (mapped && ntohl(v4) == INADDR_LOOPBACK));
	}
	return false;
}

static void
copy_cut(char *copy_out, size_t size, const char *string)
{
	copy_out[0] = '\0';
	buffer_append(copy_out, size, bytes_of(string != NULL ? string : ""));
}

/* An IPv4 address that came as an IPv6 one is written as what it is. */
static void
take_address(struct session *session, const struct sockaddr *address)
{
	struct client *client = &session->client;

	client->has_address = ip_address_of(address, &client->address);
	session->address[0] = '\0';
	if (!client->has_address)
		return;
	bool ipv4 = ip_address_is_ipv4(&client->address);
	inet_ntop(ipv4 ? AF_INET : AF_INET6, client->address.octets + (ipv4 ? 12 : 0), session->address,
		  sizeof session->address);
}

static void
find_origin(struct session *session)
{
	session->client.origin =
		client_origin(&session->client, session->local, &session->world->conf->trusted_networks);
}

/* By the prefixes of the profile that is the connection's. */
static void
count_connection(struct session *session)
{
	const struct policy *policy = session->world->conf->policy;
	const struct check *check = check_find("connections_per_client");
	struct circumstances circumstances = { .client = &session->client, .sender_local = "", .sender_domain = "" };
	struct client *client = &session->client;
	bool failed = false;

	if (session->world->connections == NULL)
		return;
	leave_connections(session);
	const struct profile *profile = policy_profile(policy, &circumstances, &session->world->services, &failed);
	const struct settings *settings = &profile->checks[check_index(check)];
	session->connection = (struct connection){
		.slot = session->world->slot,
		.has_address = client->has_address,
		.address = client->address,
		.ipv4_prefix = connections_ipv4_prefix(settings),
		.ipv6_prefix = connections_ipv6_prefix(settings),
	};
	connections_enter(session->world->connections, &session->connection, &client->connections,
			  &client->connections_of_client);
	session->counted = true;
}

/* Others may have gone; who came later does not count against who was there before. */
static void
count_connection_again(struct session *session)
{
	struct client *client = &session->client;
	unsigned before = client->connections, before_of_client = client->connections_of_client;

	count_connection(session);
	if (client->connections > before)
		client->connections = before;
	if (client->connections_of_client > before_of_client)
		client->connections_of_client = before_of_client;
}

void
session_connect(struct session *session, const struct session_connection *connection)
{
	const struct sockaddr *address = connection->address;

	leave_connections(session);
	session->login[0] = session->mechanism[0] = session->tls_version[0] = '\0';
	take_address(session, address);
	copy_cut(session->listener, sizeof session->listener, connection->listener);
	copy_cut(session->listener_port, sizeof session->listener_port, connection->listener_port);
	session->connection_judged = false;
	session->local = address != NULL && is_local(address);
	find_origin(session);
	if (connection->counts)
		count_connection(session);
}

static bool
begin_message(struct session *session)
{
	session_forget(session);
	session->message = malloc(session->message_size);
	session->starved = session->message == NULL;
	if (session->starved)
		return false;
	message_init(session->message, session->world->conf->policy);
	session->message->services = &session->world->services;
	session->headers_ended = false;
	session->ended = false;
	return true;
}

bool
session_judge_connection(struct session *session)
{
	if (session->connection_judged || !begin_message(session))
		return false;
	session->connection_judged = true;
	session->sender[0] = '\0';
	message_connect(session->message, &session->client);
	if (verdict_is_final(&session->message->verdict))
		return true;
	session_forget(session);
	return false;
}

/* RFC 1870 3, RFC 6531 3.4: SIZE=12345, SMTPUTF8. What cannot be read was not said: the MTA refuses it before us. */
static void
read_parameters(char **parameters, struct envelope *envelope)
{
	for (; parameters != NULL && *parameters != NULL; parameters++) {
		struct bytes parameter = bytes_of(*parameters);
		uint64_t size = 0;

		if (bytes_is(parameter, "SMTPUTF8"))
			envelope->smtputf8 = true;
		if (!bytes_starts_nocase(parameter, "SIZE="))
			continue;
		parameter = bytes_from(parameter, strlen("SIZE="));
		for (size_t i = 0; i < parameter.length && ascii_is_digit(parameter.data[i]); i++)
			size = size < UINT64_MAX / 20 ? size * 10 + (uint64_t)(parameter.data[i] - '0') : size;
		envelope->declared_size = size;
	}
}

bool
session_mail(struct session *session, const struct session_mail *mail)
{
	const char *path = mail->path != NULL ? mail->path : "";

	if (!begin_message(session))
		return false;
	if (session->counted)
		count_connection_again(session);
	if (atomic_load(&counting)) {
		session->in_flight = true;
		atomic_fetch_add(&in_flight, 1);
	}
	copy_cut(session->login, sizeof session->login, mail->login);
	copy_cut(session->mechanism, sizeof session->mechanism, mail->mechanism);
	copy_cut(session->tls_version, sizeof session->tls_version, mail->tls_version);
	copy_cut(session->sender, sizeof session->sender, path);
	find_origin(session);
	struct envelope envelope = {
		.client = &session->client,
		.sender = path,
		.sender_by_mta = mail->path_by_mta,
		.recipients_wait = session->local && mail->queue_id_known,
	};
	read_parameters(mail->parameters, &envelope);
	message_mail(session->message, &envelope);
	return true;
}

void
session_end_headers(struct session *session)
{
	if (!session->headers_ended && !verdict_is_final(&session->message->verdict))
		message_end_of_headers(session->message);
	session->headers_ended = true;
}

void
session_end_message(struct session *session)
{
	session_end_headers(session);
	if (!session->ended && !verdict_is_final(&session->message->verdict))
		message_end(session->message);
	session->ended = true;
}

void
session_forget(struct session *session)
{
	leave_flight(session);
	if (session->message != NULL) {
		statistics_found(session->world->statistics, session->message);
		message_close(session->message);
	}
	free(session->message);
	session->message = NULL;
}

const char *
session_client(const struct session *session)
{
	if (session->client.has_address)
		return session->address;
	return session->local ? "local" : "unknown";
}

unsigned
session_messages_in_flight(void)
{
	return atomic_load(&in_flight);
}

void
session_count_no_more(void)
{
	atomic_store(&counting, false);
}
