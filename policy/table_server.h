/* SPDX-License-Identifier: BSD-2-Clause */
/* table_server.h - where the server of a look-up table is, read from what the configuration says of it. Text only: nothing is looked up.
 *
 *      socketmap:unix:PATH:NAME                a Unix socket; NAME is the map's, what follows the last colon
 *      socketmap:inet:HOST:PORT:NAME           TCP; an IPv6 address stands in brackets
 *      redis://HOST[:PORT][/DATABASE][?OPTIONS]
 *      redis+unix:PATH[?OPTIONS]
 *
 * OPTIONS, with `&` between them: `db=NUMBER`, `user=NAME`, `password_file=PATH`. An IPv6 host stands in brackets. */
#ifndef POSTERN_POLICY_TABLE_SERVER_H
#define POSTERN_POLICY_TABLE_SERVER_H

#include "policy/table.h"

enum {
	SERVER_HOST_MAX = 256,  /* octets with NUL: RFC 1035 2.3.4 */
	SERVER_PATH_MAX = 108,  /* octets with NUL: sun_path of Linux, unix(7) */
	SERVER_NAME_MAX = 128,  /* octets with NUL, of a map and of a user */
	SERVER_FILE_MAX = 1024, /* octets with NUL */
	SERVER_REDIS_PORT = 6379,
	SERVER_DATABASE_MAX = 65535 /* Redis has 16 unless configured */
};

struct table_server {
	char path[SERVER_PATH_MAX]; /* of a Unix socket; empty: TCP */
	char host[SERVER_HOST_MAX];
	unsigned port;
	char name[SERVER_NAME_MAX];          /* of the socketmap; of Redis' user, or empty */
	unsigned database;                   /* of Redis */
	char password_file[SERVER_FILE_MAX]; /* of Redis; or empty */
};

/* Reads a table of TABLE_SOCKETMAP or TABLE_REDIS. On failure returns false, leaves *server_out alone and writes the broken rule, in plain
 * words, into rule_out (REPLY_RULE_MAX octets). */
bool table_server_parse(const struct table *table, struct table_server *server_out, char *rule_out);

#endif
