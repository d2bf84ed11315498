/* SPDX-License-Identifier: BSD-2-Clause */
/* For which mail a profile holds: each condition, what is not known, tables that cannot tell, and the choice behind the recipients. */
#include "policy/message.h"
#include "tests/policy/cases/case_policy.h"
#include "tests/support/fake_services.h"
#include "tests/support/suite.h"

#include <string.h>

static const char tables[] = "robin\nkim !\na@example.com\n<>\nexample.com\n.example.net\nlist@example.org\n"
			     "@example.edu\nfail@example.com !\nfail.example.com !\n";

static const struct table outside = { .source = "outside", .kind = TABLE_FILE, .argument = "/outside" };

static const struct network network = { { [10] = 0xff, 0xff, 192, 0, 2, 0 }, 120 };
static const char *const listener_patterns[] = { "sub*", "10587" };

static const struct client inside = {
	.origin = ORIGIN_TRUSTED,
	.has_address = true,
	.address = { { [10] = 0xff, 0xff, 192, 0, 2, 9 } },
	.address_text = "192.0.2.9",
	.login = "robin",
	.mechanism = "",
	.tls_version = "",
	.listener = "submission",
	.listener_port = "587",
};

static const struct circumstances known = {
	.client = &inside, .sender_known = true, .sender_local = "a", .sender_domain = "example.com"
};

static const struct conditions any = { .origins = ~0u };

static struct fake_services fake;

static enum condition
misses(const struct conditions *when, const struct circumstances *circumstances, bool *failed_out)
{
	struct profile profile = { .name = "it", .when = *when };

	*failed_out = false;
	return profile_misses(&profile, circumstances, &fake.services, failed_out);
}

static void
assert_holds(const char *sentence, const struct conditions *when, const struct circumstances *circumstances)
{
	bool failed;
	enum condition missed = misses(when, circumstances, &failed);

	ck_assert_msg(missed == CONDITION_COUNT && !failed, "%s: misses %s", sentence,
		      missed < CONDITION_COUNT ? condition_names[missed] : "nothing, and failed");
}

static void
assert_misses(const char *sentence, const struct conditions *when, const struct circumstances *circumstances,
	      enum condition expected)
{
	bool failed;
	enum condition missed = misses(when, circumstances, &failed);

	ck_assert_msg(missed == expected && !failed, "%s: misses %s%s", sentence,
		      missed < CONDITION_COUNT ? condition_names[missed] : "nothing", failed ? ", and failed" : "");
}

static void
assert_fails(const char *sentence, const struct conditions *when, const struct circumstances *circumstances)
{
	bool failed;

	ck_assert_msg(misses(when, circumstances, &failed) < CONDITION_COUNT && failed, "%s", sentence);
}

START_TEST(conditions_have_names)
{
	for (enum condition condition = 0; condition < CONDITION_COUNT; condition++)
		ck_assert_ptr_nonnull(condition_names[condition]);
}
END_TEST

START_TEST(the_client_is_what_is_demanded)
{
	struct conditions when = any;
	struct client other = inside;
	struct circumstances circumstances = known;

	circumstances.client = &other;
	assert_holds("nothing is demanded", &any, &known);
	when.origins = 1u << ORIGIN_TRUSTED | 1u << ORIGIN_LOCAL;
	assert_holds("one of two origins", &when, &known);
	other.origin = ORIGIN_EXTERNAL;
	assert_misses("another origin", &when, &circumstances, CONDITION_ORIGIN);
	when = any;
	when.networks = (struct networks){ &network, 1 };
	assert_holds("an address in the network", &when, &circumstances);
	other.address.octets[14] = 3;
	assert_misses("one beside it", &when, &circumstances, CONDITION_NETWORK);
	other.has_address = false;
	other.address = inside.address;
	assert_misses("one that is not known", &when, &circumstances, CONDITION_NETWORK);
	when = any;
	when.listeners = (struct string_list){ listener_patterns, 2 };
	assert_holds("a listener's name", &when, &known);
	other.listener = "smtp";
	assert_misses("another name, another port", &when, &circumstances, CONDITION_LISTENER);
	other.listener_port = "10587";
	assert_holds("a listener's port", &when, &circumstances);
}
END_TEST

