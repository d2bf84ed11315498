/* SPDX-License-Identifier: BSD-2-Clause */
/* A slow Redis, and one that hangs, do not stall the messages that need no counter: what those wait for their answers while others wait for Redis. */
#define _GNU_SOURCE
#include "tests/e2e/support/milter_client.h"
#include "tests/e2e/support/patience.h"
#include "tests/e2e/support/postern.h"
#include "tests/support/redis.h"
#include "tests/support/slow_proxy.h"
#include "tests/support/suite.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	FREE_SESSIONS = 8,
	COUNTED_MAX = 32,
	SAMPLES_MAX = 4096,  /* of one session */
	FREE_PACE_US = 8000, /* a session begins a message so often: mail comes when it comes */
	COUNTED_PACE_US =
		100000,  /* and one with counters at these times, with all others: the worst for libmilter's threads */
	SETTLE_MS = 200, /* in which sessions begin */
	MEASURE_MS = 1000,
	TIMEOUT_US = 100000, /* preset of counters.timeout */
	AGAIN = 3,
	TIMES = 5 /* as long as without any load of counters, and any message as long as the timeout */
};

static struct tempdir dir;
static struct postern postern;
static struct redis_server redis;
static struct slow_proxy proxy;

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- sessions ----------------------------------------------------------------------------------------------------- */

struct session {
	pthread_t thread;
	const char *address;
	int64_t pace_us, offset_us;
	const atomic_bool *measuring, *ending;
	int64_t latencies[SAMPLES_MAX];
	size_t count;
	unsigned refused, lost;
};

static void
send_message(struct session *session, struct milter_client *client)
{
	static const char text[] = "From: Robin <robin@example.com>\nSubject: x\n\nGood morning.\n";
	bool measured = *session->measuring;
	int64_t start = now_us();

	milter_mail(client, "<robin@example.com>", "4cQ0aBcD");
	milter_message(client, text, (struct milter_cut){ 0, 0 });
	if (strcmp(milter_verdict(client), "lost") == 0)
		session->lost++;
	else if (strcmp(milter_verdict(client), "accept") != 0)
		session->refused++;
	if (measured && session->count < SAMPLES_MAX)
		session->latencies[session->count++] = now_us() - start;
	milter_abort(client);
}

static void
nap_until_next(const struct session *session)
{
	int64_t now = now_us() + session->offset_us;
	int64_t left_us = session->pace_us - now % session->pace_us;

	nanosleep(&(struct timespec){ 0, (long)left_us * 1000 }, NULL);
}

static void *
send_all(void *data)
{
	struct session *session = data;
	struct milter_client client;

	milter_open(&client, postern.socket.text);
	milter_connect(&client, "client.example.net", session->address);
	while (!*session->ending && session->lost == 0) {
		send_message(session, &client);
		nap_until_next(session);
	}
	milter_close(&client);
	return NULL;
}

/* --- a run -------------------------------------------------------------------------------------------------------- */

struct figures {
	int64_t p50, p95, p99, most; /* microseconds that a message without counters took */
	size_t messages;
	size_t counted; /* messages with counters in the same time */
	int64_t counted_p50;
};

