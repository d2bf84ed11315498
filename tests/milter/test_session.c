/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session knows of its client, and what its MAIL says: parameters, login, counted connections. */
#include "milter/session.h"
#include "milter/stores/memory.h"
#include "tests/support/suite.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static struct conf *conf;
static struct shared shared;
static struct world world;
static struct session *session;

static void
set_up(const char *config)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	conf = conf_load_text("test", bytes_of(config), &errors);
	ck_assert_msg(conf != NULL, "%s", config);
	conf_errors_reset(&errors);
	shared_init(&shared, MEMORY_STORE_KEYS_MIN);
	ck_assert(world_open(&world, conf, &shared, 0));
	session = session_new(&world);
	ck_assert_ptr_nonnull(session);
}

static void
tear_down(void)
{
	session_free(session);
	world_close(&world);
	shared.memory->class->free(shared.memory);
	connections_free(shared.connections);
	conf_free(conf);
}

static struct sockaddr_in
ipv4(const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(4000) };

	ck_assert_int_eq(inet_pton(AF_INET, address, &in.sin_addr), 1);
	return in;
}

static void
connect_from(struct session *of, const char *address)
{
	struct sockaddr_in in = ipv4(address);
	struct session_connection connection = { .address = (struct sockaddr *)&in, .counts = true };

	session_connect(of, &connection);
}

static void
mail_with(const char *first, const char *second)
{
	char one[64], two[64];
	char *parameters[] = { first != NULL ? one : NULL, second != NULL ? two : NULL, NULL };
	struct session_mail mail = { .path = "<a@example.com>", .parameters = parameters };

	snprintf(one, sizeof one, "%s", first != NULL ? first : "");
	snprintf(two, sizeof two, "%s", second != NULL ? second : "");
	ck_assert(session_mail(session, &mail));
}

START_TEST(parameters_of_mail_are_read)
{
	static const struct {
		const char *first, *second;
		uint64_t size;
		bool smtputf8;
	} cases[] = {
		{ NULL, NULL, 0, false },
		{ "SIZE=12345", NULL, 12345, false },
		{ "size=12345", "SMTPUTF8", 12345, true },
		{ "smtputf8", "Size=1", 1, true },
		{ "SMTPUTF8=", "SIZE", 0, false },
		{ "SIZE=", NULL, 0, false },
		{ "SIZE=12x", NULL, 12, false },
		{ "XSIZE=12", "BODY=8BITMIME", 0, false },
		{ "SIZE=18446744073709551615", NULL, 1844674407370955161, false }, /* more than there are */
	};

	set_up("checks = { sender_invalid = { }; };");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		mail_with(cases[i].first, cases[i].second);
		bool huge = strlen(cases[i].first != NULL ? cases[i].first : "") > 20;
		ck_assert_msg(huge ? session->message->facts.declared_size >= (uint64_t)1 << 58
				   : session->message->facts.declared_size == cases[i].size,
			      "%s", cases[i].first);
		ck_assert_msg(session->message->facts.smtputf8 == cases[i].smtputf8, "%s", cases[i].first);
	}
	struct session_mail bare = { .path = NULL };
	ck_assert(session_mail(session, &bare));
	ck_assert(session->message->facts.sender.null);
	tear_down();
}
END_TEST

START_TEST(connections_are_counted_once_and_taken_off)
{
	struct session *other;

	set_up("checks = { connections_per_client = { limit = 5; ipv4_prefix = 24; }; };");
	connect_from(session, "192.0.2.1");
	ck_assert_uint_eq(session->client.connections, 1);
	ck_assert_uint_eq(session->client.connections_of_client, 1);
	other = session_new(&world);
	connect_from(other, "192.0.2.77");
	ck_assert_uint_eq(other->client.connections, 2);
	ck_assert_uint_eq(other->client.connections_of_client, 2);
	connect_from(other, "198.51.100.1"); /* as after XCLIENT */
	ck_assert_uint_eq(other->client.connections, 2);
	ck_assert_uint_eq(other->client.connections_of_client, 1);
	session_free(other);
	connect_from(session, "192.0.2.2");
	ck_assert_uint_eq(session->client.connections, 1);
	ck_assert_uint_eq(session->client.connections_of_client, 1);
	tear_down();
}
END_TEST

