/* SPDX-License-Identifier: BSD-2-Clause */
/* attachment_empty, inline_image_empty. */
#include "tests/policy/cases/cases.h"

#define HEAD "From: a@example.com\nSubject: x\nMIME-Version: 1.0\n"
#define SENDER "<a@example.com>"
#define MIXED(part) HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n" part "\n--b--\n"
#define ATTACHMENT(fires, sentence, part)                                            \
	{                                                                            \
		"attachment_empty", fires, sentence, SENDER, NULL, MIXED(part), NULL \
	}
#define NAMED(fires, sentence, part, value)                                           \
	{                                                                             \
		"attachment_empty", fires, sentence, SENDER, NULL, MIXED(part), value \
	}
#define EXCEPT(fires, sentence, setting, part)                                          \
	{                                                                               \
		"attachment_empty", fires, sentence, SENDER, setting, MIXED(part), NULL \
	}
#define WHOLE(fires, sentence, rest)                                               \
	{                                                                          \
		"attachment_empty", fires, sentence, SENDER, NULL, HEAD rest, NULL \
	}
#define IMAGE(fires, sentence, rest)                                                 \
	{                                                                            \
		"inline_image_empty", fires, sentence, SENDER, NULL, HEAD rest, NULL \
	}

#define ATTACHED "Content-Disposition: attachment; filename=report.pdf\nContent-Type: application/pdf\n"
#define BASE64 "Content-Transfer-Encoding: base64\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n"

