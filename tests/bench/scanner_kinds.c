/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/scanner_kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "From: a@example.com\r\nSubject: x\r\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
#define PLAIN(encoding) \
	HEAD "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " encoding "\r\n\r\n"
#define HTML HEAD "Content-Type: text/html; charset=utf-8\r\n\r\n"
#define FILE_PART "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
#define BASE64_LINE "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n"

const struct kind ordinary_kinds[] = {
	{ "text", HEAD "\r\n", "The quick brown fox jumps over the lazy dog, and then it does so again.\r\n", "",
	  KIND_SIZE },
	{ "base64 attachment", MIXED FILE_PART, BASE64_LINE, "--b--\r\n", KIND_SIZE },
	{ "quoted-printable text", PLAIN("quoted-printable"),
	  "Gr=C3=BC=C3=9Fe aus K=C3=B6ln, und noch einmal so viel Text f=C3=BCr eine =\r\n", "", KIND_SIZE },
	{ "small parts", MIXED, "Content-Type: text/plain\r\n\r\nhello\r\n--b\r\n", "--b--\r\n", 400000 },
	{ "blank text", HEAD "\r\n", "                                                                      \r\n", "",
	  KIND_SIZE },
};
const size_t ordinary_kinds_count = sizeof ordinary_kinds / sizeof ordinary_kinds[0];

const struct kind usual_kind = { "text and attachment", MIXED FILE_PART, BASE64_LINE, "--b--\r\n", 0 };

const struct kind hostile_kinds[] = {
	{ "blanks", HEAD "\r\n", "                                ", "", KIND_SIZE },
	{ "=20", PLAIN("quoted-printable"),
	  "=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=20=\r\n", "", KIND_SIZE },
	{ "soft line breaks", PLAIN("quoted-printable"), "=\r\n", "", KIND_SIZE },
	{ "blanks, quoted-printable", PLAIN("quoted-printable"),
	  "                                                                      \r\n", "", KIND_SIZE },
	{ "empty image, soft breaks",
	  MIXED "Content-Type: image/png\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
	  "=\r\n", "--b--\r\n", KIND_SIZE },
	{ "empty attachment, ====", MIXED FILE_PART,
	  "============================================================================\r\n", "--b--\r\n", KIND_SIZE },
	{ "&nbsp;", HTML, "&nbsp;", "", KIND_SIZE },
	{ "&#160;", HTML, "&#160;", "", KIND_SIZE },
	{ "tags", HTML, "<b></b>", "", KIND_SIZE },
	{ "tags with attributes", HTML, "<td style=\"margin:0\" class='x' width=1></td>\r\n", "", KIND_SIZE },
	{ "style sheet", HTML "<style>", "p.a { margin: 0; padding: 0; color: #333333 }\r\n", "", KIND_SIZE },
	{ "comments", HTML, "<!-- x -->", "", KIND_SIZE },
	{ "one comment", HTML "<!--", " - and on it goes, without an end or anything that could be seen\r\n", "",
	  KIND_SIZE },
	{ "no-break spaces, UTF-8", PLAIN("8bit"), "\xc2\xa0", "", KIND_SIZE },
	{ "ideographic spaces, UTF-8", PLAIN("8bit"), "\xe3\x80\x80", "", KIND_SIZE },
	{ "no-break spaces, =C2=A0", PLAIN("quoted-printable"),
	  "=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=C2=A0=\r\n", "", KIND_SIZE },
	{ "no-break spaces, base64", PLAIN("base64"),
	  "wqDCoMKgwqDCoMKgwqDCoMKgwqDCoMKgwqDCoMKgwqDCoMKgwqDCoMKgwqDCoMKgwqDCoMKgwqDCoMKg\r\n", "", KIND_SIZE },
	{ "blanks, base64", PLAIN("base64"),
	  "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\r\n", "", KIND_SIZE },
	{ "blanks in windows-1252", HEAD "Content-Type: text/plain; charset=windows-1252\r\n\r\n",
	  "                                ", "", KIND_SIZE },
	{ "lines like delimiters", MIXED "\r\n", "--c\r\n", "--b--\r\n", KIND_SIZE },
	{ "empty parts", MIXED, "--b\r\n\r\n", "--b--\r\n", 1400000 },
	{ "nested multiparts", MIXED, "Content-Type: multipart/mixed; boundary=%\r\n\r\n--%\r\n", "", 12000000 },
	{ "header of 100 KB", "", "X-Header-%: a value of a usual length, with some more text\r\n",
	  HEAD "\r\nhello\r\n", 100000 },
	{ "one field of 100 KB", "X-Header:", " a value that is folded again and again\r\n", HEAD "\r\nhello\r\n",
	  100000 },
	{ "From of 100 KB", "From: x <a@example.com>", ",\r\n \"x\" <a%@example.com>",
	  "\r\nSubject: x\r\n\r\nhello\r\n", 100000 },
	{ "encoded words", "From: a@example.com\r\nSubject:", " =?utf-8?Q?=C2=A0?=\r\n", "\r\nhello\r\n", 1000000 },
};
const size_t hostile_kinds_count = sizeof hostile_kinds / sizeof hostile_kinds[0];

static size_t
add(char *text, const char *line, unsigned number)
{
	char digits[16];
	size_t length = 0;

	snprintf(digits, sizeof digits, "%06u", number % 1000000);
	for (; *line != '\0'; line++) {
		if (*line == '%') {
			memcpy(text + length, digits, strlen(digits));
			length += strlen(digits);
		} else {
			text[length++] = *line;
		}
	}
	return length;
}

struct bytes
kind_make(const struct kind *kind, size_t size)
{
	size_t room = strlen(kind->before) + size + 256 + strlen(kind->after);
	char *text = malloc(room);
	size_t length = strlen(kind->before);

	if (text == NULL)
		exit(EXIT_FAILURE);
	memcpy(text, kind->before, length);
	for (unsigned i = 0; length < strlen(kind->before) + size; i++)
		length += add(text + length, kind->line, i);
	memcpy(text + length, kind->after, strlen(kind->after));
	return (struct bytes){ text, length + strlen(kind->after) };
}
