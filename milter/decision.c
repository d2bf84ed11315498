/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/decision.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

enum { MORE_MAX = 32 }; /* octets kept free for ",and 31 more" */

/* What is written so far, and the room for the rest. */
struct line {
	char *text;
	size_t used, size;
};

static void
add_bytes(struct line *line, struct bytes more)
{
	size_t room = line->size - 1 - line->used;
	size_t take = more.length < room ? more.length : room;

	memcpy(line->text + line->used, more.data, take);
	line->used += take;
	line->text[line->used] = '\0';
}

/* Inline, so that the length of a constant is one. */
static inline void
add(struct line *line, const char *string)
{
	add_bytes(line, bytes_of(string));
}

static void
add_safe(struct line *line, struct bytes more, size_t most)
{
	char *end = line->text + line->used;

	log_append_safe(end, line->size - line->used, more, most);
	line->used += strlen(end);
}

static void
add_quoted(struct line *line, const char *key, const char *value, size_t most)
{
	add(line, key);
	add(line, "\"");
	add_safe(line, bytes_of(value), most);
	add(line, "\"");
}

static void
add_verdict(struct line *line, const struct verdict *verdict)
{
	add(line, verdict_names[verdict->kind]);
	if (verdict_is_final(verdict)) {
		char reply[REPLY_STRING_MAX];

		reply_string(&verdict->reply, reply);
		add_quoted(line, " ", reply, DECISION_REPLY_MAX);
	}
	if (verdict->failed) {
		add(line, " failure=");
		add(line, failure_names[verdict->failure]);
	}
	if (verdict->check == NULL)
		return;
	add(line, " check=");
	add(line, verdict->check->name);
	add(line, " stage=");
	add(line, stage_names[verdict->stage]);
}

/* <a@example.com> however it was given. A `>` within cannot end the field: a blank follows the true end alone. */
static void
add_path(struct line *line, const char *key, const char *written)
{
	struct bytes path = bytes_of(written);

	if (path.length >= 2 && path.data[0] == '<' && path.data[path.length - 1] == '>')
		path = (struct bytes){ path.data + 1, path.length - 2 };
	add(line, key);
	add_safe(line, path, DECISION_SENDER_MAX);
	add(line, ">");
}

static void
add_number(struct line *line, const char *key, size_t number)
{
	char text[32];

	snprintf(text, sizeof text, "%s%zu", key, number);
	add(line, text);
}

static void
format_finding(const struct finding *finding, struct line *line)
{
	add(line, finding->check->name);
	add(line, "(mode=");
	add(line, mode_names[finding->mode]);
	if (finding->times > 1)
		add_number(line, " times=", finding->times);
	if (finding->field[0] != '\0')
		add_quoted(line, " field=", finding->field, sizeof finding->field);
	if (finding->part[0] != '\0') {
		add(line, " part=");
		add(line, finding->part);
	}
	if (finding->name[0] != '\0')
		add_quoted(line, " name=", finding->name, sizeof finding->name);
	if (finding->value[0] != '\0')
		add_quoted(line, " value=", finding->value, sizeof finding->value);
	if (finding->rule != NULL)
		add_quoted(line, " rule=", finding->rule, REPLY_RULE_MAX);
	if (finding->line > 0)
		add_number(line, " line=", finding->line);
	add(line, ")");
}

/* Whole findings only; of those that do not fit the number is told. */
static void
add_findings(struct line *line, const struct message *message)
{
	for (size_t i = 0; i < message->finding_count; i++) {
		char buffer[LOG_LINE_MAX] = "";
		struct line one = { buffer, 0, sizeof buffer };

		format_finding(&message->findings[i], &one);
		if (line->used + one.used + MORE_MAX >= line->size) {
			add_number(line, i == 0 ? " findings=" : ",and ", message->finding_count - i);
			add(line, i == 0 ? "" : " more");
			return;
		}
		add(line, i == 0 ? " findings=" : ",");
		add_bytes(line, (struct bytes){ buffer, one.used });
	}
}

void
decision_format(const struct decision *decision, char line_out[LOG_LINE_MAX])
{
	struct line line = { line_out, 0, LOG_LINE_MAX };
	const struct message *message = decision->message;

	line_out[0] = '\0';
	if (decision->queue_id != NULL && decision->queue_id[0] != '\0')
		add_safe(&line, bytes_of(decision->queue_id), DECISION_QUEUE_ID_MAX);
	else
		add(&line, "NOQUEUE");
	add(&line, ": ");
	add_verdict(&line, decision->verdict != NULL ? decision->verdict : &message->verdict);
	add(&line, " profile=");
	add_safe(&line, bytes_of(message->profile->name), DECISION_QUEUE_ID_MAX);
	add(&line, " origin=");
	add(&line, origin_names[decision->origin]);
	add(&line, " client=");
	add(&line, decision->client);
	if (decision->login[0] != '\0')
		add_quoted(&line, " login=", decision->login, DECISION_LOGIN_MAX);
	add_path(&line, " from=<", decision->sender);
	if (decision->recipient != NULL)
		add_path(&line, " to=<", decision->recipient);
	add_findings(&line, message);
}

void
decision_log(const struct decision *decision, bool findings_only)
{
	char line[LOG_LINE_MAX];

	if (findings_only && decision->message->finding_count == 0 && !decision->message->verdict.failed &&
	    decision->verdict == NULL)
		return;
	decision_format(decision, line);
	log_text(LOG_INFO, line);
}
