/* SPDX-License-Identifier: BSD-2-Clause */
/* sockets.h - stream sockets to a unix socket or the loopback, closed on exec. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SOCKETS_H
#define POSTERN_TESTS_E2E_SUPPORT_SOCKETS_H

#include <stdbool.h>

/* -1 with errno when there is nobody. Reading and writing give up after PATIENCE_MS. */
int connect_unix(const char *path);
int connect_loopback(int port);

/* A port of the loopback that was free a moment ago. */
int free_port(void);

/* Whether this system knows IPv6 addresses at all. */
bool have_ipv6(void);

#endif
