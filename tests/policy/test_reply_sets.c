/* SPDX-License-Identifier: BSD-2-Clause */
/* What a client reads, byte for byte, for each row of the table and each set of replies: as the documents have it. Each is the reply to the first
 * case of the row that fires. */
#include "policy/offline.h"
#include "tests/policy/cases/case_policy.h"
#include "tests/policy/cases/session_cases.h"
#include "tests/support/suite.h"

#include <string.h>

#define UNVERIFIED                                                                                              \
	"Message rejected: Email address is not verified. The following identities failed the check in region " \
	"us-east-1: "

static const struct {
	const char *check;
	const char *infobip;
	const char *ses;      /* NULL: as infobip */
	const char *standard; /* NULL: as infobip */
} rows[] = {
	{ "connections_total", "421 4.3.2 Too many connections, try again later",
	  "421 Too many concurrent SMTP connections", NULL },
	{ "connections_per_client", "421 4.3.2 Client connection limit reached",
	  "421 Too many concurrent SMTP connections", "421 4.7.0 Client connection limit reached" },
	{ "tls_required", "530 5.7.0 Must issue a STARTTLS command first", NULL, NULL },
	{ "auth_required", "530 5.7.0 Authentication required", "530 Authentication required", NULL },
	{ "account_blocked", "550 5.7.1 Unauthorized access (account blocked by policy)", NULL,
	  "550 5.7.13 Unauthorized access (account blocked by policy)" },
	{ "null_sender", "550 5.7.1 Empty sender not allowed", NULL, NULL },
	{ "sender_invalid", "501 5.1.7 Bad sender address <robin>", NULL, NULL },
	{ "sender_not_allowed", "550 5.7.1 Sender not allowed",
	  "554 Access denied: User robin is not authorized to perform ses:SendRawEmail on resource kim@example.com",
	  NULL },
	{ "size_declared", "552 5.3.4 Message size exceeds fixed limit", NULL, NULL },
	{ "recipient_invalid", "501 5.1.7 Bad recipient address <>", NULL, "501 5.1.3 Bad recipient address <>" },
	{ "recipients_too_many", "452 4.5.3 Too many recipients", NULL, NULL },
	{ "send_rate", "454 Throttling failure: Maximum sending rate exceeded", NULL,
	  "454 4.7.0 Throttling failure: Maximum sending rate exceeded" },
	{ "daily_quota", "454 Throttling failure: Daily message quota exceeded", NULL,
	  "454 4.7.0 Throttling failure: Daily message quota exceeded" },
	{ "header_missing", "554 5.6.0 Required header field From not present", NULL, NULL },
	{ "header_duplicate", "554 5.6.0 Header field Subject present more than once", NULL, NULL },
	{ "subject_missing", "554 5.6.0 Subject not present", NULL, NULL },
	{ "subject_empty", "554 5.6.0 Subject not present", NULL, NULL },
	{ "subject_too_long", "554 5.6.0 Subject too long", NULL, NULL },
	{ "address_invalid", "554 5.6.0 Could not read the message. <Local address ends with dot>", NULL, NULL },
	{ "identity_unverified", "554 " UNVERIFIED "kim@example.org", NULL, "554 5.7.1 " UNVERIFIED "kim@example.org" },
	{ "alignment", "550 5.7.1 Header from domain does not align with envelope from domain", NULL, NULL },
	{ "mime_invalid", "554 5.6.0 Invalid or corrupt MIME multipart", NULL, NULL },
	{ "inline_image_empty", "554 5.6.0 Inline image is empty", NULL, NULL },
	{ "attachment_empty", "554 5.6.0 Attachment is empty", NULL, NULL },
	{ "body_missing", "554 5.6.0 Body not present", NULL, NULL },
	{ "size_exceeded", "552 5.3.4 Message size exceeds fixed limit", NULL, NULL },
	{ "control_characters", "554 5.6.0 Message contains NUL or bare CR or bare LF", NULL, NULL },
	{ "attachment_type", "554 5.7.1 Attachment type not allowed", NULL, NULL },
};

static void
enforce(struct policy *policy, const char *check, enum reply_set set)
{
	struct settings *settings = &policy->profiles[0].checks[check_index(check_find(check))];
	struct policy *worded = policy_new();

	ck_assert_ptr_nonnull(worded);
	ck_assert(policy_use_reply_set(worded, set));
	settings->mode = MODE_ENFORCE;
	settings->reply = worded->profiles[0].checks[check_index(check_find(check))].reply;
	policy_free(worded);
}

