/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines for people. JSON is in judged_json.c. */
#include "milter/judged.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_MAX = 32 }; /* digits of a line number, with room */

#define BOLD "\033[1m"
#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"

static void
add(struct output *output, const char *text)
{
	output_add(output, bytes_of(text));
}

static void
add_colored(struct output *output, const char *color, struct bytes text, bool colored)
{
	if (colored)
		add(output, color);
	output_text(output, text);
	if (colored)
		add(output, PLAIN);
}

static void
add_quoted(struct output *output, const char *text)
{
	add(output, "\"");
	output_text(output, bytes_of(text));
	add(output, "\"");
}

void
judged_detail(const struct finding *finding, struct output *output)
{
	const char *between = "";

	if (finding->part[0] != '\0') {
		output_format(output, "%spart %s", between, finding->part);
		between = ", ";
	}
	if (finding->name[0] != '\0') {
		add(output, between);
		add_quoted(output, finding->name);
		between = ", ";
	}
	if (finding->field[0] != '\0') {
		output_format(output, "%sfield ", between);
		output_text(output, bytes_of(finding->field));
		between = ": ";
	}
	if (finding->value[0] != '\0') {
		add(output, between);
		add_quoted(output, finding->value);
	}
	if (finding->field[0] != '\0' || finding->value[0] != '\0')
		between = ", ";
	if (finding->times > 1)
		output_format(output, "%s%zu times", between, finding->times);
}

/* In parentheses, which are not there without it. */
static void
add_detail(struct output *output, const struct finding *finding)
{
	size_t before = output->length;

	add(output, " (");
	size_t begin = output->length;
	judged_detail(finding, output);
	if (output->length > begin)
		add(output, ")");
	else
		output->length = before;
}

/* The check's sentence, with what is known before its full stop. */
static void
add_sentence(struct output *output, const struct finding *finding)
{
	struct bytes sentence = bytes_of(finding->check->what);

	if (sentence.length > 0 && sentence.data[sentence.length - 1] == '.')
		sentence.length--;
	output_add(output, sentence);
	if (finding->rule != NULL)
		output_format(output, ": %s", finding->rule);
	add_detail(output, finding);
	add(output, ".");
	if (finding->mode != MODE_ENFORCE)
		output_format(output, " [%s]", mode_names[finding->mode]);
}

static size_t
line_of(const struct finding *finding, const struct mail *mail)
{
	return finding->line > 0 ? finding->line + mail->line - 1 : mail->line;
}

/* Columns of what stands between the file's name and the sentence, which differ. */
static size_t
head_width(const struct finding *finding, const struct mail *mail)
{
	char number[NUMBER_MAX];

	return (size_t)snprintf(number, sizeof number, "%zu", line_of(finding, mail)) + strlen(finding->check->name);
}

static void
print_finding(const struct finding *finding, const struct mail *mail, bool colored, struct output *output)
{
	add_colored(output, BOLD, bytes_of(mail->file), colored);
	output_format(output, ":%zu: ", line_of(finding, mail));
	add_colored(output, finding->mode == MODE_ENFORCE ? RED : CYAN, bytes_of(finding->check->name), colored);
	add(output, ":");
}

static void
print_verdict(const struct message *message, const struct mail *mail, bool colored, struct output *output)
{
	static const char *const colors[VERDICT_COUNT] = { GREEN, YELLOW, YELLOW, RED };
	const struct verdict *verdict = &message->verdict;
	char reply[REPLY_STRING_MAX];

	add_colored(output, BOLD, bytes_of(mail->file), colored);
	if (mail->number > 0)
		output_format(output, "#%zu", mail->number);
	add(output, ": ");
	add_colored(output, colors[verdict->kind], bytes_of(verdict_names[verdict->kind]), colored);
	if (verdict_is_final(verdict)) {
		reply_string(&verdict->reply, reply);
		output_format(output, " %s", reply);
	}
	output_format(output, " (%s)\n", message->profile->name);
}

void
judged_print(const struct message *message, const struct mail *mail, bool colored, struct output *output)
{
	size_t widest = 0;

	print_verdict(message, mail, colored, output);
	for (size_t i = 0; i < message->finding_count; i++) {
		size_t width = head_width(&message->findings[i], mail);

		if (widest < width)
			widest = width;
	}
	for (size_t i = 0; i < message->finding_count; i++) {
		const struct finding *finding = &message->findings[i];

		print_finding(finding, mail, colored, output);
		output_format(output, "%*s", (int)(widest - head_width(finding, mail) + 1), "");
		add_sentence(output, finding);
		add(output, "\n");
	}
}
