/* SPDX-License-Identifier: BSD-2-Clause */
/* redis_tls.h - TLS for a connection to Redis. redis_tls.c needs hiredis_ssl (hiredis 1.0) and OpenSSL; where they are not,
 * redis_tls_absent.c is linked instead, and each connection fails with that reason.
 *
 *      struct redis_tls *tls = redis_tls_new(conf->ca_file);
 *      redis_tls_start(tls, context, "redis.example.com", deadline_ms, &reason)
 *      redis_tls_free(tls); */
#ifndef POSTERN_MILTER_STORES_REDIS_TLS_H
#define POSTERN_MILTER_STORES_REDIS_TLS_H

#include "milter/stores/reason.h"

#include <hiredis/hiredis.h>
#include <stdint.h>

struct redis_tls;

/* ca_file may be NULL: whom the system trusts. NULL: the system refuses memory. */
struct redis_tls *redis_tls_new(const char *ca_file);
void redis_tls_free(struct redis_tls *tls);

/* Shakes hands on a connected, non-blocking context, until deadline_ms (clock_ms) at most: TLS 1.2 or newer, a certificate that
 * is trusted and was made for that host. False: *reason says why; the context is to be freed. */
bool redis_tls_start(struct redis_tls *tls, redisContext *context, const char *host, int64_t deadline_ms,
		     struct reason *reason);

#endif
