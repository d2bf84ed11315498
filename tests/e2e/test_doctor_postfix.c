/* SPDX-License-Identifier: BSD-2-Clause */
/* `postern doctor` beside a real Postfix: a set-up that is right, and one broken in each way that it knows. The command that it prints
 * for each is run, and all is right again. */
#define _GNU_SOURCE
#include "tests/e2e/support/clinic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(what_is_right_is_called_right)
{
	clinic_begin();
	postern_start(&clinic.rig.postern);
	struct opinion opinion = clinic_ask("");
	ck_assert_int_eq(opinion.status, 0);
	ck_assert_str_eq(opinion.wrong, "");
	ck_assert_str_eq(doctor_says(&opinion, "probe", "what"),
			 "Postern: answers a test message as configured: 554 5.6.0 Subject not present");
	ck_assert_ptr_nonnull(strstr(doctor_says(&opinion, "postfix_attached", "what"), "submission/inet"));
	ck_assert_ptr_nonnull(strstr(doctor_says(&opinion, "socket_reached", "what"), "user postfix connects to"));
	ck_assert_str_eq(doctor_says(&opinion, "postfix_stopped", "what"), "");
	doctor_forget(&opinion);
	postern_stop(&clinic.rig.postern);
}
END_TEST

START_TEST(the_test_message_is_logged_for_what_it_is_and_nothing_is_accepted)
{
	size_t length;

	clinic_begin();
	postern_start(&clinic.rig.postern);
	clinic_assert_right("to be logged");
	ck_assert(postern_logs(&clinic.rig.postern, "doctor: refuse \"554 5.6.0 Subject not present\""));
	postern_stop(&clinic.rig.postern);
	char *log = file_read(clinic.rig.postern.log.text, &length);
	ck_assert_ptr_null(strstr(log, ": accept"));
	free(log);
}
END_TEST

static const struct {
	const char *when;
	const char *breaks, *name, *mend;
} broken[] = {
	{ "no filter is named", "postconf -c @ -e 'smtpd_milters ='", "postfix_not_attached",
	  "postconf -c @ -e 'smtpd_milters = unix:postern/postern.sock'" },
	{ "only another filter is named", "postconf -c @ -e 'smtpd_milters = inet:127.0.0.1:11332'",
	  "postfix_not_attached",
	  "postconf -c @ -e 'smtpd_milters = inet:127.0.0.1:11332, unix:postern/postern.sock'" },
	{ "the path leads elsewhere, beside another filter",
	  "postconf -c @ -e 'smtpd_milters = unix:/run/postern.sock, inet:127.0.0.1:11332'", "postfix_elsewhere",
	  "postconf -c @ -e 'smtpd_milters = unix:postern/postern.sock, inet:127.0.0.1:11332'" },
	{ "a chroot and an absolute path",
	  "postconf -c @ -F 'submission/inet/chroot = y' && "
	  "postconf -c @ -P 'submission/inet/smtpd_milters = unix:#/postern/postern.sock'",
	  "postfix_chroot", "postconf -c @ -P 'submission/inet/smtpd_milters = unix:postern/postern.sock'" },
	{ "one service overrides the list", "postconf -c @ -P 'submission/inet/smtpd_milters ='",
	  "postfix_service_detached", "postconf -c @ -P 'submission/inet/smtpd_milters = unix:postern/postern.sock'" },
	{ "mail passes while the filter is away", "postconf -c @ -e 'milter_default_action = accept'",
	  "postfix_default_action", "postconf -c @ -e 'milter_default_action = tempfail'" },
	{ "the same at one service", "postconf -c @ -P 'submission/inet/milter_default_action = accept'",
	  "postfix_default_action", "postconf -c @ -P 'submission/inet/milter_default_action = tempfail'" },
	{ "the same in the filter's own braces",
	  "postconf -c @ -e 'smtpd_milters = { unix:postern/postern.sock, default_action = accept }'",
	  "postfix_default_action", "postconf -c @ -e 'smtpd_milters = unix:postern/postern.sock'" },
	{ "an old protocol", "postconf -c @ -e 'milter_protocol = 2'", "postfix_protocol",
	  "postconf -c @ -e 'milter_protocol = 6'" },
	{ "too short a wait for an answer", "postconf -c @ -e 'milter_command_timeout = 1s'", "postfix_timeout",
	  "postconf -c @ -e 'milter_command_timeout = 30s'" },
	{ "a wait that clients do not share", "postconf -c @ -e 'milter_content_timeout = 1h'", "postfix_timeout",
	  "postconf -c @ -e 'milter_content_timeout = 300s'" },
	{ "the Subject is dropped before it is seen", "postconf -c @ -e 'message_drop_headers = bcc, subject'",
	  "postfix_dropped_fields", "postconf -c @ -e 'message_drop_headers = bcc'" },
	{ "the same by a cleanup of its own", "postconf -c @ -P 'cleanup/unix/message_drop_headers = From'",
	  "postfix_dropped_fields", "postconf -c @ -P 'cleanup/unix/message_drop_headers ='" },
	{ "mail can be smuggled in", "postconf -c @ -e 'smtpd_forbid_bare_newline = no'", "postfix_bare_newline",
	  "postconf -c @ -e 'smtpd_forbid_bare_newline = normalize'" },
	{ "a proxy stands before the filter", "postconf -c @ -P 'submission/inet/smtpd_proxy_filter = 127.0.0.1:10025'",
	  "postfix_proxy_filter", "postconf -c @ -P 'submission/inet/smtpd_proxy_filter ='" },
	{ "filters are switched off", "postconf -c @ -e 'receive_override_options = no_address_mappings,no_milters'",
	  "postfix_no_milters", "postconf -c @ -e 'receive_override_options = no_address_mappings'" },
	{ "the same at one service", "postconf -c @ -P 'submission/inet/receive_override_options = no_milters'",
	  "postfix_no_milters", "postconf -c @ -P 'submission/inet/receive_override_options ='" },
	{ "mail comes back from a content filter",
	  "postconf -c @ -e 'content_filter = smtp:127.0.0.1:10025' && "
	  "postconf -c @ -P 'submission/inet/content_filter ='",
	  "postfix_judged_twice", "postconf -c @ -P 'submission/inet/smtpd_milters ='" },
	{ "Postfix takes less than Postern", "postconf -c @ -e 'message_size_limit = 100000'", "postfix_size_limit",
	  "postconf -c @ -e 'message_size_limit = 1048576'" },
};

