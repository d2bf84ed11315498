/* SPDX-License-Identifier: BSD-2-Clause */
/* What a good configuration becomes. */
#define _POSIX_C_SOURCE 200809L
#include "tests/conf/support.h"

#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
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

	ck_assert_str_eq(policy_profile(conf->policy, ORIGIN_AUTHENTICATED)->name, "plain");
	ck_assert_str_eq(policy_profile(conf->policy, ORIGIN_LOCAL)->name, "watched");
	ck_assert_str_eq(policy_profile(conf->policy, ORIGIN_TRUSTED)->name, "watched");
	ck_assert_str_eq(policy_profile(conf->policy, ORIGIN_EXTERNAL)->name, "default");
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
		bool off = strcmp(checks[i].name, "control_characters") == 0; /* needs every octet of every body */

		ck_assert_int_eq(settings_of(conf, "submission", checks[i].name)->mode, off ? MODE_OFF : MODE_ENFORCE);
		ck_assert_int_eq(settings_of(conf, "inbound", checks[i].name)->mode,
				 off || null_sender ? MODE_OFF : MODE_OBSERVE);
	}
	ck_assert_str_eq(policy_profile(conf->policy, ORIGIN_AUTHENTICATED)->name, "submission");
	ck_assert_str_eq(policy_profile(conf->policy, ORIGIN_LOCAL)->name, "submission");
	ck_assert_str_eq(policy_profile(conf->policy, ORIGIN_TRUSTED)->name, "submission");
	ck_assert_str_eq(policy_profile(conf->policy, ORIGIN_EXTERNAL)->name, "inbound");
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

START_TEST(a_doubtful_configuration_is_loaded_with_a_warning)
{
	static const struct {
		const char *text, *warning;
	} rows[] = {
		{ "", "text: warning: no check is on: every message is accepted\n1 warning\n" },
		{ "checks = { alignment = { mode = \"off\"; }; };",
		  "text: warning: no check is on: every message is accepted\n1 warning\n" },
		{ "checks = { alignment = { }; };\n"
		  "profiles = ( { name = \"a\"; when = { origin = [ \"local\", \"external\" ]; }; },\n"
		  " { name = \"b\"; when = { origin = \"local\"; }; }, { name = \"c\"; }, { name = \"d\"; } );",
		  "text:3:2: warning: profile \"b\" is never used: those before it hold for all its messages\n"
		  "text:3:66: warning: profile \"d\" is never used: those before it hold for all its messages\n"
		  "2 warnings\n" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct conf_errors errors;

		conf_errors_init(&errors);
		struct conf *conf = conf_load_text("text", bytes_of(rows[i].text), &errors);
		char *messages = printed(&errors);
		ck_assert_str_eq(messages, rows[i].warning);
		free(messages);
		ck_assert_ptr_nonnull(conf);
		conf_free(conf);
	}
}
END_TEST

START_TEST(a_client_is_trusted_by_its_network)
{
	static const struct {
		const char *networks, *client;
		bool held;
	} rows[] = {
		{ "\"127.0.0.0/8\"", "127.255.255.255", true },
		{ "\"127.0.0.0/8\"", "128.0.0.0", false },
		{ "\"127.0.0.0/8\"", "::ffff:127.0.0.1", true },
		{ "\"127.0.0.0/8\"", "::1", false },
		{ "\"192.0.2.128/25\"", "192.0.2.127", false },
		{ "\"192.0.2.128/25\"", "192.0.2.128", true },
		{ "\"192.0.2.1\"", "192.0.2.1", true },
		{ "\"192.0.2.1\"", "192.0.2.0", false },
		{ "\"0.0.0.0/0\"", "203.0.113.9", true },
		{ "\"0.0.0.0/0\"", "2001:db8::1", false },
		{ "\"2001:db8:8000::/33\"", "2001:db8:8000::1", true },
		{ "\"2001:db8:8000::/33\"", "2001:db8:7fff::1", false },
		{ "\"::/0\"", "192.0.2.1", true },
		{ "\"::1\", \"192.0.2.1\"", "192.0.2.1", true },
		{ "", "127.0.0.1", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sockaddr_in ipv4 = { .sin_family = AF_INET };
		struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6 };
		const struct sockaddr *address = (const struct sockaddr *)&ipv4;
		char text[200];

		if (inet_pton(AF_INET, rows[i].client, &ipv4.sin_addr) != 1) {
			ck_assert_int_eq(inet_pton(AF_INET6, rows[i].client, &ipv6.sin6_addr), 1);
			address = (const struct sockaddr *)&ipv6;
		}
		snprintf(text, sizeof text, "trusted_networks = [ %s ];", rows[i].networks);
		struct conf *conf = load_text(text);
		ck_assert_msg(networks_hold(&conf->trusted_networks, address) == rows[i].held, "%s: %s",
			      rows[i].networks, rows[i].client);
		ck_assert(!networks_hold(&conf->trusted_networks, NULL));
		conf_free(conf);
	}
}
END_TEST

SUITE_MAIN(conf, a_check_that_is_named_is_enforced_and_the_others_are_off, what_is_not_configured_has_its_default,
	   a_mode_comes_from_the_nearest_that_says_one,
	   settings_come_from_the_profile_else_from_checks_else_from_the_table, the_first_profile_that_holds_is_used,
	   all_of_the_language_is_understood, an_include_is_relative_to_the_file_that_says_so,
	   the_shipped_file_enforces_for_submission_and_observes_what_comes_from_outside,
	   the_shipped_file_shows_the_defaults, a_doubtful_configuration_is_loaded_with_a_warning,
	   a_client_is_trusted_by_its_network)
