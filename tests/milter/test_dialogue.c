/* SPDX-License-Identifier: BSD-2-Clause */
/* Which events and replies an MTA is asked for, and which macros, for which policy. */
#include "conf/conf.h"
#include "milter/dialogue.h"
#include "tests/support/suite.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <stdio.h>
#include <string.h>

static struct conf *
load(const char *config)
{
	struct conf_errors errors;
	struct conf *conf;

	conf_errors_init(&errors);
	conf = conf_load_text("test", bytes_of(config), &errors);
	if (conf == NULL)
		conf_errors_print(&errors, stderr);
	ck_assert_msg(conf != NULL, "%s", config);
	conf_errors_reset(&errors);
	return conf;
}

enum {
	ALWAYS = SMFIP_NR_CONN | SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_SKIP,
	TO_MAIL = ALWAYS | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY,
	TO_HEADERS = ALWAYS | SMFIP_NR_HDR | SMFIP_NOBODY,
	TO_BODY = ALWAYS | SMFIP_NR_HDR | SMFIP_NR_EOH,
	WITH_CONNECTIONS =
		(TO_MAIL | SMFIP_NORCPT) & ~SMFIP_NR_CONN /* or Postfix tells of silent clients at HELO only */
};

#define ON(CHECK) "checks = { " CHECK "; };"
#define FOR_ALL_OF(DOMAIN) "{ name = \"p\"; when = { all_recipients = [ \"" DOMAIN "\" ]; }; }"

static const struct {
	const char *sentence, *config;
	unsigned long protocol;
	bool judges_connections, reply_to_mail, reply_to_recipients;
} rows[] = {
	{ "nothing is on", "checks = { };", TO_MAIL | SMFIP_NOHELO | SMFIP_NORCPT, false, true, false },
	{ "a check of MAIL", ON("sender_invalid = { }"), TO_MAIL | SMFIP_NOHELO | SMFIP_NORCPT, false, true, false },
	{ "of TLS", ON("tls_required = { }"), TO_MAIL | SMFIP_NOHELO | SMFIP_NORCPT, false, true, false },
	{ "of connections: CONNECT and HELO as well", ON("connections_total = { limit = 5; }"), WITH_CONNECTIONS, true,
	  true, false },
	{ "of recipients: then the headers follow, to accept at", ON("recipient_invalid = { }"),
	  TO_HEADERS | SMFIP_NOHELO | SMFIP_NR_MAIL, false, false, true },
	{ "of the headers", ON("subject_missing = { }"), TO_HEADERS | SMFIP_NOHELO | SMFIP_NORCPT | SMFIP_NR_MAIL,
	  false, false, false },
	{ "of identities", ON("identity_unverified = { identities = [ \"example.com\" ]; }"),
	  TO_HEADERS | SMFIP_NOHELO | SMFIP_NORCPT | SMFIP_NR_MAIL, false, false, false },
	{ "of the body", ON("body_missing = { }"), TO_BODY | SMFIP_NOHELO | SMFIP_NORCPT | SMFIP_NR_MAIL, false, false,
	  false },
	{ "a quota: at MAIL, RCPT and the end", ON("daily_quota = { quota = \"1/1h\"; }"), TO_BODY | SMFIP_NOHELO,
	  false, true, true },
	{ "a profile for some recipients hears of them, and says nothing",
	  ON("sender_invalid = { }") "profiles = ( " FOR_ALL_OF("example.com") " );",
	  TO_HEADERS | SMFIP_NOHELO | SMFIP_NR_RCPT, false, true, false },
	{ "of anything in one profile",
	  "checks = { }; profiles = ( { name = \"p\"; when = { origin = \"external\"; }; "
	  "checks = { recipients_too_many = { }; }; } );",
	  TO_HEADERS | SMFIP_NOHELO | SMFIP_NR_MAIL, false, false, true },
	{ "what observes is asked as well", ON("connections_per_client = { limit = 5; mode = \"observe\"; }"),
	  WITH_CONNECTIONS, true, true, false },
};

START_TEST(no_more_is_asked_for_than_the_policy_needs)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct conf *conf = load(rows[i].config);
		struct dialogue dialogue;

		dialogue_init(&dialogue, conf->policy);
		ck_assert_msg(dialogue.protocol == rows[i].protocol, "%s: %#lx, and not %#lx", rows[i].sentence,
			      dialogue.protocol, rows[i].protocol);
		ck_assert_msg(dialogue.judges_connections == rows[i].judges_connections, "%s", rows[i].sentence);
		ck_assert_msg(dialogue.reply_to_mail == rows[i].reply_to_mail, "%s", rows[i].sentence);
		ck_assert_msg(dialogue.reply_to_recipients == rows[i].reply_to_recipients, "%s", rows[i].sentence);
		ck_assert_msg(dialogue.actions == SMFIF_SETSYMLIST, "%s", rows[i].sentence);
		conf_free(conf);
	}
}
END_TEST

START_TEST(macros_are_those_that_some_check_reads)
{
	static const struct {
		const char *config, *connect, *mail;
	} cases[] = {
		{ "checks = { };", "j", "i {auth_authen} {mail_addr}" },
		{ ON("auth_required = { }"), "j", "i {auth_authen} {mail_addr} {auth_type}" },
		{ ON("tls_required = { mode = \"observe\"; }"), "j", "i {auth_authen} {mail_addr} {tls_version}" },
		{ ON("auth_required = { }; tls_required = { }"), "j",
		  "i {auth_authen} {mail_addr} {auth_type} {tls_version}" },
		{ "checks = { }; profiles = ( { name = \"p\"; when = { listener = \"submission\"; }; } );",
		  "j {daemon_name} {daemon_port}", "i {auth_authen} {mail_addr}" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct conf *conf = load(cases[i].config);
		char names[DIALOGUE_MACROS_MAX];

		dialogue_connect_macros(conf->policy, names);
		ck_assert_str_eq(names, cases[i].connect);
		dialogue_mail_macros(conf->policy, names);
		ck_assert_str_eq(names, cases[i].mail);
		conf_free(conf);
	}
}
END_TEST

SUITE_MAIN(dialogue, no_more_is_asked_for_than_the_policy_needs, macros_are_those_that_some_check_reads)
