/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/finding.h"

#include "policy/message.h"

#include <string.h>

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

/* The setting of that name, which is a text; nothing where the check has none. */
static const char *
region_setting(const struct finding *finding)
{
	const struct param *params = finding->check->params;

	for (size_t i = 0; params != NULL && params[i].name != NULL; i++)
		if (strcmp(params[i].name, "region") == 0)
			return finding->settings->values[i].list.items[0];
	return "";
}

/* What fills a place; nothing where the check does not know it. */
static const char *
place_text(const struct message *message, const struct finding *finding, enum reply_place place)
{
	switch (place) {
	case REPLY_PLACE_NAME:
		return finding->field;
	case REPLY_PLACE_VALUE:
		return finding->list != NULL ? finding->list : finding->value;
	case REPLY_PLACE_RULE:
		return finding->rule != NULL ? finding->rule : "";
	case REPLY_PLACE_LOGIN:
		return message->circumstances.client->login;
	case REPLY_PLACE_REGION:
	case REPLY_PLACE_NONE: /* nobody asks what fills that */
		break;
	}
	return region_setting(finding);
}

void
finding_reply(const struct message *message, const struct finding *finding, struct reply *reply_out)
{
	const struct settings *settings = finding->settings;
	const char *at = settings->reply.text;
	size_t length;

	*reply_out = settings->reply;
	reply_out->text[0] = '\0';
	for (; *at != '\0'; at += length) {
		enum reply_place place = reply_place_at(at, &length);
		struct bytes text = { at, 1 };

		if (place != REPLY_PLACE_NONE)
			text = bytes_of(place_text(message, finding, place));
		else
			length = 1;
		reply_append_safe(reply_out->text, sizeof reply_out->text, text);
	}
	if (settings->detail)
		append_detail(finding, reply_out->text, sizeof reply_out->text);
	if (reply_out->text[0] == '\0')
		buffer_append(reply_out->text, sizeof reply_out->text, bytes_of(finding->check->name));
}
