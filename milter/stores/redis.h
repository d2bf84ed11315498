/* SPDX-License-Identifier: BSD-2-Clause */
/* redis.h - counters in Redis (5 or newer) or Valkey, shared by many hosts.
 *
 *      struct store *store = store_redis_new(&conf->counters);        in each worker, after the fork
 *      store->class->charge(store, charges, count);
 *      store->class->free(store);
 *
 * What is promised:
 * - A call is one script (redis.lua) over all its keys, run by the server at once, at the server's time: hosts whose clocks differ count
 *   alike. It is one round trip. After SCRIPT FLUSH, a restart or a failover the script is sent again, within the same call.
 * - No call takes longer than timeout_ms, connecting included. Up to REDIS_CALLS calls are under way at a time, each
 *   with a connection of its own, and one more waits for a quarter of its time, no longer: a slow server must not take all threads. Callbacks that wait call
 *   for relief (milter/relief.h), so that sessions which need no counter do not wait with them.
 * - After REDIS_FAILURES calls in a row have failed, calls fail at once, without a look at the network. A thread in the background
 *   then tries the server after 100 ms, and less and less often, every 5 s in the end, until it answers and can be written to. The same thread asks
 *   the name servers: no call does.
 * - An error, a timeout or nonsense closes the connection. The password file is read whenever one is opened.
 *
 * The process must ignore SIGPIPE, as libmilter has it.
 *
 * What is counted when a call fails: nothing, when it failed before it was sent. When the answer did not come in time, the server may have counted
 * it or not, and the caller is told false in either case: a message that is then deferred and tried again can be
 * counted twice, but never be let through uncounted. What a server that dies has not saved or replicated is lost with it: Redis' own
 * appendfsync and replicas decide how much.
 *
 * Keys are PREFIX and the charge's key, each with a string as counter.h describes it, and expire by themselves. All keys of a call must be
 * on one server: with Redis Cluster, write the prefix with braces, "{postern}:". An access list needs
 *      ~PREFIX* +eval +evalsha +script|load +get +set +del +mget +scan +time +select
 *
 * The script counts in doubles: whole numbers are exact up to 2^53. Amounts stay below it; a rate's debt ends at 2^52 microseconds, 142 years;
 * units beyond 2^53 - 1 are taken for so many, which passes no quota. Otherwise results are those of policy/limit.h, to the unit and microsecond. */
#ifndef POSTERN_MILTER_STORES_REDIS_H
#define POSTERN_MILTER_STORES_REDIS_H

#include "conf/conf.h"
#include "milter/stores/store.h"

enum {
	REDIS_CALLS = 32,           /* a thread and its stack for each is what a worker can spare */
	REDIS_FAILURES = 3,         /* one may be bad luck */
	REDIS_RETRY_FIRST_MS = 100, /* a server that only closed its connections is there */
	REDIS_RETRY_MOST_MS = 5000, /* and one that was away is noticed so soon */
	REDIS_PREFIX_MAX = 128      /* octets with NUL */
};

/* NULL when the system refuses memory or a thread, or the prefix is too long. The server need not answer: then calls fail, and `healthy` says why.
 * What is in *conf is copied. */
struct store *store_redis_new(const struct counters_conf *conf);

/* list looks at a few hundred keys a step, with patience, and beside the other calls' connections. A key may come twice when the server moves its
 * keys about meanwhile. */

#endif