START_TEST(a_listener_that_is_not_known_is_none)
{
	static const char *const all[] = { "*" };
	struct conditions when = any;
	struct client other = inside;
	struct circumstances circumstances = known;

	when.listeners = (struct string_list){ all, 1 };
	other.listener = other.listener_port = "";
	circumstances.client = &other;
	assert_misses("not even of a star", &when, &circumstances, CONDITION_LISTENER);
}
END_TEST

START_TEST(a_login_is_in_the_table)
{
	struct conditions when = any;
	struct client other = inside;
	struct circumstances circumstances = known;

	fake_services_init(&fake, tables);
	when.login = &outside;
	circumstances.client = &other;
	assert_holds("there", &when, &known);
	other.login = "ROBIN";
	assert_holds("in any case of letters", &when, &circumstances);
	other.login = "alex";
	assert_misses("not there", &when, &circumstances, CONDITION_LOGIN);
	fake_services_check(&fake, "each is asked", "find outside robin\nfind outside robin\nfind outside alex\n");
	other.login = "";
	assert_misses("nobody", &when, &circumstances, CONDITION_LOGIN);
	fake_services_check(&fake, "for whom nothing is asked", "");
	other.login = "kim";
	assert_fails("the table cannot tell", &when, &circumstances);
	when.origins = 1u << ORIGIN_LOCAL;
	assert_misses("which does not matter where another condition does not hold", &when, &circumstances,
		      CONDITION_ORIGIN);
	fake_services_free(&fake);
}
END_TEST

START_TEST(a_sender_is_in_the_table)
{
	static const struct {
		const char *sentence;
		struct circumstances of;
		enum condition misses;
	} rows[] = {
		{ "an address",
		  { .sender_known = true, .sender_local = "A", .sender_domain = "example.com" },
		  CONDITION_COUNT },
		{ "another",
		  { .sender_known = true, .sender_local = "b", .sender_domain = "example.com" },
		  CONDITION_SENDER },
		{ "the null sender",
		  { .sender_known = true, .sender_null = true, .sender_local = "", .sender_domain = "" },
		  CONDITION_COUNT },
		{ "one that cannot be read",
		  { .sender_known = true, .sender_local = "a", .sender_domain = "" },
		  CONDITION_SENDER },
		{ "one that is not known yet", { .sender_local = "", .sender_domain = "" }, CONDITION_SENDER },
	};
	struct conditions when = any;

	fake_services_init(&fake, tables);
	when.sender = &outside;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct circumstances circumstances = rows[i].of;

		circumstances.client = &inside;
		assert_misses(rows[i].sentence, &when, &circumstances, rows[i].misses);
	}
	struct circumstances fails = known;
	fails.sender_local = "fail";
	assert_fails("the table cannot tell", &when, &fails);
	char local[TABLE_KEY_MAX + 1];
	memset(local, 'l', sizeof local - 1);
	local[sizeof local - 1] = '\0';
	fails.sender_local = local;
	assert_misses("one longer than any key", &when, &fails, CONDITION_SENDER);
	local[TABLE_KEY_MAX - 1] = '\0';
	assert_misses("even without what follows it", &when, &fails, CONDITION_SENDER);
	local[TABLE_KEY_MAX - 2] = '\0';
	assert_misses("or without its domain", &when, &fails, CONDITION_SENDER);
	fake_services_free(&fake);
}
END_TEST

START_TEST(a_senders_domain_is_in_the_table)
{
	static const struct {
		const char *sentence, *domain;
		bool known;
		enum condition misses;
	} rows[] = {
		{ "the domain", "example.com", true, CONDITION_COUNT },
		{ "one with an at sign", "example.edu", true, CONDITION_COUNT },
		{ "one below it is another", "mail.example.com", true, CONDITION_SENDER_DOMAIN },
		{ "unless there is a dot", "a.mail.example.net", true, CONDITION_COUNT },
		{ "one that cannot be read, or of the null sender", "", true, CONDITION_SENDER_DOMAIN },
		{ "one that is not known", "example.com", false, CONDITION_SENDER_DOMAIN },
	};
	struct conditions when = any;
	struct circumstances circumstances = known;

	fake_services_init(&fake, tables);
	when.sender_domain = &outside;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		circumstances.sender_domain = rows[i].domain;
		circumstances.sender_known = rows[i].known;
		assert_misses(rows[i].sentence, &when, &circumstances, rows[i].misses);
	}
	circumstances.sender_known = true;
	circumstances.sender_domain = "fail.example.com";
	assert_fails("the table cannot tell", &when, &circumstances);
	fake_services_free(&fake);
}
END_TEST

