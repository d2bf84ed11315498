/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages as mail programs build them, and as they break them. */
#include "tests/support/mime_trace.h"
#include "tests/support/suite.h"

static const struct mime_case sound_rows[] = {
	{ "plain text with an attachment", "multipart/mixed; boundary=\"----=_Part_7.1\"",
	  "This is a multi-part message in MIME format.\r\n\r\n"
	  "------=_Part_7.1\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n"
	  "Content-Transfer-Encoding: 7bit\r\n\r\nSee the report.\r\n\r\n-- \r\nAnn\r\n"
	  "------=_Part_7.1\r\nContent-Type: application/pdf; name=\"report.pdf\"\r\n"
	  "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n\tfilename=\"report.pdf\"\r\n\r\n"
	  "JVBERi0xLjQK\r\n------=_Part_7.1--\r\n",
	  "[1 text/plain @4 charset=us-ascii]See the report.\\r\\n\\r\\n-- \\r\\nAnn[end]"
	  "[2 application/pdf @12 attachment base64 name=report.pdf]JVBERi0xLjQK[end] complete" },
	{ "an empty attachment", "multipart/mixed; boundary=b",
	  "--b\r\nContent-Type: text/plain\r\n\r\nSee the report.\r\n"
	  "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
	  "filename=report.pdf\r\n\r\n--b--\r\n",
	  "[1 text/plain @2]See the report.[end][2 application/pdf @6 attachment name=report.pdf][end] complete" },
	{ "alternative in related in mixed, with an inline image", "multipart/mixed; boundary=\"m\"",
	  "--m\r\nContent-Type: multipart/related; boundary=\"r\"; type=\"multipart/alternative\"\r\n\r\n"
	  "--r\r\nContent-Type: multipart/alternative; boundary=\"a\"\r\n\r\n"
	  "--a\r\nContent-Type: text/plain\r\n\r\nHi\r\n\r\n"
	  "--a\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
	  "<img src=3D\"cid:1@example.org\">\r\n\r\n--a--\r\n\r\n"
	  "--r\r\nContent-Type: image/png\r\nContent-ID: <1@example.org>\r\nContent-Disposition: inline\r\n"
	  "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--r--\r\n\r\n"
	  "--m\r\nContent-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n"
	  "a,b\r\n\r\n--m--\r\n",
	  "[1.1.1 text/plain @8 of alternative related]Hi\\r\\n[end]"
	  "[1.1.2 text/html @13 quoted-printable of alternative related]<img src=3D\"cid:1@example.org\">\\r\\n[end]"
	  "[1.2 image/png @21 inline base64 cid of related related]iVBORw0KGgo=[end]"
	  "[2 text/csv @30 attachment name=a.csv]a,b\\r\\n[end] complete" },
	{ "a delivery status notification",
	  "multipart/report; report-type=delivery-status; boundary=\"A/mx.example.org\"",
	  "This is a MIME-encapsulated message.\r\n\r\n"
	  "--A/mx.example.org\r\nContent-Description: Notification\r\nContent-Type: text/plain; "
	  "charset=us-ascii\r\n\r\n"
	  "Sorry.\r\n\r\n"
	  "--A/mx.example.org\r\nContent-Type: message/delivery-status\r\n\r\n"
	  "Reporting-MTA: dns; mx.example.org\r\n\r\nStatus: 5.1.1\r\n\r\n"
	  "--A/mx.example.org\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\n\r\n--A/mx.example.org--\r\n",
	  "[1 text/plain @4 charset=us-ascii of report]Sorry.\\r\\n[end]"
	  "[2 message/delivery-status @10 of report]Reporting-MTA: dns; mx.example.org\\r\\n\\r\\nStatus: "
	  "5.1.1\\r\\n[end]"
	  "[3 text/rfc822-headers @17 of report]Subject: x\\r\\n[end] complete" },
	{ "one that encloses the message", "multipart/report; report-type=delivery-status; boundary=b",
	  "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n"
	  "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject:\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
	  "--c\r\nContent-Disposition: attachment\r\n\r\n--c--\r\n\r\n--b--\r\n",
	  "[1 (text/plain) @2 of report]Sorry.[end][2 message/delivery-status @5 of report]Status: 5.1.1[end]"
	  "[3 message/rfc822 @9 enclosed of report]Subject:\\r\\nContent-Type: multipart/mixed; boundary=c\\r\\n\\r\\n"
	  "--c\\r\\nContent-Disposition: attachment\\r\\n\\r\\n--c--\\r\\n[end] complete" },
	{ "a signed message",
	  "multipart/signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"; boundary=\"s\"",
	  "--s\r\nContent-Type: multipart/mixed; boundary=\"m\"; protected-headers=\"v1\"\r\nSubject: x\r\n\r\n"
	  "--m\r\nContent-Type: text/plain\r\n\r\nHi\r\n--m--\r\n\r\n"
	  "--s\r\nContent-Type: application/pgp-signature; name=\"signature.asc\"\r\n\r\n"
	  "-----BEGIN PGP SIGNATURE-----\r\n\r\nx\r\n-----END PGP SIGNATURE-----\r\n\r\n--s--\r\n",
	  "[1.1 text/plain @6]Hi[end][2 application/pgp-signature @12 name=signature.asc of signed]"
	  "-----BEGIN PGP SIGNATURE-----\\r\\n\\r\\nx\\r\\n-----END PGP SIGNATURE-----\\r\\n[end] complete" },
	{ "an encrypted message", "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b",
	  "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
	  "--b\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\r\n"
	  "-----BEGIN PGP MESSAGE-----\r\n-----END PGP MESSAGE-----\r\n--b--\r\n",
	  "[1 application/pgp-encrypted @2 of encrypted]Version: 1\\r\\n[end]"
	  "[2 application/octet-stream @7 name=encrypted.asc of encrypted]"
	  "-----BEGIN PGP MESSAGE-----\\r\\n-----END PGP MESSAGE-----[end] complete" },
	{ "a digest in a mixed", "multipart/mixed; boundary=m",
	  "--m\r\n\r\nContents\r\n--m\r\nContent-Type: multipart/digest; boundary=d\r\n\r\n"
	  "--d\r\n\r\nSubject: one\r\n\r\n1\r\n--d\r\n\r\nSubject: two\r\n\r\n2\r\n\r\n--d--\r\n"
	  "--m\r\n\r\nFooter\r\n--m--\r\n",
	  "[1 (text/plain) @2]Contents[end]"
	  "[2.1 (message/rfc822) @8 enclosed of digest]Subject: one\\r\\n\\r\\n1[end]"
	  "[2.2 (message/rfc822) @13 enclosed of digest]Subject: two\\r\\n\\r\\n2\\r\\n[end]"
	  "[3 (text/plain) @20]Footer[end] complete" },
	{ "an opaque S/MIME message", "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "MIIB\r\n",
	  "[1 application/pkcs7-mime @1 name=smime.p7m]MIIB\\r\\n[end] complete" },
	{ "one part without header and one with, preamble and epilogue, a blank in the boundary",
	  "multipart/mixed; boundary=\"two words\"",
	  "For old readers:\r\nget a new one.\r\n\r\n--two words\r\n\r\nends here\r\n"
	  "--two words\r\nContent-type: text/plain; charset=us-ascii\r\n\r\nends with a line break\r\n\r\n"
	  "--two words--\r\n\r\nYou may stop reading.\r\n",
	  "[1 (text/plain) @5]ends here[end]"
	  "[2 text/plain @8 charset=us-ascii]ends with a line break\\r\\n[end] complete" },
};

