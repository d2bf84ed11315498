/* SPDX-License-Identifier: BSD-2-Clause */
/* Sources of tables that name a server. */
#include "policy/table_server.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

static struct table
table_of(const char *source)
{
	bool socketmap = strncmp(source, "socketmap:", 10) == 0;

	return (struct table){ .source = source,
			       .kind = socketmap ? TABLE_SOCKETMAP : TABLE_REDIS,
			       .argument = socketmap ? source + 10 : source };
}

/* As one text: path, or host and port; name; database; password file. */
static const struct {
	const char *source, *expected;
} good[] = {
	{ "socketmap:unix:/run/map:senders", "/run/map senders 0 " },
	{ "socketmap:unix:/run/a:b:senders", "/run/a:b senders 0 " },
	{ "socketmap:inet:127.0.0.1:9999:senders", "127.0.0.1 9999 senders 0 " },
	{ "socketmap:inet:maps.example.com:1:s", "maps.example.com 1 s 0 " },
	{ "socketmap:inet:[::1]:65535:s", "::1 65535 s 0 " },
	{ "redis://localhost", "localhost 6379  0 " },
	{ "redis://localhost/", "localhost 6379  0 " },
	{ "redis://localhost:7000", "localhost 7000  0 " },
	{ "redis://localhost:7000/5", "localhost 7000  5 " },
	{ "redis://[2001:db8::1]", "2001:db8::1 6379  0 " },
	{ "redis://[2001:db8::1]:7000/15", "2001:db8::1 7000  15 " },
	{ "redis://localhost?db=3", "localhost 6379  3 " },
	{ "redis://localhost?password_file=/etc/secret", "localhost 6379  0 /etc/secret" },
	{ "redis://localhost/1?user=robin&password_file=/etc/secret", "localhost 6379 robin 1 /etc/secret" },
	{ "redis+unix:/run/redis.sock", "/run/redis.sock  0 " },
	{ "redis+unix:/run/redis.sock?db=2&password_file=/etc/s", "/run/redis.sock  2 /etc/s" },
};

START_TEST(servers_are_read)
{
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		const struct table table = table_of(good[i].source);
		struct table_server server;
		char rule[REPLY_RULE_MAX] = "", text[2048];

		ck_assert_msg(table_server_parse(&table, &server, rule), "%s: %s", good[i].source, rule);
		if (server.path[0] != '\0')
			snprintf(text, sizeof text, "%s %s %u %s", server.path, server.name, server.database,
				 server.password_file);
		else
			snprintf(text, sizeof text, "%s %u %s %u %s", server.host, server.port, server.name,
				 server.database, server.password_file);
		ck_assert_str_eq(text, good[i].expected);
	}
}
END_TEST

static const struct {
	const char *source, *rule;
} bad[] = {
	{ "socketmap:x", "must be socketmap:unix:PATH:NAME" },
	{ "socketmap:unix:/run/map", "must be socketmap:unix:PATH:NAME" },
	{ "socketmap:unix:/run/map:", "must be socketmap:unix:PATH:NAME" },
	{ "socketmap:unix:run/map:senders", "needs the absolute path" },
	{ "socketmap:unix:/run/map:a b", "has a blank in the name of its map" },
	{ "socketmap:inet:localhost:senders", "must be socketmap:" },
	{ "socketmap:inet::9999:senders", "must be socketmap:" },
	{ "socketmap:inet:localhost:0:senders", "must be socketmap:" },
	{ "socketmap:inet:localhost:65536:senders", "must be socketmap:" },
	{ "socketmap:inet:localhost:99999999999999999999:senders", "must be socketmap:" },
	{ "socketmap:inet:[::1:99:senders", "must be socketmap:" },
	{ "socketmap:inet:[::1]99:senders", "must be socketmap:" },
	{ "socketmap:inet:[]:99:senders", "must be socketmap:" },
	{ "socketmap:tcp:localhost:99:senders", "must be socketmap:" },
	{ "redis:localhost", "must be redis://HOST:PORT/DATABASE" },
	{ "redis://", "must be redis://HOST:PORT/DATABASE" },
	{ "redis://:6379", "must be redis://HOST:PORT/DATABASE" },
	{ "redis://localhost:port", "must be redis://HOST:PORT/DATABASE" },
	{ "redis://localhost:", "must be redis://HOST:PORT/DATABASE" },
	{ "redis://localhost/x", "must have the number of a database" },
	{ "redis://localhost/-1", "must have the number of a database" },
	{ "redis://localhost/65536", "must have the number of a database" },
	{ "redis://robin:secret@localhost", "must not hold a password" },
	{ "redis://localhost?timeout=1", "has options other than" },
	{ "redis://localhost?db=", "has options other than" },
	{ "redis://localhost?password_file=secret", "has options other than" },
	{ "redis://localhost?user=robin", "has a user and no password_file" },
	{ "redis+unix:run/redis", "needs the absolute path" },
	{ "redis+unix:", "needs the absolute path" },
	{ "rediss://localhost", "cannot be asked over TLS" },
};

START_TEST(broken_rules_are_told)
{
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const struct table table = table_of(bad[i].source);
		struct table_server server = { .port = 4711 };
		char rule[REPLY_RULE_MAX] = "";

		ck_assert_msg(!table_server_parse(&table, &server, rule), "%s", bad[i].source);
		ck_assert_msg(strncmp(rule, bad[i].rule, strlen(bad[i].rule)) == 0, "%s: %s", bad[i].source, rule);
		ck_assert_uint_eq(server.port, 4711);
	}
}
END_TEST

/* 107 octets fit into a Unix socket's address. */
START_TEST(paths_have_a_bound)
{
	char source[256] = "redis+unix:/";
	struct table_server server;
	char rule[REPLY_RULE_MAX];
	size_t begins = strlen("redis+unix:");

	memset(source + begins + 1, 'x', 106);
	source[begins + 107] = '\0';
	const struct table table = table_of(source);
	ck_assert(table_server_parse(&table, &server, rule));
	strcat(source, "x");
	ck_assert(!table_server_parse(&table, &server, rule));
	ck_assert_ptr_nonnull(strstr(rule, "at most 107 octets"));
}
END_TEST

SUITE_MAIN(table_server, servers_are_read, broken_rules_are_told, paths_have_a_bound)
