/* SPDX-License-Identifier: BSD-2-Clause */
/* What a good configuration becomes. */
#define _POSIX_C_SOURCE 200809L
#include "tests/conf/support.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

static const struct settings *
settings_of(const struct conf *conf, const char *profile, const char *check)
{
	const struct policy *policy = conf->policy;

	ck_assert_ptr_nonnull(check_find(check));
	for (size_t i = 0; i < policy->profile_count; i++)
		if (strcmp(policy->profiles[i].name, profile) == 0)
			return &policy->profiles[i].checks[check_index(check_find(check))];
	ck_abort_msg("no profile %s", profile);
	return NULL;
}

static const struct value *
value_of(const struct conf *conf, const char *profile, const char *check, const char *name)
{
	const struct param *params = check_find(check)->params;
	size_t i = 0;

	while (strcmp(params[i].name, name) != 0)
		i++;
	return &settings_of(conf, profile, check)->values[i];
}

static const char *
choice_of(const struct conf *conf, const char *profile, const char *check, const char *name)
{
	const struct param *param = check_find(check)->params;

	while (strcmp(param->name, name) != 0)
		param++;
	return param->choices[value_of(conf, profile, check, name)->number];
}

START_TEST(a_check_that_is_named_is_enforced_and_the_others_are_off)
{
	struct conf *conf = load_with("tests/conf/good/minimal.conf", "");

	ck_assert_uint_eq(conf->policy->profile_count, 1);
	for (size_t i = 0; i < checks_count; i++) {
		bool named = strcmp(checks[i].name, "subject_missing") == 0;

		ck_assert_int_eq(conf->policy->profiles[0].checks[i].mode, named ? MODE_ENFORCE : MODE_OFF);
	}
	conf_free(conf);
}
END_TEST

START_TEST(what_is_not_configured_has_its_default)
{
	struct conf *conf = load_with("tests/conf/good/minimal.conf", "");

	ck_assert_str_eq(conf->listen, "unix:/var/spool/postfix/postern/postern.sock");
	ck_assert_ptr_null(conf->user);
	ck_assert_ptr_null(conf->group);
	ck_assert_ptr_null(conf->socket_group);
	ck_assert_uint_eq(conf->socket_mode, 0660);
	ck_assert_uint_eq(conf->workers, 0);
	ck_assert_uint_eq(conf->drain_timeout, 600);
	ck_assert_int_eq(conf->log_facility, LOG_MAIL);
	ck_assert_int_eq(conf->log_decisions, LOG_DECISIONS_ALL);
	ck_assert_uint_eq(conf->trusted_networks.count, 2);
	ck_assert_str_eq(conf->control, "/run/postern/control.sock");
	ck_assert_int_eq(conf->counters.store, COUNTERS_MEMORY);
	for (size_t i = 0; i < FAILURE_COUNT; i++)
		ck_assert_int_eq(conf->policy->failures[i].reply.code, 451);
	ck_assert_ptr_nonnull(conf->policy->psl);
	conf_free(conf);
}
END_TEST

START_TEST(a_mode_comes_from_the_nearest_that_says_one)
{
	static const struct {
		const char *sentence, *profile, *check;
		enum mode mode;
	} rows[] = {
		{ "named without a mode: that of the top level", "default", "null_sender", MODE_TAG },
		{ "its own", "default", "header_missing", MODE_HOLD },
		{ "not named", "default", "body_missing", MODE_OFF },
		{ "inherited where the profile has no mode", "plain", "null_sender", MODE_TAG },
		{ "inherited though the profile changes a setting", "plain", "header_missing", MODE_HOLD },
		{ "off, but named in the profile", "plain", "subject_missing", MODE_TAG },
		{ "named in the profile only", "plain", "subject_empty", MODE_TAG },
		{ "named nowhere", "plain", "body_missing", MODE_OFF },
		{ "the profile's, over one from the top level", "watched", "header_missing", MODE_OBSERVE },
		{ "the profile's, over its own", "watched", "alignment", MODE_OBSERVE },
		{ "its own in the profile", "watched", "null_sender", MODE_OFF },
		{ "the profile's, but off stays off", "watched", "subject_missing", MODE_OFF },
		{ "the profile's, named there only", "watched", "body_missing", MODE_OBSERVE },
	};
	struct conf *conf = load_with("tests/conf/good/inheritance.conf", "");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_msg(settings_of(conf, rows[i].profile, rows[i].check)->mode == rows[i].mode,
			      "%s: %s.%s is %s", rows[i].sentence, rows[i].profile, rows[i].check,
			      mode_names[settings_of(conf, rows[i].profile, rows[i].check)->mode]);
	conf_free(conf);
}
END_TEST

