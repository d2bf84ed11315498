/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/decision.h"
#include "tests/support/suite.h"

#include <string.h>

static struct message message;

static void
judge(struct policy *policy, const char *reply)
{
	char rule[REPLY_RULE_MAX];

	ck_assert_ptr_nonnull(policy);
	message_init(&message, policy);
	if (reply == NULL)
		return;
	ck_assert(reply_parse(reply, &message.verdict.reply, rule));
	message.verdict.kind = VERDICT_REFUSE;
	message.verdict.stage = STAGE_MESSAGE;
	message.verdict.check = check_find("attachment_empty");
}

static struct decision
decision_of(const char *sender)
{
	return (struct decision){
		.message = &message, .origin = ORIGIN_TRUSTED, .client = "192.0.2.1", .login = "", .sender = sender
	};
}

START_TEST(an_accepted_message_is_a_line)
{
	struct policy *policy = policy_new();
	struct decision decision = decision_of("a@example.com");
	char line[LOG_LINE_MAX];

	judge(policy, NULL);
	decision_format(&decision, line);
	ck_assert_str_eq(line, "NOQUEUE: accept profile=default origin=trusted client=192.0.2.1 from=<a@example.com>");
	policy_free(policy);
}
END_TEST

START_TEST(a_refused_message_tells_why)
{
	struct policy *policy = policy_new();
	struct decision decision = decision_of("<a@example.com>");
	char line[LOG_LINE_MAX];

	judge(policy, "554 5.6.0 Attachment is empty");
	message.findings[0] = (struct finding){ .check = check_find("attachment_empty"),
						.mode = MODE_ENFORCE,
						.times = 2,
						.part = "2",
						.name = "report.pdf",
						.line = 9 };
	message.findings[1] = (struct finding){
		.check = check_find("subject_empty"), .mode = MODE_OBSERVE, .times = 1, .field = "Subject"
	};
	message.finding_count = 2;
	decision.queue_id = "4bQ2Xk0000z1";
	decision.login = "alice";
	decision_format(&decision, line);
	ck_assert_str_eq(line,
			 "4bQ2Xk0000z1: refuse \"554 5.6.0 Attachment is empty\" check=attachment_empty stage=message "
			 "profile=default origin=trusted client=192.0.2.1 login=\"alice\" from=<a@example.com> "
			 "findings=attachment_empty(mode=enforce times=2 part=2 name=\"report.pdf\" line=9),"
			 "subject_empty(mode=observe field=\"Subject\")");
	policy_free(policy);
}
END_TEST

START_TEST(what_a_sender_wrote_cannot_break_the_line)
{
	struct policy *policy = policy_new();
	struct decision decision = decision_of("<a\r\n@\x1b\xff>");
	char line[LOG_LINE_MAX];

	judge(policy, NULL);
	decision.login = "al\"ice\\";
	decision.queue_id = "x\ny";
	message.findings[0] =
		(struct finding){ .check = check_find("attachment_empty"), .mode = MODE_OBSERVE, .name = "a\"\n),b" };
	message.finding_count = 1;
	decision_format(&decision, line);
	ck_assert_str_eq(
		line, "x\\x0ay: accept profile=default origin=trusted client=192.0.2.1 login=\"al\\\"ice\\\\\" "
		      "from=<a\\x0d\\x0a@\\x1b\\xff> findings=attachment_empty(mode=observe name=\"a\\\"\\x0a),b\")");
	policy_free(policy);
}
END_TEST

START_TEST(a_line_is_bounded_and_says_what_it_lacks)
{
	struct policy *policy = policy_new();
	char sender[4096], line[LOG_LINE_MAX];
	struct decision decision = decision_of(sender);

	judge(policy, NULL);
	memset(sender, '\x01', sizeof sender - 1);
	sender[sizeof sender - 1] = '\0';
	for (size_t i = 0; i < CHECKS_MAX; i++) {
		message.findings[i] = (struct finding){ .check = &checks[0], .mode = MODE_OBSERVE };
		memset(message.findings[i].value, '\xff', sizeof message.findings[i].value - 1);
	}
	message.finding_count = CHECKS_MAX;
	decision_format(&decision, line);
	ck_assert_uint_lt(strlen(line), LOG_LINE_MAX);
	ck_assert_ptr_nonnull(strstr(line, "...> "));
	ck_assert_str_eq(line + strlen(line) - strlen(" more"), " more");
	policy_free(policy);
}
END_TEST

SUITE_MAIN(decision, an_accepted_message_is_a_line, a_refused_message_tells_why,
	   what_a_sender_wrote_cannot_break_the_line, a_line_is_bounded_and_says_what_it_lacks)
