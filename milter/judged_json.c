/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/judged.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>

/* A path, each octet of which may become U+FFFD, and a number. */
enum { LABEL_MAX = PATH_MAX * 3 + 32 };

static void
label(const struct mail *mail, char label_out[LABEL_MAX])
{
	char number[32];

	label_out[0] = '\0';
	output_utf8(label_out, LABEL_MAX, bytes_of(mail->file));
	if (mail->number > 0) {
		snprintf(number, sizeof number, "#%zu", mail->number);
		buffer_append(label_out, LABEL_MAX, bytes_of(number));
	}
}

static bool
set_text(json_t *object, const char *key, const char *text)
{
	char utf8[FINDING_TEXT_MAX * 3] = "";

	if (text[0] == '\0')
		return true;
	output_utf8(utf8, sizeof utf8, bytes_of(text));
	return json_object_set_new(object, key, json_string(utf8)) == 0;
}

static bool
set_number(json_t *object, const char *key, size_t number)
{
	return json_object_set_new(object, key, json_integer((json_int_t)number)) == 0;
}

/* The line counts within the file. */
static json_t *
detail_object(const struct finding *finding, const struct mail *mail)
{
	json_t *detail = json_object();
	bool ok = detail != NULL && set_text(detail, "part", finding->part) &&
		  set_text(detail, "name", finding->name) && set_text(detail, "field", finding->field) &&
		  set_text(detail, "value", finding->value) &&
		  set_text(detail, "rule", finding->rule != NULL ? finding->rule : "") &&
		  (finding->times < 2 || set_number(detail, "times", finding->times)) &&
		  (finding->line == 0 || set_number(detail, "line", finding->line + mail->line - 1));

	if (ok)
		return detail;
	json_decref(detail);
	return NULL;
}

static json_t *
finding_object(const struct message *message, const struct finding *finding, const struct mail *mail)
{
	struct reply reply;
	char string[REPLY_STRING_MAX];

	finding_reply(message, finding, &reply);
	reply_string(&reply, string);
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "check", finding->check->name, "stage",
			 stage_names[finding->stage], "mode", mode_names[finding->mode], "reply", string, "detail",
			 detail_object(finding, mail));
}

static json_t *
findings_array(const struct message *message, const struct mail *mail)
{
	json_t *findings = json_array();

	for (size_t i = 0; i < message->finding_count; i++) {
		if (json_array_append_new(findings, finding_object(message, &message->findings[i], mail)) != 0) {
			json_decref(findings);
			return NULL;
		}
	}
	return findings;
}

static json_t *
message_object(const struct message *message, const struct mail *mail)
{
	const struct verdict *verdict = &message->verdict;
	bool has_reply = verdict_is_final(verdict);
	char reply[REPLY_STRING_MAX];
	char file[LABEL_MAX];

	reply_string(&verdict->reply, reply);
	label(mail, file);
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:o}", "file", file, "verdict", verdict_names[verdict->kind],
			 "reply", has_reply ? reply : NULL, "check",
			 verdict->check != NULL ? verdict->check->name : NULL, "profile", message->profile->name,
			 "findings", findings_array(message, mail));
}

static int
add_chunk(const char *data, size_t length, void *output)
{
	output_add(output, (struct bytes){ data, length });
	return 0;
}

bool
judged_json(const struct message *message, const struct mail *mail, struct output *output)
{
	json_t *object = message_object(message, mail);
	bool ok = object != NULL && json_dump_callback(object, add_chunk, output, JSON_COMPACT) == 0;

	json_decref(object);
	output_add(output, bytes_of("\n"));
	return ok && !output->refused;
}