START_TEST(settings_come_from_the_profile_else_from_checks_else_from_the_table)
{
	struct conf *conf = load_with("tests/conf/good/inheritance.conf", "");
	const struct string_list *fields = &value_of(conf, "plain", "header_missing", "fields")->list;

	ck_assert_uint_eq(fields->count, 2);
	ck_assert_str_eq(fields->items[1], "From");
	fields = &value_of(conf, "watched", "header_missing", "fields")->list;
	ck_assert_uint_eq(fields->count, 1);
	ck_assert_str_eq(fields->items[0], "Date");
	ck_assert(settings_of(conf, "plain", "header_missing")->detail);
	ck_assert_str_eq(choice_of(conf, "default", "alignment", "match"), "domain");
	ck_assert_str_eq(choice_of(conf, "plain", "alignment", "match"), "domain");
	ck_assert_str_eq(choice_of(conf, "watched", "alignment", "match"), "address");
	ck_assert_str_eq(settings_of(conf, "watched", "alignment")->reply.text, "Use your own domain");
	ck_assert_int_eq(value_of(conf, "watched", "body_missing", "blank_is_missing")->number, 0);
	ck_assert_int_eq(value_of(conf, "plain", "body_missing", "blank_is_missing")->number, 1);
	conf_free(conf);
}
END_TEST

START_TEST(the_first_profile_that_holds_is_used)
{
	struct conf *conf = load_with("tests/conf/good/inheritance.conf", "");

	ck_assert_str_eq(profile_for(conf, ORIGIN_AUTHENTICATED), "plain");
	ck_assert_str_eq(profile_for(conf, ORIGIN_LOCAL), "watched");
	ck_assert_str_eq(profile_for(conf, ORIGIN_TRUSTED), "watched");
	ck_assert_str_eq(profile_for(conf, ORIGIN_EXTERNAL), "default");
	conf_free(conf);
}
END_TEST

START_TEST(all_of_the_language_is_understood)
{
	struct conf *conf = load_with("tests/conf/good/language.conf", "");

	ck_assert_str_eq(conf->user, "postern");
	ck_assert_str_eq(conf->group, "post\"\\ern");
	ck_assert_uint_eq(conf->workers, 2);
	ck_assert_int_eq(conf->backlog, 10);
	ck_assert_int_eq(conf->log_facility, LOG_DAEMON);
	ck_assert_int_eq(conf->log_decisions, LOG_DECISIONS_FINDINGS);
	ck_assert_uint_eq(conf->drain_timeout, 3661);
	ck_assert_uint_eq(conf->trusted_networks.count, 0);
	ck_assert_uint_eq(conf->socket_mode, 0600);
	ck_assert_str_eq(conf->socket_group, "postfix");
	ck_assert_str_eq(conf->listen, "inet:8891@localhost");
	ck_assert(conf->policy->failures[FAILURE_MEMORY].accept);
	ck_assert(!conf->policy->failures[FAILURE_INTERNAL].accept);
	ck_assert_int_eq(conf->policy->failures[FAILURE_INTERNAL].reply.code, 550);
	ck_assert(settings_of(conf, "default", "subject_missing")->detail);
	ck_assert_uint_eq(value_of(conf, "default", "attachment_empty", "except_names")->list.count, 0);
	conf_free(conf);
}
END_TEST

START_TEST(an_include_is_relative_to_the_file_that_says_so)
{
	struct conf *conf = load_with("tests/conf/good/included.conf", "");

	ck_assert_str_eq(conf->user, "first");
	ck_assert_str_eq(conf->group, "second");
	ck_assert_str_eq(choice_of(conf, "default", "alignment", "match"), "address");
	ck_assert_int_eq(settings_of(conf, "default", "body_missing")->mode, MODE_ENFORCE);
	conf_free(conf);
}
END_TEST

