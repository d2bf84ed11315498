/* SPDX-License-Identifier: BSD-2-Clause */
/* What is loaded, but most likely not meant. */
#include "tests/conf/support.h"

#include <stdlib.h>

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
		/* With conditions besides the origin a profile leaves something to those behind it. */
		{ "checks = { alignment = { }; };\n"
		  "profiles = ( { name = \"a\"; when = { login = [ \"robin\" ]; }; },\n"
		  "{ name = \"b\"; when = { origin = \"local\"; network = \"192.0.2.1\"; }; },\n"
		  "{ name = \"c\"; when = { listener = \"25\"; }; }, { name = \"d\"; when = { sender = \"none\"; }; "
		  "},\n"
		  "{ name = \"e\"; when = { sender = \"none\"; }; } );",
		  "text:5:1: warning: profile \"e\" is never used: those before it hold for all its messages\n"
		  "1 warning\n" },
		{ "checks = { alignment = { }; };\n"
		  "profiles = ( { name = \"a\"; when = { login = [ \"robin\" ]; origin = \"trusted\"; }; } );",
		  "text:2:14: warning: profile \"a\" is never used: who has a login is of the origin authenticated\n"
		  "1 warning\n" },
		{ "checks = { account_blocked = { }; send_rate = { rate = \"none\"; mode = \"tag\"; }; };",
		  "text:1:12: warning: account_blocked is on and finds nothing: accounts is \"none\"\n"
		  "text:1:35: warning: send_rate is on and finds nothing: rate and overrides are \"none\"\n"
		  "2 warnings\n" },
		/* One place with a table will do. */
		{ "checks = { account_blocked = { }; daily_quota = { overrides = \"cdb:/x\"; }; };\n"
		  "profiles = ( { name = \"a\"; checks = { account_blocked = { accounts = [ \"robin\" ]; }; }; } );",
		  "" },
		{ "profiles = ( { name = \"a\"; checks = { sender_not_allowed = { }; }; } );",
		  "text:1:39: warning: sender_not_allowed is on and finds nothing: senders is \"none\"\n1 warning\n" },
		{ "checks = { send_rate = { rate = \"1/1s\"; per = [ \"login\", \"all\", \"client\" ]; }; };",
		  "text:1:41: warning: send_rate.per: what stands behind \"all\" is never used\n1 warning\n" },
		{ "checks = { daily_quota = { quota = [ \"9/1h\", \"10 GiB/1d\" ]; }; };\n"
		  "profiles = ( { name = \"a\"; checks = { daily_quota = { unit = \"bytes\"; }; }; },\n"
		  "{ name = \"b\"; checks = { daily_quota = { unit = \"messages\"; quota = \"1 KB/1s\"; }; }; } );",
		  "text:1:28: warning: daily_quota.quota: is a size, but recipients are counted; unit = \"bytes\" "
		  "counts "
		  "octets\n"
		  "text:3:1: warning: profile \"b\" is never used: those before it hold for all its messages\n"
		  "text:3:61: warning: daily_quota.quota: is a size, but messages are counted; unit = \"bytes\" counts "
		  "octets\n"
		  "3 warnings\n" },
		{ "checks = { alignment = { }; };\n"
		  "profiles = ( { name = \"a\"; when = { sender = [ \"a@example.com\", \"example.com\", \"*\", \"<>\" "
		  "];\n"
		  "sender_domain = [ \"example.com\", \"@example.com\", \"a@example.com\" ]; }; } );",
		  "text:2:46: warning: profiles[0].when.sender: \"example.com\" is no address; sender_domain is for "
		  "domains, "
		  "\"<>\" the null sender\n"
		  "text:3:17: warning: profiles[0].when.sender_domain: \"a@example.com\" is no domain; sender is for "
		  "addresses\n"
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

SUITE_MAIN(conf_warnings, a_doubtful_configuration_is_loaded_with_a_warning)
