/* SPDX-License-Identifier: BSD-2-Clause */
/* What is answered at HELO, MAIL and RCPT, and what of a message is counted against quotas. */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/caller.h"
#include "tests/support/suite.h"

#include <string.h>

START_TEST(too_many_connections_are_told_at_helo)
{
	struct caller caller;
	SMFICTX *first;
	struct fake_milter other;

	caller_init(&caller, "checks = { connections_total = { mode = \"enforce\"; limit = 1; }; };");
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_helo(&caller);
	caller_helo(&caller);
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "the first", "helo: continue\nhelo: continue\nmail: accept\n");
	first = caller.context;
	fake_milter_init(&other);
	caller.context = fake_milter_context(&other);
	caller_connect(&caller, "192.0.2.1", 4001);
	caller.filter.xxfi_helo(caller.context, (char[]){ "x" });
	ck_assert_str_eq(other.trace, "reply 421 4.3.2 [Too many connections, try again later]\n");
	other.trace[0] = '\0';
	caller.filter.xxfi_close(caller.context);
	caller_connect(&caller, "192.0.2.1", 4002);
	caller_mail(&caller, "<a@example.com>");
	ck_assert_msg(strcmp(other.trace, "reply 421 4.3.2 [Too many connections, try again later]\n") == 0,
		      "who says no HELO is told at MAIL");
	caller.filter.xxfi_close(caller.context);
	caller.context = first;
	caller.fake.trace[0] = '\0';
	caller_connect(&caller, "192.0.2.1", 4003);
	caller_helo(&caller);
	caller_check_trace(&caller, "when others have left, and this one is another client's now", "helo: continue\n");
	caller_close(&caller);
}
END_TEST

START_TEST(what_the_session_lacks_is_told_at_mail)
{
	struct caller caller;

	caller_init(&caller, "checks = { tls_required = { mode = \"enforce\"; minimum = \"TLSv1.2\"; };\n"
			     "auth_required = { mode = \"enforce\"; mechanisms = [ \"SCRAM-*\" ]; }; };");
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "TLS", "reply 530 5.7.0 [Must issue a STARTTLS command first]\nmail: reject\n");
	caller_set_macro(&caller, "{tls_version}", "TLSv1.3");
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "a login", "reply 530 5.7.0 [Authentication required]\nmail: reject\n");
	caller_set_macro(&caller, "{auth_authen}", "robin");
	caller_set_macro(&caller, "{auth_type}", "PLAIN");
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "the mechanism", "reply 530 5.7.0 [Authentication required]\nmail: reject\n");
	caller_set_macro(&caller, "{auth_type}", "SCRAM-SHA-256");
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "nothing", "mail: accept\n");
	caller_close(&caller);
}
END_TEST

START_TEST(parameters_count_at_mail)
{
	struct caller caller;

	caller_init(&caller, "checks = { size_declared = { mode = \"enforce\"; limit = \"1 KB\"; };\n"
			     "sender_invalid = { mode = \"enforce\"; }; };");
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail_with(&caller, "<a@example.com>", "SIZE=1001");
	caller_mail_with(&caller, "<a@example.com>", "SIZE=1000");
	caller_mail_with(&caller, "<\xc3\xa4@example.com>", "SMTPUTF8");
	caller_mail(&caller, "<\xc3\xa4@example.com>");
	caller_check_trace(
		&caller, "SIZE and SMTPUTF8",
		"reply 552 5.3.4 [Message size exceeds fixed limit]\nmail: reject\nmail: accept\nmail: accept\n"
		"reply 501 5.1.7 [Bad sender address <??@example.com>]\nmail: reject\n");
	caller_close(&caller);
}
END_TEST

START_TEST(recipients_are_answered_one_by_one)
{
	struct caller caller;

	caller_init(&caller, "checks = { recipient_invalid = { mode = \"enforce\"; };\n"
			     "recipients_too_many = { mode = \"enforce\"; limit = 2; }; };");
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_recipient(&caller, "<b.@example.org>");
	caller_recipient(&caller, "<b@example.org>");
	caller_recipient(&caller, "<c@example.org>");
	caller_recipient(&caller, "<d@example.org>");
	caller_end_headers(&caller);
	caller_check_trace(&caller, "and the message goes on",
			   "mail: -\nreply 501 5.1.7 [Bad recipient address <b.@example.org>]\nrcpt: reject\n"
			   "rcpt: continue\nrcpt: continue\nreply 452 4.5.3 [Too many recipients]\nrcpt: tempfail\n"
			   "eoh: accept\n");
	caller_close(&caller);
}
END_TEST

START_TEST(recipients_of_a_local_message_wait)
{
	struct caller caller;

	caller_init(&caller, "checks = { recipient_invalid = { mode = \"enforce\"; }; };");
	caller_connect(&caller, "127.0.0.1", 0);
	caller_set_macro(&caller, "i", "4bQ2Xk0000z1");
	caller_mail(&caller, "a@example.com");
	caller_recipient(&caller, "b@example.org");
	caller_recipient(&caller, "c..c@example.org");
	caller_recipient(&caller, "d@example.org");
	caller_end_headers(&caller);
	caller_check_trace(&caller, "for the message's end",
			   "mail: -\nrcpt: continue\nrcpt: continue\nrcpt: continue\n"
			   "reply 501 5.1.7 [Bad recipient address <c..c@example.org>]\neoh: reject\n");
	caller_close(&caller);
}
END_TEST

