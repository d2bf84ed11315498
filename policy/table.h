/* SPDX-License-Identifier: BSD-2-Clause */
/* table.h - look-up tables as the policy sees them: a key, and whether it is there, with which value. A list written
 * into the configuration is looked at here; every other kind is asked through struct services, whose owner knows files,
 * databases and sockets.
 *
 * Keys are lower-case for logins' sake too: an MTA's login may come in any case. A key of a list may hold `*` and `?`. */
#ifndef POSTERN_POLICY_TABLE_H
#define POSTERN_POLICY_TABLE_H

#include "policy/settings.h"

enum table_kind {
	TABLE_LIST,   /* [ "a", "b" ] in the configuration; has keys and no values */
	TABLE_FILE,   /* file:PATH - a key, or a key and a value, on each line */
	TABLE_CDB,    /* cdb:PATH */
	TABLE_SQLITE, /* sqlite:PATH, with a query that takes the key and gives the value */
	TABLE_REGEXP, /* regexp:PATH - /pattern/flags and a value on each line, the first that matches counts (PCRE2) */
	TABLE_SOCKETMAP, /* socketmap:unix:PATH:NAME, socketmap:inet:HOST:PORT:NAME - Postfix's protocol, socketmap_table(5) */
	TABLE_REDIS, /* redis://..., a key of it for each key */
	TABLE_KIND_COUNT
};
extern const char *const table_kind_names[TABLE_KIND_COUNT]; /* "list", "file", ... as written before the colon */

enum {
	TABLES_MAX = 64,        /* of a policy; each may hold a descriptor in every worker */
	TABLE_KEY_MAX = 512,    /* octets with NUL: an address is shorter; a longer key is in no table */
	TABLE_VALUE_MAX = 4096, /* octets with NUL: the addresses that a login may use; a longer value is a failure */
	TABLE_LABELS_MAX =
		16, /* of a name above a domain: a sender chooses how many labels there are, and each is a look-up */
	TABLE_TIMEOUT_MS = 100 /* unless configured: what one look-up may take */
};

/* One table of the configuration. Equal sources are one table. */
struct table {
	const char *source; /* as configured, "file:/etc/postern/senders"; its identity, and its name in messages */
	enum table_kind kind;
	const char *argument; /* what follows the kind */
	const char *query;    /* of TABLE_SQLITE, with one `?`; of TABLE_REDIS, what goes before each key; else NULL */
	struct string_list items; /* of TABLE_LIST */
	unsigned timeout_ms;
	size_t index; /* in policy.tables; of no meaning for TABLE_LIST */
};

enum table_answer {
	TABLE_FOUND,
	TABLE_ABSENT,
	TABLE_FAILED /* the table cannot tell: what then happens is configured (FAILURE_TABLES) */
};

struct services;

/* Looks the key up as it is, but in lower case (ASCII). value_out (TABLE_VALUE_MAX octets) becomes the value, or empty where there is none;
 * it may be NULL. */
enum table_answer
table_find(const struct table *table, const struct services *services, const char *key, char *value_out);

/* The first of these that is there: the address, `@domain`, `domain`, and each domain above it, `.example.com`, that has at most
 * TABLE_LABELS_MAX labels. Domains in normal form, nothing lies above an address literal; an empty local part leaves the address
 * out, an empty domain everything but the local part. TABLE_FAILED as soon as one cannot be told. */
enum table_answer table_find_address(const struct table *table, const struct services *services, const char *local,
				     const char *domain, char *value_out);

/* The longest name above the domain that is asked for, with its dot in front: the one above it, or that of TABLE_LABELS_MAX labels. NULL:
 * there is none. */
const char *table_first_parent(const char *domain);

/* Whether an item of a value like "robin@example.com, @example.org" covers the address. Items are between commas and blanks: an
 * address, `@domain`, `domain`, `.domain` for all below it, or `*`; ASCII case does not matter. */
bool table_value_covers(const char *value, const char *local, const char *domain);

#endif