static const struct mime_case sloppy_rows[] = {
	{ "a gateway cut the message short", "multipart/mixed; boundary=b",
	  "--b\r\n\r\nHi\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\nGgo",
	  "[1 (text/plain) @2]Hi[end][2 image/png @5 base64]iVBORw0K\\r\\nGgo[cut] !unclosed" },
	{ "the inner multipart was never closed", "multipart/mixed; boundary=m",
	  "--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nHi\r\n"
	  "--a\r\nContent-Type: text/html\r\n\r\n<p>Hi\r\n\r\n--m\r\nContent-Type: a/b\r\n\r\nx\r\n--m--\r\n",
	  "[1.1 (text/plain) @5 of alternative]Hi[end][1.2 text/html @8 of alternative]<p>Hi\\r\\n[end]"
	  "[2 a/b @13]x[end] complete !unclosed" },
	{ "the outer multipart was never closed", "multipart/mixed; boundary=m",
	  "--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nHi\r\n--a--\r\n\r\n",
	  "[1.1 (text/plain) @5 of alternative]Hi[end] !unclosed" },
	{ "a list server put its footer after the close delimiter", "multipart/mixed; boundary=b",
	  "--b\r\n\r\nHi\r\n--b--\r\n_____\r\nThe list, --b and all\r\n", "[1 (text/plain) @2]Hi[end] complete" },
	{ "the last delimiter does not close", "multipart/alternative; boundary=b",
	  "--b\r\n\r\nHi\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hi\r\n--b\r\n",
	  "[1 (text/plain) @2 of alternative]Hi[end][2 text/html @5 of alternative]<p>Hi[end]"
	  "[3 (text/plain) @9 of alternative][cut] !unclosed" },
	{ "a blank line came between delimiter and header", "multipart/mixed; boundary=b",
	  "--b\r\n\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--\r\n",
	  "[1 (text/plain) @2]Content-Type: text/html\\r\\n\\r\\n<p>[end] complete" },
	{ "a script wrote LF in the header and CRLF in the body", "multipart/mixed; boundary=b",
	  "--b\nContent-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n<p>\r\nx\r\n--b--\n",
	  "[1 text/html @2]<p>\\r\\nx[end] complete" },
	{ "a multipart/related is called multipart/mixed, the image has a Content-ID", "multipart/mixed; boundary=b",
	  "--b\r\nContent-Type: text/html\r\n\r\n<img src=cid:1>\r\n--b\r\nContent-Type: image/gif; "
	  "name=\r\nContent-ID: 1\r\n"
	  "\r\n--b--\r\n",
	  "[1 text/html @2]<img src=cid:1>[end][2 image/gif @6 cid][end] complete" },
	{ "all parts were stripped", "multipart/mixed; boundary=b", "--b--\r\n", " complete" },
};

START_TEST(sound_messages)
{
	CHECK_MIME_CASES(sound_rows);
}
END_TEST

START_TEST(sloppy_messages)
{
	CHECK_MIME_CASES(sloppy_rows);
}
END_TEST

SUITE_MAIN(mime_shapes, sound_messages, sloppy_messages)
