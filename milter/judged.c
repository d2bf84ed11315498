/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/judged.h"

#include "milter/output.h"

#include <jansson.h>
#include <limits.h>

enum { LABEL_MAX = PATH_MAX + 32 };

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
	char utf8[REPLY_STRING_MAX] = "";

	if (text[0] == '\0')
		return true;
	output_utf8(utf8, sizeof utf8, bytes_of(text));
	return json_object_set_new(object, key, json_string(utf8)) == 0;
}

/* The line counts within the file. */
static size_t
line_of(const struct finding *finding, const struct mail *mail)
{
	return finding->line > 0 ? finding->line + mail->line - 1 : 0;
}

static json_t *
detail_object(const struct finding *finding, const struct mail *mail)
{
	json_t *detail = json_object();
	size_t line = line_of(finding, mail);
	bool ok = detail != NULL && set_text(detail, "part", finding->part) &&
		  set_text(detail, "name", finding->name) && set_text(detail, "field", finding->field) &&
		  set_text(detail, "value", finding->value) &&
		  (finding->times < 2 ||
		   json_object_set_new(detail, "times", json_integer((json_int_t)finding->times)) == 0) &&
		  (line == 0 || json_object_set_new(detail, "line", json_integer((json_int_t)line)) == 0);

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

	finding_reply(finding, &message->profile->checks[check_index(finding->check)], &reply);
	reply_string(&reply, string);
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "check", finding->check->name, "stage",
			 stage_names[finding->stage], "mode", mode_names[finding->mode], "reply", string, "detail",
			 detail_object(finding, mail));
}

static bool
has_reply(const struct verdict *verdict)
{
	return verdict->kind == VERDICT_DEFER || verdict->kind == VERDICT_REFUSE;
}

static json_t *
message_object(const struct message *message, const struct mail *mail)
{
	const struct verdict *verdict = &message->verdict;
	char reply[REPLY_STRING_MAX];
	char file[LABEL_MAX];
	json_t *findings = json_array();

	reply_string(&verdict->reply, reply);
	label(mail, file);
	for (size_t i = 0; i < message->finding_count; i++) {
		if (json_array_append_new(findings, finding_object(message, &message->findings[i], mail)) != 0) {
			json_decref(findings);
			return NULL;
		}
	}
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:o}", "file", file, "verdict", verdict_names[verdict->kind],
			 "reply", has_reply(verdict) ? reply : NULL, "check",
			 verdict->check != NULL ? verdict->check->name : NULL, "profile", message->profile->name,
			 "findings", findings);
}

bool
judged_json(const struct message *message, const struct mail *mail, FILE *stream)
{
	json_t *object = message_object(message, mail);
	bool ok = object != NULL && json_dumpf(object, stream, JSON_COMPACT) == 0;

	json_decref(object);
	if (ok)
		fputc('\n', stream);
	return ok;
}

static void
print_finding(const struct finding *finding, const struct mail *mail, FILE *stream)
{
	size_t line = line_of(finding, mail);

	output_text(stream, bytes_of(mail->file));
	if (line > 0)
		fprintf(stream, ":%zu", line);
	fprintf(stream, ": %s: %s", finding->check->name, finding->check->what);
	if (finding->part[0] != '\0')
		fprintf(stream, " Part %s.", finding->part);
	if (finding->name[0] != '\0') {
		fputs(" Name: ", stream);
		output_text(stream, bytes_of(finding->name));
	}
	if (finding->field[0] != '\0') {
		fputs(" Field: ", stream);
		output_text(stream, bytes_of(finding->field));
	}
	if (finding->value[0] != '\0') {
		fputs(", seen: ", stream);
		output_text(stream, bytes_of(finding->value));
	}
	if (finding->times > 1)
		fprintf(stream, " (%zu times)", finding->times);
	if (finding->mode != MODE_ENFORCE)
		fprintf(stream, " [%s]", mode_names[finding->mode]);
	fputc('\n', stream);
}

void
judged_print(const struct message *message, const struct mail *mail, bool colored, FILE *stream)
{
	static const char *const colors[VERDICT_COUNT] = { "\033[32m", "\033[33m", "\033[33m", "\033[31m" };
	const struct verdict *verdict = &message->verdict;
	char reply[REPLY_STRING_MAX];
	char file[LABEL_MAX];

	label(mail, file);
	output_text(stream, bytes_of(file));
	fprintf(stream, ": %s%s%s", colored ? colors[verdict->kind] : "", verdict_names[verdict->kind],
		colored ? "\033[0m" : "");
	if (has_reply(verdict)) {
		reply_string(&verdict->reply, reply);
		fprintf(stream, " %s", reply);
	}
	fprintf(stream, " (%s)\n", message->profile->name);
	for (size_t i = 0; i < message->finding_count; i++)
		print_finding(&message->findings[i], mail, stream);
}
