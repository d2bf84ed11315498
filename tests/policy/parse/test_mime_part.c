/* SPDX-License-Identifier: BSD-2-Clause */
/* What the header of a part says of it (RFC 2045 5 to 8, RFC 2183). */
#include "tests/support/mime_trace.h"
#include "tests/support/suite.h"

#include <string.h>

#define MIXED "multipart/mixed; boundary=b"
#define DIGEST "multipart/digest; boundary=b"
#define PART(header) "--b\r\n" header "\r\nx\r\n--b--\r\n"

static const struct mime_case type_rows[] = {
	{ "a type is lower-cased, fields are found in any case", MIXED,
	  PART("CONTENT-TYPE: Text/HTML; Charset=UTF-8\r\n"), "[1 text/html @2 charset=utf-8]x[end] complete" },
	{ "a field may be folded", MIXED, PART("Content-Type:\r\n text/html;\r\n\tcharset=\r\n \"utf-8\"\r\n"),
	  "[1 text/html @2 charset=utf-8]x[end] complete" },
	{ "comments are passed over", MIXED, PART("Content-Type: (a) text/html (b); (c) charset=utf-8 (d)\r\n"),
	  "[1 text/html @2 charset=utf-8]x[end] complete" },
	{ "a part without Content-Type is text/plain", MIXED, PART("Subject: y\r\n"),
	  "[1 (text/plain) @2]x[end] complete" },
	{ "so is one with an empty Content-Type", MIXED, PART("Content-Type:\r\n"),
	  "[1 (text/plain) @2]x[end] complete" },
	{ "a type without a slash is unreadable", MIXED, PART("Content-Type: text\r\n"),
	  "[1 (text/plain) @2]x[end] complete" },
	{ "so is one without a subtype", MIXED, PART("Content-Type: text/\r\n"), "[1 (text/plain) @2]x[end] complete" },
	{ "or without a type", MIXED, PART("Content-Type: /plain\r\n"), "[1 (text/plain) @2]x[end] complete" },
	{ "or with two slashes", MIXED, PART("Content-Type: image/png/x\r\n"), "[1 (text/plain) @2]x[end] complete" },
	{ "or with an octet that is none of a token", MIXED, PART("Content-Type: image/p[n]g\r\n"),
	  "[1 (text/plain) @2]x[end] complete" },
	{ "in the type as well", MIXED, PART("Content-Type: im[a]ge/png\r\n"), "[1 (text/plain) @2]x[end] complete" },
	{ "or with one that is not ASCII", MIXED, PART("Content-Type: image/p\xe4g\r\n"),
	  "[1 (text/plain) @2]x[end] complete" },
	{ "of several Content-Type fields the first counts", MIXED,
	  PART("Content-Type: image/png\r\nContent-Type: text/html; charset=x\r\n"),
	  "[1 image/png @2]x[end] complete" },
	{ "if it is readable", MIXED, PART("Content-Type: png; charset=y\r\nContent-Type: text/html; charset=x\r\n"),
	  "[1 text/html @2 charset=x]x[end] complete" },
	{ "in a digest the default is an enclosed message", DIGEST, PART(""),
	  "[1 (message/rfc822) @2 enclosed of digest]x[end] complete" },
	{ "there too a type may be given", DIGEST, PART("Content-Type: text/plain\r\n"),
	  "[1 text/plain @2 of digest]x[end] complete" },
	{ "a message/rfc822 is enclosed", MIXED, PART("Content-Type: message/rfc822\r\n"),
	  "[1 message/rfc822 @2 enclosed]x[end] complete" },
	{ "so is a message/global, in 8bit", MIXED,
	  PART("Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n"),
	  "[1 message/global @2 enclosed]x[end] complete" },
	{ "but not one that is encoded", MIXED,
	  PART("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n"),
	  "[1 message/rfc822 @2 base64]x[end] complete" },
	{ "a delivery-status is not enclosed", MIXED, PART("Content-Type: message/delivery-status\r\n"),
	  "[1 message/delivery-status @2]x[end] complete" },
	{ "a message of one part may be an enclosed message", "message/rfc822", "Subject: y\r\n\r\n--b\r\n",
	  "[1 message/rfc822 @1 enclosed]Subject: y\\r\\n\\r\\n--b\\r\\n[end] complete" },
};

