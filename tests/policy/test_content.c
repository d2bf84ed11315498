/* SPDX-License-Identifier: BSD-2-Clause */
/* Which part is what, and when it is empty. */
#include "policy/content.h"

#include "tests/support/suite.h"

#include <string.h>

struct kind_row {
	const char *sentence;
	struct mime_part part;
	enum leaf_kind kind;
};

static const struct kind_row kinds[] = {
	{ "Text", { .type = "text/plain" }, LEAF_TEXT },
	{ "Text of any kind", { .type = "text/x-own" }, LEAF_TEXT },
	{ "Text with a name", { .type = "text/plain", .has_name = true }, LEAF_TEXT },
	{ "HTML with a name", { .type = "text/html", .has_name = true }, LEAF_TEXT },
	{ "Other text with a name", { .type = "text/csv", .has_name = true }, LEAF_ATTACHMENT },
	{ "Attached text", { .type = "text/plain", .dispositions = DISPOSITION_ATTACHMENT }, LEAF_ATTACHMENT },
	{ "Inline text", { .type = "text/plain", .dispositions = DISPOSITION_INLINE }, LEAF_TEXT },
	{ "A multipart that cannot be taken apart", { .type = "multipart/mixed" }, LEAF_TEXT },
	{ "A file", { .type = "application/pdf" }, LEAF_ATTACHMENT },
	{ "A picture alone", { .type = "image/png" }, LEAF_ATTACHMENT },
	{ "A picture with a Content-ID", { .type = "image/png", .has_content_id = true }, LEAF_INLINE_IMAGE },
	{ "An inline picture", { .type = "image/png", .dispositions = DISPOSITION_INLINE }, LEAF_INLINE_IMAGE },
	{ "A related picture", { .type = "image/png", .in_related = true, .has_name = true }, LEAF_INLINE_IMAGE },
	{ "An attached picture",
	  { .type = "image/png", .has_content_id = true, .dispositions = DISPOSITION_ATTACHMENT },
	  LEAF_ATTACHMENT },
	{ "A picture of both dispositions",
	  { .type = "image/png", .dispositions = DISPOSITION_ATTACHMENT | DISPOSITION_INLINE },
	  LEAF_ATTACHMENT },
	{ "What is elsewhere", { .type = "message/external-body", .has_name = true }, LEAF_EXTERNAL },
	{ "A message inside", { .type = "message/rfc822", .enclosed = true }, LEAF_ENCLOSED },
	{ "One that is attached",
	  { .type = "message/rfc822", .enclosed = true, .dispositions = DISPOSITION_ATTACHMENT },
	  LEAF_ENCLOSED },
	{ "A status for machines",
	  { .type = "message/delivery-status", .parent = MULTIPART_REPORT, .index = 1 },
	  LEAF_CONTROL },
	{ "Returned headers", { .type = "text/rfc822-headers", .parent = MULTIPART_REPORT, .index = 2 }, LEAF_CONTROL },
	{ "The text of a report", { .type = "text/plain", .parent = MULTIPART_REPORT }, LEAF_TEXT },
	{ "A status in the place of the text",
	  { .type = "message/delivery-status", .parent = MULTIPART_REPORT },
	  LEAF_ATTACHMENT },
	{ "A status in no report",
	  { .type = "message/delivery-status", .parent = MULTIPART_MIXED, .index = 1 },
	  LEAF_ATTACHMENT },
	{ "A file in a report",
	  { .type = "application/pdf", .parent = MULTIPART_REPORT, .index = 1 },
	  LEAF_ATTACHMENT },
	{ "The control part of what is encrypted",
	  { .type = "application/pgp-encrypted", .parent = MULTIPART_ENCRYPTED },
	  LEAF_CONTROL },
	{ "And what is encrypted",
	  { .type = "application/octet-stream", .parent = MULTIPART_ENCRYPTED, .index = 1 },
	  LEAF_ATTACHMENT },
	{ "A PGP signature",
	  { .type = "application/pgp-signature", .parent = MULTIPART_SIGNED, .index = 1 },
	  LEAF_SIGNATURE },
	{ "An S/MIME signature",
	  { .type = "application/pkcs7-signature", .parent = MULTIPART_SIGNED, .index = 1 },
	  LEAF_SIGNATURE },
	{ "One of an older name",
	  { .type = "application/x-pkcs7-signature", .parent = MULTIPART_SIGNED, .index = 1 },
	  LEAF_SIGNATURE },
	{ "A signature with a name",
	  { .type = "application/pkcs7-signature", .parent = MULTIPART_SIGNED, .index = 1, .has_name = true },
	  LEAF_ATTACHMENT },
	{ "A signature of nothing",
	  { .type = "application/pgp-signature", .parent = MULTIPART_SIGNED },
	  LEAF_ATTACHMENT },
	{ "A signature in no such multipart",
	  { .type = "application/pgp-signature", .parent = MULTIPART_MIXED, .index = 1 },
	  LEAF_ATTACHMENT },
};

