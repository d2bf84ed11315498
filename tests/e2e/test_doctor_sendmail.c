/* SPDX-License-Identifier: BSD-2-Clause */
/* What `postern doctor` reads in a sendmail.cf. What Sendmail 8.17 itself says to each of the rows about its path: `unsafe: World writable
 * directory', `unsafe: Group writable directory', or nothing. */
#define _GNU_SOURCE
#include "tests/e2e/support/clinic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* %s is Postern's socket. */
static const char right_cf[] = "O DontBlameSendmail=AssumeSafeChown\n"
			       "O InputMailFilters=other, postern\n"
			       "O Milter.macros.envfrom=i, {auth_type}, {auth_authen},\n\t{auth_author}, {mail_addr}\n"
			       "Xother, S=inet:11332@127.0.0.1, F=T\n"
			       "Xpostern, S=local:%s, F=T, T=C:5m;S:10s;\n\tR:10s;E:5m\n";

/* One text in the place of another makes it wrong; `#` is the queue directory of Postfix. */
static const struct {
	const char *when;
	const char *from, *to, *name, *mend;
} broken_cf[] = {
	{ "no filter", "Xpostern", "#Xpostern", "sendmail_not_attached",
	  "in sendmail.mc: INPUT_MAIL_FILTER(`postern', `S=local:#/postern/postern.sock, F=T')dnl" },
	{ "a filter that is not used", "other, postern", "other", "sendmail_not_used",
	  "in sendmail.mc: INPUT_MAIL_FILTER(`postern', `S=local:#/postern/postern.sock, F=T')dnl" },
	{ "a filter elsewhere", "S=local:", "S=local:/run", "sendmail_elsewhere",
	  "in sendmail.mc: INPUT_MAIL_FILTER(`postern', `S=local:#/postern/postern.sock, F=T')dnl" },
	{ "mail passes while the filter is away", ", F=T, T=C", ", T=C", "sendmail_flags",
	  "in sendmail.mc: INPUT_MAIL_FILTER(`postern', `S=local:#/postern/postern.sock, F=T')dnl" },
	{ "mail is refused for good meanwhile", ", F=T, T=C", ", F=R, T=C", "sendmail_flags",
	  "in sendmail.mc: INPUT_MAIL_FILTER(`postern', `S=local:#/postern/postern.sock, F=T')dnl" },
	{ "too short a wait", "S:10s", "S:2s", "sendmail_timeout",
	  "in sendmail.mc: INPUT_MAIL_FILTER(`postern', `S=local:#/postern/postern.sock, F=T')dnl" },
	{ "too small messages", "Xother", "O MaxMessageSize=100000\nXother", "sendmail_size_limit",
	  "in sendmail.mc: define(`confMAX_MESSAGE_SIZE', `1048576')dnl" },
	{ "a user who cannot get there", "Xother", "O RunAsUser=games:games\nXother", "socket_denied",
	  "install -d -m 2710 -o nobody -g games #/postern && systemctl restart postern" },
};

static struct opinion
ask_sendmail(const char *cf)
{
	char *options = NULL;

	ck_assert_int_gt(asprintf(&options, "--sendmail %s -c %s", cf, clinic.rig.postern.config.text), 0);
	struct opinion opinion = doctor_ask(clinic.rig.postern.program.text, options);
	free(options);
	return opinion;
}

/* A copy of the text, with `to` for the first `from`; for free(). */
static char *
with(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *changed = NULL;

	ck_assert_ptr_nonnull(at);
	ck_assert_int_gt(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)), 0);
	return changed;
}

START_TEST(what_is_broken_in_sendmail_is_found)
{
	struct path cf = path_join(clinic.rig.postfix.directory.text, "sendmail.cf");
	char *text = NULL;

	clinic_begin();
	postern_start(&clinic.rig.postern);
	ck_assert_int_gt(asprintf(&text, right_cf, clinic.rig.postern.socket.text), 0);
	file_write(cf.text, text);
	struct opinion opinion = ask_sendmail(cf.text);
	ck_assert_msg(opinion.status == 0, "%s", opinion.wrong);
	doctor_forget(&opinion);
	for (size_t i = 0; i < sizeof broken_cf / sizeof broken_cf[0]; i++) {
		char *wrong = with(text, broken_cf[i].from, broken_cf[i].to);

		file_write(cf.text, wrong);
		opinion = ask_sendmail(cf.text);
		clinic_assert_wrong(&opinion, broken_cf[i].when, broken_cf[i].name, broken_cf[i].mend);
		doctor_forget(&opinion);
		free(wrong);
	}
	free(text);
	postern_stop(&clinic.rig.postern);
}
END_TEST

/* Sendmail says so itself, in its log and to nobody else. */
START_TEST(a_path_that_sendmail_does_not_trust_is_found)
{
	static const struct {
		const char *mode, *blame;
		bool trusted;
	} rows[] = {
		{ "0757", "AssumeSafeChown", false }, { "1777", "GroupWritableDirPathSafe", false },
		{ "0775", "AssumeSafeChown", false }, { "0775", "AssumeSafeChown, GroupWritableDirPathSafe", true },
		{ "0755", "AssumeSafeChown", true },
	};
	struct path cf = path_join(clinic.rig.postfix.directory.text, "sendmail.cf");
	char *text = NULL, *chmod_it = NULL;

	clinic_begin();
	postern_start(&clinic.rig.postern);
	ck_assert_int_gt(asprintf(&text, right_cf, clinic.rig.postern.socket.text), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *of_row = with(text, "AssumeSafeChown", rows[i].blame);

		ck_assert_int_gt(asprintf(&chmod_it, "chmod %s #", rows[i].mode), 0);
		clinic_shell(chmod_it);
		file_write(cf.text, of_row);
		struct opinion opinion = ask_sendmail(cf.text);
		ck_assert_msg(strcmp(opinion.wrong, rows[i].trusted ? "" : "sendmail_unsafe_path") == 0, "%s: %s",
			      rows[i].mode, opinion.wrong);
		doctor_forget(&opinion);
		free(of_row);
		free(chmod_it);
	}
	free(text);
	postern_stop(&clinic.rig.postern);
}
END_TEST

CLINIC_MAIN(doctor_sendmail, what_is_broken_in_sendmail_is_found, a_path_that_sendmail_does_not_trust_is_found)
