/* SPDX-License-Identifier: BSD-2-Clause */
/* sockets.h - stream sockets to a unix socket or the loopback, closed on exec. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_SOCKETS_H
#define POSTERN_TESTS_E2E_SUPPORT_SOCKETS_H

#include <stdbool.h>

/* -1 with errno when there is nobody. Reading and writing give up after PATIENCE_MS. */
int connect_unix(const char *path);
int connect_loopback(int port);
/* A socket that listens at the path, where there is nothing yet. */
int listen_unix(const char *path);
/* Whether somebody accepts connections there. */
bool loopback_answers(int port);
/* From this address of the loopback, "127.0.1.7" or "::1", to the loopback of its family. */
int connect_from(const char *source, int port);

/* Whether nobody listens at that port of the loopback; and a port where nobody did a moment ago. */
bool port_is_free(int port);
int free_port(void);

/* Whether this system knows IPv6 addresses at all. */
bool have_ipv6(void);
/* Whether there is a [::1]. */
bool have_ipv6_loopback(void);

#endif