static const struct message_case cases[] = {
	NAMED(true, "no octet", ATTACHED "", "report.pdf"),
	NAMED(true, "its number", ATTACHED "", "2"),
	ATTACHMENT(true, "no octet in base64", ATTACHED BASE64 ""),
	ATTACHMENT(true, "white space in base64", ATTACHED BASE64 "\n   \n\t\n"),
	ATTACHMENT(true, "padding alone", ATTACHED BASE64 "\n====\n"),
	ATTACHMENT(true, "six bits are no octet", ATTACHED BASE64 "\nA===\n"),
	ATTACHMENT(true, "no letter of base64", ATTACHED BASE64 "\n!!!! ????\n"),
	ATTACHMENT(true, "base64 with a comment and upper case",
		   ATTACHED "Content-Transfer-Encoding: (x) BASE64\n\n====\n"),
	ATTACHMENT(true, "soft line breaks", ATTACHED QP "\n=\n= \n=\n"),
	ATTACHMENT(true, "blanks that quoted-printable drops", ATTACHED QP "\n   \t "),
	ATTACHMENT(true, "uuencode of nothing",
		   ATTACHED "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n`\nend"),
	ATTACHMENT(true, "two encodings, one of which decodes to nothing",
		   ATTACHED "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n====\n"),
	ATTACHMENT(true, "ended by the delimiter before its empty line",
		   "Content-Type: application/pdf\nContent-Disposition: attachment"),
	ATTACHMENT(true, "text with disposition attachment",
		   "Content-Disposition: attachment\nContent-Type: text/plain\n"),
	ATTACHMENT(true, "an image with disposition attachment",
		   "Content-Disposition: attachment\nContent-ID: <i@example.com>\nContent-Type: image/png\n"),
	ATTACHMENT(true, "an unknown disposition is attachment",
		   "Content-Disposition: enclosure\nContent-Type: text/plain\n"),
	ATTACHMENT(true, "a quoted disposition",
		   "Content-Disposition: \"attachment\"; filename=a.txt\nContent-Type: text/plain\n"),
	ATTACHMENT(true, "a folded disposition", "Content-Disposition:\n attachment;\n filename=a.txt\n"),
	ATTACHMENT(true, "an enclosed message that has a name, and nothing in it",
		   "Content-Type: message/rfc822; name=a.eml\n"),
	ATTACHMENT(true, "one that is attached, and nothing in it",
		   "Content-Type: message/rfc822\nContent-Disposition: attachment\n"),
	ATTACHMENT(false, "one that is neither", "Content-Type: message/rfc822\n"),
	ATTACHMENT(true, "a name and no disposition", "Content-Type: application/pdf; name=a.pdf\n"),
	ATTACHMENT(true, "a name of RFC 2231", "Content-Type: text/csv; name*0*=utf-8''%C3%A4; name*1=.csv\n"),
	ATTACHMENT(true, "disposition inline, with a name",
		   "Content-Type: application/pdf\nContent-Disposition: inline; filename=a.pdf\n"),
	ATTACHMENT(true, "neither name nor disposition", "Content-Type: application/octet-stream\n"),
	ATTACHMENT(true, "an image that is not inline", "Content-Type: image/png\n"),
	ATTACHMENT(true, "a calendar with a name", "Content-Type: text/calendar; name=invite.ics\n"),
	ATTACHMENT(true, "an encoded message is a leaf", "Content-Type: message/rfc822\n" BASE64 "\n=\n"),
	ATTACHMENT(true, "an attached message of no octet",
		   "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=a.eml\n"),
	ATTACHMENT(true, "within an alternative",
		   "Content-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: application/pdf\n\n--c--\n"),
	ATTACHMENT(true, "within a part that is not closed",
		   "Content-Type: multipart/mixed; boundary=c\n\n--c\n" ATTACHED ""),
	ATTACHMENT(true, "the second of two", ATTACHED "\nx\n--b\n" ATTACHED ""),
	WHOLE(true, "of a message that is nothing else", "Content-Type: application/pdf\n\n"),
	WHOLE(true, "whose line break is the transport's", "Content-Type: application/pdf\n\n\n"),
	WHOLE(true, "between delimiters whose boundary is written with a backslash",
	      "Content-Type: multipart/mixed; boundary=\"\\b\"\n\n--b\n\nhello\n--b\n" ATTACHED "\n--b--\n"),
	WHOLE(true, "at a message's end without its close delimiter",
	      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n" ATTACHED "\n"),

	ATTACHMENT(false, "one octet", ATTACHED "\nx"),
	ATTACHMENT(false, "a line break of its own", ATTACHED "\n\n"),
	ATTACHMENT(false, "a blank", ATTACHED "\n "),
	ATTACHMENT(false, "one octet in base64", ATTACHED BASE64 "\neA==\n"),
	ATTACHMENT(false, "one octet in base64, without padding and with noise", ATTACHED BASE64 "\n!e!\n!A"),
	ATTACHMENT(false, "an encoded line break is content", ATTACHED BASE64 "\nDQo=\n"),
	ATTACHMENT(false, "an encoded blank", ATTACHED QP "\n=20"),
	ATTACHMENT(false, "a hard line break", ATTACHED QP "\n=\n\n"),
	ATTACHMENT(false, "uuencode of something",
		   ATTACHED "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n!>```\n`\nend"),
	ATTACHMENT(false, "padding as text", ATTACHED "Content-Transfer-Encoding: 7bit\n\n===="),
	ATTACHMENT(false, "empty text without disposition", "Content-Type: text/plain\n"),
	ATTACHMENT(false, "empty text with a name", "Content-Type: text/plain; name=a.txt\n"),
	ATTACHMENT(false, "empty text, inline", "Content-Disposition: inline\nContent-Type: text/html\n"),
	ATTACHMENT(false, "an attached message, whatever is in it",
		   "Content-Type: message/rfc822\n\nFrom: b@example.org\nContent-Type: multipart/mixed; "
		   "boundary=c\n\n--c\n" ATTACHED "\n--c--\n"),
	ATTACHMENT(false, "an external body",
		   "Content-Type: message/external-body; access-type=URL; URL=\"http://example.com/\"\n"),
	ATTACHMENT(false, "a lookalike of the delimiter within", ATTACHED "\n--bb\n"),
	ATTACHMENT(false, "an inline image is not an attachment",
		   "Content-ID: <i@example.com>\nContent-Type: image/png; name=a.png\n"),
	WHOLE(false, "in the preamble and the epilogue",
	      "Content-Type: multipart/mixed; boundary=b\n\n--c\n" ATTACHED
	      "\n--c--\n--b\n\nhello\n--b--\n--b\n" ATTACHED "\n"),
	WHOLE(false, "an empty status in a report",
	      "Content-Type: multipart/report; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: "
	      "message/delivery-status\n\n--b--\n"),
	WHOLE(false, "an empty signature of multipart/signed",
	      "Content-Type: multipart/signed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: "
	      "application/pgp-signature\n\n--b--\n"),
	WHOLE(true, "another empty part of multipart/signed",
	      "Content-Type: multipart/signed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: "
	      "application/zip\n\n--b--\n"),
	EXCEPT(false, "a name that may be empty", "except_names=*.log report.*", ATTACHED ""),
	EXCEPT(false, "in any case of letters", "except_names=REPORT.PDF", ATTACHED ""),
	EXCEPT(true, "another name may", "except_names=*.log", ATTACHED ""),
	EXCEPT(false, "a type that may be empty", "except_types=application/*", ATTACHED ""),
	EXCEPT(true, "only the first may", "except_names=report.pdf",
	       ATTACHED "\n--b\nContent-Type: application/zip; name=a.zip\n"),

#define RELATED(part) \
	"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x\n--b\n" part "\n--b--\n"
#define MIXED_IMAGE(part) "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n" part "\n--b--\n"
	IMAGE(true, "beside its text", RELATED("Content-Type: image/png\n")),
	IMAGE(true, "with a Content-ID",
	      MIXED_IMAGE("Content-Type: image/png\nContent-ID: <i@example.com>\n" BASE64 "\n====")),
	IMAGE(true, "with disposition inline",
	      MIXED_IMAGE("Content-Type: IMAGE/gif\nContent-Disposition: Inline; filename=a.gif\n")),
	IMAGE(true, "a level deeper",
	      RELATED("Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: image/png\n\n--c--")),
	IMAGE(false, "with an octet", RELATED("Content-Type: image/png\n\nx")),
	IMAGE(false, "an attachment", RELATED("Content-Type: image/png\nContent-Disposition: attachment\n")),
	IMAGE(false, "neither inline nor related", MIXED_IMAGE("Content-Type: image/png\n")),
	IMAGE(false, "an empty Content-ID names nothing", MIXED_IMAGE("Content-Type: image/png\nContent-ID:\n")),
	IMAGE(false, "no image", RELATED("Content-Type: text/css\nContent-ID: <i@example.com>\n")),
};

MESSAGE_CASES(attachment_cases, cases);
