/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/stored.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char message_suffix[] = ".eml", expectation_suffix[] = ".expected";

enum { PATH_SIZE = 512 };

static bool
ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length > tail && strcmp(text + length - tail, suffix) == 0;
}

static int
is_message(const struct dirent *entry)
{
	return ends_with(entry->d_name, message_suffix);
}

static int
is_expectation(const struct dirent *entry)
{
	return ends_with(entry->d_name, expectation_suffix);
}

/* With a NUL behind it. */
static struct bytes
read_whole(const char *folder, const char *name, const char *suffix)
{
	char path[PATH_SIZE];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
	FILE *file = fopen(path, "rb");
	ck_assert_msg(file != NULL, "%s is missing", path);
	ck_assert_int_eq(fstat(fileno(file), &status), 0);
	size_t length = (size_t)status.st_size;
	char *data = malloc(length + 1);
	ck_assert_ptr_nonnull(data);
	ck_assert_uint_eq(fread(data, 1, length, file), length);
	fclose(file);
	data[length] = '\0';
	return (struct bytes){ data, length };
}

static void
assert_has_message(const char *folder, const char *expectation)
{
	char path[PATH_SIZE];
	struct stat status;
	int stem = (int)(strlen(expectation) - strlen(expectation_suffix));

	snprintf(path, sizeof path, "%s/%.*s%s", folder, stem, expectation, message_suffix);
	ck_assert_msg(stat(path, &status) == 0, "%s/%s stands alone: %s is missing", folder, expectation, path);
}

/* Takes the line `sender PATH` off the expectation, if it begins with one. */
static void
read_expectation(struct stored_message *message, char *text)
{
	static const char key[] = "sender ";
	size_t length = strcspn(text, "\n");

	message->findings = text;
	snprintf(message->sender, sizeof message->sender, "%s", "<sender@example.com>");
	if (strncmp(text, key, strlen(key)) != 0)
		return;
	ck_assert_msg(length < sizeof message->sender && text[length] == '\n', "%s: line 1", message->name);
	snprintf(message->sender, sizeof message->sender, "%.*s", (int)(length - strlen(key)), text + strlen(key));
	memmove(text, text + length + 1, strlen(text + length + 1) + 1);
}

static void
load_message(struct stored_message *message, const char *folder, const char *file_name)
{
	size_t length = strlen(file_name) - strlen(message_suffix);

	ck_assert_uint_lt(length, sizeof message->name);
	memcpy(message->name, file_name, length);
	message->name[length] = '\0';
	message->text = read_whole(folder, message->name, message_suffix);
	read_expectation(message, (char *)read_whole(folder, message->name, expectation_suffix).data);
}

void
stored_load(struct stored *stored_out, const char *folder)
{
	struct dirent **messages = NULL, **expectations = NULL;
	int message_count = scandir(folder, &messages, is_message, alphasort);
	int expectation_count = scandir(folder, &expectations, is_expectation, alphasort);

	ck_assert_msg(message_count > 0, "no message in %s", folder);
	*stored_out = (struct stored){ .count = (size_t)message_count };
	stored_out->messages = calloc(stored_out->count, sizeof *stored_out->messages);
	ck_assert_ptr_nonnull(stored_out->messages);
	for (int i = 0; i < expectation_count; i++) {
		assert_has_message(folder, expectations[i]->d_name);
		free(expectations[i]);
	}
	for (int i = 0; i < message_count; i++) {
		load_message(&stored_out->messages[i], folder, messages[i]->d_name);
		free(messages[i]);
	}
	free(expectations);
	free(messages);
}

void
stored_free(struct stored *stored)
{
	for (size_t i = 0; i < stored->count; i++) {
		free((char *)stored->messages[i].text.data);
		free(stored->messages[i].findings);
	}
	free(stored->messages);
	*stored = (struct stored){ NULL, 0 };
}

void
stored_write_finding(struct trace *trace, const struct finding *finding)
{
	const char *detail = finding->value;

	if (finding->name[0] != '\0')
		detail = finding->name;
	else if (finding->rule != NULL)
		detail = finding->rule;
	trace_add(trace, "%s", finding->check->name);
	if (finding->field[0] != '\0' || finding->part[0] != '\0')
		trace_add(trace, " %s", finding->field[0] != '\0' ? finding->field : finding->part);
	if (finding->line > 0)
		trace_add(trace, ":%zu", finding->line);
	if (detail[0] != '\0') {
		trace_add(trace, " \"");
		trace_add_bytes(trace, bytes_of(detail));
		trace_add(trace, "\"");
	}
	if (finding->times > 1)
		trace_add(trace, " x%zu", finding->times);
}

/* Of a line that ends in ` ...` only the words before that are compared. */
static bool
line_fits(struct bytes line, const char *written)
{
	static const char open_end[] = " ...";
	size_t tail = strlen(open_end);
	bool open = line.length >= tail && memcmp(line.data + line.length - tail, open_end, tail) == 0;
	size_t length = open ? line.length - tail : line.length;

	return strncmp(line.data, written, length) == 0 &&
	       (written[length] == '\0' || (open && written[length] == ' '));
}

static bool
has_finding(const struct message *message, struct bytes line)
{
	bool fits = false;

	for (size_t i = 0; i < message->finding_count && !fits; i++) {
		struct trace written = { 0 };

		stored_write_finding(&written, &message->findings[i]);
		fits = line_fits(line, trace_text(&written));
		trace_free(&written);
	}
	return fits;
}

/* Whether the line is of a check that is not off. Every line names a check. */
static bool
is_judged(const struct message *message, struct bytes line)
{
	char name[64] = "";
	ptrdiff_t blank = bytes_find(line, ' ');

	buffer_append(name, sizeof name, (struct bytes){ line.data, blank < 0 ? line.length : (size_t)blank });
	const struct check *check = check_find(name);
	ck_assert_msg(check != NULL, "no check has the name `%s`", name);
	return message->profile->checks[check_index(check)].mode != MODE_OFF;
}

/* A check has one finding at most, so that as many findings as lines, with one for each line, are the same. */
static bool
has_exactly(const struct message *message, const char *findings)
{
	size_t count = 0;

	while (*findings != '\0') {
		struct bytes line = { findings, strcspn(findings, "\n") };

		findings += line.length + (findings[line.length] == '\n');
		if (!is_judged(message, line))
			continue;
		if (!has_finding(message, line))
			return false;
		count++;
	}
	return count == message->finding_count;
}

void
stored_assert_findings(const struct message *message, const char *findings, const char *name, const char *how)
{
	struct trace written = { 0 };

	if (has_exactly(message, findings))
		return;
	for (size_t i = 0; i < message->finding_count; i++) {
		stored_write_finding(&written, &message->findings[i]);
		trace_add(&written, "\n");
	}
	ck_abort_msg("%s (%s)\n expected:\n%s but found:\n%s", name, how, findings, trace_text(&written));
}
