/* SPDX-License-Identifier: BSD-2-Clause */
/* What counting costs: the two calls of a message, a look and a charge over a rate and a quota of one login, on each store. Usage: counters */
#define _GNU_SOURCE
#include "milter/clock.h"
#include "milter/stores/memory.h"
#include "milter/stores/redis.h"
#include "milter/stores/sqlite.h"
#include "tests/support/redis.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	THREADS_MAX = 8,
	CALLS_MAX = 400000, /* of one thread; later ones are not kept */
	RUN_MS = 2000,
	LOGINS = 10000
};

typedef bool store_call(struct store *store, struct charge *charges, size_t count);

struct caller {
	pthread_t thread;
	struct store *store;
	store_call *call;
	unsigned number;
	const atomic_bool *ending;
	size_t calls, failures;
	int *took_ns; /* of each call */
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
fill(struct charge charges[2], unsigned login)
{
	char rule[REPLY_RULE_MAX];

	memset(charges, 0, 2 * sizeof *charges);
	limit_parse("1000000/1s burst 1000000", LIMIT_RATE, &charges[0].limit, rule);
	limit_parse("1000000000/24h", LIMIT_QUOTA, &charges[1].limit, rule);
	for (int i = 0; i < 2; i++) {
		charges[i].units = 1;
		charges[i].enforced = true;
		snprintf(charges[i].key, sizeof charges[i].key, "%s login=user-%u", i == 0 ? "rate" : "quota", login);
	}
}

static void *
call_often(void *data)
{
	struct caller *caller = data;
	unsigned login = caller->number;
	struct charge charges[2];

	while (!*caller->ending) {
		login = (login * 1103515245u + 12345u) & 0x7fffffff;
		fill(charges, login % LOGINS);
		int64_t start = now_ns();
		caller->failures += !caller->call(caller->store, charges, 2);
		if (caller->calls < CALLS_MAX)
			caller->took_ns[caller->calls] = (int)(now_ns() - start);
		caller->calls++;
	}
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

static void
print(const char *store, const char *what, unsigned threads, const struct caller *callers)
{
	static int took[THREADS_MAX * CALLS_MAX];
	size_t count = 0, calls = 0, failures = 0;

	for (unsigned i = 0; i < threads; i++) {
		size_t kept = callers[i].calls < CALLS_MAX ? callers[i].calls : CALLS_MAX;

		memcpy(took + count, callers[i].took_ns, kept * sizeof *took);
		count += kept;
		calls += callers[i].calls;
		failures += callers[i].failures;
	}
	qsort(took, count, sizeof *took, compare);
	printf("%-8s %-7s %7u %12.0f %12.1f %12.1f %9zu\n", store, what, threads, (double)calls * 1000 / RUN_MS,
	       took[count / 2] / 1e3, took[count * 99 / 100] / 1e3, failures);
}

static void
run(struct store *store, const char *what, store_call *call, unsigned threads)
{
	static struct caller callers[THREADS_MAX];
	atomic_bool ending = false;

	for (unsigned i = 0; i < threads; i++) {
		callers[i] = (struct caller){ .store = store, .call = call, .number = i + 1, .ending = &ending };
		callers[i].took_ns = calloc(CALLS_MAX, sizeof *callers[i].took_ns);
		if (callers[i].took_ns == NULL ||
		    pthread_create(&callers[i].thread, NULL, call_often, &callers[i]) != 0)
			fail("no memory or no thread");
	}
	nanosleep(&(struct timespec){ RUN_MS / 1000, RUN_MS % 1000 * 1000000 }, NULL);
	ending = true;
	for (unsigned i = 0; i < threads; i++)
		pthread_join(callers[i].thread, NULL);
	print(store->class->name, what, threads, callers);
	for (unsigned i = 0; i < threads; i++)
		free(callers[i].took_ns);
}

static void
measure(struct store *store)
{
	if (store == NULL)
		fail("a store cannot be made");
	for (unsigned threads = 1; threads <= THREADS_MAX; threads *= THREADS_MAX) {
		run(store, "charge", store->class->charge, threads);
		run(store, "look", store->class->look, threads);
	}
	store->class->free(store);
}

int
main(void)
{
	struct counters_conf conf = { .prefix = "postern:", .timeout_ms = 2000 };
	struct redis_server redis;
	struct tempdir dir;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("store    call    threads  calls / s      median us    99 %% us     failed\n");
	measure(memory_store_new(65536, NULL));

	tempdir_make(&dir);
	struct path path = path_join(dir.path.text, "counters.db");
	conf.path = conf.target = path.text;
	measure(store_sqlite_new(&conf));
	tempdir_remove(&dir);

	redis_server_make(&redis, NULL);
	conf.path = redis.socket.text;
	conf.target = "redis+unix";
	measure(store_redis_new(&conf));
	conf.path = NULL;
	conf.host = "127.0.0.1";
	conf.port = (unsigned)redis.port;
	conf.target = "redis";
	measure(store_redis_new(&conf));
	redis_server_remove(&redis);
	return EXIT_SUCCESS;
}
