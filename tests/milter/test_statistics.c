/* SPDX-License-Identifier: BSD-2-Clause */
/* What is counted of mail that the callbacks answer, and how latency is kept. */
#define _POSIX_C_SOURCE 200809L
#include "milter/statistics.h"

#include "milter/stopwatch.h"
#include "policy/checks.h"
#include "tests/support/caller.h"
#include "tests/support/suite.h"

#include <pthread.h>

static const char subject_enforced_body_observed[] =
	"checks = { subject_missing = { mode = \"enforce\"; }; body_missing = { mode = \"observe\"; }; };";

static struct statistics_sum
sum_of(const struct caller *caller)
{
	struct statistics_sum sum;

	statistics_sum(caller->shared.statistics, &sum);
	return sum;
}

static uint64_t
hits(const struct statistics_sum *sum, const char *check, enum mode mode)
{
	return sum->hits[check_index(check_find(check))][mode];
}

static void
send_mail(struct caller *caller, const char *subject, const char *text)
{
	caller_mail(caller, "<a@example.com>");
	if (subject != NULL)
		caller_header(caller, "Subject", subject);
	caller_end_headers(caller);
	if (text != NULL)
		caller_body(caller, text);
	if (text == NULL)
		caller_end(caller);
	caller->fake.trace[0] = '\0';
}

START_TEST(each_message_is_counted_once_with_all_that_was_found)
{
	struct caller caller;

	caller_init(&caller, subject_enforced_body_observed);
	caller_connect(&caller, "192.0.2.1", 4000);
	send_mail(&caller, "hi", "text\r\n");
	send_mail(&caller, NULL, "text\r\n");
	send_mail(&caller, NULL, "text\r\n");
	send_mail(&caller, "hi", NULL);
	struct statistics_sum sum = sum_of(&caller);
	ck_assert_uint_eq(sum.messages[VERDICT_ACCEPT], 2);
	ck_assert_uint_eq(sum.messages[VERDICT_REFUSE], 2);
	ck_assert_uint_eq(sum.messages[VERDICT_DEFER] + sum.messages[VERDICT_HOLD], 0);
	ck_assert_uint_eq(hits(&sum, "subject_missing", MODE_ENFORCE), 2);
	ck_assert_uint_eq(hits(&sum, "body_missing", MODE_OBSERVE), 1);
	ck_assert_uint_eq(hits(&sum, "body_missing", MODE_ENFORCE), 0);
	caller_close(&caller);
}
END_TEST

START_TEST(what_was_found_in_a_message_that_was_given_up_counts)
{
	struct caller caller;

	caller_init(&caller, "checks = { subject_missing = { mode = \"observe\"; }; body_missing = { }; };");
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_end_headers(&caller);
	caller_body(&caller, "\r\n");
	caller.filter.xxfi_abort(caller.context);
	struct statistics_sum sum = sum_of(&caller);
	ck_assert_uint_eq(hits(&sum, "subject_missing", MODE_OBSERVE), 1);
	ck_assert_uint_eq(sum.messages[VERDICT_ACCEPT] + sum.messages[VERDICT_REFUSE], 0);
	caller_close(&caller);
}
END_TEST

START_TEST(a_session_is_open_from_its_connection_to_its_end)
{
	struct caller caller;

	caller_init(&caller, caller_subject_only);
	ck_assert_uint_eq(sum_of(&caller).sessions, 0);
	caller_connect(&caller, "192.0.2.1", 4000);
	ck_assert_uint_eq(sum_of(&caller).sessions_open, 1);
	caller.filter.xxfi_close(caller.context);
	ck_assert_uint_eq(sum_of(&caller).sessions_open, 0);
	caller_connect(&caller, "192.0.2.1", 4001);
	ck_assert_uint_eq(sum_of(&caller).sessions_open, 1);
	ck_assert_uint_eq(sum_of(&caller).sessions, 2);
	statistics_forget_worker(caller.shared.statistics, 0);
	ck_assert_uint_eq(sum_of(&caller).sessions_open, 0);
	ck_assert_uint_eq(sum_of(&caller).sessions, 2);
	statistics_session_began(caller.world.statistics); /* or it would be closed below zero */
	caller_close(&caller);
}
END_TEST

START_TEST(a_message_without_memory_is_a_failure)
{
	struct caller caller;

	caller_init(&caller, caller_subject_and_body);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller.fake.private_lost = true;
	caller_body(&caller, "x");
	struct statistics_sum sum = sum_of(&caller);
	ck_assert_uint_eq(sum.failures[FAILURE_MEMORY], 1);
	ck_assert_uint_eq(sum.messages[VERDICT_DEFER], 1);
	caller_close(&caller);
}
END_TEST

START_TEST(counters_are_measured)
{
	struct caller caller;

	caller_init(&caller, "checks = { daily_quota = { quota = \"5/24h\"; per = \"sender\"; }; };");
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	struct statistics_sum sum = sum_of(&caller);
	ck_assert_uint_ge(sum.stores[COUNTERS_MEMORY].count, 1);
	ck_assert_uint_eq(sum.store_failures[COUNTERS_MEMORY], 0);
	ck_assert_uint_eq(sum.stores[COUNTERS_SQLITE].count, 0);
	caller_close(&caller);
}
END_TEST

