/* SPDX-License-Identifier: BSD-2-Clause */
/* What a message takes of rates and quotas: which counters are looked at and counted, with how much, and when; what is answered; and what is not
 * counted. */
#include "policy/charges.h"
#include "tests/policy/cases/case_policy.h"
#include "tests/support/fake_services.h"
#include "tests/support/suite.h"

#include <string.h>

static struct policy *policy;
static struct fake_services fake;
static struct message message;
static struct client client;
static struct envelope envelope;

static struct settings *
settings_of(const char *check)
{
	return &policy->profiles[0].checks[check_index(check_find(check))];
}

/* Enforced, with these settings. */
static void
limit(const char *check, const char *settings)
{
	case_set(policy, check_find(check), settings);
	settings_of(check)->mode = MODE_ENFORCE;
	ck_assert(policy_complete(policy));
}

static void
set_up(const char *rows)
{
	policy = policy_new();
	ck_assert_ptr_nonnull(policy);
	fake_services_init(&fake, rows);
	client = (struct client){
		.origin = ORIGIN_AUTHENTICATED,
		.has_address = true,
		.address = { { [10] = 0xff, 0xff, 192, 0, 2, 1 } },
		.address_text = "192.0.2.1",
		.login = "robin",
		.mechanism = "",
		.tls_version = "",
		.listener = "",
		.listener_port = "",
	};
	envelope = (struct envelope){ .client = &client, .sender = "<Robin.H@Example.com>" };
}

static void
tear_down(void)
{
	message_close(&message);
	fake_services_free(&fake);
	policy_free(policy);
}

static void
begin(void)
{
	message_init(&message, policy);
	message.services = &fake.services;
	message_mail(&message, &envelope);
}

static enum verdict_kind
name_recipient(const char *path)
{
	struct recipient recipient = { .path = path };
	struct verdict verdict;

	message_recipient(&message, &recipient, &verdict);
	return verdict.kind;
}

/* From: 4 and 2 and 1 and 2 octets; the empty line, and the body. */
enum { TEXT_OCTETS = 4 + 2 + 1 + 2 + 2 + 7 };

static void
finish(void)
{
	message_field(&message, bytes_of("From"), bytes_of("a"));
	message_end_of_headers(&message);
	message_body(&message, bytes_of("hello\r\n"));
	message_end(&message);
}

static void
send_one(void)
{
	begin();
	name_recipient("<b@example.org>");
	finish();
}

static void
assert_deferred(const char *expected)
{
	char reply[REPLY_STRING_MAX];

	ck_assert_int_eq(message.verdict.kind, VERDICT_DEFER);
	reply_string(&message.verdict.reply, reply);
	ck_assert_str_eq(reply, expected);
}

#define QUOTA_EXCEEDED "454 Throttling failure: Daily message quota exceeded"
#define RATE_EXCEEDED "454 Throttling failure: Maximum sending rate exceeded"
#define TEMPORARY "451 4.3.0 Temporary service failure"
#define QUOTA_KEY "daily_quota recipients/86400s login=robin"

START_TEST(a_message_is_looked_at_and_counted)
{
	set_up(NULL);
	limit("daily_quota", "quota=50000/24h");
	begin();
	fake_services_check(&fake, "at MAIL", "look " QUOTA_KEY " 1\n");
	ck_assert(message_counts(&message));
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(name_recipient("<b@example.org>"), VERDICT_ACCEPT);
	fake_services_check(&fake, "recipients are asked nothing", "");
	finish();
	fake_services_check(&fake, "at the end", "charge " QUOTA_KEY " 3\n");
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	message_release(&message);
	fake_services_check(&fake, "when it was not accepted after all", "release " QUOTA_KEY " 3\n");
	message_release(&message);
	fake_services_check(&fake, "which is once", "");
	tear_down();
}
END_TEST

START_TEST(all_windows_of_all_limits_are_counted_at_once)
{
	set_up(NULL);
	limit("send_rate", "rate=14/1s,100/1m burst 200; unit=messages; per=sender");
	limit("daily_quota", "quota=50000/24h,1 GiB/30d; unit=bytes; per=sender_domain");
	envelope.declared_size = 700;
	send_one();
	fake_services_check(&fake, "in the order of the table",
			    "look send_rate messages/1s sender=robin.h@example.com 1\n"
			    "look send_rate messages/60s sender=robin.h@example.com 1\n"
			    "look daily_quota bytes/86400s sender_domain=example.com 700\n"
			    "look daily_quota bytes/2592000s sender_domain=example.com 700\n"
			    "charge send_rate messages/1s sender=robin.h@example.com 1\n"
			    "charge send_rate messages/60s sender=robin.h@example.com 1\n"
			    "charge daily_quota bytes/86400s sender_domain=example.com 18\n"
			    "charge daily_quota bytes/2592000s sender_domain=example.com 18\n");
	ck_assert_int_eq(TEXT_OCTETS, 18);
	tear_down();
}
END_TEST