START_TEST(all_recipients_are_in_the_table)
{
	struct profile profiles[70] = { { .name = "none", .when = any } };
	struct circumstances circumstances = known;
	bool failed = false;

	fake_services_init(&fake, tables);
	for (size_t i = 0; i < 70; i++) {
		profiles[i] = profiles[0];
		profiles[i].index = i;
	}
	struct profile *last = &profiles[69];
	last->when.all_recipients = &outside;
	circumstances.recipients_known = true;
	ck_assert_int_eq(profile_misses(last, &circumstances, &fake.services, &failed), CONDITION_ALL_RECIPIENTS);
	ck_assert(profiles_note_recipient(profiles, 70, "list", "example.org", &fake.services, &circumstances));
	ck_assert(profiles_note_recipient(profiles, 70, "x", "example.edu", &fake.services, &circumstances));
	ck_assert_uint_eq(circumstances.recipients, 2);
	ck_assert_int_eq(profile_misses(last, &circumstances, &fake.services, &failed), CONDITION_COUNT);
	circumstances.recipients_known = false;
	ck_assert_int_eq(profile_misses(last, &circumstances, &fake.services, &failed), CONDITION_ALL_RECIPIENTS);
	circumstances.recipients_known = true;
	ck_assert(!profiles_note_recipient(profiles, 70, "fail", "example.com", &fake.services, &circumstances));
	/* Where failures are configured to accept, the profile must not hold for one of whom nothing could be told. */
	ck_assert_int_eq(profile_misses(last, &circumstances, &fake.services, &failed), CONDITION_ALL_RECIPIENTS);
	circumstances.recipients_outside[1] = 0;
	ck_assert(profiles_note_recipient(profiles, 70, "x", "example.org", &fake.services, &circumstances));
	ck_assert_int_eq(profile_misses(last, &circumstances, &fake.services, &failed), CONDITION_ALL_RECIPIENTS);
	ck_assert_uint_eq(circumstances.recipients_outside[1], 1u << 5);
	fake_services_check(&fake, "no more is asked than is needed",
			    "find outside list@example.org\n"
			    "find outside x@example.edu\nfind outside @example.edu\n"
			    "find outside fail@example.com\n"
			    "find outside x@example.org\nfind outside @example.org\nfind outside example.org\n"
			    "find outside .org\n");
	ck_assert(profiles_note_recipient(profiles, 70, "fail", "example.com", &fake.services, &circumstances));
	fake_services_check(&fake, "of one that is out, nothing", "");
	ck_assert(!failed);
}
END_TEST

/* A policy of its profiles, the last of which is the default. */
static struct policy *policy;
static struct message message;

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
	fake_services_init(&fake, tables);
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
	envelope = (struct envelope){ .client = &inside, .sender = sender };
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
	profiles[0].when.sender = &outside;
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
	profiles[0].when.all_recipients = &outside;
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
	profiles[0].when.all_recipients = &outside;
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
	profiles[0].when.all_recipients = &outside;
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
	profiles[0].when.all_recipients = &outside;
	settings_of(&profiles[0], "alignment")->mode = MODE_OBSERVE;
	settings_of(&profiles[1], "alignment")->mode = MODE_OBSERVE;
	senders->mode = MODE_OBSERVE;
	senders->values[0].table = &outside;
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
	struct client client = inside;

	client.login = "";
	client.connections = 5;
	profiles[0].name = "robins";
	profiles[0].when.login = &outside;
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
	struct client client = inside;
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

SUITE_MAIN(profile, conditions_have_names, the_client_is_what_is_demanded, a_listener_that_is_not_known_is_none,
	   a_login_is_in_the_table, a_sender_is_in_the_table, a_senders_domain_is_in_the_table,
	   all_recipients_are_in_the_table, a_table_that_cannot_tell_is_a_failure,
	   the_profile_is_chosen_again_behind_the_recipients, a_message_without_any_header_field_has_its_profile_too,
	   recipients_that_cannot_be_told_or_read, what_a_login_may_use_is_the_profiles_that_stands,
	   a_connection_has_a_profile, too_many_connections_are_found_at_mail_too)
