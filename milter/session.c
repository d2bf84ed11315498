/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/session.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_uint in_flight;
static atomic_bool counting = true;

struct session *
session_new(const struct policy *policy)
{
	struct session *session = calloc(1, sizeof *session);

	if (session == NULL)
		return NULL;
	session->policy = policy;
	session->message_size = message_size(policy);
	session_connect(session, NULL, NULL);
	return session;
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
print_client(const struct sockaddr *address, char client_out[SESSION_CLIENT_MAX])
{
	const void *binary = NULL;

	strcpy(client_out, "unknown");
	if (address == NULL)
		return;
	if (address->sa_family == AF_UNIX)
		strcpy(client_out, "local");
	else if (address->sa_family == AF_INET)
		binary = (const char *)address + offsetof(struct sockaddr_in, sin_addr);
	else if (address->sa_family == AF_INET6)
		binary = (const char *)address + offsetof(struct sockaddr_in6, sin6_addr);
	if (binary != NULL)
		inet_ntop(address->sa_family, binary, client_out, SESSION_CLIENT_MAX);
}

void
session_connect(struct session *session, const struct sockaddr *address, const struct networks *trusted)
{
	print_client(address, session->client);
	if (address != NULL && is_local(address))
		session->network_origin = ORIGIN_LOCAL;
	else if (address != NULL && networks_hold(trusted, address))
		session->network_origin = ORIGIN_TRUSTED;
	else
		session->network_origin = ORIGIN_EXTERNAL;
	session->origin = session->network_origin;
}

static void
copy_cut(char *copy_out, size_t size, const char *string)
{
	copy_out[0] = '\0';
	buffer_append(copy_out, size, bytes_of(string));
}

static bool
begin_message(struct session *session)
{
	session_forget(session);
	session->message = malloc(session->message_size);
	if (session->message == NULL)
		return false;
	message_init(session->message, session->policy);
	session->headers_ended = false;
	session->ended = false;
	return true;
}

bool
session_mail(struct session *session, const struct session_mail *mail)
{
	const char *login = mail->login != NULL ? mail->login : "";
	const char *path = mail->path != NULL ? mail->path : "";

	if (!begin_message(session))
		return false;
	if (atomic_load(&counting)) {
		session->in_flight = true;
		atomic_fetch_add(&in_flight, 1);
	}
	session->origin = login[0] != '\0' ? ORIGIN_AUTHENTICATED : session->network_origin;
	copy_cut(session->login, sizeof session->login, login);
	copy_cut(session->sender, sizeof session->sender, path);
	struct envelope envelope = { .origin = session->origin, .sender = path, .sender_by_mta = mail->path_by_mta };
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
	if (session->message != NULL)
		message_close(session->message);
	free(session->message);
	session->message = NULL;
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
