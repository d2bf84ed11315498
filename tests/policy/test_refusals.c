/* SPDX-License-Identifier: BSD-2-Clause */
/* The system refuses memory while something in a message is converted: the answer is the one configured for that, and no
 * check judges what could not be read. */
#define _POSIX_C_SOURCE 200809L
#include "policy/offline.h"
#include "tests/support/iconv_fault.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <idn2.h>

#include <string.h>

#define BUECHER     \
	"b\xc3\xbc" \
	"cher.example"
#define GOOD_HEAD "From: a@example.com\nSubject: x\n"
#define GOOD_BODY "\nhello\n"

static bool idn_refused;

/* Stands before libidn2's: ASCII stays, as that needs no conversion; nothing here needs more. */
int
idn2_to_ascii_8z(const char *input, char **output, int flags)
{
	(void)flags;
	if (idn_refused)
		return IDN2_MALLOC;
	ck_assert_msg(strcmp(input, BUECHER) == 0, "%s", input);
	*output = strdup("xn--bcher-kva.example");
	return *output != NULL ? IDN2_OK : IDN2_MALLOC;
}

struct row {
	const char *sentence;
	const char *fires; /* the check that does when nothing is refused */
	const char *sender, *text;
};

static const struct row rows[] = {
	{ "The sender's domain", "alignment", "<a@" BUECHER ">", GOOD_HEAD GOOD_BODY },
	{ "The domain that SRS wraps", "alignment", "<SRS0=HHH=TT=" BUECHER "=a@example.net>", GOOD_HEAD GOOD_BODY },
	{ "A domain of From", "alignment", "<a@example.com>", "From: a@" BUECHER "\nSubject: x\n" GOOD_BODY },
	{ "A Subject", "subject_empty", "<a@example.com>",
	  "From: a@example.com\nSubject: =?koi8-r?Q?=20?=\n" GOOD_BODY },
	{ "A text", "body_missing", "<a@example.com>", GOOD_HEAD "Content-Type: text/plain; charset=koi8-r\n\n \n" },
	{ "A text in a multipart", "body_missing", "<a@example.com>",
	  GOOD_HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; "
		    "charset=koi8-r\n\n<p>\n--b--\n" },
	{ "The name of a file that is empty", "attachment_empty", "<a@example.com>",
	  GOOD_HEAD "Content-Type: application/pdf; name*=koi8-r''%C1.pdf\n\n" },
	{ "A name that is not allowed", "attachment_type", "<a@example.com>",
	  GOOD_HEAD "Content-Type: application/pdf; name*=koi8-r''%C1.exe\n\nx\n" },
};

static struct policy *policy;
static struct message message;

static void
set_up(void)
{
	static const char *const names[] = { "subject_empty", "alignment", "attachment_empty", "body_missing",
					     "attachment_type" };
	static const char *const patterns[] = { "*.exe" };

	policy = policy_new();
	ck_assert_ptr_nonnull(policy);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		policy->profiles[0].checks[check_index(check_find(names[i]))].mode = MODE_ENFORCE;
	policy->profiles[0].checks[check_index(check_find("attachment_type"))].values[0].list =
		(struct string_list){ patterns, 1 };
}

static void
judge(const struct row *row, bool refused)
{
	struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = row->sender };

	idn_refused = refused;
	iconv_open_error = refused ? ENOMEM : 0;
	message_init(&message, policy);
	offline_judge(&message, &envelope, bytes_of(row->text));
}

static void
tear_down(void)
{
	message_close(&message);
	policy_free(policy);
}

START_TEST(nothing_is_refused)
{
	set_up();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		judge(&rows[i], false);
		ck_assert_msg(message.verdict.kind == VERDICT_REFUSE && !message.verdict.failed, "%s",
			      rows[i].sentence);
		ck_assert_str_eq(message.verdict.check->name, rows[i].fires);
		message_close(&message);
	}
	tear_down();
}
END_TEST

START_TEST(what_is_refused_is_answered_as_configured)
{
	set_up();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char reply[REPLY_STRING_MAX];

		judge(&rows[i], true);
		ck_assert_msg(message.verdict.failed && message.verdict.failure == FAILURE_MEMORY, "%s",
			      rows[i].sentence);
		ck_assert_int_eq(message.verdict.kind, VERDICT_DEFER);
		reply_string(&message.verdict.reply, reply);
		ck_assert_str_eq(reply, "451 4.3.0 Temporary service failure");
		ck_assert_msg(message_settled(&message), "%s", rows[i].sentence);
		message_close(&message);
	}
	tear_down();
}
END_TEST

START_TEST(what_is_refused_and_let_pass_is_not_judged)
{
	set_up();
	policy->failures[FAILURE_MEMORY].accept = true;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		judge(&rows[i], true);
		ck_assert_msg(message.verdict.kind == VERDICT_ACCEPT, "%s", rows[i].sentence);
		ck_assert_msg(message.finding_count == 0, "%s: %s", rows[i].sentence, message.findings[0].check->name);
		message_close(&message);
	}
	tear_down();
}
END_TEST

SUITE_MAIN(refusals, nothing_is_refused, what_is_refused_is_answered_as_configured,
	   what_is_refused_and_let_pass_is_not_judged)
