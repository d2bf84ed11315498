/* SPDX-License-Identifier: BSD-2-Clause */
/* GET of one key, in Redis' protocol (RESP2). hiredis has a timeout for each system call and none for the whole; for three
 * kinds of reply its reader is not needed. */
#define _POSIX_C_SOURCE 200809L
#include "milter/password.h"
#include "milter/tables/backend.h"
#include "milter/tables/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PREFIX_MAX = 256,  /* octets with NUL */
	NUMBER_DIGITS = 5, /* of a value's length: one that has more is too long anyway */
	/* Octets of a command: three words, each with its length around it. */
	COMMAND_MAX = PASSWORD_MAX + SERVER_NAME_MAX + PREFIX_MAX + TABLE_KEY_MAX + 64
};

struct redis_table {
	struct backend backend;
	struct table_server where;
	char prefix[PREFIX_MAX];
	struct server *server;       /* NULL: the source is broken */
	char broken[REPLY_RULE_MAX]; /* the rule */
};

/* The first line without its CRLF. False while its end is not there. */
static bool
first_line(struct bytes begins, struct bytes *line_out)
{
	ptrdiff_t end = bytes_find(begins, '\n');

	if (end < 1 || begins.data[end - 1] != '\r')
		return false;
	*line_out = (struct bytes){ begins.data, (size_t)end - 1 };
	return true;
}

/* "$5" is the length of a value that follows, "$-1" stands for none. -2: neither. */
static ptrdiff_t
value_length(struct bytes line)
{
	ptrdiff_t length = 0;

	if (bytes_is(line, "$-1"))
		return -1;
	if (line.length < 2 || line.length > 1 + NUMBER_DIGITS)
		return -2;
	for (size_t i = 1; i < line.length; i++) {
		if (!ascii_is_digit(line.data[i]))
			return -2;
		length = length * 10 + (line.data[i] - '0');
	}
	return length;
}

static ptrdiff_t
measure_reply(struct bytes begins)
{
	struct bytes line;

	if (begins.data[0] != '$' && begins.data[0] != '+' && begins.data[0] != '-')
		return -1;
	if (!first_line(begins, &line))
		return begins.length < REPLY_OCTETS ? 0 : -1;
	if (begins.data[0] != '$')
		return (ptrdiff_t)line.length + 2;
	ptrdiff_t length = value_length(line);
	if (length < 0)
		return length == -1 ? (ptrdiff_t)line.length + 2 : -1;
	size_t whole = line.length + 2 + (size_t)length + 2;
	if (whole > REPLY_OCTETS)
		return -1;
	if (begins.length < whole)
		return 0;
	return memcmp(begins.data + whole - 2, "\r\n", 2) == 0 ? (ptrdiff_t)whole : -1;
}

/* What the server says instead of an answer. */
static enum table_answer
refused(const struct server_reply *reply, char *why_out)
{
	struct bytes text = bytes_trim((struct bytes){ reply->octets, reply->length });

	if (text.length > 0 && text.data[0] == '-')
		text = bytes_from(text, 1);
	trouble_format(why_out, "the server says: %.*s",
		       text.length > TROUBLE_WHY_MAX ? TROUBLE_WHY_MAX : (int)text.length,
		       text.length > 0 ? text.data : "");
	return TABLE_FAILED;
}

/* Three words at most, NULL for none: the second in two pieces. */
static struct bytes
write_command(char command_out[COMMAND_MAX], const char *const words[3], const char *prefix)
{
	int count = words[1] == NULL ? 1 : words[2] == NULL ? 2 : 3;
	size_t used = (size_t)snprintf(command_out, COMMAND_MAX, "*%d\r\n", count);

	for (int i = 0; i < count; i++) {
		const char *begins = i == 1 ? prefix : "";
		size_t length = strlen(begins) + strlen(words[i]);

		used += (size_t)snprintf(command_out + used, COMMAND_MAX - used, "$%zu\r\n%s%s\r\n", length, begins,
					 words[i]);
	}
	return (struct bytes){ command_out, used };
}