static const struct mime_case fact_rows[] = {
	{ "disposition inline", MIXED, PART("Content-Disposition: Inline\r\n"),
	  "[1 (text/plain) @2 inline]x[end] complete" },
	{ "disposition attachment, with a name", MIXED, PART("Content-Disposition: attachment; filename=a.pdf\r\n"),
	  "[1 (text/plain) @2 attachment name=a.pdf]x[end] complete" },
	{ "an unknown disposition is an attachment", MIXED, PART("Content-Disposition: form-data; name=f\r\n"),
	  "[1 (text/plain) @2 attachment]x[end] complete" },
	{ "an empty one is none", MIXED, PART("Content-Disposition:\r\n"), "[1 (text/plain) @2]x[end] complete" },
	{ "an unreadable one is none, but its name is a name", MIXED,
	  PART("Content-Disposition: /; filename=\"a b\"\r\n"), "[1 (text/plain) @2 name=a b]x[end] complete" },
	{ "several dispositions are all kept", MIXED,
	  PART("Content-Disposition: inline\r\nContent-Disposition: attachment\r\n"),
	  "[1 (text/plain) @2 inline attachment]x[end] complete" },
	{ "the name of a Content-Type is a name", MIXED, PART("Content-Type: a/b; name=\"c d\"\r\n"),
	  "[1 a/b @2 name=c d]x[end] complete" },
	{ "also of an unreadable one", MIXED, PART("Content-Type: pdf; name=c\r\n"),
	  "[1 (text/plain) @2 name=c]x[end] complete" },
	{ "also of a second one", MIXED, PART("Content-Type: a/b\r\nContent-Type: c/d; name=e\r\n"),
	  "[1 a/b @2 name=e]x[end] complete" },
	{ "a filename is preferred to a name before it", MIXED,
	  PART("Content-Type: a/b; name=c\r\nContent-Disposition: inline; filename=d\r\n"),
	  "[1 a/b @2 inline name=d]x[end] complete" },
	{ "and to one after it", MIXED,
	  PART("Content-Disposition: inline; filename=d\r\nContent-Type: a/b; name=c\r\n"),
	  "[1 a/b @2 inline name=d]x[end] complete" },
	{ "of two filenames the first is shown", MIXED,
	  PART("Content-Disposition: inline; filename=d\r\nContent-Disposition: inline; filename=e\r\n"),
	  "[1 (text/plain) @2 inline name=d]x[end] complete" },
	{ "an empty filename is none, and leaves the name", MIXED,
	  PART("Content-Type: a/b; name=c\r\nContent-Disposition: inline; filename=\"\"\r\n"),
	  "[1 a/b @2 inline name=c]x[end] complete" },
	{ "a filename of RFC 2231 is decoded", MIXED,
	  PART("Content-Disposition: inline; filename*=iso-8859-1'de'%FCber.txt\r\n"),
	  "[1 (text/plain) @2 inline name=\\xc3\\xbcber.txt]x[end] complete" },
	{ "encoding base64", MIXED, PART("Content-Transfer-Encoding: BASE64\r\n"),
	  "[1 (text/plain) @2 base64]x[end] complete" },
	{ "encoding quoted-printable, with a comment", MIXED,
	  PART("Content-Transfer-Encoding: (as\r\n ever) quoted-printable\r\n"),
	  "[1 (text/plain) @2 quoted-printable]x[end] complete" },
	{ "encoding 7bit is the identity", MIXED, PART("Content-Transfer-Encoding: 7bit\r\n"),
	  "[1 (text/plain) @2]x[end] complete" },
	{ "an unknown encoding is the identity, and a flaw", MIXED, PART("Content-Transfer-Encoding: yenc\r\n"),
	  "[1 (text/plain) @2]x[end] complete !encoding_unknown" },
	{ "several encodings are all kept", MIXED,
	  PART("Content-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: base64\r\n"),
	  "[1 (text/plain) @2 identity base64]x[end] complete" },
	{ "a Content-ID", MIXED, PART("Content-ID: <a@example.org>\r\n"), "[1 (text/plain) @2 cid]x[end] complete" },
	{ "a blank Content-ID is none", MIXED, PART("Content-Id: \t\r\n \r\n"), "[1 (text/plain) @2]x[end] complete" },
	{ "facts of one part are not those of the next", MIXED,
	  "--b\r\nContent-Type: image/png; name=a\r\nContent-ID: <a>\r\nContent-Disposition: inline\r\n"
	  "Content-Transfer-Encoding: base64\r\n\r\n--b\r\n\r\n--b--\r\n",
	  "[1 image/png @2 inline base64 name=a cid][end][2 (text/plain) @8][end] complete" },
};