/* With content_filter the mended service is one that says so; all else is as if nothing had been. */
START_TEST(what_is_broken_in_postfix_is_found_and_mended)
{
	clinic_begin();
	postern_start(&clinic.rig.postern);
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		clinic_shell("cp @/main.cf.right @/main.cf && cp @/master.cf.right @/master.cf");
		clinic_shell(broken[i].breaks);
		struct opinion opinion = clinic_ask("");
		clinic_assert_wrong(&opinion, broken[i].when, broken[i].name, broken[i].mend);
		ck_assert_msg(system(doctor_says(&opinion, broken[i].name, "mend")) == 0, "%s", broken[i].when);
		clinic_age();
		doctor_forget(&opinion);
		if (strcmp(broken[i].name, "postfix_judged_twice") == 0)
			continue; /* that service is without a filter now, and it may well be */
		clinic_assert_right(broken[i].when);
	}
	postern_stop(&clinic.rig.postern);
}
END_TEST

START_TEST(what_may_be_meant_so_is_a_note)
{
	clinic_begin();
	postern_start(&clinic.rig.postern);
	clinic_shell("postconf -c @ -e 'non_smtpd_milters =' 'milter_mail_macros = {mail_addr}' "
		     "'milter_default_action = quarantine'");
	struct opinion opinion = clinic_ask("");
	ck_assert_int_eq(opinion.status, 0);
	ck_assert_str_ne(doctor_says(&opinion, "postfix_local_detached", "mend"), "");
	ck_assert_str_eq(doctor_says(&opinion, "postfix_macros", "what"),
			 "Postfix: milter_mail_macros lacks i, {auth_type}, {auth_authen}");
	ck_assert_str_eq(doctor_says(&opinion, "postfix_default_action", "severity"), "note");
	doctor_forget(&opinion);
	postern_stop(&clinic.rig.postern);
}
END_TEST

/* What a configuration says is a word of the command that mends it, and never a command of its own. */
START_TEST(a_value_cannot_break_out_of_the_command)
{
	clinic_begin();
	postern_start(&clinic.rig.postern);
	clinic_shell("postconf -c @ -e \"smtpd_milters = inet:h:1';touch #/broken-out;'\"");
	struct opinion opinion = clinic_ask("");
	ck_assert_str_eq(opinion.wrong, "postfix_not_attached");
	ck_assert_int_eq(system(doctor_says(&opinion, "postfix_not_attached", "mend")), 0);
	clinic_age();
	doctor_forget(&opinion);
	ck_assert(!path_exists(path_join(clinic.queue.text, "broken-out").text));
	clinic_assert_right("mended");
	postern_stop(&clinic.rig.postern);
}
END_TEST

CLINIC_MAIN(doctor_postfix, what_is_right_is_called_right,
	    the_test_message_is_logged_for_what_it_is_and_nothing_is_accepted,
	    what_is_broken_in_postfix_is_found_and_mended, what_may_be_meant_so_is_a_note,
	    a_value_cannot_break_out_of_the_command)