static bool
command_is_ok(const struct conversation *conversation, const char *const words[3], char *why_out)
{
	char command[COMMAND_MAX];
	struct server_reply reply;

	if (!conversation_ask(conversation, write_command(command, words, ""), &reply, why_out))
		return false;
	if (reply.octets[0] == '+')
		return true;
	refused(&reply, why_out);
	return false;
}

static bool
greet(const struct conversation *conversation, const void *data, char *why_out)
{
	const struct table_server *where = &((const struct redis_table *)data)->where;
	char password[PASSWORD_MAX], database[8];

	if (where->password_file[0] != '\0') {
		const char *wrong = password_read(where->password_file, password);
		if (wrong != NULL) {
			trouble_format(why_out, "%s: %s", where->password_file, wrong);
			return false;
		}
		const char *user = where->name[0] != '\0' ? where->name : password;
		if (!command_is_ok(conversation, (const char *[]){ "AUTH", user, user == password ? NULL : password },
				   why_out))
			return false;
	}
	if (where->database == 0)
		return true;
	snprintf(database, sizeof database, "%u", where->database % (SERVER_DATABASE_MAX + 1));
	return command_is_ok(conversation, (const char *[]){ "SELECT", database, NULL }, why_out);
}

static enum table_answer
redis_table_find(struct backend *backend, const char *key, char *value_out, char *why_out)
{
	struct redis_table *table = (struct redis_table *)backend;
	char command[COMMAND_MAX];
	struct server_reply reply;
	struct bytes line;

	if (table->server == NULL) {
		trouble_format(why_out, "%s", table->broken);
		return TABLE_FAILED;
	}
	struct bytes request = write_command(command, (const char *[]){ "GET", key, NULL }, table->prefix);
	if (!server_ask(table->server, request, &reply, why_out))
		return TABLE_FAILED;
	if (reply.octets[0] != '$' || !first_line((struct bytes){ reply.octets, reply.length }, &line))
		return refused(&reply, why_out);
	ptrdiff_t length = value_length(line);
	if (length < 0)
		return TABLE_ABSENT;
	struct bytes value = { line.data + line.length + 2, (size_t)length };
	if (value.length >= TABLE_VALUE_MAX || bytes_find(value, '\0') >= 0) {
		trouble_format(why_out, "a value is longer than %d octets, or holds a NUL", TABLE_VALUE_MAX - 1);
		return TABLE_FAILED;
	}
	memcpy(value_out, value.data, value.length);
	value_out[value.length] = '\0';
	return TABLE_FOUND;
}

static void
redis_table_free(struct backend *backend)
{
	struct redis_table *table = (struct redis_table *)backend;

	server_free(table->server);
	free(table);
}

static bool
read_source(struct redis_table *redis, const struct table *table)
{
	const char *prefix = table->query != NULL ? table->query : "";

	if (!table_server_parse(table, &redis->where, redis->broken))
		return false;
	if (buffer_append(redis->prefix, sizeof redis->prefix, bytes_of(prefix)))
		return true;
	snprintf(redis->broken, sizeof redis->broken, "what goes before each key has at most %d octets",
		 PREFIX_MAX - 1);
	return false;
}

struct backend *
redis_table_new(const struct table *table, struct trouble *trouble)
{
	static const struct backend_class class = { NULL, redis_table_find, redis_table_free };
	static const struct protocol protocol = { "Redis", measure_reply, greet };
	struct redis_table *redis = calloc(1, sizeof *redis);

	(void)trouble;
	if (redis == NULL)
		return NULL;
	redis->backend.class = &class;
	if (!read_source(redis, table))
		return &redis->backend;
	redis->server = server_new(&redis->where, &protocol, table->timeout_ms, redis);
	if (redis->server != NULL)
		return &redis->backend;
	free(redis);
	return NULL;
}