static const char *
key_of(const char *per)
{
	char settings[128] = "quota=1/24h; unit=messages; per=";

	strcat(settings, per);
	limit("daily_quota", settings);
	begin();
	message_close(&message);
	const char *key = strstr(trace_text(&fake.trace), "look daily_quota messages/86400s ");
	return key != NULL ? key + strlen("look daily_quota messages/86400s ") : "nothing";
}

#define ASSERT_KEY(PER, EXPECTED)                        \
	do {                                             \
		ck_assert_str_eq(key_of(PER), EXPECTED); \
		trace_free(&fake.trace);                 \
	} while (0)

START_TEST(keys_say_whose_they_are)
{
	set_up(NULL);
	client.login = "Robin@Example.COM";
	ASSERT_KEY("login", "login=robin@example.com 1\n");
	ASSERT_KEY("sender", "sender=robin.h@example.com 1\n");
	ASSERT_KEY("sender_domain", "sender_domain=example.com 1\n");
	ASSERT_KEY("client", "client=192.0.2.1 1\n");
	ASSERT_KEY("all", "all=all 1\n");
	client.address = (struct ip_address){ { 0x20, 0x01, 0x0d, 0xb8, 0, 0xa, 0, 1, 0xff, 1, 2, 3, 4, 5, 6, 7 } };
	client.address_text = "2001:db8:a:1:ff01:203:405:607";
	ASSERT_KEY("client", "client=2001:0db8:000a:0001::/64 1\n");
	envelope.sender = "<a@b\xc3\xbc"
			  "cher.example.org>";
	ASSERT_KEY("sender_domain", "sender_domain=xn--bcher-kva.example.org 1\n");
	envelope.sender = "<\"a\tb\"@example.org>";
	ASSERT_KEY("sender", "sender=a?b@example.org 1\n");
	client.login = "ro\nbin\x7f";
	ASSERT_KEY("login", "login=ro?bin? 1\n");
	tear_down();
}
END_TEST

START_TEST(the_first_that_is_known_counts)
{
	set_up(NULL);
	ASSERT_KEY("login client", "login=robin 1\n");
	client.login = "";
	ASSERT_KEY("login client", "client=192.0.2.1 1\n");
	ASSERT_KEY("login sender", "sender=robin.h@example.com 1\n");
	envelope.sender = "<>";
	ASSERT_KEY("sender sender_domain all", "sender=<> 1\n");
	ASSERT_KEY("sender_domain", "sender_domain=<> 1\n");
	envelope.sender = "<Robin>"; /* what cannot be read is no way round a limit */
	ASSERT_KEY("sender", "sender=robin 1\n");
	ASSERT_KEY("sender_domain", "sender_domain=robin 1\n");
	envelope.sender = "<@example.com>";
	ASSERT_KEY("sender", "sender=@example.com 1\n");
	envelope.sender = NULL;
	ASSERT_KEY("sender sender_domain", "nothing");
	client.has_address = false;
	ASSERT_KEY("login client", "nothing");
	tear_down();
}
END_TEST

/* They must not be cut to one, and must fit. */
START_TEST(long_keys_stay_apart)
{
	char first[TABLE_KEY_MAX], second[TABLE_KEY_MAX + 1];
	char keys[2][CHARGE_KEY_MAX + 8];

	set_up(NULL);
	memset(first, 'x', sizeof first - 1);
	first[sizeof first - 1] = '\0';
	strcpy(second, first);
	second[sizeof first - 2] = 'y';
	for (int i = 0; i < 2; i++) {
		client.login = i == 0 ? first : second;
		strcpy(keys[i], key_of("login"));
		ck_assert_uint_lt(strlen(keys[i]), CHARGE_KEY_MAX);
		trace_free(&fake.trace);
	}
	ck_assert_str_ne(keys[0], keys[1]);
	first[160] = '\0';
	client.login = first;
	const char *whole = key_of("login");
	ck_assert_msg(strncmp(whole + strlen("login="), first, 160) == 0, "one that fits is as it is");
	trace_free(&fake.trace);
	memset(second, 'x', sizeof second - 1);
	second[sizeof second - 1] = '\0';
	client.login = second;
	ASSERT_KEY("login client", "client=192.0.2.1 1\n"); /* longer than any login */
	tear_down();
}
END_TEST

