/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/table_server.h"

#include <string.h>

static bool
broken(char *rule_out, const char *rule)
{
	rule_out[0] = '\0';
	buffer_append(rule_out, REPLY_RULE_MAX, bytes_of(rule));
	return false;
}

/* False when it is empty or does not fit. */
static bool
copy(char *to, size_t size, struct bytes from)
{
	if (from.length == 0 || from.length >= size)
		return false;
	memcpy(to, from.data, from.length);
	to[from.length] = '\0';
	return true;
}

static bool
read_number(struct bytes text, unsigned least, unsigned most, unsigned *number_out)
{
	unsigned number = 0;

	if (text.length == 0 || text.length > 5) /* digits that no bound here exceeds, and that cannot overflow */
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (!ascii_is_digit(text.data[i]))
			return false;
		number = number * 10 + (unsigned)(text.data[i] - '0');
	}
	if (number < least || number > most)
		return false;
	*number_out = number;
	return true;
}

/* "HOST", "HOST:PORT", "[::1]:PORT"; the port stays as it is when it is not written. */
static bool
read_host(struct bytes text, struct table_server *server)
{
	bool bracketed = text.length > 0 && text.data[0] == '[';
	ptrdiff_t end = bytes_find(text, bracketed ? ']' : ':');
	struct bytes host = end >= 0 ? (struct bytes){ text.data, (size_t)end } : text;
	struct bytes rest = end >= 0 ? bytes_from(text, (size_t)end + bracketed) : (struct bytes){ NULL, 0 };

	if (bracketed && end < 0)
		return false;
	if (!copy(server->host, sizeof server->host, bracketed ? bytes_from(host, 1) : host))
		return false;
	if (rest.length == 0)
		return true;
	return rest.data[0] == ':' && read_number(bytes_from(rest, 1), 1, 65535, &server->port);
}

static bool
read_path(struct bytes path, struct table_server *server, char *rule_out)
{
	if (path.length == 0 || path.data[0] != '/')
		return broken(rule_out, "needs the absolute path of a Unix socket");
	if (!copy(server->path, sizeof server->path, path))
		return broken(rule_out, "has a path that is too long for a Unix socket: at most 107 octets");
	return true;
}

static bool
read_socketmap(const char *argument, struct table_server *server, char *rule_out)
{
	const char *form = "must be socketmap:unix:PATH:NAME or socketmap:inet:HOST:PORT:NAME";
	const char *name = strrchr(argument, ':');
	struct bytes rest = { argument, name != NULL ? (size_t)(name - argument) : 0 };

	if (name == NULL || !copy(server->name, sizeof server->name, bytes_of(name + 1)))
		return broken(rule_out, form);
	if (strchr(server->name, ' ') != NULL)
		return broken(rule_out, "has a blank in the name of its map, which the protocol cannot say");
	if (bytes_starts_nocase(rest, "unix:"))
		return read_path(bytes_from(rest, strlen("unix:")), server, rule_out);
	if (!bytes_starts_nocase(rest, "inet:") || !read_host(bytes_from(rest, strlen("inet:")), server) ||
	    server->port == 0)
		return broken(rule_out, form);
	return true;
}

static bool
read_option(struct bytes option, struct table_server *server)
{
	if (bytes_starts_nocase(option, "db="))
		return read_number(bytes_from(option, 3), 0, SERVER_DATABASE_MAX, &server->database);
	if (bytes_starts_nocase(option, "user="))
		return copy(server->name, sizeof server->name, bytes_from(option, 5));
	if (bytes_starts_nocase(option, "password_file=/"))
		return copy(server->password_file, sizeof server->password_file, bytes_from(option, 14));
	return false;
}

static bool
read_options(struct bytes options, struct table_server *server, char *rule_out)
{
	while (options.length > 0) {
		ptrdiff_t end = bytes_find(options, '&');
		size_t length = end >= 0 ? (size_t)end : options.length;

		if (!read_option((struct bytes){ options.data, length }, server))
			return broken(rule_out, "has options other than db=NUMBER, user=NAME and password_file=PATH");
		options = bytes_from(options, end >= 0 ? length + 1 : length);
	}
	if (server->name[0] != '\0' && server->password_file[0] == '\0')
		return broken(rule_out, "has a user and no password_file");
	return true;
}

/* Behind "redis://": "HOST:PORT/DATABASE". */
static bool
read_authority(struct bytes text, struct table_server *server, char *rule_out)
{
	ptrdiff_t slash = bytes_find(text, '/');
	struct bytes host = slash >= 0 ? (struct bytes){ text.data, (size_t)slash } : text;
	struct bytes database = slash >= 0 ? bytes_from(text, (size_t)slash + 1) : (struct bytes){ NULL, 0 };

	if (bytes_find(host, '@') >= 0)
		return broken(rule_out, "must not hold a password: write ?password_file=PATH behind it");
	server->port = SERVER_REDIS_PORT;
	if (!read_host(host, server))
		return broken(rule_out, "must be redis://HOST:PORT/DATABASE or redis+unix:PATH");
	if (database.length > 0 && !read_number(database, 0, SERVER_DATABASE_MAX, &server->database))
		return broken(rule_out, "must have the number of a database behind its host, or nothing");
	return true;
}

static bool
read_redis(const char *source, struct table_server *server, char *rule_out)
{
	struct bytes text = bytes_of(source);
	ptrdiff_t mark = bytes_find(text, '?');
	struct bytes where = mark >= 0 ? (struct bytes){ text.data, (size_t)mark } : text;
	bool read;

	if (bytes_starts_nocase(where, "rediss:"))
		return broken(rule_out, "cannot be asked over TLS: use redis: behind a tunnel");
	if (bytes_starts_nocase(where, "redis://"))
		read = read_authority(bytes_from(where, strlen("redis://")), server, rule_out);
	else if (bytes_starts_nocase(where, "redis+unix:"))
		read = read_path(bytes_from(where, strlen("redis+unix:")), server, rule_out);
	else
		return broken(rule_out, "must be redis://HOST:PORT/DATABASE or redis+unix:PATH");
	return read && read_options(mark >= 0 ? bytes_from(text, (size_t)mark + 1) : (struct bytes){ NULL, 0 }, server,
				    rule_out);
}

bool
table_server_parse(const struct table *table, struct table_server *server_out, char *rule_out)
{
	struct table_server server = { .port = 0 };
	bool read = table->kind == TABLE_SOCKETMAP ? read_socketmap(table->argument, &server, rule_out)
						   : read_redis(table->source, &server, rule_out);

	if (read)
		*server_out = server;
	return read;
}