/* Those that need to be told something first; and control_characters, which needs every octet of every body. */
static bool
is_off_as_shipped(const char *name)
{
	static const char *const names[] = {
		"connections_total", "connections_per_client", "tls_required",        "auth_required",
		"account_blocked",   "sender_not_allowed",     "identity_unverified", "sender_invalid",
		"recipient_invalid", "size_declared",          "recipients_too_many", "send_rate",
		"daily_quota",       "control_characters",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

START_TEST(the_shipped_file_enforces_for_submission_and_observes_what_comes_from_outside)
{
	struct conf_errors errors;

	conf_errors_init(&errors);
	struct conf *conf = conf_load_builtin(&errors);
	char *messages = printed(&errors);
	ck_assert_str_eq(messages, "");
	free(messages);
	ck_assert_ptr_nonnull(conf);
	for (size_t i = 0; i < checks_count; i++) {
		bool null_sender = strcmp(checks[i].name, "null_sender") == 0;
		bool off = is_off_as_shipped(checks[i].name);

		ck_assert_int_eq(settings_of(conf, "submission", checks[i].name)->mode, off ? MODE_OFF : MODE_ENFORCE);
		ck_assert_int_eq(settings_of(conf, "inbound", checks[i].name)->mode,
				 off || null_sender ? MODE_OFF : MODE_OBSERVE);
	}
	ck_assert_str_eq(profile_for(conf, ORIGIN_AUTHENTICATED), "submission");
	ck_assert_str_eq(profile_for(conf, ORIGIN_LOCAL), "submission");
	ck_assert_str_eq(profile_for(conf, ORIGIN_TRUSTED), "submission");
	ck_assert_str_eq(profile_for(conf, ORIGIN_EXTERNAL), "inbound");
	conf_free(conf);
}
END_TEST

/* Its values are the presets, as its comments say: with the modes alone, the policy is the same. */
START_TEST(the_shipped_file_shows_the_defaults)
{
	struct conf *shipped = load_with("conf/postern.conf", "");

	for (size_t i = 0; i < checks_count; i++) {
		struct settings preset;

		ck_assert(policy_preset(shipped->policy, &checks[i], &preset));
		preset.mode = settings_of(shipped, "default", checks[i].name)->mode; /* which ones are on is a choice */
		assert_same_settings(&checks[i], &preset, settings_of(shipped, "default", checks[i].name));
	}
	conf_free(shipped);
}
END_TEST

START_TEST(limits_and_tables_become_what_the_policy_looks_at)
{
	struct conf *conf = load_with("tests/conf/good/limits.conf", "");
	const struct value *value = value_of(conf, "default", "daily_quota", "quota");

	ck_assert_uint_eq(value->limits.count, 2);
	ck_assert_int_eq(value->limits.items[0].kind, LIMIT_QUOTA);
	ck_assert_uint_eq(value->limits.items[0].amount, (uint64_t)10 << 30);
	ck_assert_int_eq(value->limits.items[1].period_us, (int64_t)3600 * 1000000);
	ck_assert_uint_eq(value_of(conf, "bulk", "daily_quota", "quota")->limits.count, 1);
	value = value_of(conf, "default", "send_rate", "rate");
	ck_assert_int_eq(value->limits.items[0].kind, LIMIT_RATE);
	ck_assert_uint_eq(value->limits.items[0].burst, 28);
	ck_assert_uint_eq(value_of(conf, "network", "send_rate", "rate")->limits.count, 0);
	value = value_of(conf, "default", "send_rate", "per");
	ck_assert_str_eq(value->list.items[0], "sender_domain");
	ck_assert_str_eq(value->list.items[1], "login");

	const struct table *table = value_of(conf, "default", "sender_not_allowed", "senders")->table;
	ck_assert_int_eq(table->kind, TABLE_SQLITE);
	ck_assert_str_eq(table->argument, "/var/lib/postern/x.db");
	ck_assert_uint_eq(table->timeout_ms, 20);
	ck_assert_str_eq(value_of(conf, "default", "account_blocked", "accounts")->table->query, "blocked:");
	ck_assert_ptr_null(value_of(conf, "bulk", "account_blocked", "accounts")->table);
	table = value_of(conf, "network", "sender_not_allowed", "senders")->table;
	ck_assert_int_eq(table->kind, TABLE_LIST);
	ck_assert_str_eq(table->items.items[0], "example.net");
	ck_assert_str_eq(value_of(conf, "default", "identity_unverified", "region")->list.items[0], "eu-west-1");
	ck_assert_str_eq(settings_of(conf, "default", "identity_unverified")->reply.enhanced, "");
	ck_assert_uint_eq(conf->policy->table_count, 5);
	ck_assert(conf->policy->asks_recipients);
	conf_free(conf);
}
END_TEST

/* Wherever it stands; and what is written of a failure stays. */
START_TEST(a_reply_set_gives_its_wording_to_all_that_is_not_configured)
{
	struct conf *conf =
		load_text("checks = { auth_required = { }; send_rate = { reply = \"450 4.7.1 Slower\"; }; };\n"
			  "failures = { memory = \"450 4.3.0 Later\"; internal = \"accept\"; };\n"
			  "profiles = ( { name = \"a\"; } ); reply_set = \"ses\";");
	const struct failure_answer *failures = conf->policy->failures;

	ck_assert_int_eq(conf->policy->reply_set, REPLY_SET_SES);
	ck_assert_str_eq(settings_of(conf, "a", "auth_required")->reply.text, "Authentication required");
	ck_assert_str_eq(settings_of(conf, "a", "auth_required")->reply.enhanced, "");
	ck_assert_str_eq(settings_of(conf, "a", "send_rate")->reply.text, "Slower");
	ck_assert_str_eq(failures[FAILURE_MEMORY].reply.text, "Later");
	ck_assert(failures[FAILURE_INTERNAL].accept);
	ck_assert_str_eq(failures[FAILURE_TABLES].reply.enhanced, "");
	ck_assert_int_eq(failures[FAILURE_COUNTERS].reply.code, 451);
	conf_free(conf);
	conf = load_text("reply_set = \"standard\";");
	ck_assert_str_eq(settings_of(conf, "default", "recipient_invalid")->reply.enhanced, "5.1.3");
	conf_free(conf);
}
END_TEST

START_TEST(a_profile_is_for_whom_its_conditions_say)
{
	struct conf *conf = load_with("tests/conf/good/limits.conf", "");
	const struct conditions *when = &conf->policy->profiles[0].when;

	ck_assert_int_eq(when->login->kind, TABLE_FILE);
	ck_assert_uint_eq(when->sender_domain->items.count, 2);
	ck_assert_uint_eq(when->origins, (1u << ORIGIN_COUNT) - 1);
	ck_assert_ptr_null(when->sender);
	ck_assert_ptr_null(when->all_recipients);
	when = &conf->policy->profiles[1].when;
	ck_assert_uint_eq(when->origins, 1u << ORIGIN_TRUSTED | 1u << ORIGIN_EXTERNAL);
	ck_assert_uint_eq(when->networks.count, 2);
	ck_assert_uint_eq(when->networks.items[1].prefix, 32);
	ck_assert_str_eq(when->listeners.items[0], "587");
	when = &conf->policy->profiles[2].when;
	ck_assert_str_eq(when->sender->items.items[0], "<>");
	ck_assert_int_eq(when->all_recipients->kind, TABLE_REGEXP);
	conf_free(conf);
}
END_TEST

SUITE_MAIN(conf, a_check_that_is_named_is_enforced_and_the_others_are_off, what_is_not_configured_has_its_default,
	   a_mode_comes_from_the_nearest_that_says_one,
	   settings_come_from_the_profile_else_from_checks_else_from_the_table, the_first_profile_that_holds_is_used,
	   all_of_the_language_is_understood, an_include_is_relative_to_the_file_that_says_so,
	   the_shipped_file_enforces_for_submission_and_observes_what_comes_from_outside,
	   the_shipped_file_shows_the_defaults, limits_and_tables_become_what_the_policy_looks_at,
	   a_reply_set_gives_its_wording_to_all_that_is_not_configured, a_profile_is_for_whom_its_conditions_say)
