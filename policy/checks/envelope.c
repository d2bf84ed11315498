/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of what the client says before the message. */
#include "policy/checks/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NULL_SENDER_ALLOW };
enum { ALLOW_NONE, ALLOW_REPORTS, ALLOW_ALL };

static const char *const null_sender_allow[] = { "none", "reports", "all", NULL };

const struct param null_sender_params[] = {
	[NULL_SENDER_ALLOW] = {
		.name = "allow",
		.type = PARAM_CHOICE,
		.preset = "none",
		.what = "Which messages may have the null sender: none; reports, which are multipart/report or carry an Auto-Submitted field "
		"other than `no` (the others are then refused after their header is known); or all.",
		.choices = null_sender_allow,
	},
	{ .name = NULL },
};

/* RFC 3464 2 and RFC 8098 3 make reports multipart/report; RFC 3834 5 marks automatic mail. */
static bool
is_report(const struct facts *facts)
{
	return strcmp(mime_root_type(&facts->mime), "multipart/report") == 0 || facts->auto_submitted;
}

bool
null_sender(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	int64_t allow = settings->values[NULL_SENDER_ALLOW].number;

	(void)finding_out;
	if (!message->facts.sender.known || !message->facts.sender.null || allow == ALLOW_ALL)
		return false;
	return allow == ALLOW_NONE || (message->stage == STAGE_HEADERS && !is_report(&message->facts));
}

bool
null_sender_asked_again(const struct settings *settings, enum stage stage)
{
	return stage == STAGE_HEADERS && settings->values[NULL_SENDER_ALLOW].number == ALLOW_REPORTS;
}

enum { SMTPUTF8 };

const struct param path_params[] = {
	[SMTPUTF8] = {
		.name = "smtputf8",
		.type = PARAM_BOOLEAN,
		.preset = "true",
		.what = "An address may be UTF-8 where the client asked for SMTPUTF8.",
	},
	{ .name = NULL },
};

static bool
path_invalid(const struct path_facts *path, const struct settings *settings, struct finding *finding_out)
{
	finding_out->rule = path->rule;
	if (path->rule == NULL && path->utf8 && settings->values[SMTPUTF8].number == 0)
		finding_out->rule = "Address not ASCII";
	finding_out->list = path->text;
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(path->text));
	return finding_out->rule != NULL;
}

bool
sender_invalid(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	return path_invalid(&message->facts.sender_path, settings, finding_out);
}

bool
recipient_invalid(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	return path_invalid(&message->facts.recipient_path, settings, finding_out);
}

enum { SIZE_LIMIT };

const struct param size_declared_params[] = {
	[SIZE_LIMIT] = {
		.name = "limit",
		.type = PARAM_SIZE,
		.preset = "none",
		.what = "The most octets that a client may announce with SIZE=.",
	},
	{ .name = NULL },
};

bool
size_declared(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	int64_t limit = settings->values[SIZE_LIMIT].number;

	if (limit == 0 || message->facts.declared_size <= (uint64_t)limit)
		return false;
	snprintf(finding_out->value, sizeof finding_out->value, "%" PRIu64 " octets", message->facts.declared_size);
	return true;
}

enum { RECIPIENTS_LIMIT };

/* RFC 5321 4.5.3.1.8: a server takes 100 at least. */
const struct param recipients_too_many_params[] = {
	[RECIPIENTS_LIMIT] = {
		.name = "limit",
		.type = PARAM_NUMBER,
		.preset = "100",
		.what = "How many recipients a message may have.",
		.unit = "recipients",
		.least = 1,
		.most = 1000000,
	},
	{ .name = NULL },
};

bool
recipients_too_many(struct message *message, const struct settings *settings, struct finding *finding_out)
{
	/* Of a local submission the surplus cannot be put off, and the whole would be for ever. */
	if (message->facts.recipients_wait && reply_defers(&settings->reply))
		return false;
	if ((int64_t)message->facts.recipients < settings->values[RECIPIENTS_LIMIT].number)
		return false;
	buffer_append(finding_out->value, sizeof finding_out->value, bytes_of(message->facts.recipient_path.text));
	return true;
}
