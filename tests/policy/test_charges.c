/* SPDX-License-Identifier: BSD-2-Clause */
/* What a message takes of rates and quotas: which counters are looked at and counted, with how much, and when; what is answered; and what is not
 * counted. */
#include "tests/support/charging.h"
#include "tests/support/suite.h"

#include <string.h>

static struct charging it;

#define QUOTA_EXCEEDED "454 Throttling failure: Daily message quota exceeded"
#define RATE_EXCEEDED "454 Throttling failure: Maximum sending rate exceeded"
#define TEMPORARY "451 4.3.0 Temporary service failure"
#define QUOTA_KEY "daily_quota recipients/86400s login=robin"

START_TEST(a_message_is_looked_at_and_counted)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=50000/24h");
	charging_begin(&it);
	fake_services_check(&it.fake, "at MAIL", "look " QUOTA_KEY " 1\n");
	ck_assert(message_counts(&it.message));
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(charging_recipient(&it, "<b@example.org>"), VERDICT_ACCEPT);
	fake_services_check(&it.fake, "recipients are asked nothing", "");
	charging_finish(&it);
	fake_services_check(&it.fake, "at the end", "charge " QUOTA_KEY " 3\n");
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	message_release(&it.message);
	fake_services_check(&it.fake, "when it was not accepted after all", "release " QUOTA_KEY " 3\n");
	message_release(&it.message);
	fake_services_check(&it.fake, "which is once", "");
	charging_end(&it);
}
END_TEST

START_TEST(all_windows_of_all_limits_are_counted_at_once)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "send_rate", "rate=14/1s,100/1m burst 200; unit=messages; per=sender");
	charging_limit(&it, "daily_quota", "quota=50000/24h,1 GiB/30d; unit=bytes; per=sender_domain");
	it.envelope.declared_size = 700;
	charging_send(&it);
	fake_services_check(&it.fake, "in the order of the table",
			    "look send_rate messages/1s sender=robin.h@example.com 1\n"
			    "look send_rate messages/60s sender=robin.h@example.com 1\n"
			    "look daily_quota bytes/86400s sender_domain=example.com 700\n"
			    "look daily_quota bytes/2592000s sender_domain=example.com 700\n"
			    "charge send_rate messages/1s sender=robin.h@example.com 1\n"
			    "charge send_rate messages/60s sender=robin.h@example.com 1\n"
			    "charge daily_quota bytes/86400s sender_domain=example.com 18\n"
			    "charge daily_quota bytes/2592000s sender_domain=example.com 18\n");
	ck_assert_int_eq(CHARGING_OCTETS, 18);
	charging_end(&it);
}
END_TEST

START_TEST(who_has_nothing_left_is_told_at_mail)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=1/24h,1/1h");
	it.fake.tight = "/3600s";
	it.fake.tight_left = 0;
	charging_begin(&it);
	charging_assert_deferred(&it, QUOTA_EXCEEDED);
	ck_assert_int_eq(it.message.verdict.stage, STAGE_MAIL);
	ck_assert_str_eq(it.message.findings[0].value, "0 left");
	ck_assert_int_eq(charging_recipient(&it, "<b@example.org>"), VERDICT_DEFER);
	trace_free(&it.fake.trace);
	charging_finish(&it);
	fake_services_check(&it.fake, "and not counted", "");
	ck_assert_uint_eq(it.message.finding_count, 1);
	charging_end(&it);
}
END_TEST

START_TEST(a_declared_size_counts_at_mail)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "send_rate", "rate=1 MiB/1m; unit=bytes");
	it.fake.left = 1000;
	it.envelope.declared_size = 1001;
	charging_begin(&it);
	charging_assert_deferred(&it, RATE_EXCEEDED);
	ck_assert_str_eq(it.message.findings[0].value, "1000 left");
	message_close(&it.message);
	it.envelope.declared_size = 1000;
	charging_begin(&it);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	message_close(&it.message);
	it.envelope.declared_size = 0;
	trace_free(&it.fake.trace);
	charging_begin(&it);
	fake_services_check(&it.fake, "one octet at least", "look send_rate bytes/60s login=robin 1\n");
	ck_assert_int_eq(charging_recipient(&it, "<b@example.org>"), VERDICT_ACCEPT);
	charging_end(&it);
}
END_TEST