/* A local part of 511 octets fits a key, but not with its domain. */
START_TEST(a_sender_that_fits_no_key_is_not_known)
{
	char path[600] = "<";

	set_up(NULL);
	memset(path + 1, 'x', 511);
	strcat(path, "@example.com>");
	envelope.sender = path;
	ASSERT_KEY("sender client", "client=192.0.2.1 1\n");
	path[505] = '@';
	strcpy(path + 506, "example.com>");
	ASSERT_KEY("sender client", "client=192.0.2.1 1\n");
	tear_down();
}
END_TEST

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

	set_up("robin 1000/1h, 5000/24h\nkim   1/1m  \nsam none\nlee none,1/1d\n");
	limit("daily_quota", "quota=1/7d; overrides=file:/quotas");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		client.login = rows[i].login;
		begin();
		ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
		fake_services_check(&fake, rows[i].sentence, rows[i].expected);
		message_close(&message);
	}
	tear_down();
}
END_TEST

START_TEST(a_table_of_rates_has_rates)
{
	set_up("robin 10/1s burst 20\n");
	limit("send_rate", "rate=1/1s; overrides=file:/rates");
	begin();
	fake_services_check(&fake, "a rate", "find file:/rates robin\nlook send_rate recipients/1s login=robin 1\n");
	tear_down();
}
END_TEST

START_TEST(a_table_that_says_nothing_sound_is_a_failure)
{
	static const char *const logins[] = { "broken", "half", "empty", "commas", "many", "fails" };

	set_up("broken 1000\nhalf 1/1h, x\nempty\ncommas ,\nmany 1/1s,2/1m,3/1h,4/1d,5/2d\nfails !\n");
	limit("daily_quota", "quota=1/7d; overrides=file:/quotas");
	limit("send_rate", "rate=1/1s; per=all");
	for (size_t i = 0; i < sizeof logins / sizeof logins[0]; i++) {
		client.login = logins[i];
		begin();
		assert_deferred(TEMPORARY);
		ck_assert_int_eq(message.verdict.failure, FAILURE_TABLES);
		ck_assert_ptr_null(strstr(trace_text(&fake.trace), "look"));
		message_close(&message);
	}
	policy->failures[FAILURE_TABLES].accept = true;
	trace_free(&fake.trace);
	begin();
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	fake_services_check(&fake, "the other limit holds",
			    "find file:/quotas fails\nlook send_rate recipients/1s all=all 1\n");
	message_close(&message);
	policy->failures[FAILURE_TABLES].accept = false;
	settings_of("daily_quota")->mode = MODE_OBSERVE;
	begin();
	ck_assert_msg(message.verdict.kind == VERDICT_ACCEPT, "what only observes refuses nobody");
	tear_down();
}
END_TEST

START_TEST(a_table_may_fail_between_the_phases)
{
	set_up("robin 1/1h\n");
	limit("daily_quota", "quota=1/7d; overrides=file:/quotas");
	limit("send_rate", "rate=1/1s; per=all");
	begin();
	name_recipient("<b@example.org>");
	fake.rows = "robin !\n";
	trace_free(&fake.trace);
	finish();
	assert_deferred(TEMPORARY);
	fake_services_check(&fake, "nothing is counted", "find file:/quotas robin\n");
	tear_down();
}
END_TEST

START_TEST(nothing_is_counted_where_all_is_unlimited)
{
	set_up("robin none\n");
	limit("daily_quota", "quota=1/7d; overrides=file:/quotas");
	send_one();
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	fake_services_check(&fake, "in either phase", "find file:/quotas robin\nfind file:/quotas robin\n");
	tear_down();
}
END_TEST

START_TEST(a_table_may_fail_before_a_release)
{
	set_up("robin 5/1h\n");
	limit("daily_quota", "quota=1/7d; overrides=file:/quotas");
	send_one();
	trace_free(&fake.trace);
	fake.rows = "robin !\n";
	message_release(&message);
	fake_services_check(&fake, "it is not known what", "find file:/quotas robin\n");
	tear_down();
}
END_TEST

START_TEST(who_has_nothing_left_is_told_at_mail)
{
	set_up(NULL);
	limit("daily_quota", "quota=1/24h,1/1h");
	fake.tight = "/3600s";
	fake.tight_left = 0;
	begin();
	assert_deferred(QUOTA_EXCEEDED);
	ck_assert_int_eq(message.verdict.stage, STAGE_MAIL);
	ck_assert_str_eq(message.findings[0].value, "0 left");
	ck_assert_int_eq(name_recipient("<b@example.org>"), VERDICT_DEFER);
	trace_free(&fake.trace);
	finish();
	fake_services_check(&fake, "and not counted", "");
	ck_assert_uint_eq(message.finding_count, 1);
	tear_down();
}
END_TEST

