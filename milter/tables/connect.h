/* SPDX-License-Identifier: BSD-2-Clause */
/* connect.h - a connection within a deadline. */
#ifndef POSTERN_MILTER_TABLES_CONNECT_H
#define POSTERN_MILTER_TABLES_CONNECT_H

#include "milter/tables/resolver.h"
#include "policy/table_server.h"

/* A descriptor that does not block, or -1, and why in why_out (TROUBLE_WHY_MAX octets). resolver is NULL for a Unix socket. Of several
 * addresses each is given its share of the time. */
int connect_server(const struct table_server *where, struct resolver *resolver, int64_t deadline_ms, char *why_out);

/* Whether a connection on which nothing was asked is still good: open, and silent. */
bool connect_is_idle(int fd);

#endif
