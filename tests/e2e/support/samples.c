/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/samples.h"

#include <string.h>

#define HEAD_OF(subject)                                                                 \
	"From: Shop <orders@example.com>\n"                                              \
	"To: reader@dest.example.org\n" subject "Date: Mon, 2 Mar 2026 09:00:00 +0000\n" \
	"Message-ID: <20260302.1@example.com>\n"                                         \
	"MIME-Version: 1.0\n"
#define HEAD HEAD_OF("Subject: Your order 1042\n")
#define MIXED "Content-Type: multipart/mixed; boundary=\"frontier\"\n"
#define RELATED "Content-Type: multipart/related; boundary=frontier; type=\"text/html\"\n"
#define PLAIN_PART                                  \
	"--frontier\n"                              \
	"Content-Type: text/plain; charset=utf-8\n" \
	"\n"                                        \
	"The invoice is attached.\n"
#define HTML_PART                                  \
	"--frontier\n"                             \
	"Content-Type: text/html; charset=utf-8\n" \
	"\n"                                       \
	"<p>Our new sign: <img src=\"cid:sign@example.com\"></p>\n"
#define PDF_PART_HEAD                                                 \
	"--frontier\n"                                                \
	"Content-Type: application/pdf; name=\"invoice.pdf\"\n"       \
	"Content-Disposition: attachment; filename=\"invoice.pdf\"\n" \
	"Content-Transfer-Encoding: base64\n"                         \
	"\n"
#define IMAGE_PART_HEAD                       \
	"--frontier\n"                        \
	"Content-Type: image/gif\n"           \
	"Content-ID: <sign@example.com>\n"    \
	"Content-Disposition: inline\n"       \
	"Content-Transfer-Encoding: base64\n" \
	"\n"
#define END "--frontier--\n"

#define NO_SUBJECT "554 5.6.0 Subject not present"
#define EMPTY_ATTACHMENT "554 5.6.0 Attachment is empty"
#define NOT_ALIGNED "550 5.7.1 Header from domain does not align with envelope from domain"

static const char bounces[] = "bounces@mail.example.com";

