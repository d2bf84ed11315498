/* SPDX-License-Identifier: BSD-2-Clause */
/* For whom a profile holds: each condition, what is not known, and tables that cannot tell. */
#include "policy/profile.h"
#include "tests/support/client_robin.h"
#include "tests/support/fake_services.h"
#include "tests/support/suite.h"

#include <string.h>

static const struct network network = { { [10] = 0xff, 0xff, 192, 0, 2, 0 }, 120 };
static const char *const listener_patterns[] = { "sub*", "10587" };

static const struct circumstances known = {
	.client = &client_robin, .sender_known = true, .sender_local = "a", .sender_domain = "example.com"
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
	struct client other = client_robin;
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
	other.address = client_robin.address;
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
	struct client other = client_robin;
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
	struct client other = client_robin;
	struct circumstances circumstances = known;

	fake_services_init(&fake, table_outside_rows);
	when.login = &table_outside;
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

	fake_services_init(&fake, table_outside_rows);
	when.sender = &table_outside;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct circumstances circumstances = rows[i].of;

		circumstances.client = &client_robin;
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

	fake_services_init(&fake, table_outside_rows);
	when.sender_domain = &table_outside;
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

	fake_services_init(&fake, table_outside_rows);
	for (size_t i = 0; i < 70; i++) {
		profiles[i] = profiles[0];
		profiles[i].index = i;
	}
	struct profile *last = &profiles[69];
	last->when.all_recipients = &table_outside;
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

SUITE_MAIN(profile, conditions_have_names, the_client_is_what_is_demanded, a_listener_that_is_not_known_is_none,
	   a_login_is_in_the_table, a_sender_is_in_the_table, a_senders_domain_is_in_the_table,
	   all_recipients_are_in_the_table)
