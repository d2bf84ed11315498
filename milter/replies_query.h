/* SPDX-License-Identifier: BSD-2-Clause */
/* replies_query.h - which entries of the catalogue the arguments of `postern replies` ask for.
 *
 * An argument is a reply code, "550" or "5xx"; an enhanced status code, "5.7.1", "x.7.1", "5.7" or "5.7.x"; or any other text,
 * to be found in what is told of an entry, without regard to ASCII case. An entry is asked for when it fits one of them. A reply
 * code asks for the enhanced codes that go with it, too. */
#ifndef POSTERN_MILTER_REPLIES_QUERY_H
#define POSTERN_MILTER_REPLIES_QUERY_H

#include "policy/catalogue.h"

struct replies_query {
	char *const *arguments; /* none of them empty */
	size_t count;           /* 0: everything is asked for */
};

bool replies_query_code(const struct replies_query *query, const struct reply_code *code);
bool replies_query_enhanced(const struct replies_query *query, const struct enhanced_code *code);
bool replies_query_reply(const struct replies_query *query, const struct documented_reply *reply);

/* Whether there is an entry that is asked for. */
bool replies_query_finds(const struct replies_query *query);

#endif
