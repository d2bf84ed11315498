/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/finding.h"

#include "policy/checks.h"

const char *const stage_names[STAGE_COUNT] = { "connect", "mail", "rcpt", "headers", "message" };

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

/* What fills a place; nothing where the check does not know it. */
static struct bytes
place_text(const struct finding *finding, enum reply_place place)
{
	if (place == REPLY_PLACE_NAME)
		return bytes_of(finding->field);
	if (place == REPLY_PLACE_VALUE)
		return bytes_of(finding->value);
	return bytes_of(finding->rule != NULL ? finding->rule : "");
}

void
finding_reply(const struct finding *finding, const struct settings *settings, struct reply *reply_out)
{
	const char *at = settings->reply.text;
	size_t length;

	*reply_out = settings->reply;
	reply_out->text[0] = '\0';
	for (; *at != '\0'; at += length) {
		enum reply_place place = reply_place_at(at, &length);
		struct bytes text = { at, 1 };

		if (place != REPLY_PLACE_NONE)
			text = place_text(finding, place);
		else
			length = 1;
		reply_append_safe(reply_out->text, sizeof reply_out->text, text);
	}
	if (settings->detail)
		append_detail(finding, reply_out->text, sizeof reply_out->text);
	if (reply_out->text[0] == '\0')
		buffer_append(reply_out->text, sizeof reply_out->text, bytes_of(finding->check->name));
}