START_TEST(recipients_beyond_what_is_left_are_told_so_and_the_others_are_not)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h");
	charging_limit(&it, "recipient_invalid", "smtputf8=true");
	it.fake.left = 2;
	charging_begin(&it);
	ck_assert_int_eq(charging_recipient(&it, "<b@example.org>"), VERDICT_ACCEPT);
	ck_assert_int_eq(charging_recipient(&it, "<b@@example.org>"), VERDICT_REFUSE);
	ck_assert_int_eq(charging_recipient(&it, "<c@example.org>"), VERDICT_ACCEPT);
	ck_assert_int_eq(charging_recipient(&it, "<d@example.org>"), VERDICT_DEFER);
	ck_assert_int_eq(charging_recipient(&it, "<e@example.org>"), VERDICT_DEFER);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	trace_free(&it.fake.trace);
	charging_finish(&it);
	fake_services_check(&it.fake, "those that were accepted are counted", "charge " QUOTA_KEY " 2\n");
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	charging_end(&it);
}
END_TEST

START_TEST(other_units_are_not_recipients)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h; unit=messages");
	it.fake.left = 1;
	charging_begin(&it);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(charging_recipient(&it, "<b@example.org>"), VERDICT_ACCEPT);
	trace_free(&it.fake.trace);
	charging_finish(&it);
	fake_services_check(&it.fake, "one message", "charge daily_quota messages/86400s login=robin 1\n");
	charging_end(&it);
}
END_TEST

/* Between MAIL and the end another message may have come. */
START_TEST(who_is_late_is_told_at_the_end)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "send_rate", "rate=14/1s");
	charging_limit(&it, "daily_quota", "quota=2/24h");
	charging_begin(&it);
	charging_recipient(&it, "<b@example.org>");
	trace_free(&it.fake.trace);
	it.fake.tight = "daily_quota";
	it.fake.tight_left = 0;
	charging_finish(&it);
	charging_assert_deferred(&it, QUOTA_EXCEEDED);
	ck_assert_int_eq(it.message.verdict.stage, STAGE_MESSAGE);
	trace_free(&it.fake.trace);
	message_release(&it.message);
	fake_services_check(&it.fake, "nothing was counted, and nothing is released", "");
	charging_end(&it);
}
END_TEST

START_TEST(of_several_that_are_over_the_first_row_answers)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h");
	charging_limit(&it, "send_rate", "rate=14/1s");
	charging_begin(&it);
	charging_recipient(&it, "<b@example.org>");
	it.fake.left = 0;
	charging_finish(&it);
	charging_assert_deferred(&it, RATE_EXCEEDED);
	ck_assert_uint_eq(it.message.finding_count, 2);
	charging_end(&it);
}
END_TEST

START_TEST(what_is_refused_is_not_counted)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h");
	charging_settings(&it, "subject_missing")->mode = MODE_ENFORCE;
	charging_begin(&it);
	charging_recipient(&it, "<b@example.org>");
	trace_free(&it.fake.trace);
	charging_finish(&it);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_REFUSE);
	message_release(&it.message);
	fake_services_check(&it.fake, "a message without a subject", "");
	charging_end(&it);
}
END_TEST

START_TEST(what_only_observes_is_told_and_passes)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "send_rate", "rate=14/1s");
	charging_limit(&it, "daily_quota", "quota=2/24h");
	charging_settings(&it, "daily_quota")->mode = MODE_OBSERVE;
	it.fake.tight = "daily_quota";
	it.fake.tight_left = 0;
	charging_send(&it);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	ck_assert_uint_eq(it.message.finding_count, 1);
	ck_assert_uint_ge(it.message.findings[0].times, 2);
	trace_free(&it.fake.trace);
	message_release(&it.message);
	fake_services_check(&it.fake, "what did not pass was not counted",
			    "release send_rate recipients/1s login=robin 1\n"
			    "not counted: " QUOTA_KEY " 1 observed\n");
	charging_end(&it);
}
END_TEST