static int
compare(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static size_t
gather(const struct session *sessions, size_t count, int64_t **latencies_out)
{
	size_t total = 0, at = 0;

	for (size_t i = 0; i < count; i++)
		total += sessions[i].count;
	*latencies_out = calloc(total + 1, sizeof **latencies_out);
	ck_assert_ptr_nonnull(*latencies_out);
	for (size_t i = 0; i < count; i++) {
		memcpy(*latencies_out + at, sessions[i].latencies, sessions[i].count * sizeof **latencies_out);
		at += sessions[i].count;
	}
	qsort(*latencies_out, total, sizeof **latencies_out, compare);
	return total;
}

static void
evaluate(const struct session *sessions, size_t counted, struct figures *figures_out)
{
	int64_t *latencies;
	size_t count = gather(sessions, FREE_SESSIONS, &latencies);

	ck_assert_uint_gt(count, 100); /* else nothing is measured */
	*figures_out = (struct figures){
		.p50 = latencies[count / 2],
		.p95 = latencies[count * 95 / 100],
		.p99 = latencies[count * 99 / 100],
		.most = latencies[count - 1],
		.messages = count,
	};
	free(latencies);
	figures_out->counted = gather(sessions + FREE_SESSIONS, counted, &latencies);
	figures_out->counted_p50 = latencies[figures_out->counted / 2];
	free(latencies);
	for (size_t i = 0; i < FREE_SESSIONS + counted; i++) {
		ck_assert_uint_eq(sessions[i].lost, 0);
		ck_assert_msg(i >= FREE_SESSIONS || sessions[i].refused == 0, "a message without counters is refused");
	}
}

/* So many sessions that need Redis, beside those that do not. It answers at once while they begin, and then so late. */
static struct figures
run(const char *what, int64_t delay_us, size_t counted)
{
	static struct session sessions[FREE_SESSIONS + COUNTED_MAX];
	atomic_bool measuring = false, ending = false;
	struct figures figures;

	proxy.delay_us = 0;
	for (size_t i = 0; i < FREE_SESSIONS + counted; i++) {
		bool is_free = i < FREE_SESSIONS;

		sessions[i] = (struct session){
			.address = is_free ? "198.51.100.1" : "192.0.2.1",
			.pace_us = is_free ? FREE_PACE_US : COUNTED_PACE_US,
			.offset_us = is_free ? (int64_t)i * FREE_PACE_US / FREE_SESSIONS : 0,
			.measuring = &measuring,
			.ending = &ending,
		};
		ck_assert_int_eq(pthread_create(&sessions[i].thread, NULL, send_all, &sessions[i]), 0);
	}
	nap_ms(SETTLE_MS);
	proxy.delay_us = delay_us;
	measuring = true;
	nap_ms(MEASURE_MS);
	ending = true;
	for (size_t i = 0; i < FREE_SESSIONS + counted; i++)
		pthread_join(sessions[i].thread, NULL);
	evaluate(sessions, counted, &figures);
	printf("%-14s %9zu %9.2f %9.2f %9.2f %9.2f %9zu %9.2f\n", what, counted, (double)figures.p50 / 1000,
	       (double)figures.p95 / 1000, (double)figures.p99 / 1000, (double)figures.most / 1000, figures.counted,
	       (double)figures.counted_p50 / 1000);
	return figures;
}

static void
serve(void)
{
	char config[512];

	snprintf(
		config, sizeof config,
		"log = { decisions = \"findings\"; };\n"
		"counters = { store = \"redis://127.0.0.1:%d/0\"; };\n"
		"checks = { subject_missing = { }; };\n"
		"profiles = ( { name = \"counted\"; when = { network = [ \"192.0.2.0/24\" ]; };\n"
		"  checks = { send_rate = { rate = \"1000000/1s\"; }; daily_quota = { quota = \"1000000000/24h\"; }; };"
		" } );\n",
		proxy.port);
	postern_configure(&postern, config);
	postern_start(&postern);
}

static struct figures
run_with_new_daemon(const char *what, int64_t delay_us, size_t counted)
{
	serve();
	struct figures figures = run(what, delay_us, counted);
	postern_kill(&postern);
	return figures;
}

static bool
is_unmoved(const struct figures *figures, const struct figures *alone)
{
	int64_t p95_most = TIMES * alone->p95 > TIMEOUT_US / 2 ? TIMES * alone->p95 : TIMEOUT_US / 2;
	int64_t most = TIMES * (alone->most > TIMEOUT_US ? alone->most : TIMEOUT_US);

	return figures->p95 <= p95_most && figures->most <= most;
}

/* On a machine that is busy with other things, all take their time, now more and now less: what moved is measured again, beside how it is
 * without counters at that time. */
static void
expect_unmoved(const char *what, int64_t delay_us, size_t counted, struct figures *alone)
{
	struct figures figures = run_with_new_daemon(what, delay_us, counted);

	for (int times = 0; times < AGAIN && !is_unmoved(&figures, alone); times++) {
		*alone = run_with_new_daemon("(not asked)", 0, 0);
		figures = run_with_new_daemon(what, delay_us, counted);
	}
	ck_assert_msg(is_unmoved(&figures, alone),
		      "Redis answers %s: 1 of 20 messages waits %" PRId64 " us and longer, one of them %" PRId64, what,
		      figures.p95, figures.most);
	ck_assert_uint_gt(figures.counted, 0);
}

START_TEST(messages_without_counters_do_not_wait_for_redis)
{
	static const struct {
		const char *what;
		int64_t delay_us;
	} rows[] = {
		{ "at once", 0 },         { "after 1 ms", 1000 },   { "after 10 ms", 10000 },
		{ "after 50 ms", 50000 }, { "after 90 ms", 90000 }, { "never", SLOW_PROXY_HANGS },
	};
	static const size_t counted[] = { 8, 32 };

	slow_proxy_start(&proxy, redis.port);
	printf("milliseconds   sessions  messages without counters               with counters\n"
	       "Redis answers  counting       p50       p95       p99      most     count       p50\n");
	struct figures alone = run_with_new_daemon("(not asked)", 0, 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t j = 0; j < sizeof counted / sizeof counted[0]; j++)
			expect_unmoved(rows[i].what, rows[i].delay_us, counted[j], &alone);
	slow_proxy_stop(&proxy);
}
END_TEST

/* --- all at once -------------------------------------------------------------------------------------------------- */

struct guest {
	pthread_t thread;
	struct milter_client client;
	int64_t answered_us; /* the message */
};

static void *
send_one(void *data)
{
	static const char text[] = "From: Robin <robin@example.com>\nSubject: x\n\nGood morning.\n";
	struct guest *guest = data;

	milter_mail(&guest->client, "<robin@example.com>", "4cQ0aBcD");
	milter_message(&guest->client, text, (struct milter_cut){ 0, 0 });
	guest->answered_us = now_us();
	milter_abort(&guest->client);
	return NULL;
}

static void
signal_workers(int signal)
{
	pid_t workers[8];
	size_t count = process_children(postern.supervisor.pid, workers, 8);

	ck_assert_uint_eq(count, 2);
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(kill(workers[i], signal), 0);
}

/* All of them have something to say before a worker looks. Returns how long the last of the latter half had to wait. */
static int64_t
send_at_once(struct guest *guests, size_t count)
{
	int64_t last_us = 0;

	signal_workers(SIGSTOP);
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(pthread_create(&guests[i].thread, NULL, send_one, &guests[i]), 0);
	nap_ms(SETTLE_MS);
	int64_t start_us = now_us();
	signal_workers(SIGCONT);
	for (size_t i = 0; i < count; i++)
		pthread_join(guests[i].thread, NULL);
	for (size_t i = COUNTED_MAX; i < count; i++) {
		ck_assert_str_eq(milter_verdict(&guests[i].client), "accept");
		if (guests[i].answered_us - start_us > last_us)
			last_us = guests[i].answered_us - start_us;
	}
	return last_us;
}

START_TEST(nor_when_all_come_in_the_same_moment)
{
	enum { ROUNDS = 5, DELAY_US = 50000, COUNT = COUNTED_MAX + FREE_SESSIONS };
	static struct guest guests[COUNT];
	int64_t lasts_us[ROUNDS];

	slow_proxy_start(&proxy, redis.port);
	serve();
	/* libmilter takes up the oldest first: the worst for the others. */
	for (size_t i = 0; i < COUNT; i++) {
		milter_open(&guests[i].client, postern.socket.text);
		milter_connect(&guests[i].client, "client.example.net", i < COUNTED_MAX ? "192.0.2.1" : "198.51.100.1");
		send_one(&guests[i]);
	}
	proxy.delay_us = DELAY_US;
	for (int i = 0; i < ROUNDS; i++) {
		lasts_us[i] = send_at_once(guests, COUNT);
		printf("all at once: %.2f ms until the last message without counters is answered\n",
		       (double)lasts_us[i] / 1000);
	}
	/* When they stand in line, 16 of them before two threads of each worker, it takes 600 ms and more in each round. */
	qsort(lasts_us, ROUNDS, sizeof *lasts_us, compare);
	ck_assert_int_le(lasts_us[ROUNDS / 2], 2 * TIMEOUT_US);
	for (size_t i = 0; i < COUNT; i++)
		milter_close(&guests[i].client);
	postern_kill(&postern);
	slow_proxy_stop(&proxy);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { messages_without_counters_do_not_wait_for_redis,
				       nor_when_all_come_in_the_same_moment };

	tempdir_make(&dir);
	postern_prepare(&postern, &dir, "postern");
	redis_server_make(&redis, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	int status = suite_run("slow_redis", tests, sizeof tests / sizeof tests[0], 120);
	postern_kill(&postern);
	redis_server_remove(&redis);
	tempdir_remove(&dir);
	return status;
}