const struct sample samples[] = {
	{ .name = "plain",
	  .what = "plain text",
	  .sender = bounces,
	  .text = HEAD "\nYour parcel is on its way.\n.\n..and dots at line starts arrive as they left\n",
	  .shown = true },
	{ .name = "attachment",
	  .what = "text with an attached PDF",
	  .sender = bounces,
	  .text = HEAD MIXED "\n" PLAIN_PART PDF_PART_HEAD
			     "JVBERi0xLjQKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagp0cmFpbGVyPDw+PgolJUVPRgo=\n" END,
	  .shown = true },
	{ .name = "image",
	  .what = "HTML with an inline image",
	  .sender = bounces,
	  .text = HEAD RELATED "\n" HTML_PART IMAGE_PART_HEAD
			       "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\n" END,
	  .shown = true },
	{ .name = "empty-part",
	  .what = "an empty text part beside an attachment",
	  .sender = bounces,
	  .text = HEAD MIXED "\n--frontier\nContent-Type: text/plain\n\n" PDF_PART_HEAD "JVBERi0xLjQK\n" END },
	{ .name = "utf-8-subject",
	  .what = "a subject in encoded words",
	  .sender = bounces,
	  .text = HEAD_OF(
		  "Subject: =?utf-8?B?R3LDvMOfZQ==?=\n =?utf-8?Q?_aus_K=C3=B6ln?=\n") "\nWish you were here.\n" },
	{ .name = "quoted-printable",
	  .what = "quoted-printable text with soft line breaks",
	  .sender = bounces,
	  .text = HEAD "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"
		       "\n=20=\n=\nCaf=C3=A9=\n=\n\n" },
	{ .name = "forwarded",
	  .what = "a forwarded message that has no subject",
	  .sender = bounces,
	  .text = HEAD MIXED
	  "\n" PLAIN_PART "--frontier\nContent-Type: message/rfc822\n\nFrom: a@example.net\n\nNo subject here.\n" END },
	{ .name = "null-sender",
	  .what = "no envelope sender: MAIL FROM:<>",
	  .check = "null_sender",
	  .sender = "",
	  .text = HEAD "\nHello.\n",
	  .reply = "550 5.7.1 Empty sender not allowed",
	  .shown = true },
	{ .name = "no-from",
	  .what = "no From field",
	  .check = "header_missing",
	  .sender = bounces,
	  .text = "To: reader@dest.example.org\nSubject: Who am I?\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n\nGuess.\n",
	  .reply = "554 5.6.0 Required header field From not present",
	  .shown = true },
	{ .name = "two-subjects",
	  .what = "two Subject fields",
	  .check = "header_duplicate",
	  .sender = bounces,
	  .text = HEAD_OF("Subject: Your order 1042\nSubject: You have won\n") "\nHello.\n",
	  .reply = "554 5.6.0 Header field Subject present more than once",
	  .shown = true },
	{ .name = "no-subject",
	  .what = "no Subject field",
	  .check = "subject_missing",
	  .sender = bounces,
	  .text = HEAD_OF("") "\nHello.\n",
	  .reply = NO_SUBJECT,
	  .shown = true },
	{ .name = "blank-subject",
	  .what = "a Subject of blanks, folded",
	  .check = "subject_empty",
	  .sender = bounces,
	  .text = HEAD_OF("Subject:  \n \t \n") "\nHello.\n",
	  .reply = NO_SUBJECT },
	{ .name = "invisible-subject",
	  .what = "a Subject of encoded invisible letters",
	  .check = "subject_empty",
	  .sender = bounces,
	  .text = HEAD_OF("Subject: =?utf-8?B?4oCL4oCL?= =?iso-8859-1?Q?=A0?=\n") "\nHello.\n",
	  .reply = NO_SUBJECT,
	  .shown = true },
	{ .name = "not-aligned",
	  .what = "From of another organization",
	  .check = "alignment",
	  .sender = "bounces@bulk.example.net",
	  .text = HEAD "\nPlease confirm your password.\n",
	  .reply = NOT_ALIGNED,
	  .shown = true },
	{ .name = "two-authors",
	  .what = "one of two From mailboxes is foreign",
	  .check = "alignment",
	  .sender = bounces,
	  .text = "From: Shop <orders@example.com>, \"orders@example.com\" <boss@example.net>\n"
		  "To: reader@dest.example.org\nSubject: Pay now\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n\nHello.\n",
	  .reply = NOT_ALIGNED },
	{ .name = "empty-attachment",
	  .what = "an attached PDF of no octets",
	  .check = "attachment_empty",
	  .sender = bounces,
	  .text = HEAD MIXED "\n" PLAIN_PART PDF_PART_HEAD END,
	  .reply = EMPTY_ATTACHMENT,
	  .shown = true },
	{ .name = "padded-attachment",
	  .what = "an attachment of base64 padding only",
	  .check = "attachment_empty",
	  .sender = bounces,
	  .text = HEAD MIXED "\n" PLAIN_PART PDF_PART_HEAD "  \n====\n\n" END,
	  .reply = EMPTY_ATTACHMENT },
	{ .name = "second-attachment",
	  .what = "a good attachment and then an empty one",
	  .check = "attachment_empty",
	  .sender = bounces,
	  .text = HEAD MIXED
	  "\n" PLAIN_PART PDF_PART_HEAD "JVBERi0xLjQK\n"
	  "--frontier\nContent-Type: text/csv\nContent-Disposition: attachment;\n filename*0*=utf-8''r%C3%A9;\n"
	  " filename*1=\"port.csv\"\nContent-Transfer-Encoding: quoted-printable\n\n=\n=\n" END,
	  .reply = EMPTY_ATTACHMENT },
	{ .name = "empty-image",
	  .what = "an inline image of no octets",
	  .check = "inline_image_empty",
	  .sender = bounces,
	  .text = HEAD RELATED "\n" HTML_PART IMAGE_PART_HEAD "\n" END,
	  .reply = "554 5.6.0 Inline image is empty",
	  .shown = true },
	{ .name = "no-body",
	  .what = "nothing but a header",
	  .check = "body_missing",
	  .sender = bounces,
	  .text = HEAD "\n",
	  .reply = "554 5.6.0 Body not present",
	  .shown = true },
	{ .name = "blank-body",
	  .what = "alternatives of blanks",
	  .check = "body_missing",
	  .sender = bounces,
	  .text = HEAD "Content-Type: multipart/alternative; boundary=frontier\n\n"
		       "--frontier\nContent-Type: text/plain\n\n \n\n"
		       "--frontier\nContent-Type: text/html\n\n\n \t\n" END,
	  .reply = "554 5.6.0 Body not present" },
};

const size_t samples_count = sizeof samples / sizeof samples[0];

const struct sample *
sample_find(const char *name)
{
	for (size_t i = 0; i < samples_count; i++)
		if (strcmp(samples[i].name, name) == 0)
			return &samples[i];
	return NULL;
}
