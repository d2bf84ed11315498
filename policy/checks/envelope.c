/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of what the client says before the message. */
#include "policy/checks/rows.h"

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
null_sender(const struct message *message, const struct settings *settings, struct finding *finding_out)
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
