/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/differential/differences.h"
#include "tests/differential/reading.h"

#include <stdlib.h>
#include <string.h>

#define TEXT(literal)                        \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n--b\n"

const struct difference differences[] = {
	{ "nul", RIGHT_POSTERN, "RFC 5322 4.1 has NUL in obsolete text; to GMime a field ends there", rewrite_nul,
	  false, TEXT("Content-Type: a\0b/c\n\nhello\n") },
	{ "line_breaks", RIGHT_POSTERN,
	  "RFC 2046 5.1.1: the line break before a delimiter is the delimiter's; where lines end in CRLF and LF, GMime "
	  "takes its length from the one after it",
	  rewrite_line_breaks, false, TEXT(MIXED "\nhello\n--b--\r\n") },
	{ "type_invalid", RIGHT_POSTERN, "RFC 2045 5.2: a type that cannot be read is text/plain", rewrite_type_invalid,
	  false, TEXT("Content-Type: nonsense\n\nhello\n") },
	{ "field_repeated", RIGHT_NEITHER,
	  "RFC 5322 3.6 allows no second one and does not say which counts; GMime takes the last",
	  rewrite_field_repeated, false, TEXT("Content-Type: text/html\nContent-Type: text/plain\n\nhello\n") },
	{ "message_types", RIGHT_POSTERN,
	  "RFC 2046 5.2.4: of message only registered subtypes have a structure; RFC 5537 made message/news obsolete",
	  rewrite_message_types, true, TEXT("Content-Type: message/news\n\nSubject: x\n\nhello\n") },
	{ "boundary", RIGHT_POSTERN, "RFC 2046 5.1.1: a boundary has an octet at least, and no blank at its end",
	  rewrite_boundary, false, TEXT("Content-Type: multipart/mixed; boundary=\"b \"\n\n--b\n\nhello\n--b--\n") },
	{ "disposition_invalid", RIGHT_NEITHER,
	  "RFC 2183 2: a disposition is a token, and 2.8 makes unknown ones attachments, but says nothing of others",
	  rewrite_disposition_invalid, false, TEXT("Content-Disposition: filename=a.pdf\n\nhello\n") },
	{ "comments", RIGHT_POSTERN, "RFC 2045 5.1: comments are allowed between any two words of a structured field",
	  rewrite_comments, false, TEXT("Content-Type: application/pdf; name=a.pdf (x)\n\nhello\n") },
	{ "params_syntax", RIGHT_NEITHER, "RFC 2045 5.1: it has no such parameters, and no rule for reading them",
	  rewrite_params_syntax, false, TEXT("Content-Type: image/png name=a.png\n\nhello\n") },
	{ "name_extended", RIGHT_POSTERN,
	  "RFC 2231 3: sections come in any order; RFC 6266 4.3, of HTTP: the extended form is preferred to the plain "
	  "one",
	  rewrite_name_extended, false,
	  TEXT("Content-Disposition: attachment; filename=a; filename*=utf-8''%e2%82%ac\n\nhello\n") },
	{ "name_backslash", RIGHT_GMIME,
	  "RFC 2045 5.1, RFC 5322 3.2.1: a backslash quotes any character; mailers put paths there without quoting "
	  "theirs",
	  rewrite_name_backslash, false, TEXT("Content-Type: application/pdf; name=\"C:\\a\\b.pdf\"\n\nhello\n") },
	{ "name_words", RIGHT_POSTERN, "RFC 2047 2 and 6.2: each encoded word is decoded by itself", rewrite_name_words,
	  false, TEXT("Content-Type: application/pdf; name=\"=?utf-8?B?w6Q=?= =?utf-8?B?w6Q=?=\"\n\nhello\n") },
	{ "name_charset", RIGHT_NEITHER,
	  "RFC 1345 has no more than KS C 5601; under its name mailers, and browsers (WHATWG Encoding 4.2), mean code "
	  "page 949",
	  rewrite_name_charset, false,
	  TEXT("Content-Type: application/pdf; name=\"=?ks_c_5601-1987?B?jGMucGRm?=\"\n\nhello\n") },
	{ "name_octets", RIGHT_NEITHER,
	  "RFC 2045 5.1 has ASCII alone, RFC 6532 3.2 adds UTF-8; to GMime other octets are Latin-1, Postern leaves "
	  "them",
	  rewrite_name_octets, true, TEXT("Content-Type: application/pdf; name=\"\xe4.pdf\"\n\nhello\n") },
	{ "encoding_syntax", RIGHT_POSTERN,
	  "RFC 2045 5.1 and 6.1: a comment may stand there; quotes and `;` are leniency", rewrite_encoding_syntax,
	  false, TEXT("Content-Transfer-Encoding: (x) base64\n\nYWJj\n") },
	{ "no_field", RIGHT_NEITHER,
	  "RFC 5322 2.1 and 2.2 have no such line in a header; Postfix ends the header there, GMime passes over it",
	  rewrite_no_field, false, TEXT("Subject: x\nno field\nContent-Type: text/html\n\nhello\n") },
	{ "header_open", RIGHT_POSTERN,
	  "RFC 2046 5.1.1: a part may have no field, and the next delimiter ends it whatever it lacks; GMime drops it",
	  rewrite_header_open, false, TEXT(MIXED "--b\n\nhello\n--b--\n") },
	{ "bare_cr", RIGHT_POSTERN, "RFC 2046 5.1.1: only SP and HTAB may follow the boundary in a delimiter",
	  rewrite_bare_cr, false, TEXT("Content-Type: multipart/mixed; boundary=b\n\n--b\r \n\nhello\n--b--\n") },
	{ "enclosed", RIGHT_POSTERN,
	  "RFC 2046 5.1.1: a delimiter does not occur in what it encloses; GMime lets an enclosed multipart take it",
	  rewrite_enclosed, false,
	  TEXT(MIXED "Content-Type: message/rfc822\n\n" MIXED "Content-Type: text/html\n\nhello\n--b--\n") },
	{ "base64", RIGHT_NEITHER,
	  "RFC 2045 6.8: a `=` may be taken as the end; GMime does, and drops octets that no padding follows",
	  rewrite_base64, false, TEXT("Content-Transfer-Encoding: base64\n\nYQ==YWJj\n") },
	{ "quoted", RIGHT_POSTERN,
	  "RFC 2045 6.7 (3): blanks at the end of a line are deleted; of a `=` that begins nothing it has only advice",
	  rewrite_quoted, false, TEXT("Content-Transfer-Encoding: quoted-printable\n\nhello \n") },
	{ "uuencode", RIGHT_NEITHER, "POSIX uuencode: lines are as long as they say, an empty one comes before the end",
	  rewrite_uuencode, false, TEXT("Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#86)\n`\nend\n") },
};
const size_t difference_count = sizeof differences / sizeof differences[0];
_Static_assert(sizeof differences / sizeof differences[0] <= DIFFERENCES_MAX, "counts have room");