static const struct mime_case header_rows[] = {
	{ "a line that is no field ends the header and is data", MIXED,
	  "--b\r\nContent-Type: a/b\r\nHello you\r\nContent-ID: <x>\r\n\r\nx\r\n--b--\r\n",
	  "[1 a/b @2]Hello you\\r\\nContent-ID: <x>\\r\\n\\r\\nx[end] complete !header_unreadable" },
	{ "so does a fold without a field before it", MIXED, PART(" a\r\n"),
	  "[1 (text/plain) @2] a\\r\\n\\r\\nx[end] complete !header_unreadable" },
	{ "its line break may be the delimiter's", MIXED, "--b\r\nHello\r\n--b--\r\n",
	  "[1 (text/plain) @2]Hello[end] complete !header_unreadable" },
	{ "a line of hyphens is such a line", MIXED, PART("--\r\n"),
	  "[1 (text/plain) @2]--\\r\\n\\r\\nx[end] complete !header_unreadable" },
	{ "a line of hyphens with a colon is a field", MIXED, PART("--c: y\r\nContent-Type: a/b\r\n"),
	  "[1 a/b @2]x[end] complete" },
	{ "a field's value may be folded onto what looks like a delimiter", MIXED,
	  PART("X: y\r\n --b\r\nContent-ID: y\r\n"), "[1 (text/plain) @2 cid]x[end] complete" },
	{ "a delimiter ends a header that is not complete", MIXED,
	  "--b\r\nContent-Type: a/b;\r\n name=c\r\n--b\r\nContent-ID: <y>\r\n--b--\r\n",
	  "[1 a/b @2 name=c][end][2 (text/plain) @5 cid][end] complete" },
	{ "the empty line after a multipart's header may be missing", MIXED,
	  "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n",
	  "[1.1 (text/plain) @4]x[end] complete !header_unreadable" },
	{ "or be some other line", MIXED,
	  "--b\r\nContent-Type: multipart/mixed; boundary=c\r\nHello\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n",
	  "[1.1 (text/plain) @5]x[end] complete !header_unreadable" },
	{ "which is no delimiter for ending like one", MIXED,
	  "--b\r\nContent-Type: multipart/mixed; boundary=c\r\nx--c\r\n\r\nx\r\n--c--\r\n--b--\r\n",
	  " complete !header_unreadable" },
	{ "a part without a header at all is read as if the empty line were there", MIXED,
	  "--b\r\nHello you\r\n--b--\r\n", "[1 (text/plain) @2]Hello you[end] complete !header_unreadable" },
};

START_TEST(the_type_is_of_the_first_readable_field)
{
	CHECK_MIME_CASES(type_rows);
}
END_TEST

START_TEST(facts_of_a_part_come_from_its_fields)
{
	CHECK_MIME_CASES(fact_rows);
}
END_TEST

