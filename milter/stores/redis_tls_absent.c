/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/stores/redis_tls.h"

#include <stdlib.h>

struct redis_tls {
	char nothing;
};

struct redis_tls *
redis_tls_new(const char *ca_file)
{
	(void)ca_file;
	return calloc(1, sizeof(struct redis_tls));
}

void
redis_tls_free(struct redis_tls *tls)
{
	free(tls);
}

bool
redis_tls_start(struct redis_tls *tls, redisContext *context, const char *host, int64_t deadline_ms,
		struct reason *reason)
{
	(void)tls;
	(void)context;
	(void)deadline_ms;
	reason_set(reason, "Redis at %s: this build has no TLS", host);
	return false;
}