/* The verdict of a recipient, where that is what the check judges. */
static void
judge_session(const struct session_case *row, enum reply_set set, struct verdict *verdict_out)
{
	struct policy *policy = session_case_policy(row, MODE_ENFORCE);
	struct fake_services fake;
	struct message message;

	enforce(policy, row->check, set);
	fake_services_init(&fake, row->tables);
	fake.left = row->nothing_left ? 0 : UINT64_MAX;
	session_case_run(row, policy, &fake, &message, verdict_out);
	if (verdict_is_final(&message.verdict))
		*verdict_out = message.verdict;
	message_close(&message);
	fake_services_free(&fake);
	policy_free(policy);
}

static void
judge_message(const struct message_case *row, enum reply_set set, struct verdict *verdict_out)
{
	struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = row->sender };
	struct policy *policy = case_policy(row);
	struct message message;

	enforce(policy, row->check, set);
	message_init(&message, policy);
	offline_judge(&message, &envelope, bytes_of(row->text));
	*verdict_out = message.verdict;
	message_close(&message);
	policy_free(policy);
}

static bool
judge_first_session(const char *check, enum reply_set set, struct verdict *verdict_out)
{
	for (size_t i = 0; i < all_session_cases_count; i++)
		for (size_t j = 0; j < all_session_cases[i]->count; j++) {
			const struct session_case *row = &all_session_cases[i]->cases[j];

			if (!row->fires || strcmp(row->check, check) != 0)
				continue;
			judge_session(row, set, verdict_out);
			return true;
		}
	return false;
}

static bool
judge_first_message(const char *check, enum reply_set set, struct verdict *verdict_out)
{
	for (size_t i = 0; i < all_cases_count; i++)
		for (size_t j = 0; j < all_cases[i]->count; j++) {
			const struct message_case *row = &all_cases[i]->cases[j];

			if (!row->fires || strcmp(row->check, check) != 0)
				continue;
			judge_message(row, set, verdict_out);
			return true;
		}
	return false;
}

static void
assert_row(size_t row, enum reply_set set)
{
	const char *expected = rows[row].infobip;
	char reply[REPLY_STRING_MAX];
	struct verdict verdict;

	if (set == REPLY_SET_SES && rows[row].ses != NULL)
		expected = rows[row].ses;
	if (set == REPLY_SET_STANDARD && rows[row].standard != NULL)
		expected = rows[row].standard;
	ck_assert_msg(judge_first_session(rows[row].check, set, &verdict) ||
			      judge_first_message(rows[row].check, set, &verdict),
		      "%s has no case that fires", rows[row].check);
	reply_string(&verdict.reply, reply);
	ck_assert_msg(verdict_is_final(&verdict), "%s (%s): not refused", rows[row].check, reply_set_names[set]);
	ck_assert_msg(strcmp(reply, expected) == 0, "%s (%s):\n expected: %s\n but got:  %s", rows[row].check,
		      reply_set_names[set], expected, reply);
}

START_TEST(every_row_has_the_reply_of_its_document)
{
	ck_assert_uint_eq(sizeof rows / sizeof rows[0], checks_count);
	for (size_t i = 0; i < checks_count; i++)
		for (enum reply_set set = 0; set < REPLY_SET_COUNT; set++) {
			ck_assert_str_eq(rows[i].check, checks[i].name);
			assert_row(i, set);
		}
}
END_TEST

START_TEST(failures_have_the_reply_of_the_set)
{
	static const char *const expected[] = {
		[REPLY_SET_INFOBIP] = "451 4.3.0 Temporary service failure",
		[REPLY_SET_SES] = "451 Temporary service failure",
		[REPLY_SET_STANDARD] = "451 4.3.0 Temporary service failure",
	};

	for (enum reply_set set = 0; set < REPLY_SET_COUNT; set++) {
		struct policy *policy = policy_new();

		ck_assert(policy_use_reply_set(policy, set));
		for (enum failure failure = 0; failure < FAILURE_COUNT; failure++) {
			char reply[REPLY_STRING_MAX];

			reply_string(&policy->failures[failure].reply, reply);
			ck_assert_str_eq(reply, expected[set]);
		}
		policy_free(policy);
	}
}
END_TEST

SUITE_MAIN(reply_sets, every_row_has_the_reply_of_its_document, failures_have_the_reply_of_the_set)