START_TEST(a_part_is_one_of_these)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		ck_assert_msg(leaf_kind(&kinds[i].part) == kinds[i].kind, "%s", kinds[i].sentence);
}
END_TEST

/* Where a part ends: with the message, or at a delimiter, which the line break before it belongs to. */
enum end { AT_DELIMITER, WITH_MESSAGE, CUT };

struct octets_row {
	const char *sentence;
	unsigned encodings;
	enum end end;
	const char *octets;
	bool empty;
};

#define IDENTITY (1u << ENCODING_IDENTITY)
#define BASE64 (1u << ENCODING_BASE64)
#define QUOTED (1u << ENCODING_QUOTED_PRINTABLE)

static const struct octets_row octets[] = {
	{ "Nothing", IDENTITY, AT_DELIMITER, "", true },
	{ "Nothing in a message", IDENTITY, WITH_MESSAGE, "", true },
	{ "A letter", IDENTITY, AT_DELIMITER, "x", false },
	{ "A blank", IDENTITY, AT_DELIMITER, " ", false },
	{ "A line break before that of the delimiter", IDENTITY, AT_DELIMITER, "\r\n", false },
	{ "The same with LF", IDENTITY, AT_DELIMITER, "\n", false },
	{ "A line break at the message's end", IDENTITY, WITH_MESSAGE, "\r\n", true },
	{ "The same with LF", IDENTITY, WITH_MESSAGE, "\n", true },
	{ "The same where the delimiter never came", IDENTITY, CUT, "\r\n", true },
	{ "Two line breaks", IDENTITY, WITH_MESSAGE, "\r\n\r\n", false },
	{ "Two of LF", IDENTITY, WITH_MESSAGE, "\n\n", false },
	{ "A CR is none", IDENTITY, WITH_MESSAGE, "\r", false },
	{ "Nor is one with a letter", IDENTITY, WITH_MESSAGE, "\rx", false },
	{ "Nor one with another", IDENTITY, WITH_MESSAGE, "\r\r", false },
	{ "A letter and a line break", IDENTITY, WITH_MESSAGE, "x\r\n", false },
	{ "Soft line breaks and one at the end", QUOTED, WITH_MESSAGE, "=\r\n=\r\n\r\n", true },
	{ "A line break in quoted-printable", QUOTED, WITH_MESSAGE, "=0D=0A", true },
	{ "One in base64 is somebody's", BASE64, WITH_MESSAGE, "DQo=", false },
	{ "Padding alone", BASE64, WITH_MESSAGE, "====\r\n", true },
	{ "Something in one encoding, nothing in the other", QUOTED | BASE64, AT_DELIMITER, "====", true },
	{ "Something in both", QUOTED | BASE64, AT_DELIMITER, "QQ==", false },
};

static bool
is_empty(const struct octets_row *row, const char *type, size_t cut)
{
	struct mime_part part = { .encodings = row->encodings,
				  .parent = row->end == WITH_MESSAGE ? MULTIPART_NONE : MULTIPART_MIXED };
	struct bytes text = bytes_of(row->octets);
	struct content content;
	bool empty;

	buffer_append(part.type, sizeof part.type, bytes_of(type));
	content_init(&content);
	content_begin(&content, &part);
	content_feed(&content, (struct bytes){ text.data, cut });
	content_feed(&content, bytes_from(text, cut));
	empty = content_end(&content, row->end == CUT)->empty;
	content_close(&content);
	return empty;
}

START_TEST(a_part_without_an_octet_is_empty)
{
	for (size_t i = 0; i < sizeof octets / sizeof octets[0]; i++)
		for (size_t cut = 0; cut <= strlen(octets[i].octets); cut++) {
			ck_assert_msg(is_empty(&octets[i], "application/pdf", cut) == octets[i].empty, "%s, cut at %zu",
				      octets[i].sentence, cut);
			ck_assert_msg(is_empty(&octets[i], "text/plain", cut) == octets[i].empty,
				      "%s, in a text cut at %zu", octets[i].sentence, cut);
		}
}
END_TEST

SUITE_MAIN(content, a_part_is_one_of_these, a_part_without_an_octet_is_empty)
