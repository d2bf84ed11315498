/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/answer.h"

#include "milter/log.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

/* A line as libmilter wants it: every `%` doubled. */
struct escaped_line {
	char text[2 * REPLY_LINE_MAX + 1];
};

static void
double_percents(const char *line, struct escaped_line *escaped_out)
{
	char *to = escaped_out->text;

	for (; *line != '\0'; line++) {
		if (*line == '%')
			*to++ = '%';
		*to++ = *line;
	}
	*to = '\0';
}

/* NULL where the reply goes without an enhanced code. */
static char *
enhanced_code(const struct reply *reply, size_t lines, char buffer[sizeof reply->enhanced])
{
	if (reply->enhanced[0] != '\0')
		strcpy(buffer, reply->enhanced);
	else if (lines > 1 || ascii_is_digit(reply->text[0]))
		strcpy(buffer, reply_defers(reply) ? "4.0.0" : "5.0.0");
	else
		return NULL;
	return buffer;
}

static bool
set_reply(SMFICTX *context, const struct reply *reply)
{
	char lines[REPLY_LINES_MAX][REPLY_LINE_MAX + 1];
	struct escaped_line escaped[REPLY_LINES_MAX];
	char *text[REPLY_LINES_MAX] = { NULL };
	char code[8], enhanced_buffer[sizeof reply->enhanced];
	size_t count = reply_lines(reply, lines);
	char *enhanced = enhanced_code(reply, count, enhanced_buffer);

	snprintf(code, sizeof code, "%03d", reply->code);
	for (size_t i = 0; i < count; i++) {
		double_percents(lines[i], &escaped[i]);
		text[i] = escaped[i].text;
	}
	if (count == 1)
		return smfi_setreply(context, code, enhanced, text[0]) == MI_SUCCESS;
	return smfi_setmlreply(context, code, enhanced, text[0], text[1], text[2], text[3], text[4], text[5], text[6],
			       text[7], (char *)NULL) == MI_SUCCESS;
}
_Static_assert(REPLY_LINES_MAX == 8, "set_reply passes eight lines");

static sfsistat
answer_reply(SMFICTX *context, const struct reply *reply)
{
	if (set_reply(context, reply))
		return reply_defers(reply) ? SMFIS_TEMPFAIL : SMFIS_REJECT;
	log_line(LOG_ERR, "error: libmilter did not take the reply %03d %s; answered with a temporary failure",
		 reply->code, reply->enhanced);
	return SMFIS_TEMPFAIL;
}

sfsistat
answer_verdict(SMFICTX *context, const struct verdict *verdict)
{
	if (verdict_is_final(verdict))
		return answer_reply(context, &verdict->reply);
	return SMFIS_ACCEPT;
}

sfsistat
answer_failure(SMFICTX *context, const struct policy *policy, enum failure failure)
{
	const struct failure_answer *answer = &policy->failures[failure];

	return answer->accept ? SMFIS_ACCEPT : answer_reply(context, &answer->reply);
}

static bool
has_tag(const struct message *message)
{
	for (size_t i = 0; i < message->finding_count; i++)
		if (message->findings[i].mode == MODE_TAG)
			return true;
	return false;
}

bool
answer_needs_end(const struct message *message)
{
	return message->verdict.kind == VERDICT_HOLD || (message->verdict.kind == VERDICT_ACCEPT && has_tag(message));
}

/* Check names are ours, part numbers are digits and dots: nothing here is the sender's to choose. */
static void
append_tag(const struct finding *finding, char *value, size_t size)
{
	if (value[0] != '\0')
		buffer_append(value, size, bytes_of(", "));
	buffer_append(value, size, bytes_of(finding->check->name));
	if (finding->part[0] == '\0')
		return;
	buffer_append(value, size, bytes_of(" (part "));
	reply_append_safe(value, size, bytes_of(finding->part));
	buffer_append(value, size, bytes_of(")"));
}

static bool
add_tag(SMFICTX *context, const struct message *message)
{
	char field[] = ANSWER_TAG_FIELD;
	char value[ANSWER_TAG_MAX + 1] = "";

	for (size_t i = 0; i < message->finding_count; i++)
		if (message->findings[i].mode == MODE_TAG)
			append_tag(&message->findings[i], value, sizeof value);
	return value[0] == '\0' || smfi_addheader(context, field, value) == MI_SUCCESS;
}

static bool
hold(SMFICTX *context, const struct verdict *verdict)
{
	char reason[64];

	snprintf(reason, sizeof reason, "%s", verdict->check != NULL ? verdict->check->name : "postern");
	return smfi_quarantine(context, reason) == MI_SUCCESS;
}

sfsistat
answer_end(SMFICTX *context, struct message *message)
{
	bool done = true;

	if (!verdict_is_final(&message->verdict))
		done = add_tag(context, message);
	if (done && message->verdict.kind == VERDICT_HOLD)
		done = hold(context, &message->verdict);
	if (!done) {
		log_line(LOG_ERR, "error: libmilter did not take a header field or a quarantine");
		message_fail(message, FAILURE_INTERNAL);
	}
	return answer_verdict(context, &message->verdict);
}