bool
same_reading(struct bytes message, struct trace *postern, struct trace *gmime)
{
	postern->length = 0;
	gmime->length = 0;
	read_by_postern(message, postern);
	read_by_gmime(message, gmime);
	return strcmp(postern->text, gmime->text) == 0;
}

static bool
is_same(struct bytes message)
{
	struct trace postern = { 0 }, gmime = { 0 };
	bool same = same_reading(message, &postern, &gmime);

	free(postern.text);
	free(gmime.text);
	return same;
}

bool
explained_by(const struct difference *row, struct bytes message)
{
	struct text made = { 0 };

	row->edit(message, &made);
	bool same = !bytes_equal(text_bytes(&made), message) && is_same(text_bytes(&made));
	text_free(&made);
	return same;
}

static bool
explained_by_several(struct bytes message, size_t *counts)
{
	struct text before = { 0 }, after = { 0 };
	bool same = false;

	text_add(&before, message);
	for (size_t i = 0; i < difference_count && !same; i++) {
		text_clear(&after);
		differences[i].edit(text_bytes(&before), &after);
		if (bytes_equal(text_bytes(&after), text_bytes(&before)))
			continue;
		if (counts != NULL)
			counts[i]++;
		text_clear(&before);
		text_add(&before, text_bytes(&after));
		same = is_same(text_bytes(&before));
	}
	text_free(&before);
	text_free(&after);
	return same;
}

bool
explained(struct bytes message, size_t *counts)
{
	for (size_t i = 0; i < difference_count; i++) {
		if (!explained_by(&differences[i], message))
			continue;
		if (counts != NULL)
			counts[i]++;
		return true;
	}
	return explained_by_several(message, counts);
}