START_TEST(a_header_may_be_broken)
{
	CHECK_MIME_CASES(header_rows);
}
END_TEST

static void
read_field(struct mime_part_reader *reader, const char *name, const char *value)
{
	mime_part_reader_field(reader, bytes_of(name));
	mime_part_reader_value(reader, bytes_of(value));
	mime_part_reader_field_end(reader);
}

START_TEST(a_long_name_is_cut_between_characters)
{
	struct mime_part_reader reader;
	char value[32 + MIME_NAME_MAX * 2] = "inline; filename=\"";

	for (int i = 0; i < MIME_NAME_MAX; i++)
		strcat(value, i == 0 ? "x" : "\xc3\xbc");
	strcat(value, "\"");
	mime_part_reader_init(&reader);
	read_field(&reader, "Content-Disposition", value);
	mime_part_reader_finish(&reader, MULTIPART_MIXED);
	ck_assert_uint_eq(strlen(reader.part.name), MIME_NAME_MAX - 1);
	ck_assert(memcmp(reader.part.name + MIME_NAME_MAX - 3, "\xc3\xbc", 3) == 0);
	ck_assert_uint_eq(reader.flaws, 0);

	mime_part_reader_init(&reader);
	memmove(strchr(value, 'x'), strchr(value, 'x') + 1, strlen(strchr(value, 'x')));
	read_field(&reader, "Content-Disposition", value);
	mime_part_reader_finish(&reader, MULTIPART_MIXED);
	ck_assert_uint_eq(strlen(reader.part.name), MIME_NAME_MAX - 2);

	memset(strchr(value, '"') + 1, '\xbc', MIME_NAME_MAX + 1);
	mime_part_reader_init(&reader);
	read_field(&reader, "Content-Disposition", value);
	ck_assert_uint_eq(strlen(reader.part.name), MIME_NAME_MAX - 4);
}
END_TEST

START_TEST(a_type_too_long_to_keep_is_a_flaw)
{
	struct mime_part_reader reader;
	char value[PARAMS_VALUE_MAX + 16] = "image/";

	memset(value + 6, 'x', PARAMS_VALUE_MAX);
	mime_part_reader_init(&reader);
	read_field(&reader, "Content-Type", value);
	mime_part_reader_finish(&reader, MULTIPART_MIXED);
	ck_assert_uint_eq(reader.flaws, MIME_HEADER_UNREADABLE);
	ck_assert(bytes_starts_nocase(bytes_of(reader.part.type), "image/xxx"));
}
END_TEST

START_TEST(multiparts_have_kinds)
{
	ck_assert_int_eq(multipart_of("multipart/alternative"), MULTIPART_ALTERNATIVE);
	ck_assert_int_eq(multipart_of("multipart/related"), MULTIPART_RELATED);
	ck_assert_int_eq(multipart_of("multipart/report"), MULTIPART_REPORT);
	ck_assert_int_eq(multipart_of("multipart/signed"), MULTIPART_SIGNED);
	ck_assert_int_eq(multipart_of("multipart/encrypted"), MULTIPART_ENCRYPTED);
	ck_assert_int_eq(multipart_of("multipart/digest"), MULTIPART_DIGEST);
	ck_assert_int_eq(multipart_of("multipart/mixed"), MULTIPART_MIXED);
	ck_assert_int_eq(multipart_of("multipart/x-unheard-of"), MULTIPART_MIXED);
	ck_assert_int_eq(multipart_of("multiparts/mixed"), MULTIPART_NONE);
	ck_assert_int_eq(multipart_of("text/plain"), MULTIPART_NONE);
}
END_TEST

SUITE_MAIN(mime_part, the_type_is_of_the_first_readable_field, facts_of_a_part_come_from_its_fields,
	   a_header_may_be_broken, a_long_name_is_cut_between_characters, a_type_too_long_to_keep_is_a_flaw,
	   multiparts_have_kinds)
