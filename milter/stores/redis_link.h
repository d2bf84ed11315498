/* SPDX-License-Identifier: BSD-2-Clause */
/* redis_link.h - one connection to Redis, one command at a time, everything until a deadline (clock_ms). hiredis writes and reads the
 * protocol; connecting and waiting is done here.
 *
 *      struct addresses addresses;
 *      redis_resolve(&target, &addresses, &reason)     may take seconds
 *      struct redis_link link;
 *      if (redis_link_open(&link, &target, &addresses, deadline_ms, &reason)) {
 *              redisReply *reply = redis_link_call(&link, &command, deadline_ms, &reason);
 *              freeReplyObject(reply);
 *              redis_link_close(&link);
 *      } */
#ifndef POSTERN_MILTER_STORES_REDIS_LINK_H
#define POSTERN_MILTER_STORES_REDIS_LINK_H

#include "milter/connect.h"
#include "milter/stores/redis_tls.h"
#include "milter/stores/store.h"

enum {
	REDIS_ARGUMENTS_MAX = 4 + CHARGES_MAX * 7, /* a charge is a key and six arguments */
	REDIS_ELEMENTS_MAX = 65536,                /* of an array in an answer: a page of keys may be some thousands */
	REDIS_REPLY_MAX = 4 * 1024 * 1024          /* octets: a page of counters is far less */
};

/* Where and as whom; constant, and shared by all connections. */
struct redis_target {
	char *name; /* for messages */
	char *host; /* or path */
	char *path;
	unsigned port, database;
	char *user, *password_file; /* may be NULL */
	struct redis_tls *tls;      /* or NULL */
};

struct redis_link {
	redisContext *context; /* NULL: closed */
	int64_t idle_since_ms;
};

#define REDIS_ANSWER(type) (1u << REDIS_REPLY_##type)

struct redis_command {
	unsigned answers; /* of which types, REDIS_ANSWER(STATUS) | ...; 0: any */
	int count;
	const char *arguments[REDIS_ARGUMENTS_MAX];
	size_t lengths[REDIS_ARGUMENTS_MAX];
};

/* Asks the name servers when it must. */
bool redis_resolve(const struct redis_target *target, struct addresses *addresses_out, struct reason *reason);

/* Connects, authenticates, and selects the database. False: *reason says why. */
bool redis_link_open(struct redis_link *link, const struct redis_target *target, const struct addresses *addresses,
		     int64_t deadline_ms, struct reason *reason);
void redis_link_close(struct redis_link *link);
/* Sees to it that no answer is believed to have more than REDIS_ELEMENTS_MAX elements. False when the system refuses memory. */
bool redis_link_bound(struct redis_link *link);
/* Whether a connection that was idle still seems to be there, with nothing unread. */
bool redis_link_usable(const struct redis_link *link);

void redis_command_add(struct redis_command *command, const char *argument);

/* The whole answer, which the caller frees; of any type, it may be an error of the server's. NULL: *reason says why, and the connection is
 * closed, unless the answer is only of another type. */
redisReply *redis_link_call(struct redis_link *link, const struct redis_target *target,
			    const struct redis_command *command, int64_t deadline_ms, struct reason *reason);

#endif