START_TEST(a_message_over_its_quota_can_be_held)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h");
	charging_settings(&it, "daily_quota")->mode = MODE_HOLD;
	charging_begin(&it);
	charging_recipient(&it, "<b@example.org>");
	it.fake.left = 0;
	charging_finish(&it);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_HOLD);
	ck_assert_str_eq(it.message.verdict.check->name, "daily_quota");
	charging_end(&it);
}
END_TEST

START_TEST(counters_that_fail_are_a_failure)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h");
	it.fake.counters_fail = true;
	charging_begin(&it);
	charging_assert_deferred(&it, TEMPORARY);
	ck_assert_int_eq(it.message.verdict.failure, FAILURE_COUNTERS);
	message_close(&it.message);
	it.fake.counters_fail = false;
	charging_begin(&it);
	it.fake.counters_fail = true;
	charging_finish(&it);
	charging_assert_deferred(&it, TEMPORARY);
	message_release(&it.message);
	ck_assert_msg(strstr(trace_text(&it.fake.trace), "release") == NULL,
		      "what is not known to be counted is not released");
	message_close(&it.message);
	it.policy->failures[FAILURE_COUNTERS].accept = true;
	charging_send(&it);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	ck_assert_uint_eq(it.message.finding_count, 0);
	message_close(&it.message);
	it.policy->failures[FAILURE_COUNTERS].accept = false;
	charging_settings(&it, "daily_quota")->mode = MODE_OBSERVE;
	charging_send(&it);
	ck_assert_msg(it.message.verdict.kind == VERDICT_ACCEPT, "what only observes refuses nobody");
	charging_end(&it);
}
END_TEST

START_TEST(a_file_counts_nothing)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h");
	it.fake.left = 0;
	it.fake.services.look = NULL;
	charging_send(&it);
	ck_assert(!message_counts(&it.message));
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	fake_services_check(&it.fake, "there are no counters", "");
	message_init(&it.message, it.policy);
	message_mail(&it.message, &it.envelope);
	ck_assert_msg(!message_counts(&it.message), "nor any services");
	charging_end(&it);
}
END_TEST

START_TEST(limits_that_are_off_count_nothing)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h");
	charging_settings(&it, "daily_quota")->mode = MODE_OFF;
	charging_send(&it);
	ck_assert(!message_counts(&it.message));
	fake_services_check(&it.fake, "off", "");
	charging_end(&it);
}
END_TEST

/* sendmail(1) through Postfix: a recipient cannot be refused by itself, so that the message is, at its end. */
START_TEST(a_local_message_is_counted_whole_or_refused)
{
	charging_set_up(&it, NULL);
	charging_limit(&it, "daily_quota", "quota=2/24h; per=all");
	it.envelope.recipients_wait = true;
	it.fake.left = 1;
	charging_begin(&it);
	ck_assert_int_eq(charging_recipient(&it, "<b@example.org>"), VERDICT_ACCEPT);
	ck_assert_int_eq(charging_recipient(&it, "<c@example.org>"), VERDICT_ACCEPT);
	ck_assert_int_eq(it.message.verdict.kind, VERDICT_ACCEPT);
	charging_finish(&it);
	charging_assert_deferred(&it, QUOTA_EXCEEDED);
	charging_end(&it);
}
END_TEST

SUITE_MAIN(charges, a_message_is_looked_at_and_counted, all_windows_of_all_limits_are_counted_at_once,
	   who_has_nothing_left_is_told_at_mail, a_declared_size_counts_at_mail,
	   recipients_beyond_what_is_left_are_told_so_and_the_others_are_not, other_units_are_not_recipients,
	   who_is_late_is_told_at_the_end, of_several_that_are_over_the_first_row_answers,
	   what_is_refused_is_not_counted, what_only_observes_is_told_and_passes, a_message_over_its_quota_can_be_held,
	   counters_that_fail_are_a_failure, a_file_counts_nothing, limits_that_are_off_count_nothing,
	   a_local_message_is_counted_whole_or_refused)