START_TEST(the_stopwatch_measures_each_event_and_the_headers_of_some)
{
	struct caller caller;

	caller_init(&caller, subject_enforced_body_observed);
	caller.filter = stopwatch_filter(&caller.world, caller.filter);
	caller_connect(&caller, "192.0.2.1", 4000);
	for (unsigned i = 0; i < 2 * STOPWATCH_EVERY + 1; i++)
		send_mail(&caller, "hi", "text\r\n");
	send_mail(&caller, "hi", NULL);
	struct statistics_sum sum = sum_of(&caller);
	ck_assert_uint_eq(sum.stages[STATISTICS_CONNECT].count, 1);
	ck_assert_uint_eq(sum.stages[STATISTICS_MAIL].count, 2 * STOPWATCH_EVERY + 2);
	ck_assert_uint_eq(sum.stages[STATISTICS_HEADERS].count, 3);
	ck_assert_uint_eq(sum.stages[STATISTICS_BODY].count, 2 * STOPWATCH_EVERY + 1);
	ck_assert_uint_eq(sum.stages[STATISTICS_END].count, 1);
	ck_assert_uint_gt(sum.stages[STATISTICS_HEADERS].sum_ns, 0);
	caller_close(&caller);
}
END_TEST

/* --- latency ------------------------------------------------------------------------------------------------------ */

START_TEST(a_time_lies_in_the_first_bucket_whose_bound_is_not_below)
{
	static const struct {
		int64_t ns;
		size_t bucket;
	} rows[] = {
		{ -5, 0 },
		{ 0, 0 },
		{ 1024, 0 },
		{ 1025, 1 },
		{ 2048, 1 },
		{ 2049, 2 },
		{ INT64_C(1) << 33, 23 },
		{ (INT64_C(1) << 33) + 1, 24 },
		{ INT64_MAX, 24 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct statistics *statistics = statistics_new();
		struct statistics_sum sum;

		statistics_spent(statistics_slot(statistics, 7), STATISTICS_BODY, rows[i].ns);
		statistics_sum(statistics, &sum);
		ck_assert_msg(sum.stages[STATISTICS_BODY].buckets[rows[i].bucket] == 1, "%lld ns",
			      (long long)rows[i].ns);
		if (rows[i].bucket + 1 < STATISTICS_BUCKETS)
			ck_assert_int_ge(statistics_bound_ns(rows[i].bucket), rows[i].ns);
		statistics_free(statistics);
	}
}
END_TEST

START_TEST(a_quantile_is_the_bound_below_which_that_share_lies)
{
	struct statistics_times times = { .count = 0 };

	ck_assert_int_eq(statistics_quantile_ns(&times, 0.5), 0);
	times.buckets[0] = 98;
	times.buckets[5] = 1;
	times.buckets[STATISTICS_BUCKETS - 1] = 1;
	times.count = 100;
	ck_assert_int_eq(statistics_quantile_ns(&times, 0.5), 1024);
	ck_assert_int_eq(statistics_quantile_ns(&times, 0.98), 1024);
	ck_assert_int_eq(statistics_quantile_ns(&times, 0.99), 32 * 1024);
	ck_assert_int_eq(statistics_quantile_ns(&times, 0.999), INT64_MAX);
}
END_TEST

enum { THREADS = 4, TIMES = 20000 };

static void *
count_often(void *slot)
{
	struct verdict accepted = { .kind = VERDICT_ACCEPT };

	for (int i = 0; i < TIMES; i++) {
		statistics_decided(slot, &accepted);
		statistics_spent(slot, STATISTICS_END, i);
	}
	return NULL;
}

START_TEST(threads_lose_no_count)
{
	struct statistics *statistics = statistics_new();
	pthread_t threads[THREADS];
	struct statistics_sum sum;

	for (unsigned i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, count_often, statistics_slot(statistics, i / 2)), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	statistics_sum(statistics, &sum);
	ck_assert_uint_eq(sum.messages[VERDICT_ACCEPT], THREADS * TIMES);
	ck_assert_uint_eq(sum.stages[STATISTICS_END].count, THREADS * TIMES);
	statistics_free(statistics);
}
END_TEST

START_TEST(without_a_slot_nothing_happens)
{
	struct verdict refused = { .kind = VERDICT_REFUSE };

	ck_assert_ptr_null(statistics_slot(NULL, 0));
	statistics_session_began(NULL);
	statistics_session_ended(NULL);
	statistics_decided(NULL, &refused);
	statistics_recipient(NULL, &refused);
	statistics_spent(NULL, STATISTICS_MAIL, 1);
	statistics_store_called(NULL, COUNTERS_REDIS, true, 1);
	statistics_looked_up(NULL, TABLE_CDB, TABLE_FAILED);
	statistics_forget_worker(NULL, 0);
}
END_TEST

SUITE_MAIN(statistics, each_message_is_counted_once_with_all_that_was_found,
	   what_was_found_in_a_message_that_was_given_up_counts, a_session_is_open_from_its_connection_to_its_end,
	   a_message_without_memory_is_a_failure, counters_are_measured,
	   the_stopwatch_measures_each_event_and_the_headers_of_some,
	   a_time_lies_in_the_first_bucket_whose_bound_is_not_below,
	   a_quantile_is_the_bound_below_which_that_share_lies, threads_lose_no_count, without_a_slot_nothing_happens)
