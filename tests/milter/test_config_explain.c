/* SPDX-License-Identifier: BSD-2-Clause */
/* `postern config explain`: which profile, why, and what is in force. */
#include "tests/support/commands.h"
#include "tests/support/suite.h"

#include <stdio.h>

static const char configuration[] =
	"trusted_networks = [ \"10.0.0.0/8\" ];\n"
	"tables = { bulk = { source = \"regexp:/nowhere/postern/bulk\"; }; };\n"
	"checks = { alignment = { match = \"domain\"; }; daily_quota = { quota = \"10/1h\"; }; };\n"
	"profiles = (\n"
	"{ name = \"bulk\"; when = { login = [ \"robin\" ]; }; checks = { daily_quota = { quota = \"99/1h\"; }; }; },\n"
	"{ name = \"lan\"; when = { network = \"10.0.0.0/8\"; listener = \"587\"; sender_domain = [ \".example.com\" "
	"]; }; },\n"
	"{ name = \"inside\"; when = { sender = [ \"<>\" ]; all_recipients = [ \"example.com\" ]; }; },\n"
	"{ name = \"table\"; when = { login = \"table:bulk\"; }; },\n"
	"{ name = \"out\"; when = { origin = \"external\"; }; } );\n";

static void
begin(void)
{
	commands_begin();
	commands_write("a.conf", configuration);
}

/* The lines about the origin and profiles, without the conditions below each. */
static void
assert_explained(const char *mail, const char *expected)
{
	char arguments[400];

	snprintf(arguments, sizeof arguments, "config explain -c a.conf %s | sed '/^checks of/,$d; /^        /d'",
		 mail);
	commands_assert(arguments, 0, expected);
}

START_TEST(the_first_profile_whose_conditions_hold_is_used_and_why_others_are_not_is_said)
{
	begin();
	assert_explained("--login Robin --client 10.1.1.1", "origin: authenticated\nprofiles, in order:\n"
							    "    bulk: used, all its conditions hold\n");
	assert_explained("--client 10.1.1.1 --listener 587 --from a@Mail.Example.com",
			 "origin: trusted\nprofiles, in order:\n"
			 "    bulk: not used, login is not known\n"
			 "    lan: used, all its conditions hold\n");
	assert_explained("--client 10.1.1.1 --listener 25 --from '<>' --rcpt a@example.com --rcpt '<b@Example.com>'",
			 "origin: trusted\nprofiles, in order:\n"
			 "    bulk: not used, login is not known\n"
			 "    lan: not used, listener 25 is not among\n"
			 "    inside: used, all its conditions hold\n");
	assert_explained("--client 2001:db8::1 --from '<>' --rcpt a@example.com --rcpt b@example.org",
			 "origin: external\nprofiles, in order:\n"
			 "    bulk: not used, login is not known\n"
			 "    lan: not used, network 2001:db8::1 is not among\n"
			 "    inside: not used, all_recipients b@example.org is not among\n"
			 "    table: not used, login is not known\n"
			 "    out: used, all its conditions hold\n");
	assert_explained("--origin local --client 10.1.1.1 --listener 587 --from a@example.com",
			 "origin: local\nprofiles, in order:\n"
			 "    bulk: not used, login is not known\n"
			 "    lan: not used, sender_domain example.com is not among\n"
			 "    inside: not used, sender a@example.com is not among\n"
			 "    table: not used, login is not known\n"
			 "    out: not used, origin local is not among\n"
			 "    default: used, as no other holds\n");
	commands_end();
}
END_TEST

START_TEST(every_setting_tells_its_line)
{
	begin();
	commands_assert("config explain -c a.conf --login robin | grep -c 'login = . \"robin\" .; *# a.conf:5$'", 0,
			"1\n");
	commands_assert("config explain -c a.conf --login robin | grep -c 'quota = \"99/1h\"; *# a.conf:5$'", 0, "1\n");
	commands_assert("config explain -c a.conf --login robin | grep -c 'match = \"domain\"; *# a.conf:3$'", 0,
			"1\n");
	commands_assert("config explain -c a.conf | grep -c 'quota = \"10/1h\"; *# a.conf:3$'", 0, "1\n");
	commands_end();
}
END_TEST

START_TEST(a_table_that_cannot_tell_leaves_it_open)
{
	begin();
	commands_assert("config explain -c a.conf --login kim 2>/dev/null", 75, NULL);
	commands_assert("config explain -c a.conf --login kim 2>/dev/null | tail -n 2", 0,
			"    table: cannot be told, a table does not answer; failures.tables decides\n"
			"        login = \"table:bulk\";                               # a.conf:8\n");
	commands_assert("config explain -c a.conf --json --login kim 2>/dev/null | grep -c '\"profile\":null'", 0,
			"1\n");
	commands_end();
}
END_TEST

START_TEST(programs_read_json)
{
	begin();
	commands_assert("config explain -c a.conf --json --login robin | cut -c -87", 0,
			"{\"origin\":\"authenticated\",\"profile\":\"bulk\",\"profiles\":[{\"profile\":\"bulk\","
			"\"used\":true}],"
			"\n");
	commands_assert("config explain -c a.conf --json --login robin | "
			"grep -c '\"quota\":{\"value\":\"99/1h\",\"file\":\"a.conf\",\"line\":5}'",
			0, "1\n");
	commands_assert("config explain -c a.conf --json --origin local | "
			"grep -c '{\"profile\":\"bulk\",\"used\":false,\"condition\":\"login\",\"given\":null,"
			"\"demanded\":{\"value\":\\[\"robin\"\\],\"file\":\"a.conf\",\"line\":5}}'",
			0, "1\n");
	commands_end();
}
END_TEST

START_TEST(what_is_no_mail_is_refused)
{
	begin();
	commands_assert("config explain -c a.conf --client example.com", 64,
			"postern: --client example.com: no IP address\n");
	commands_assert("config explain -c a.conf --origin internet", 64,
			"postern: --origin internet: must be authenticated, local, trusted or external\n");
	commands_assert("config show -c a.conf --login robin", 64, NULL);
	commands_assert("config explain -c a.conf robin", 64, NULL);
	commands_assert("config explain -c a.conf --from \"$(printf '\\033[31m')\" | grep -c 'sender .x1b.31m is'", 0,
			"1\n");
	commands_end();
}
END_TEST

SUITE_MAIN(config_explain, the_first_profile_whose_conditions_hold_is_used_and_why_others_are_not_is_said,
	   every_setting_tells_its_line, a_table_that_cannot_tell_leaves_it_open, programs_read_json,
	   what_is_no_mail_is_refused)