START_TEST(recipients_choose_a_profile_without_a_reply)
{
	struct caller caller;

	caller_init(&caller,
		    "checks = { subject_missing = { mode = \"enforce\"; }; };\n"
		    "profiles = ( { name = \"lists\"; when = { all_recipients = [ \"lists.example.org\" ]; };\n"
		    "checks = { subject_missing = { mode = \"off\"; }; }; } );");
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_recipient(&caller, "<b@lists.example.org>");
	caller_end_headers(&caller);
	caller_mail(&caller, "<a@example.com>");
	caller_recipient(&caller, "<b@lists.example.org>");
	caller_recipient(&caller, "<c@example.org>");
	caller_end_headers(&caller);
	caller_check_trace(&caller, "all, then one of them not",
			   "mail: -\nrcpt: -\neoh: accept\n"
			   "mail: -\nrcpt: -\nrcpt: -\nreply 554 5.6.0 [Subject not present]\neoh: reject\n");
	caller_close(&caller);
}
END_TEST

static const char quota_of_three[] =
	"checks = { daily_quota = { mode = \"enforce\"; quota = \"3/1h\"; per = [ \"all\" ]; };\n"
	"subject_missing = { mode = \"enforce\"; }; };";

/* With so many recipients, up to the first chunk of the body. */
static void
begin_message(struct caller *caller, int recipients, bool subject)
{
	caller_mail(caller, "<a@example.com>");
	for (int i = 0; i < recipients; i++)
		caller_recipient(caller, "<b@example.org>");
	if (subject)
		caller_header(caller, "Subject", "hi");
	caller_end_headers(caller);
	caller_body(caller, "text\r\n");
}

START_TEST(a_message_is_counted_when_it_ends)
{
	struct caller caller;

	caller_init(&caller, quota_of_three);
	caller_connect(&caller, "192.0.2.1", 4000);
	for (int i = 0; i < 3; i++) { /* another filter refuses it, or the client goes */
		begin_message(&caller, 3, true);
		caller_abort(&caller);
	}
	begin_message(&caller, 3, false);
	caller.fake.trace[0] = '\0';
	begin_message(&caller, 2, true);
	caller_end(&caller);
	caller_check_trace(
		&caller, "what was dropped or refused was not",
		"mail: continue\nrcpt: continue\nrcpt: continue\nSubject: -\neoh: -\nbody: skip\nend: accept\n");
	begin_message(&caller, 2, true);
	caller_end(&caller);
	caller_check_trace(&caller, "one is left",
			   "mail: continue\nrcpt: continue\n"
			   "reply 454 - [Throttling failure: Daily message quota exceeded]\nrcpt: tempfail\n"
			   "Subject: -\neoh: -\nbody: skip\nend: accept\n");
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "none is left",
			   "reply 454 - [Throttling failure: Daily message quota exceeded]\nmail: tempfail\n");
	caller_close(&caller);
}
END_TEST

START_TEST(a_message_that_was_not_accepted_after_all_is_given_back)
{
	struct caller caller;

	caller_init(&caller, "checks = { daily_quota = { mode = \"enforce\"; quota = \"1/1h\"; per = [ \"all\" ]; };\n"
			     "subject_missing = { mode = \"tag\"; }; };");
	caller_connect(&caller, "192.0.2.1", 4000);
	begin_message(&caller, 1, false);
	caller.fake.refuses = true;
	caller_end(&caller);
	caller.fake.refuses = false;
	caller.fake.trace[0] = '\0';
	begin_message(&caller, 1, true);
	caller_end(&caller);
	caller_check_trace(&caller, "so that the next one passes",
			   "mail: continue\nrcpt: continue\nSubject: -\neoh: -\nbody: skip\nend: accept\n");
	caller_close(&caller);
}
END_TEST

START_TEST(without_memory_nobody_passes)
{
	struct caller caller;

	caller_init(&caller, quota_of_three);
	caller.fake.private_lost = true;
	caller_helo(&caller);
	caller_mail(&caller, "<a@example.com>");
	caller_recipient(&caller, "<b@example.org>");
	caller_check_trace(&caller, "at MAIL and at RCPT",
			   "helo: continue\nreply 451 4.3.0 [Temporary service failure]\nmail: tempfail\n"
			   "reply 451 4.3.0 [Temporary service failure]\nrcpt: tempfail\n");
	caller_close(&caller);
}
END_TEST

SUITE_MAIN(callbacks_envelope, too_many_connections_are_told_at_helo, what_the_session_lacks_is_told_at_mail,
	   parameters_count_at_mail, recipients_are_answered_one_by_one, recipients_of_a_local_message_wait,
	   recipients_choose_a_profile_without_a_reply, a_message_is_counted_when_it_ends,
	   a_message_that_was_not_accepted_after_all_is_given_back, without_memory_nobody_passes)
