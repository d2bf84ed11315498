/* SPDX-License-Identifier: BSD-2-Clause */
/* Which profile a message has: at the connection, at MAIL, and behind the recipients. */
#include "policy/message.h"
#include "tests/support/client_robin.h"
#include "tests/support/fake_services.h"
#include "tests/support/suite.h"

#include <string.h>

/* A policy of its profiles, the last of which is the default. */
static struct policy *policy;
static struct message message;
static struct fake_services fake;

static struct profile *
set_up(size_t count)
{
	static struct profile profiles[4];

	policy = policy_new();
	ck_assert_ptr_nonnull(policy);
	for (size_t i = 0; i < count; i++)
		profiles[i] = policy->profiles[0];
	policy->profiles = profiles;
	policy->profile_count = count;
	fake_services_init(&fake, table_outside_rows);
	return profiles;
}

static void
tear_down(void)
{
	message_close(&message);
	fake_services_free(&fake);
	policy_free(policy);
}

static struct settings *
settings_of(struct profile *profile, const char *check)
{
	return &profile->checks[check_index(check_find(check))];
}

static void
begin(const char *sender)
{
	static struct envelope envelope;

	ck_assert(policy_complete(policy));
	envelope = (struct envelope){ .client = &client_robin, .sender = sender };
	message_init(&message, policy);
	message.services = &fake.services;
	message_mail(&message, &envelope);
}

static void
name_recipient(const char *path)
{
	struct recipient recipient = { .path = path };
	struct verdict verdict;

	message_recipient(&message, &recipient, &verdict);
}

START_TEST(a_table_that_cannot_tell_is_a_failure)
{
	struct profile *profiles = set_up(3);

	profiles[0].name = "senders";
	profiles[0].when.sender = &table_outside;
	profiles[1].name = "all";
	begin("<fail@example.com>");
	ck_assert_str_eq(message.profile->name, "default");
	ck_assert(message.verdict.failed);
	ck_assert_int_eq(message.verdict.failure, FAILURE_TABLES);
	ck_assert_int_eq(message.verdict.kind, VERDICT_DEFER);
	message_reset(&message);
	policy->failures[FAILURE_TABLES].accept = true;
	begin("<fail@example.com>");
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	ck_assert_str_eq(message.profile->name, "default");
	message_reset(&message);
	begin("<b@example.com>");
	ck_assert_str_eq(message.profile->name, "all");
	tear_down();
}
END_TEST

/* What was found before stays, with the settings it was found under. */
START_TEST(the_profile_is_chosen_again_behind_the_recipients)
{
	struct profile *profiles = set_up(2);
	char reply[REPLY_STRING_MAX], rule[REPLY_RULE_MAX];

	profiles[0].name = "lists";
	profiles[0].when.all_recipients = &table_outside;
	settings_of(&profiles[0], "subject_missing")->mode = MODE_ENFORCE;
	ck_assert(reply_parse("554 5.6.0 Lists have subjects", &settings_of(&profiles[0], "subject_missing")->reply,
			      rule));
	settings_of(&profiles[1], "sender_invalid")->mode = MODE_OBSERVE;
	settings_of(&profiles[1], "subject_missing")->mode = MODE_ENFORCE;
	for (int outsiders = 0; outsiders < 2; outsiders++) {
		begin("<a..b@example.com>");
		ck_assert_str_eq(message.profile->name, "default");
		name_recipient("<list@example.org>");
		if (outsiders > 0)
			name_recipient("<x@example.org>");
		message_field(&message, bytes_of("From"), bytes_of("a@example.com"));
		ck_assert_str_eq(message.profile->name, outsiders > 0 ? "default" : "lists");
		message_end_of_headers(&message);
		reply_string(&message.verdict.reply, reply);
		ck_assert_str_eq(reply,
				 outsiders > 0 ? "554 5.6.0 Subject not present" : "554 5.6.0 Lists have subjects");
		ck_assert_uint_eq(message.finding_count, 2);
		ck_assert_ptr_eq(message.findings[0].settings, settings_of(&profiles[1], "sender_invalid"));
		ck_assert_int_eq(message.findings[0].mode, MODE_OBSERVE);
		message_reset(&message);
	}
	ck_assert_uint_eq(message_size(policy), offsetof(struct message, findings) + 2 * sizeof(struct finding));
	tear_down();
}
END_TEST

