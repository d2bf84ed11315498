/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/checks.h"

#include "policy/checks/rows.h"

#include <string.h>

/* "Infobip" names the row of the Infobip SMTP API's list of enhanced status codes that has this reply. */
const struct check checks[] = {
	{
		.name = "connections_total",
		.stage = STAGE_CONNECT,
		.reply = "421 4.3.2 Too many connections, try again later",
		.reply_ses = "421 Too many concurrent SMTP connections",
		.what = "Too many sessions are open. Answered at HELO or MAIL, and ends the session.",
		.source = "Infobip 421 4.3.2; Amazon SES 421",
		.params = connections_total_params,
		.fires = connections_total,
	},
	{
		.name = "connections_per_client",
		.stage = STAGE_CONNECT,
		.reply = "421 4.3.2 Client connection limit reached",
		.reply_ses = "421 Too many concurrent SMTP connections",
		.reply_standard = "421 4.7.0 Client connection limit reached",
		.what = "The client has too many sessions open. Answered at HELO or MAIL, and ends the session.",
		.source = "Infobip 421 4.3.2; Amazon SES 421",
		.params = connections_per_client_params,
		.fires = connections_per_client,
	},
	{
		.name = "tls_required",
		.stage = STAGE_MAIL,
		.reply = "530 5.7.0 Must issue a STARTTLS command first",
		.what = "The session is not encrypted, or with too old a version of TLS.",
		.source = "Infobip 530 5.7.0; RFC 3207 4",
		.params = tls_required_params,
		.fires = tls_required,
	},
	{
		.name = "auth_required",
		.stage = STAGE_MAIL,
		.reply = "530 5.7.0 Authentication required",
		.reply_ses = "530 Authentication required",
		.what = "The client did not log in, or not with a mechanism that will do.",
		.source = "Infobip 530 5.7.0; Amazon SES 530; RFC 4954 6",
		.params = auth_required_params,
		.fires = auth_required,
	},
	{
		.name = "account_blocked",
		.stage = STAGE_MAIL,
		.reply = "550 5.7.1 Unauthorized access (account blocked by policy)",
		.reply_standard = "550 5.7.13 Unauthorized access (account blocked by policy)",
		.what = "The login is one of those that may not send.",
		.source = "Infobip 550 5.7.1 at AUTH",
		.params = account_blocked_params,
		.fires = account_blocked,
	},
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
		.name = "sender_invalid",
		.stage = STAGE_MAIL,
		.reply = "501 5.1.7 Bad sender address <{value}>",
		.what = "The address in MAIL FROM breaks a rule of syntax.",
		.source = "Infobip 501 5.1.7 at MAIL FROM; RFC 5321 4.1.2, RFC 6531 3.3",
		.params = path_params,
		.fires = sender_invalid,
	},
	{
		.name = "sender_not_allowed",
		.stage = STAGE_MAIL,
		.reply = "550 5.7.1 Sender not allowed",
		.reply_ses = "554 Access denied: User {login} is not authorized to perform ses:SendRawEmail on "
			     "resource {value}",
		.what = "The envelope sender is none that may be used, or not by this login.",
		.source = "Infobip 550 5.7.1 at MAIL FROM; Amazon SES 554",
		.params = sender_not_allowed_params,
		.fires = sender_not_allowed,
	},
	{
		.name = "size_declared",
		.stage = STAGE_MAIL,
		.reply = "552 5.3.4 Message size exceeds fixed limit",
		.what = "The client announces a message (SIZE=) that is too large.",
		.source = "Infobip 552 5.3.4 at MAIL FROM; RFC 1870 6.1",
		.params = size_declared_params,
		.fires = size_declared,
	},
	{
		.name = "recipient_invalid",
		.stage = STAGE_RCPT,
		.reply = "501 5.1.7 Bad recipient address <{value}>",
		.reply_standard = "501 5.1.3 Bad recipient address <{value}>",
		.what = "The address in RCPT TO breaks a rule of syntax.",
		.source = "Infobip 501 5.1.7 at RCPT TO; RFC 5321 4.1.2, RFC 6531 3.3",
		.params = path_params,
		.fires = recipient_invalid,
	},
	{
		.name = "recipients_too_many",
		.stage = STAGE_RCPT,
		.reply = "452 4.5.3 Too many recipients",
		.what = "The message has as many recipients as it may have: one more is put off, the others are not. "
			"Of a message handed to Postfix by sendmail(1) none can be put off: it passes, or is refused "
			"where the reply is a 5xx.",
		.source = "Infobip 452 4.5.3 at RCPT TO; RFC 5321 4.5.3.1.10",
		.params = recipients_too_many_params,
		.fires = recipients_too_many,
	},
	{
		.name = "send_rate",
		.stage = STAGE_MAIL,
		.reply = "454 Throttling failure: Maximum sending rate exceeded",
		.reply_standard = "454 4.7.0 Throttling failure: Maximum sending rate exceeded",
		.what = "The client sends faster than it may.",
		.source = "Amazon SES 454",
		.params = send_rate_params,
		.fires = send_rate,
		.counts = &limit_settings,
		.asked_again = limit_asked_again,
		.settled = limit_settled,
	},
	{
		.name = "daily_quota",
		.stage = STAGE_MAIL,
		.reply = "454 Throttling failure: Daily message quota exceeded",
		.reply_standard = "454 4.7.0 Throttling failure: Daily message quota exceeded",
		.what = "The client has sent as much as it may, for now.",
		.source = "Amazon SES 454",
		.params = daily_quota_params,
		.fires = daily_quota,
		.counts = &limit_settings,
		.asked_again = limit_asked_again,
		.settled = limit_settled,
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
		.name = "identity_unverified",
		.stage = STAGE_HEADERS,
		.reply = "554 Message rejected: Email address is not verified. The following identities failed the "
			 "check in region {region}: {value}",
		.reply_standard = "554 5.7.1 Message rejected: Email address is not verified. The following identities "
				  "failed the check in region {region}: {value}",
		.what = "An address that the message claims to be from is not among the verified ones.",
		.source = "Amazon SES 554",
		.params = identity_unverified_params,
		.fires = identity_unverified,
		.gather = identity_unverified_gather,
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
