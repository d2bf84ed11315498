/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/finding.h"

#include "policy/checks.h"

#include <string.h>

const char *const stage_names[STAGE_COUNT] = { "connect", "mail", "rcpt", "headers", "message" };

/* What stands for a place in a reply's text; NULL when the text at `at` is no place. */
static const char *
place_value(const struct finding *finding, const char *at, size_t *length_out)
{
	static const char name[] = "{name}";
	static const char value[] = "{value}";

	if (strncmp(at, name, sizeof name - 1) == 0) {
		*length_out = sizeof name - 1;
		return finding->field;
	}
	if (strncmp(at, value, sizeof value - 1) == 0) {
		*length_out = sizeof value - 1;
		return finding->value;
	}
	return NULL;
}

static void
append_detail(const struct finding *finding, char *text, size_t size)
{
	const char *what = finding->name[0] != '\0' ? finding->name : finding->value;

	if (what[0] != '\0') {
		buffer_append(text, size, bytes_of(": "));
		reply_append_safe(text, size, bytes_of(what));
	}
	if (finding->part[0] != '\0') {
		buffer_append(text, size, bytes_of(" (part "));
		reply_append_safe(text, size, bytes_of(finding->part));
		buffer_append(text, size, bytes_of(")"));
	}
}

void
finding_reply(const struct finding *finding, const struct settings *settings, struct reply *reply_out)
{
	const char *at = settings->reply.text;

	*reply_out = settings->reply;
	reply_out->text[0] = '\0';
	while (*at != '\0') {
		size_t length = 1;
		const char *value = *at == '{' ? place_value(finding, at, &length) : NULL;

		reply_append_safe(reply_out->text, sizeof reply_out->text,
				  value != NULL ? bytes_of(value) : (struct bytes){ at, 1 });
		at += length;
	}
	if (settings->detail)
		append_detail(finding, reply_out->text, sizeof reply_out->text);
	if (reply_out->text[0] == '\0')
		buffer_append(reply_out->text, sizeof reply_out->text, bytes_of(finding->check->name));
}
