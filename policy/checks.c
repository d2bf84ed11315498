/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/checks.h"

#include "policy/checks/rows.h"

#include <string.h>

/* "Infobip" names the row of the Infobip SMTP API's list of enhanced status codes that has this reply. */
const struct check checks[] = {
	{
		.name = "null_sender",
		.stage = STAGE_MAIL,
		.reply = "550 5.7.1 Empty sender not allowed",
		.what = "The envelope sender is empty (MAIL FROM:<>), as that of bounces is.",
		.source = "Infobip 550 5.7.1 at MAIL FROM; RFC 5321 4.5.5",
		.params = null_sender_params,
		.fires = null_sender,
		.asked_again = null_sender_asked_again,
	},
	{
		.name = "header_missing",
		.stage = STAGE_HEADERS,
		.reply = "554 5.6.0 Required header field {name} not present",
		.what = "A header field that every message must have is missing.",
		.source = "RFC 5322 3.6",
		.params = header_missing_params,
		.fires = header_missing,
	},
	{
		.name = "header_duplicate",
		.stage = STAGE_HEADERS,
		.reply = "554 5.6.0 Header field {name} present more than once",
		.what = "A header field that a message may have once is there several times, so that programs disagree "
			"on which counts.",
		.source = "RFC 5322 3.6, RFC 2045 3",
		.params = header_duplicate_params,
		.fires = header_duplicate,
	},
	{
		.name = "subject_missing",
		.stage = STAGE_HEADERS,
		.reply = "554 5.6.0 Subject not present",
		.what = "There is no Subject field.",
		.source = "Infobip 554 5.6.0 at DATA",
		.fires = subject_missing,
	},
	{
		.name = "subject_empty",
		.stage = STAGE_HEADERS,
		.reply = "554 5.6.0 Subject not present",
		.what = "The Subject shows nothing: once decoded it holds only white space and invisible characters.",
		.source = "Infobip 554 5.6.0 at DATA; RFC 2047",
		.fires = subject_empty,
	},
	{
		.name = "subject_too_long",
		.stage = STAGE_HEADERS,
		.reply = "554 5.6.0 Subject too long",
		.what = "The Subject has too many characters.",
		.source = "Infobip 554 5.6.0 at DATA",
		.params = subject_too_long_params,
		.fires = subject_too_long,
	},
	{
		.name = "address_invalid",
		.stage = STAGE_HEADERS,
		.reply = "554 5.6.0 Could not read the message. <{rule}>",
		.what = "An address in a header field breaks a rule of syntax.",
		.source = "Infobip 554 5.6.0 at DATA; RFC 5322 3.4, 4.4",
		.params = address_invalid_params,
		.field = address_invalid,
	},
	{
		.name = "alignment",
		.stage = STAGE_HEADERS,
		.reply = "550 5.7.1 Header from domain does not align with envelope from domain",
		.what = "A mailbox in From is not of the envelope sender's organization, domain or address.",
		.source = "Infobip 550 5.7.1 at DATA; RFC 7489 3.1",
		.params = alignment_params,
		.fires = alignment,
	},
	{
		.name = "mime_invalid",
		.stage = STAGE_MESSAGE,
		.reply = "554 5.6.0 Invalid or corrupt MIME multipart",
		.what = "The message's parts cannot be told apart, or there are too many.",
		.source = "Infobip 554 5.6.0 at DATA; RFC 2046 5.1",
		.params = mime_invalid_params,
		.prepare = mime_invalid_prepare,
		.fires = mime_invalid,
		.settled = mime_invalid_settled,
	},
	{
		.name = "inline_image_empty",
		.stage = STAGE_MESSAGE,
		.reply = "554 5.6.0 Inline image is empty",
		.what = "An image shown within the text has no content.",
		.source = "Infobip 554 5.6.0 at DATA; RFC 2392",
		.leaf = inline_image_empty,
		.settled = leaves_settled,
	},
	{
		.name = "attachment_empty",
		.stage = STAGE_MESSAGE,
		.reply = "554 5.6.0 Attachment is empty",
		.what = "An attachment has no content.",
		.source = "Infobip 554 5.6.0 at DATA; RFC 2183",
		.params = attachment_empty_params,
		.leaf = attachment_empty,
		.settled = leaves_settled,
	},
	{
		.name = "body_missing",
		.stage = STAGE_MESSAGE,
		.reply = "554 5.6.0 Body not present",
		.what = "The message has no text to read, no attachment and no image.",
		.source = "Infobip 554 5.6.0 at DATA",
		.params = body_missing_params,
		.fires = body_missing,
		.settled = body_missing_settled,
	},
	{
		.name = "size_exceeded",
		.stage = STAGE_MESSAGE,
		.reply = "552 5.3.4 Message size exceeds fixed limit",
		.what = "The message is too large.",
		.source = "Infobip 552 5.3.4 at DATA",
		.params = size_exceeded_params,
		.fires = size_exceeded,
		.settled = size_exceeded_settled,
	},
	{
		.name = "control_characters",
		.stage = STAGE_MESSAGE,
		.reply = "554 5.6.0 Message contains NUL or bare CR or bare LF",
		.what = "The message has octets that end a line or a text for some programs and not for others.",
		.source = "RFC 5321 2.3.8; RFC 5322 2.3",
		.params = control_characters_params,
		.prepare = control_characters_prepare,
		.fires = control_characters,
		.settled = control_characters_settled,
	},
	{
		.name = "attachment_type",
		.stage = STAGE_MESSAGE,
		.reply = "554 5.7.1 Attachment type not allowed",
		.what = "A part has a file name or a media type that is not allowed.",
		.source = "RFC 2183; RFC 2046",
		.params = attachment_type_params,
		.leaf = attachment_type,
		.settled = leaves_settled,
	},
};

const size_t checks_count = sizeof checks / sizeof checks[0];
_Static_assert(sizeof checks / sizeof checks[0] <= CHECKS_MAX, "settings and findings are arrays of CHECKS_MAX");

bool
check_asked(const struct check *check, const struct settings *settings, enum stage stage)
{
	if (settings->mode == MODE_OFF)
		return false;
	return check->stage == stage || (check->asked_again != NULL && check->asked_again(settings, stage));
}

const struct check *
check_find(const char *name)
{
	for (size_t i = 0; i < checks_count; i++)
		if (strcmp(checks[i].name, name) == 0)
			return &checks[i];
	return NULL;
}