START_TEST(a_message_without_any_header_field_has_its_profile_too)
{
	struct profile *profiles = set_up(2);

	profiles[0].name = "lists";
	profiles[0].when.all_recipients = &table_outside;
	begin("<a@example.com>");
	name_recipient("<list@example.org>");
	message_end_of_headers(&message);
	ck_assert_str_eq(message.profile->name, "lists");
	tear_down();
}
END_TEST

START_TEST(recipients_that_cannot_be_told_or_read)
{
	struct profile *profiles = set_up(2);

	profiles[0].name = "lists";
	profiles[0].when.all_recipients = &table_outside;
	begin("<a@example.com>");
	name_recipient("<b@exa..mple>");
	message_end_of_headers(&message);
	ck_assert_msg(strcmp(message.profile->name, "default") == 0, "an unreadable one is in no table");
	message_reset(&message);
	begin("<a@example.com>");
	name_recipient("<fail@example.com>");
	ck_assert(message.verdict.failed);
	ck_assert_int_eq(message.verdict.failure, FAILURE_TABLES);
	tear_down();
}
END_TEST

/* With a null sender, From may be compared with what the login may use; the profile behind the recipients may know nothing of that. */
START_TEST(what_a_login_may_use_is_the_profiles_that_stands)
{
	struct profile *profiles = set_up(2);
	struct settings *senders = settings_of(&profiles[1], "sender_not_allowed");

	profiles[0].name = "lists";
	profiles[0].when.all_recipients = &table_outside;
	settings_of(&profiles[0], "alignment")->mode = MODE_OBSERVE;
	settings_of(&profiles[1], "alignment")->mode = MODE_OBSERVE;
	senders->mode = MODE_OBSERVE;
	senders->values[0].table = &table_outside;
	for (int listed = 0; listed < 2; listed++) {
		begin("<>");
		ck_assert(message.facts.login_judges);
		name_recipient(listed > 0 ? "<list@example.org>" : "<x@example.org>");
		message_field(&message, bytes_of("From"), bytes_of("kim@example.org"));
		message_end_of_headers(&message);
		ck_assert_uint_eq(message.finding_count, listed > 0 ? 0 : 1);
		message_reset(&message);
	}
	tear_down();
}
END_TEST

/* The connection's: a profile that asks for a login, which is not known yet, cannot be it. */
START_TEST(a_connection_has_a_profile)
{
	struct profile *profiles = set_up(3);
	struct client client = client_robin;

	client.login = "";
	client.connections = 5;
	profiles[0].name = "robins";
	profiles[0].when.login = &table_outside;
	profiles[1].name = "trusted";
	profiles[1].when.origins = 1u << ORIGIN_TRUSTED;
	settings_of(&profiles[1], "connections_total")->mode = MODE_ENFORCE;
	settings_of(&profiles[1], "connections_total")->values[0].number = 4;
	ck_assert(policy_complete(policy));
	message_init(&message, policy);
	message.services = &fake.services;
	message_connect(&message, &client);
	ck_assert_str_eq(message.profile->name, "trusted");
	ck_assert_int_eq(message.verdict.kind, VERDICT_DEFER);
	ck_assert_int_eq(message.verdict.reply.code, 421);
	message_reset(&message);
	client.connections = 4;
	message_connect(&message, &client);
	ck_assert_int_eq(message.verdict.kind, VERDICT_ACCEPT);
	tear_down();
}
END_TEST

/* What only observes is a finding of each message: a connection itself has no line in the log. */
START_TEST(too_many_connections_are_found_at_mail_too)
{
	struct profile *profiles = set_up(1);
	struct client client = client_robin;
	struct envelope envelope = { .client = &client, .sender = "<a@example.com>" };

	client.connections_of_client = 5;
	settings_of(&profiles[0], "connections_per_client")->mode = MODE_HOLD;
	settings_of(&profiles[0], "connections_per_client")->values[0].number = 4;
	ck_assert(policy_complete(policy));
	message_init(&message, policy);
	message_mail(&message, &envelope);
	ck_assert_uint_eq(message.finding_count, 1);
	ck_assert_int_eq(message.findings[0].stage, STAGE_CONNECT);
	ck_assert_int_eq(message.verdict.kind, VERDICT_HOLD);
	tear_down();
}
END_TEST

SUITE_MAIN(profile_choice, a_table_that_cannot_tell_is_a_failure, the_profile_is_chosen_again_behind_the_recipients,
	   a_message_without_any_header_field_has_its_profile_too, recipients_that_cannot_be_told_or_read,
	   what_a_login_may_use_is_the_profiles_that_stands, a_connection_has_a_profile,
	   too_many_connections_are_found_at_mail_too)
