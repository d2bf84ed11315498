/* SPDX-License-Identifier: BSD-2-Clause */
/* Postfix's protocol, socketmap_table(5): netstrings of "NAME KEY" and of "OK VALUE", "NOTFOUND ", "TEMP REASON", "TIMEOUT REASON",
 * "PERM REASON". */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/backend.h"
#include "milter/tables/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH_DIGITS = 5 /* a reply that has more is too long anyway */ };

struct socketmap_table {
	struct backend backend;
	struct table_server where;
	struct server *server;       /* NULL: the source is broken */
	char broken[REPLY_RULE_MAX]; /* the rule */
};

/* The netstring's content; length is the whole. 0: more octets are needed; -1: it is none. */
static ptrdiff_t
measure_netstring(struct bytes begins)
{
	size_t digits = 0;
	size_t length = 0;

	while (digits < begins.length && ascii_is_digit(begins.data[digits])) {
		length = length * 10 + (size_t)(begins.data[digits] - '0');
		if (++digits > LENGTH_DIGITS)
			return -1;
	}
	if (digits == begins.length)
		return 0;
	if (digits == 0 || begins.data[digits] != ':' || (begins.data[0] == '0' && digits > 1))
		return -1;
	size_t whole = digits + 1 + length + 1;
	if (whole > REPLY_OCTETS)
		return -1;
	if (begins.length < whole)
		return 0;
	return begins.data[whole - 1] == ',' ? (ptrdiff_t)whole : -1;
}

static struct bytes
netstring_content(const struct server_reply *reply)
{
	struct bytes whole = { reply->octets, reply->length };
	size_t start = (size_t)bytes_find(whole, ':') + 1;

	return (struct bytes){ reply->octets + start, reply->length - start - 1 }; /* without the comma */
}

static bool
take_word(struct bytes content, const char *word, struct bytes *rest_out)
{
	size_t length = strlen(word);

	if (content.length < length || memcmp(content.data, word, length) != 0)
		return false;
	if (content.length > length && content.data[length] != ' ')
		return false;
	*rest_out = bytes_from(content, length + 1);
	return true;
}

static enum table_answer
read_reply(struct bytes content, char *value_out, char *why_out)
{
	static const char *const refusals[] = { "TEMP", "TIMEOUT", "PERM" };
	struct bytes rest;

	if (take_word(content, "NOTFOUND", &rest))
		return TABLE_ABSENT;
	if (take_word(content, "OK", &rest)) {
		if (rest.length >= TABLE_VALUE_MAX || bytes_find(rest, '\0') >= 0) {
			trouble_format(why_out, "a value is longer than %d octets, or holds a NUL",
				       TABLE_VALUE_MAX - 1);
			return TABLE_FAILED;
		}
		if (rest.length > 0)
			memcpy(value_out, rest.data, rest.length);
		value_out[rest.length] = '\0';
		return TABLE_FOUND;
	}
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		if (take_word(content, refusals[i], &rest)) {
			trouble_format(why_out, "the server says %s: %.*s", refusals[i],
				       rest.length > TROUBLE_WHY_MAX ? TROUBLE_WHY_MAX : (int)rest.length,
				       rest.length > 0 ? rest.data : "");
			return TABLE_FAILED;
		}
	}
	trouble_format(why_out, "what the server said is no socketmap reply");
	return TABLE_FAILED;
}

static enum table_answer
socketmap_table_find(struct backend *backend, const char *key, char *value_out, char *why_out)
{
	struct socketmap_table *table = (struct socketmap_table *)backend;
	char request[SERVER_NAME_MAX + TABLE_KEY_MAX + LENGTH_DIGITS + 4];
	size_t length = strlen(table->where.name) + 1 + strlen(key);
	struct server_reply reply;

	if (table->server == NULL) {
		trouble_format(why_out, "%s", table->broken);
		return TABLE_FAILED;
	}
	snprintf(request, sizeof request, "%zu:%s %s,", length, table->where.name, key);
	if (!server_ask(table->server, bytes_of(request), &reply, why_out))
		return TABLE_FAILED;
	return read_reply(netstring_content(&reply), value_out, why_out);
}

static void
socketmap_table_free(struct backend *backend)
{
	struct socketmap_table *table = (struct socketmap_table *)backend;

	server_free(table->server);
	free(table);
}

struct backend *
socketmap_table_new(const struct table *table, struct trouble *trouble)
{
	static const struct backend_class class = { NULL, socketmap_table_find, socketmap_table_free };
	static const struct protocol protocol = { "socketmap", measure_netstring, NULL };
	struct socketmap_table *socketmap = calloc(1, sizeof *socketmap);

	(void)trouble;
	if (socketmap == NULL)
		return NULL;
	socketmap->backend.class = &class;
	if (!table_server_parse(table, &socketmap->where, socketmap->broken))
		return &socketmap->backend;
	socketmap->server = server_new(&socketmap->where, &protocol, table->timeout_ms, NULL);
	if (socketmap->server != NULL)
		return &socketmap->backend;
	free(socketmap);
	return NULL;
}
