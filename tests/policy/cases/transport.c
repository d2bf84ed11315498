/* SPDX-License-Identifier: BSD-2-Clause */
/* mime_invalid, size_exceeded, control_characters, attachment_type. */
#include "tests/policy/cases/cases.h"

#define HEAD "From: a@example.com\nSubject: x\n"
#define SENDER "<a@example.com>"
#define CASE(check, fires, sentence, setting, rest, value)                \
	{                                                                 \
		check, fires, sentence, SENDER, setting, HEAD rest, value \
	}
#define MIME(fires, sentence, rest, value) CASE("mime_invalid", fires, sentence, NULL, rest, value)
#define FLAW(fires, sentence, flaws, rest) CASE("mime_invalid", fires, sentence, "flaws=" flaws, rest, NULL)
#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define TYPE(fires, sentence, setting, header) \
	CASE("attachment_type", fires, sentence, setting, MIXED "--b\n\nhello\n--b\n" header "\nx\n--b--\n", NULL)

static const struct message_case cases[] = {
	MIME(false, "no multipart", "\nhello\n", NULL),
	MIME(false, "a multipart", MIXED "--b\n\nhello\n--b--\n", NULL),
	MIME(true, "no boundary", "Content-Type: multipart/mixed\n\nhello\n", "boundary_missing"),
	MIME(true, "an empty boundary", "Content-Type: multipart/mixed; boundary=\"\"\n\nhello\n", "boundary_missing"),
	MIME(true, "a boundary that never comes", MIXED "hello\n", "boundary_unseen"),
	MIME(true, "nothing at all", MIXED, "boundary_unseen"),
	MIME(true, "an inner boundary that never comes",
	     MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\nhello\n--b--\n", "boundary_unseen"),
	MIME(false, "not closed: one in 250 real messages", MIXED "--b\n\nhello\n", NULL),
	MIME(false, "an unknown encoding", "Content-Transfer-Encoding: x-own\n\nhello\n", NULL),
	FLAW(true, "not closed, and not tolerated", "unclosed", MIXED "--b\n\nhello\n"),
	FLAW(true, "an encoded multipart", "encoded_multipart",
	     "Content-Transfer-Encoding: base64\n" MIXED "--b\n\nhello\n--b--\n"),
	FLAW(true, "a part's header with a line that is no field", "header_unreadable", MIXED "--b\nhello\n--b--\n"),
	FLAW(true, "an unknown encoding that is not tolerated", "encoding_unknown",
	     "Content-Transfer-Encoding: x-own\n\nhello\n"),
	FLAW(true, "base64 with other octets", "base64_invalid", "Content-Transfer-Encoding: base64\n\naGVs!bG8=\n"),
	FLAW(false, "base64 as it should be", "base64_invalid", "Content-Transfer-Encoding: base64\n\naGVs\nbG8=\n"),
	FLAW(true, "an equals sign before nothing of use", "qp_invalid",
	     "Content-Transfer-Encoding: quoted-printable\n\n=XY hello\n"),
	FLAW(false, "quoted-printable as it should be", "qp_invalid",
	     "Content-Transfer-Encoding: quoted-printable\n\n=20=\nhello\n"),
	FLAW(false, "a boundary that never comes, and is tolerated", "unclosed", MIXED "hello\n"),
	CASE("mime_invalid", true, "a level too many", "max_depth=1",
	     MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--b--\n", "nested_too_deep"),
	CASE("mime_invalid", true, "a part too many", "max_parts=2", MIXED "--b\n\nx\n--b\n\ny\n--b\n\nz\n--b--\n",
	     "too_many_parts"),
	CASE("mime_invalid", false, "just as many parts", "max_parts=2", MIXED "--b\n\nx\n--b\n\ny\n--b--\n", NULL),

	CASE("size_exceeded", false, "no limit", NULL, "\nhello\n", NULL),
	CASE("size_exceeded", true, "a small limit", "limit=20B", "\nhello\n", NULL),
	CASE("size_exceeded", false, "a large limit", "limit=25MiB", "\nhello\n", NULL),
	CASE("size_exceeded", true, "of a message that would be answered at its first word", "limit=90B",
	     "\nhello hello hello hello hello hello hello hello hello hello hello\n", NULL),

	CASE("control_characters", false, "text and a tab", NULL, "\nhello\tthere\n", NULL),
	CASE("control_characters", true, "a bare CR", NULL, "\nhello\rthere\n", "bare_cr"),
	CASE("control_characters", true, "a bare CR at the end", NULL, "\nhello\n\r", "bare_cr"),
	CASE("control_characters", true, "a bare CR in a field", NULL, "Comments: x\ry\n\nhello\n", "bare_cr"),
	CASE("control_characters", false, "folds", NULL, "Comments: x\n y\n\nhello\n", NULL),
	CASE("control_characters", false, "a bare CR where only NUL matters", "which=nul", "\nhello\rthere\n", NULL),

	TYPE(false, "no pattern", NULL, "Content-Type: application/x-msdownload; name=a.exe\n"),
	TYPE(true, "a name", "names=*.exe *.scr", "Content-Type: application/octet-stream; name=a.EXE\n"),
	TYPE(false, "another name", "names=*.exe *.scr", "Content-Type: application/octet-stream; name=a.txt\n"),
	TYPE(true, "a type", "types=application/x-msdownload", "Content-Type: Application/X-MSDownload\n"),
	TYPE(true, "a family of types", "types=video/*", "Content-Type: video/mp4\n"),
	TYPE(false, "another type", "types=video/*", "Content-Type: image/png\n"),
	TYPE(true, "the name behind the file name", "names=*.exe",
	     "Content-Type: application/octet-stream; name=a.exe\nContent-Disposition: attachment; filename=a.txt\n"),
	TYPE(true, "the file name before the name", "names=*.exe",
	     "Content-Type: application/octet-stream; name=a.txt\nContent-Disposition: attachment; filename=a.exe\n"),
	TYPE(true, "dots and blanks at the end", "names=*.exe",
	     "Content-Disposition: attachment; filename=\"a.exe. .\"\n"),
	TYPE(true, "an encoded name", "names=*.exe", "Content-Disposition: attachment; filename*=utf-8''a%2Eexe\n"),
	TYPE(true, "a name in pieces", "names=*.exe",
	     "Content-Disposition: attachment; filename*0=\"a.e\"; filename*1=xe\n"),
	TYPE(true, "a name that is too long to be known", "names=*.exe",
	     "Content-Disposition: attachment;\n "
	     "filename=\"0123456789012345678901234567890123456789012345678901234567890123456789"
	     "0123456789012345678901234567890123456789012345678901234567890123456789.exe\"\n"),
	TYPE(false, "within an attached message", "names=*.exe",
	     "Content-Type: message/rfc822\n\nContent-Type: application/octet-stream; name=a.exe\n"),
};

MESSAGE_CASES(transport_cases, cases);
