/* SPDX-License-Identifier: BSD-2-Clause */
/* Every case of tests/policy/cases: with LF, with CRLF, and with CRLF and the body cut at every octet. */
#define _POSIX_C_SOURCE 200809L
#include "policy/offline.h"
#include "tests/policy/cases/case_policy.h"
#include "tests/support/suite.h"
#include "tests/support/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct finding *
found(const struct message *message)
{
	return message->finding_count > 0 ? &message->findings[0] : NULL;
}

static bool
names(const struct finding *finding, const char *value)
{
	return strcmp(finding->part, value) == 0 || strcmp(finding->name, value) == 0 ||
	       strcmp(finding->value, value) == 0 || strcmp(finding->field, value) == 0 ||
	       (finding->rule != NULL && strcmp(finding->rule, value) == 0);
}

static void
assert_case(const struct message_case *row, const struct message *message, const char *how)
{
	const struct finding *finding = found(message);

	ck_assert_msg((finding != NULL) == row->fires, "%s: %s (%s): %s", row->check, row->sentence, how,
		      finding != NULL ? "fired" : "did not fire");
	ck_assert_msg(finding == NULL || row->value == NULL || names(finding, row->value),
		      "%s: %s (%s): does not name %s", row->check, row->sentence, how, row->value);
}

static char *
with_crlf(const char *text)
{
	char *copy = malloc(strlen(text) * 2 + 1);
	size_t length = 0;

	ck_assert_ptr_nonnull(copy);
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			copy[length++] = '\r';
		copy[length++] = *text;
	}
	copy[length] = '\0';
	return copy;
}

/* Feeds the header from text, and the body in two pieces, as a milter gets it. Stops asking for the body when the message is
 * settled, as the daemon does. */
static void
feed_cut(struct message *message, const struct envelope *envelope, struct bytes head, struct bytes body, size_t cut)
{
	message_mail(message, envelope);
	trial_feed_header(message, head);
	if (cut > 0 && !message_settled(message))
		message_body(message, (struct bytes){ body.data, cut });
	if (cut < body.length && !message_settled(message))
		message_body(message, bytes_from(body, cut));
	message_end(message);
}

static void
run_cuts(const struct message_case *row, const struct policy *policy, const char *text)
{
	struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = row->sender };
	const char *end = strncmp(text, "\r\n", 2) == 0 ? text : strstr(text, "\r\n\r\n");
	struct message message;

	if (end == NULL || strstr(text, "\r\nno field") != NULL)
		return; /* a message that is all header, or whose header ends elsewhere, has no body to cut */
	end += end == text ? 2 : 4;
	struct bytes head = { text, (size_t)(end - text) };
	struct bytes body = bytes_of(end);
	for (size_t cut = 0; cut <= body.length; cut++) {
		char how[64];

		snprintf(how, sizeof how, "body cut at %zu", cut);
		message_init(&message, policy);
		feed_cut(&message, &envelope, head, body, cut);
		assert_case(row, &message, how);
		message_reset(&message);
	}
}

static void
run_whole(const struct message_case *row, const struct policy *policy, const char *text, const char *how)
{
	struct envelope envelope = { .origin = ORIGIN_TRUSTED, .sender = row->sender };
	struct message message;

	message_init(&message, policy);
	offline_judge(&message, &envelope, bytes_of(text));
	assert_case(row, &message, how);
	message_reset(&message);
}

static void
run_cases(const struct message_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct message_case *row = &cases->cases[i];
		struct policy *policy = case_policy(row);
		char *crlf = with_crlf(row->text);

		run_whole(row, policy, row->text, "with LF");
		run_whole(row, policy, crlf, "with CRLF");
		run_cuts(row, policy, crlf);
		free(crlf);
		policy_free(policy);
	}
}

START_TEST(envelope_and_header)
{
	run_cases(&envelope_cases);
}
END_TEST

START_TEST(subject)
{
	run_cases(&subject_cases);
}
END_TEST

START_TEST(alignment_with_the_envelope)
{
	run_cases(&alignment_cases);
}
END_TEST

START_TEST(attachments_and_images)
{
	run_cases(&attachment_cases);
}
END_TEST

START_TEST(syntax_of_fields)
{
	run_cases(&syntax_cases);
}
END_TEST

START_TEST(structure_size_and_octets)
{
	run_cases(&transport_cases);
}
END_TEST

START_TEST(body)
{
	run_cases(&body_cases);
}
END_TEST

SUITE_MAIN(messages, envelope_and_header, subject, alignment_with_the_envelope, attachments_and_images, body,
	   syntax_of_fields, structure_size_and_octets)