START_TEST(connections_that_no_check_asks_for_are_not_counted)
{
	struct sockaddr_in in = ipv4("192.0.2.1");
	struct session_connection connection = { .address = (struct sockaddr *)&in };

	set_up("checks = { };");
	session_connect(session, &connection);
	ck_assert(!session->counted);
	ck_assert_uint_eq(session->client.connections, 0);
	world.connections = NULL;
	connect_from(session, "192.0.2.1");
	ck_assert_msg(!session->counted, "nor where there is no memory to count them in");
	tear_down();
}
END_TEST

START_TEST(a_connection_is_judged_once)
{
	set_up("checks = { connections_total = { mode = \"enforce\"; limit = 1; }; };");
	connect_from(session, "192.0.2.1");
	ck_assert(!session_judge_connection(session));
	ck_assert_ptr_null(session->message);
	session->client.connections = 2;
	ck_assert_msg(!session_judge_connection(session), "a second HELO");
	connect_from(session, "192.0.2.1");
	session->client.connections = 2;
	ck_assert(session_judge_connection(session));
	ck_assert_int_eq(session->message->verdict.reply.code, 421);
	tear_down();
}
END_TEST

/* XCLIENT makes of a session that of another client. */
START_TEST(another_client_has_no_login)
{
	struct session_mail mail = {
		.path = "<a@example.com>", .login = "robin", .mechanism = "PLAIN", .tls_version = "TLSv1.3"
	};

	set_up("trusted_networks = [ \"192.0.2.0/24\" ]; checks = { };");
	connect_from(session, "192.0.2.1");
	ck_assert_int_eq(session->client.origin, ORIGIN_TRUSTED);
	ck_assert(session_mail(session, &mail));
	ck_assert_int_eq(session->client.origin, ORIGIN_AUTHENTICATED);
	ck_assert_str_eq(session->client.login, "robin");
	ck_assert_str_eq(session->client.mechanism, "PLAIN");
	ck_assert_str_eq(session->client.tls_version, "TLSv1.3");
	connect_from(session, "198.51.100.1");
	ck_assert_int_eq(session->client.origin, ORIGIN_EXTERNAL);
	ck_assert_str_eq(session->client.login, "");
	ck_assert_str_eq(session->client.mechanism, "");
	ck_assert_str_eq(session->client.tls_version, "");
	ck_assert_str_eq(session_client(session), "198.51.100.1");
	mail = (struct session_mail){ .path = "<a@example.com>" };
	ck_assert(session_mail(session, &mail));
	ck_assert_int_eq(session->client.origin, ORIGIN_EXTERNAL);
	tear_down();
}
END_TEST

START_TEST(long_names_are_cut)
{
	char name[300];
	struct session_connection connection = { .listener = name, .listener_port = "587" };
	struct session_mail mail = { .path = name, .login = name, .mechanism = name, .tls_version = name };

	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	set_up("checks = { };");
	session_connect(session, &connection);
	ck_assert(session_mail(session, &mail));
	ck_assert_uint_eq(strlen(session->client.listener), SESSION_LISTENER_MAX - 1);
	ck_assert_str_eq(session->client.listener_port, "587");
	ck_assert_uint_eq(strlen(session->client.mechanism), SESSION_LISTENER_MAX - 1);
	ck_assert_str_eq(session_client(session), "unknown");
	tear_down();
}
END_TEST

SUITE_MAIN(session, parameters_of_mail_are_read, connections_are_counted_once_and_taken_off,
	   connections_that_no_check_asks_for_are_not_counted, a_connection_is_judged_once, another_client_has_no_login,
	   long_names_are_cut)
