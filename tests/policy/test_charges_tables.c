/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits that a table has for single ones, in the place of the configured ones. */
#include "tests/support/charging.h"
#include "tests/support/suite.h"

#include <string.h>

static struct charging it;

#define TEMPORARY "451 4.3.0 Temporary service failure"

START_TEST(a_table_has_other_limits)
{
	static const struct {
		const char *sentence, *login, *expected;
	} rows[] = {
		{ "in the place of the others", "robin",
		  "find file:/quotas robin\nlook daily_quota recipients/3600s login=robin 1\n"
		  "look daily_quota recipients/86400s login=robin 1\n" },
		{ "one", "Kim", "find file:/quotas kim\nlook daily_quota recipients/60s login=kim 1\n" },
		{ "none", "sam", "find file:/quotas sam\n" },
		{ "none beside one that counts", "lee",
		  "find file:/quotas lee\nlook daily_quota recipients/86400s login=lee 1\n" },
		{ "not there", "alex", "find file:/quotas alex\nlook daily_quota recipients/604800s login=alex 1\n" },
	};

	charging_set_up(&it, "robin 1000/1h, 5000/24h\nkim   1/1m  \nsam none\nlee none,1/1d\n");
	charging_limit(&it, "daily_quota", "quota=1/7d; overrides=file:/quotas");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		it.client.login = rows[i].login;
		charging_begin(&it);
		ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
		fake_services_check(&it.fake, rows[i].sentence, rows[i].expected);
		message_close(&it.message);
	}
	charging_end(&it);
}
END_TEST

START_TEST(a_table_of_rates_has_rates)
{
	charging_set_up(&it, "robin 10/1s burst 20\n");
	charging_limit(&it, "send_rate", "rate=1/1s; overrides=file:/rates");
	charging_begin(&it);
	fake_services_check(&it.fake, "a rate", "find file:/rates robin\nlook send_rate recipients/1s login=robin 1\n");
	charging_end(&it);
}
END_TEST

START_TEST(a_table_that_says_nothing_sound_is_a_failure)
{
	static const char *const logins[] = { "broken", "half", "empty", "commas", "many", "fails" };

	charging_set_up(&it, "broken 1000\nhalf 1/1h, x\nempty\ncommas ,\nmany 1/1s,2/1m,3/1h,4/1d,5/2d\nfails !\n");
	charging_limit(&it, "daily_quota", "quota=1/7d; overrides=file:/quotas");
	charging_limit(&it, "send_rate", "rate=1/1s; per=all");
	for (size_t i = 0; i < sizeof logins / sizeof logins[0]; i++) {
		it.client.login = logins[i];
		charging_begin(&it);
		charging_assert_deferred(&it, TEMPORARY);
		ck_assert_int_eq(it.message.verdict.failure, FAILURE_TABLES);
		ck_assert_ptr_null(strstr(trace_text(&it.fake.trace), "look"));
		message_close(&it.message);
	}
	it.policy->failures[FAILURE_TABLES].accept = true;
	trace_free(&it.fake.trace);
	charging_begin(&it);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	fake_services_check(&it.fake, "the other limit holds",
			    "find file:/quotas fails\nlook send_rate recipients/1s all=all 1\n");
	message_close(&it.message);
	it.policy->failures[FAILURE_TABLES].accept = false;
	charging_settings(&it, "daily_quota")->mode = MODE_OBSERVE;
	charging_begin(&it);
	ck_assert_msg(it.message.verdict.kind == VERDICT_ACCEPT, "what only observes refuses nobody");
	charging_end(&it);
}
END_TEST

START_TEST(a_table_may_fail_between_the_phases)
{
	charging_set_up(&it, "robin 1/1h\n");
	charging_limit(&it, "daily_quota", "quota=1/7d; overrides=file:/quotas");
	charging_limit(&it, "send_rate", "rate=1/1s; per=all");
	charging_begin(&it);
	charging_recipient(&it, "<b@example.org>");
	it.fake.rows = "robin !\n";
	trace_free(&it.fake.trace);
	charging_finish(&it);
	charging_assert_deferred(&it, TEMPORARY);
	fake_services_check(&it.fake, "nothing is counted", "find file:/quotas robin\n");
	charging_end(&it);
}
END_TEST

START_TEST(nothing_is_counted_where_all_is_unlimited)
{
	charging_set_up(&it, "robin none\n");
	charging_limit(&it, "daily_quota", "quota=1/7d; overrides=file:/quotas");
	charging_send(&it);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	fake_services_check(&it.fake, "in either phase", "find file:/quotas robin\nfind file:/quotas robin\n");
	charging_end(&it);
}
END_TEST

START_TEST(a_table_may_fail_before_a_release)
{
	charging_set_up(&it, "robin 5/1h\n");
	charging_limit(&it, "daily_quota", "quota=1/7d; overrides=file:/quotas");
	charging_send(&it);
	trace_free(&it.fake.trace);
	it.fake.rows = "robin !\n";
	message_release(&it.message);
	fake_services_check(&it.fake, "it is not known what", "find file:/quotas robin\n");
	charging_end(&it);
}
END_TEST

/* Four windows of two checks are eight; a third could not be written. */
START_TEST(there_is_room_for_all_windows)
{
	char rows[] = "robin 1/1h,2/2h,3/3h,4/4h\n";
	size_t looks = 0;

	charging_set_up(&it, rows);
	charging_limit(&it, "send_rate", "rate=1/1s,2/2s,3/3s,4/4s");
	charging_limit(&it, "daily_quota", "quota=1/7d; overrides=file:/quotas");
	charging_begin(&it);
	for (const char *at = trace_text(&it.fake.trace); (at = strstr(at, "look ")) != NULL; at++)
		looks++;
	ck_assert_uint_eq(looks, 8);
	charging_end(&it);
}
END_TEST

SUITE_MAIN(charges_tables, a_table_has_other_limits, a_table_of_rates_has_rates,
	   a_table_that_says_nothing_sound_is_a_failure, a_table_may_fail_between_the_phases,
	   nothing_is_counted_where_all_is_unlimited, a_table_may_fail_before_a_release, there_is_room_for_all_windows)
