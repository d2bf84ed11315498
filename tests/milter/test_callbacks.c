/* SPDX-License-Identifier: BSD-2-Clause */
/* What is answered to a message, and when, by the callbacks in the order in which an MTA that holds the negotiated dialogue
 * calls them. */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/caller.h"
#include "tests/support/suite.h"

#include <string.h>

START_TEST(a_message_that_is_clean_early_needs_no_end)
{
	struct caller caller;

	caller_init(&caller, caller_subject_and_body);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_header(&caller, "Subject", "hi");
	caller_end_headers(&caller);
	caller_body(&caller, "some text\r\n");
	caller_check_trace(&caller, "the first visible text settles it", "mail: -\nSubject: -\neoh: -\nbody: accept\n");
	caller_close(&caller);
}
END_TEST

START_TEST(a_header_refusal_is_answered_at_the_first_chunk)
{
	struct caller caller;

	caller_init(&caller, caller_subject_and_body);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_header(&caller, "From", "a@example.com");
	caller_end_headers(&caller);
	caller_body(&caller, "x");
	caller_check_trace(&caller, "with a body",
			   "mail: -\nFrom: -\neoh: -\nreply 554 5.6.0 [Subject not present]\nbody: reject\n");
	caller_mail(&caller, "<a@example.com>");
	caller_end_headers(&caller);
	caller_end(&caller);
	caller_check_trace(&caller, "without a body, at the end",
			   "mail: -\neoh: -\nreply 554 5.6.0 [Subject not present]\nend: reject\n");
	caller_close(&caller);
}
END_TEST

START_TEST(what_only_the_end_can_tell_is_answered_there)
{
	struct caller caller;

	caller_init(&caller, caller_subject_and_body);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_header(&caller, "Subject", "hi");
	caller_end_headers(&caller);
	caller_body(&caller, "\r\n");
	caller_body(&caller, " \r\n");
	caller_end(&caller);
	caller_check_trace(&caller, "a body without anything visible",
			   "mail: -\nSubject: -\neoh: -\nbody: continue\nbody: continue\nreply 554 5.6.0 [Body not "
			   "present]\nend: reject\n");
	caller_close(&caller);
}
END_TEST

START_TEST(mail_is_answered_when_a_check_can_refuse_there)
{
	struct caller caller;

	caller_init(&caller, caller_everything_early);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<>");
	caller_mail(&caller, "");
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "the null sender in both forms, and another",
			   "reply 550 5.7.1 [Empty sender not allowed]\nmail: reject\n"
			   "reply 550 5.7.1 [Empty sender not allowed]\nmail: reject\n"
			   "mail: continue\n");
	caller_close(&caller);
}
END_TEST

START_TEST(checks_on_mail_alone_accept_there)
{
	struct caller caller;

	caller_init(&caller, caller_null_sender_only);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_check_trace(&caller, "accepted at MAIL", "mail: accept\n");
	caller_close(&caller);
}
END_TEST

START_TEST(checks_on_headers_alone_answer_at_their_end)
{
	struct caller caller;

	caller_init(&caller, caller_subject_only);
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_header(&caller, "Subject", "hi");
	caller_end_headers(&caller);
	caller_mail(&caller, "<a@example.com>");
	caller_end_headers(&caller);
	caller_check_trace(
		&caller, "accepted, then refused",
		"mail: -\nSubject: -\neoh: accept\nmail: -\nreply 554 5.6.0 [Subject not present]\neoh: reject\n");
	caller_close(&caller);
}
END_TEST

START_TEST(tag_and_hold_wait_for_the_end)
{
	struct caller caller;

	caller_init(&caller,
		    "checks = { subject_missing = { mode = \"tag\"; }; body_missing = { mode = \"enforce\"; }; };");
	caller_connect(&caller, "192.0.2.1", 4000);
	caller_mail(&caller, "<a@example.com>");
	caller_end_headers(&caller);
	caller_body(&caller, "text\r\n");
	caller_end(&caller);
	caller_check_trace(&caller, "the rest of the body is skipped",
			   "mail: -\neoh: -\nbody: skip\nadd Postern-Findings: subject_missing\nend: accept\n");
	caller_negotiate(&caller, CALLER_ALL_PROTOCOL & ~(unsigned long)SMFIP_SKIP);
	caller_mail(&caller, "<a@example.com>");
	caller_end_headers(&caller);
	caller_body(&caller, "text\r\n");
	caller_body(&caller, "more\r\n");
	caller_end(&caller);
	caller_check_trace(
		&caller, "or read, by an MTA that cannot skip",
		"mail: -\neoh: -\nbody: continue\nbody: continue\nadd Postern-Findings: subject_missing\nend: "
		"accept\n");
	caller_close(&caller);
	caller_init(&caller, "checks = { subject_missing = { mode = \"hold\"; }; };");
	caller_mail(&caller, "<a@example.com>");
	caller_end_headers(&caller);
	caller_end(&caller);
	caller_check_trace(&caller, "without a body to be had",
			   "mail: -\neoh: continue\nquarantine subject_missing\nend: accept\n");
	caller_close(&caller);
}
END_TEST

START_TEST(an_answer_is_the_same_however_the_body_is_cut)
{
	static const char text[] = "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
				   "--b\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n\r\n--b--\r\n";

	for (size_t cut = 1; cut < sizeof text - 1; cut++) {
		struct caller caller;
		char first[sizeof text];

		caller_init(&caller, "checks = { attachment_empty = { mode = \"enforce\"; }; };");
		caller_mail(&caller, "<a@example.com>");
		caller_header(&caller, "MIME-Version", "1.0");
		caller_header(&caller, "Content-Type", "multipart/mixed; boundary=b");
		caller_end_headers(&caller);
		memcpy(first, text, cut);
		first[cut] = '\0';
		caller_body(&caller, first);
		if (strstr(caller.fake.trace, "body: continue") != NULL)
			caller_body(&caller, text + cut);
		if (strstr(caller.fake.trace, "ject") == NULL)
			caller_end(&caller);
		ck_assert_msg(strstr(caller.fake.trace, "reply 554 5.6.0 [Attachment is empty]\n") != NULL,
			      "cut at %zu:\n%s", cut, caller.fake.trace);
		caller_close(&caller);
	}
}
END_TEST

SUITE_MAIN(callbacks, a_message_that_is_clean_early_needs_no_end, a_header_refusal_is_answered_at_the_first_chunk,
	   what_only_the_end_can_tell_is_answered_there, mail_is_answered_when_a_check_can_refuse_there,
	   checks_on_mail_alone_accept_there, checks_on_headers_alone_answer_at_their_end,
	   tag_and_hold_wait_for_the_end, an_answer_is_the_same_however_the_body_is_cut)
