/* SPDX-License-Identifier: BSD-2-Clause */
/* body_missing. */
#include "tests/policy/cases/cases.h"

#define HEAD "From: a@example.com\nSubject: x\n"
#define BODY(fires, sentence, rest)                                                       \
	{                                                                                 \
		"body_missing", fires, sentence, "<a@example.com>", NULL, HEAD rest, NULL \
	}
#define BLANK(fires, sentence, rest)                                                                          \
	{                                                                                                     \
		"body_missing", fires, sentence, "<a@example.com>", "blank_is_missing=false", HEAD rest, NULL \
	}
#define HTML(text) "Content-Type: text/html; charset=utf-8\n\n" text "\n"
#define MIXED(parts) "Content-Type: multipart/mixed; boundary=b\n\n" parts "--b--\n"

static const struct message_case cases[] = {
	BODY(true, "nothing after the header", ""),
	BODY(true, "an empty body", "\n"),
	BODY(true, "a line break", "\n\n"),
	BODY(true, "blanks", "\n  \t \n\n"),
	BODY(true, "a no-break space", "Content-Type: text/plain; charset=utf-8\n\n\xc2\xa0\n"),
	BODY(true, "one of Latin-1", "Content-Type: text/plain; charset=iso-8859-1\n\n\xa0\n"),
	BODY(true, "an encoded one",
	     "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=C2=A0=\n=20\n"),
	BODY(true, "encoded blanks", "Content-Transfer-Encoding: base64\n\nICAgDQo=\n"),
	BODY(true, "zero width spaces in base64",
	     "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n4oCL4oCL\n"),
	BODY(true, "base64 of nothing", "Content-Transfer-Encoding: base64\n\n====\n"),
	BODY(true, "tags without text", HTML("<html><head><title>x</title></head><body><p><br></p></body></html>")),
	BODY(true, "blank character references", HTML("<div>&nbsp;&#160;&#x200B;&zwnj;</div>")),
	BODY(true, "a comment and a style sheet", HTML("<!-- hello --><style>p { color: red }</style>")),
	BODY(true, "a link without text", HTML("<a href=\"http://example.com/\"></a>")),
	BODY(true, "parts without text", MIXED("--b\n\n\n--b\nContent-Type: text/html\n\n<br>\n")),
	BODY(true, "no part at all", MIXED("")),
	BODY(true, "text in the preamble and the epilogue",
	     "Content-Type: multipart/mixed; boundary=b\n\nhello\n--b\n\n--b--\nhello\n"),
	BODY(true, "a signature of nothing",
	     "Content-Type: multipart/signed; boundary=b\n\n--b\n\n\n--b\nContent-Type: "
	     "application/pgp-signature\n\nsigned\n--b--\n"),

	BODY(true, "a multipart that cannot be taken apart, and holds nothing", "Content-Type: multipart/mixed\n\n \n"),
	BODY(false, "a multipart that cannot be taken apart is read as it stands",
	     "Content-Type: multipart/mixed\n\nhello\n"),

	BODY(false, "a letter", "\nx"),
	BODY(false, "a letter on a late line", "\n\n\n\n\nx\n"),
	BODY(false, "a letter of UTF-16",
	     "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\neAA=\n"),
	BODY(false, "octets that are no text", "Content-Type: text/plain; charset=utf-8\n\n\xff\n"),
	BODY(false, "text in an unknown charset", "Content-Type: text/plain; charset=x-nobodys\n\nhello\n"),
	BODY(true, "blanks in an unknown charset", "Content-Type: text/plain; charset=x-nobodys\n\n  \n"),
	BODY(false, "text of HTML", HTML("<p>hello</p>")),
	BODY(false, "an image of HTML", HTML("<img src=\"http://example.com/a.png\">")),
	BODY(false, "a character reference that shows", HTML("<p>&amp;</p>")),
	BODY(false, "an attachment", MIXED("--b\n\n\n--b\nContent-Type: application/pdf\n\nx\n")),
	BODY(false, "an inline image",
	     MIXED("--b\n\n\n--b\nContent-Type: image/png\nContent-ID: <i@example.com>\n\nx\n")),
	BODY(false, "an attached text", MIXED("--b\nContent-Disposition: attachment\n\n \n")),
	BODY(false, "a forwarded message", MIXED("--b\n\n\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\n")),
	BODY(false, "a calendar", "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n"),
	BODY(false, "an encrypted message",
	     "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: "
	     "application/pgp-encrypted\n\nVersion: 1\n--b\n"
	     "Content-Type: application/octet-stream\n\nx\n--b--\n"),
	BODY(false, "S/MIME", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx\n"),
	BODY(false, "TNEF", MIXED("--b\n\n\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n")),
	BODY(false, "a report with an empty text",
	     "Content-Type: multipart/report; boundary=b\n\n--b\n\n\n--b\nContent-Type: "
	     "message/delivery-status\n\nReporting-MTA: dns; a\n--b--\n"),
	BODY(false, "the second part of an alternative",
	     "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n\n--b\nContent-Type: "
	     "text/html\n\n<b>x</b>\n--b--\n"),
	BODY(false, "text of a multipart that is not closed",
	     "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n"),
	BODY(false, "external content",
	     "Content-Type: message/external-body; access-type=URL; URL=\"http://example.com/\"\n\nContent-Type: "
	     "text/plain\n\n"),
	BODY(false, "a text that a bad Content-Type does not hide", "Content-Type: nonsense\n\nhello\n"),

#define TWO_ENCODINGS "Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: uuencode\n\n"
	BODY(true, "of two encodings the one that is read shows a blank", TWO_ENCODINGS "begin 644 a\n!(```\n`\nend\n"),
	BODY(false, "of two encodings the one that is read shows a letter",
	     TWO_ENCODINGS "begin 644 a\n!>```\n`\nend\n"),

	BLANK(false, "blanks are text, if so configured", "\n  \n"),
	BLANK(true, "nothing is nothing all the same", "\n"),
	BLANK(true, "a line break of the transport's", "\n\n"),
	BLANK(true, "parts without an octet", MIXED("--b\n\n\n--b\n\n\n")),
	BLANK(false, "a part with a blank", MIXED("--b\n\n \n")),
};

MESSAGE_CASES(body_cases, cases);