START_TEST(a_declared_size_counts_at_mail)
{
	set_up(NULL);
	limit("send_rate", "rate=1 MiB/1m; unit=bytes");
	fake.left = 1000;
	envelope.declared_size = 1001;
	begin();
	assert_deferred(RATE_EXCEEDED);
	ck_assert_str_eq(message.findings[0].value, "1000 left");
	message_close(&message);
	envelope.declared_size = 1000;
	begin();
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	message_close(&message);
	envelope.declared_size = 0;
	trace_free(&fake.trace);
	begin();
	fake_services_check(&fake, "one octet at least", "look send_rate bytes/60s login=robin 1\n");
	ck_assert_int_eq(name_recipient("<b@example.org>"), VERDICT_ACCEPT);
	tear_down();
}
END_TEST

START_TEST(recipients_beyond_what_is_left_are_told_so_and_the_others_are_not)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h");
	limit("recipient_invalid", "smtputf8=true");
	fake.left = 2;
	begin();
	ck_assert_int_eq(name_recipient("<b@example.org>"), VERDICT_ACCEPT);
	ck_assert_int_eq(name_recipient("<b@@example.org>"), VERDICT_REFUSE);
	ck_assert_int_eq(name_recipient("<c@example.org>"), VERDICT_ACCEPT);
	ck_assert_int_eq(name_recipient("<d@example.org>"), VERDICT_DEFER);
	ck_assert_int_eq(name_recipient("<e@example.org>"), VERDICT_DEFER);
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	trace_free(&fake.trace);
	finish();
	fake_services_check(&fake, "those that were accepted are counted", "charge " QUOTA_KEY " 2\n");
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	tear_down();
}
END_TEST

START_TEST(other_units_are_not_recipients)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h; unit=messages");
	fake.left = 1;
	begin();
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(name_recipient("<b@example.org>"), VERDICT_ACCEPT);
	trace_free(&fake.trace);
	finish();
	fake_services_check(&fake, "one message", "charge daily_quota messages/86400s login=robin 1\n");
	tear_down();
}
END_TEST

/* Between MAIL and the end another message may have come. */
START_TEST(who_is_late_is_told_at_the_end)
{
	set_up(NULL);
	limit("send_rate", "rate=14/1s");
	limit("daily_quota", "quota=2/24h");
	begin();
	name_recipient("<b@example.org>");
	trace_free(&fake.trace);
	fake.tight = "daily_quota";
	fake.tight_left = 0;
	finish();
	assert_deferred(QUOTA_EXCEEDED);
	ck_assert_int_eq(message.verdict.stage, STAGE_MESSAGE);
	trace_free(&fake.trace);
	message_release(&message);
	fake_services_check(&fake, "nothing was counted, and nothing is released", "");
	tear_down();
}
END_TEST

START_TEST(of_several_that_are_over_the_first_row_answers)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h");
	limit("send_rate", "rate=14/1s");
	begin();
	name_recipient("<b@example.org>");
	fake.left = 0;
	finish();
	assert_deferred(RATE_EXCEEDED);
	ck_assert_uint_eq(message.finding_count, 2);
	tear_down();
}
END_TEST

START_TEST(what_is_refused_is_not_counted)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h");
	settings_of("subject_missing")->mode = MODE_ENFORCE;
	begin();
	name_recipient("<b@example.org>");
	trace_free(&fake.trace);
	finish();
	ck_assert_int_eq(message.verdict.kind, VERDICT_REFUSE);
	message_release(&message);
	fake_services_check(&fake, "a message without a subject", "");
	tear_down();
}
END_TEST

START_TEST(what_only_observes_is_told_and_passes)
{
	set_up(NULL);
	limit("send_rate", "rate=14/1s");
	limit("daily_quota", "quota=2/24h");
	settings_of("daily_quota")->mode = MODE_OBSERVE;
	fake.tight = "daily_quota";
	fake.tight_left = 0;
	send_one();
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	ck_assert_uint_eq(message.finding_count, 1);
	ck_assert_uint_ge(message.findings[0].times, 2);
	trace_free(&fake.trace);
	message_release(&message);
	fake_services_check(&fake, "what did not pass was not counted",
			    "release send_rate recipients/1s login=robin 1\n"
			    "not counted: " QUOTA_KEY " 1 observed\n");
	tear_down();
}
END_TEST

