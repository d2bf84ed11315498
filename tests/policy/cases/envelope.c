/* SPDX-License-Identifier: BSD-2-Clause */
/* null_sender, header_missing, header_duplicate. */
#include "tests/policy/cases/cases.h"

#define HEAD "From: a@example.com\nSubject: x\n"
#define TEXT "\nhello\n"

static const struct message_case cases[] = {
	{ "null_sender", true, "no message may have the null sender", "<>", NULL, HEAD TEXT, NULL },
	{ "null_sender", true, "an empty argument is the null sender", "", NULL, HEAD TEXT, NULL },
	{ "null_sender", true, "not even a report, when none is allowed", "<>", "allow=none",
	  HEAD "Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b--\n", NULL },
	{ "null_sender", false, "a sender is a sender", "<a@example.com>", NULL, HEAD TEXT, NULL },
	{ "null_sender", false, "a sender without a domain is one too", "<root>", NULL, HEAD TEXT, NULL },
	{ "null_sender", false, "a file without its envelope", NULL, NULL, HEAD TEXT, NULL },
	{ "null_sender", false, "all messages may have it", "<>", "allow=all", HEAD TEXT, NULL },
	{ "null_sender", true, "ordinary mail is no report", "<>", "allow=reports", HEAD TEXT, NULL },
	{ "null_sender", false, "a delivery status notification", "<>", "allow=reports",
	  HEAD "Content-Type: Multipart/Report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b--\n", NULL },
	{ "null_sender", false, "an answer of a vacation program", "<>", "allow=reports",
	  HEAD "Auto-Submitted: auto-replied\n" TEXT, NULL },
	{ "null_sender", false, "with parameters and a comment", "<>", "allow=reports",
	  HEAD "auto-submitted: (v) Auto-Replied; owner-email=\"a@example.com\"\n" TEXT, NULL },
	{ "null_sender", true, "Auto-Submitted: no says that a person wrote it", "<>", "allow=reports",
	  HEAD "Auto-Submitted: (ha) No\n" TEXT, NULL },
	{ "null_sender", true, "an empty Auto-Submitted says nothing", "<>", "allow=reports",
	  HEAD "Auto-Submitted:\n" TEXT, NULL },
	{ "null_sender", true, "a part is not the message", "<>", "allow=reports",
	  HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/report; "
	       "boundary=c\n\n--c--\n--b--\n",
	  NULL },

	{ "header_missing", true, "no From", "<a@example.com>", NULL, "Subject: x\n" TEXT, "From" },
	{ "header_missing", true, "no header at all", "<a@example.com>", NULL, TEXT, "From" },
	{ "header_missing", true, "nothing at all", "<a@example.com>", NULL, "", "From" },
	{ "header_missing", true, "a name that only begins so", "<a@example.com>", NULL, "From-X: a@example.com\n" TEXT,
	  "From" },
	{ "header_missing", true, "behind the line that ends the header", "<a@example.com>", NULL,
	  "Subject: x\nno field\nFrom: a@example.com\n" TEXT, "From" },
	{ "header_missing", true, "the first one that is missing", "<a@example.com>", "fields=From Date Message-ID",
	  HEAD TEXT, "Date" },
	{ "header_missing", false, "there, in any case of letters", "<a@example.com>", NULL,
	  "fROM: a@example.com\n" TEXT, NULL },
	{ "header_missing", false, "there, with blanks before the colon", "<a@example.com>", NULL,
	  "From : a@example.com\n" TEXT, NULL },
	{ "header_missing", false, "there, and empty: other checks judge that", "<a@example.com>", NULL, "From:\n" TEXT,
	  NULL },
	{ "header_missing", false, "all of them there", "<a@example.com>", "fields=From Date",
	  HEAD "Date: Mon, 1 Jan 2024 00:00:00 +0000\n" TEXT, NULL },

	{ "header_duplicate", true, "two subjects", "<a@example.com>", NULL, HEAD "subject: y\n" TEXT, "Subject" },
	{ "header_duplicate", true, "two From", "<a@example.com>", NULL, HEAD "FROM: b@example.com\n" TEXT, "From" },
	{ "header_duplicate", true, "three hundred From", "<a@example.com>", "fields=To From",
#define TEN                                                                                                         \
	"From: a@example.com\nFrom: a@example.com\nFrom: a@example.com\nFrom: a@example.com\nFrom: a@example.com\n" \
	"From: a@example.com\nFrom: a@example.com\nFrom: a@example.com\nFrom: a@example.com\nFrom: a@example.com\n"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
	  HUNDRED HUNDRED HUNDRED TEXT, "From" },
	{ "header_duplicate", true, "one of MIME's", "<a@example.com>", NULL,
	  HEAD "Content-Type: text/plain\nContent-type: text/html\n" TEXT, "Content-Type" },
	{ "header_duplicate", false, "each once", "<a@example.com>", NULL,
	  HEAD "To: b@example.com\nCc: c@example.com\n" TEXT, NULL },
	{ "header_duplicate", false, "fields that may be there often", "<a@example.com>", NULL,
	  "Received: x\nReceived: y\nComments: x\nComments: y\nKeywords: k\nKeywords: l\n" HEAD TEXT, NULL },
	{ "header_duplicate", false, "a field of the body", "<a@example.com>", NULL, HEAD "\nSubject: y\n", NULL },
	{ "header_duplicate", false, "a field of a part", "<a@example.com>", NULL,
	  HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\nSubject: y\n\nx\n--b--\n",
	  NULL },
	{ "header_duplicate", false, "not one of those asked for", "<a@example.com>", "fields=To",
	  HEAD "Subject: y\n" TEXT, NULL },
	{ "header_duplicate", false, "a field that another setting counts", "<a@example.com>", "fields=From",
	  HEAD "To: b@example.com\nTo: c@example.com\n" TEXT, NULL },
};

MESSAGE_CASES(envelope_cases, cases);