START_TEST(a_message_over_its_quota_can_be_held)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h");
	settings_of("daily_quota")->mode = MODE_HOLD;
	begin();
	name_recipient("<b@example.org>");
	fake.left = 0;
	finish();
	ck_assert_int_eq(message.verdict.kind, VERDICT_HOLD);
	ck_assert_str_eq(message.verdict.check->name, "daily_quota");
	tear_down();
}
END_TEST

START_TEST(counters_that_fail_are_a_failure)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h");
	fake.counters_fail = true;
	begin();
	assert_deferred(TEMPORARY);
	ck_assert_int_eq(message.verdict.failure, FAILURE_COUNTERS);
	message_close(&message);
	fake.counters_fail = false;
	begin();
	fake.counters_fail = true;
	finish();
	assert_deferred(TEMPORARY);
	message_release(&message);
	ck_assert_msg(strstr(trace_text(&fake.trace), "release") == NULL,
		      "what is not known to be counted is not released");
	message_close(&message);
	policy->failures[FAILURE_COUNTERS].accept = true;
	send_one();
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	ck_assert_uint_eq(message.finding_count, 0);
	message_close(&message);
	policy->failures[FAILURE_COUNTERS].accept = false;
	settings_of("daily_quota")->mode = MODE_OBSERVE;
	send_one();
	ck_assert_msg(message.verdict.kind == VERDICT_ACCEPT, "what only observes refuses nobody");
	tear_down();
}
END_TEST

START_TEST(a_file_counts_nothing)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h");
	fake.left = 0;
	fake.services.look = NULL;
	send_one();
	ck_assert(!message_counts(&message));
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	fake_services_check(&fake, "there are no counters", "");
	message_init(&message, policy);
	message_mail(&message, &envelope);
	ck_assert_msg(!message_counts(&message), "nor any services");
	tear_down();
}
END_TEST

START_TEST(limits_that_are_off_count_nothing)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h");
	settings_of("daily_quota")->mode = MODE_OFF;
	send_one();
	ck_assert(!message_counts(&message));
	fake_services_check(&fake, "off", "");
	tear_down();
}
END_TEST

/* sendmail(1) through Postfix: a recipient cannot be refused by itself, so that the message is, at its end. */
START_TEST(a_local_message_is_counted_whole_or_refused)
{
	set_up(NULL);
	limit("daily_quota", "quota=2/24h; per=all");
	envelope.recipients_wait = true;
	fake.left = 1;
	begin();
	ck_assert_int_eq(name_recipient("<b@example.org>"), VERDICT_ACCEPT);
	ck_assert_int_eq(name_recipient("<c@example.org>"), VERDICT_ACCEPT);
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	finish();
	assert_deferred(QUOTA_EXCEEDED);
	tear_down();
}
END_TEST

/* Four windows of two checks are eight; a third could not be written. */
START_TEST(there_is_room_for_all_windows)
{
	char rows[] = "robin 1/1h,2/2h,3/3h,4/4h\n";
	size_t looks = 0;

	set_up(rows);
	limit("send_rate", "rate=1/1s,2/2s,3/3s,4/4s");
	limit("daily_quota", "quota=1/7d; overrides=file:/quotas");
	begin();
	for (const char *at = trace_text(&fake.trace); (at = strstr(at, "look ")) != NULL; at++)
		looks++;
	ck_assert_uint_eq(looks, 8);
	tear_down();
}
END_TEST

SUITE_MAIN(charges, a_message_is_looked_at_and_counted, all_windows_of_all_limits_are_counted_at_once,
	   keys_say_whose_they_are, the_first_that_is_known_counts, long_keys_stay_apart,
	   a_sender_that_fits_no_key_is_not_known, a_table_has_other_limits, a_table_of_rates_has_rates,
	   a_table_that_says_nothing_sound_is_a_failure, a_table_may_fail_between_the_phases,
	   nothing_is_counted_where_all_is_unlimited, a_table_may_fail_before_a_release,
	   who_has_nothing_left_is_told_at_mail, a_declared_size_counts_at_mail,
	   recipients_beyond_what_is_left_are_told_so_and_the_others_are_not, other_units_are_not_recipients,
	   who_is_late_is_told_at_the_end, of_several_that_are_over_the_first_row_answers,
	   what_is_refused_is_not_counted, what_only_observes_is_told_and_passes, a_message_over_its_quota_can_be_held,
	   counters_that_fail_are_a_failure, a_file_counts_nothing, limits_that_are_off_count_nothing,
	   a_local_message_is_counted_whole_or_refused, there_is_room_for_all_windows)
