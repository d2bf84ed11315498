/* SPDX-License-Identifier: BSD-2-Clause */
/* Delimiters, and what lies between them (RFC 2046 5.1.1). */
#include "tests/support/mime_trace.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#define MIXED "multipart/mixed; boundary=b"

static const struct mime_case data_rows[] = {
	{ "the line break before a delimiter belongs to the delimiter", MIXED, "--b\r\n\r\none\r\n--b--\r\n",
	  "[1 (text/plain) @2]one[end] complete" },
	{ "all other line breaks belong to the data", MIXED, "--b\r\n\r\n\r\none\r\n\r\ntwo\r\n\r\n--b--\r\n",
	  "[1 (text/plain) @2]\\r\\none\\r\\n\\r\\ntwo\\r\\n[end] complete" },
	{ "a message without Content-Type is one leaf, with all of its body", NULL, "Hello\r\n--b\r\n\r\nyou\r\n",
	  "[1 (text/plain) @1]Hello\\r\\n--b\\r\\n\\r\\nyou\\r\\n[end] complete" },
	{ "a message of one part may have any type", "image/png", "\r\n", "[1 image/png @1]\\r\\n[end] complete" },
	{ "a message without body is a leaf without data", NULL, "", "[1 (text/plain) @1][end] complete" },
	{ "a multipart without body has no leaves", MIXED, "", " !boundary_unseen" },
	{ "preamble and epilogue are passed over", MIXED, "pre\r\namble\r\n--b\r\n\r\none\r\n--b--\r\nepi\r\nlogue\r\n",
	  "[1 (text/plain) @4]one[end] complete" },
	{ "an empty line after the header and the delimiter at once make a leaf without data", MIXED,
	  "--b\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\n--b--\r\n", "[1 (text/plain) @2][end][2 a/b @4][end] complete" },
	{ "one more empty line is the delimiter's line break", MIXED, "--b\r\n\r\n\r\n--b--\r\n",
	  "[1 (text/plain) @2][end] complete" },
	{ "two more are a line break of data", MIXED, "--b\r\n\r\n\r\n\r\n--b--\r\n",
	  "[1 (text/plain) @2]\\r\\n[end] complete" },
	{ "a delimiter right after a delimiter makes a leaf without header and data", MIXED, "--b\r\n--b\r\n--b--\r\n",
	  "[1 (text/plain) @2][end][2 (text/plain) @3][end] complete" },
	{ "a delimiter right after a field makes a leaf without data", MIXED, "--b\r\nContent-Type: x/y\r\n--b--\r\n",
	  "[1 x/y @2][end] complete" },
	{ "lines may end in LF", MIXED, "pre\n--b\n\none\n\n--b\nContent-Type: x/y\n\ntwo\n--b--\n",
	  "[1 (text/plain) @3]one\\n[end][2 x/y @7]two[end] complete" },
	{ "line ends may be mixed", MIXED, "--b\n\r\none\n--b\r\n\ntwo\r\n\n--b\r\n\nthree\n\r\n--b--\n",
	  "[1 (text/plain) @2]one[end][2 (text/plain) @5]two\\r\\n[end][3 (text/plain) @9]three\\n[end] complete" },
	{ "a lone CR is no line break", MIXED, "--b\r\n\r\none\r--b--\r\n--b--\r\n",
	  "[1 (text/plain) @2]one\\r--b--[end] complete" },
	{ "of CR CR LF before a delimiter the first CR is data", MIXED, "--b\r\n\r\none\r\r\n--b--\r\n",
	  "[1 (text/plain) @2]one\\r[end] complete" },
	{ "of LF CR LF before a delimiter the LF is data", MIXED, "--b\r\n\r\n\n\r\n--b--\r\n",
	  "[1 (text/plain) @2]\\n[end] complete" },
	{ "of CR LF CR before other text all is data", MIXED, "--b\r\n\r\none\r\n\rtwo\r\n--b--\r\n",
	  "[1 (text/plain) @2]one\\r\\n\\rtwo[end] complete" },
};

static const struct mime_case end_rows[] = {
	{ "the close delimiter needs no line break after it", MIXED, "--b\r\n\r\none\r\n--b--",
	  "[1 (text/plain) @2]one[end]" },
	{ "nor with blanks after it", MIXED, "--b\r\n\r\none\r\n--b-- \t", "[1 (text/plain) @2]one[end]" },
	{ "without delimiter at its end the last part keeps its line break", MIXED, "--b\r\n\r\none\r\n",
	  "[1 (text/plain) @2]one\\r\\n[cut] !unclosed" },
	{ "with none it keeps what it has", MIXED, "--b\r\n\r\none", "[1 (text/plain) @2]one[cut] !unclosed" },
	{ "a CR at the message's end is data", MIXED, "--b\r\n\r\none\r", "[1 (text/plain) @2]one\\r[cut] !unclosed" },
	{ "half a delimiter is data", MIXED, "--b\r\n\r\none\r\n--", "[1 (text/plain) @2]one\\r\\n--[cut] !unclosed" },
	{ "a hyphen is data", MIXED, "--b\r\n\r\none\n-", "[1 (text/plain) @2]one\\n-[cut] !unclosed" },
	{ "a close delimiter with one hyphen is data", MIXED, "--b\r\n\r\none\r\n--b-",
	  "[1 (text/plain) @2]one\\r\\n--b-[cut] !unclosed" },
	{ "a message may end after a delimiter: the part that begins there has nothing", MIXED,
	  "--b\r\n\r\none\r\n--b\r\n", "[1 (text/plain) @2]one[end][2 (text/plain) @5][cut] !unclosed" },
	{ "and without the delimiter's line break", MIXED, "--b\r\n\r\none\r\n--b",
	  "[1 (text/plain) @2]one[end][2 (text/plain) @5][cut] !unclosed" },
	{ "a message may end in a part's header", MIXED, "--b\r\nContent-Type: x/y\r\n", "[1 x/y @2][cut] !unclosed" },
	{ "in a field's value", MIXED, "--b\r\nContent-Type: x/y", "[1 x/y @2][cut] !unclosed" },
	{ "in a field's name, which then is data", MIXED, "--b\r\nContent-Ty",
	  "[1 (text/plain) @2]Content-Ty[cut] !unclosed !header_unreadable" },
	{ "right after the header", MIXED, "--b\r\nContent-Type: x/y\r\n\r\n", "[1 x/y @2][cut] !unclosed" },
	{ "a message of one part is not cut by its end", NULL, "one\r\n--",
	  "[1 (text/plain) @1]one\\r\\n--[end] complete" },
};

static const struct mime_case delimiter_rows[] = {
	{ "blanks at a delimiter's end do not matter", MIXED, "--b  \t \r\n\r\none\r\n--b-- \t\n",
	  "[1 (text/plain) @2]one[end] complete" },
	{ "blanks before it make it text", MIXED, "--b\r\n\r\n --b\r\n\t--b--\r\n--b--\r\n",
	  "[1 (text/plain) @2] --b\\r\\n\\t--b--[end] complete" },
	{ "anything else after the boundary makes it text", MIXED,
	  "--b\r\n\r\n--bc\r\n--b c\r\n--b --\r\n--b-- x\r\n--b-\r\n--b---\r\n--b----\r\n--b--\r\n",
	  "[1 (text/plain) @2]--bc\\r\\n--b c\\r\\n--b --\\r\\n--b-- x\\r\\n--b-\\r\\n--b---\\r\\n--b----[end] "
	  "complete" },
	{ "a CR among the blanks makes it text", MIXED, "--b\r\n\r\n--b \r \r\n--b\r\r\n--b--\r\n",
	  "[1 (text/plain) @2]--b \\r \\r\\n--b\\r[end] complete" },
	{ "lines of hyphens are text", MIXED, "--b\r\n\r\n-\r\n--\r\n-- \r\n---\r\n----\r\n-b\r\n-\r\n--b--\r\n",
	  "[1 (text/plain) @2]-\\r\\n--\\r\\n-- \\r\\n---\\r\\n----\\r\\n-b\\r\\n-[end] complete" },
	{ "text that is no delimiter comes back with its blanks", MIXED, "--b\r\n\r\n--b \t \t x\t\r\n--b--\r\n",
	  "[1 (text/plain) @2]--b \\t \\t x\\t[end] complete" },
	{ "case matters in boundaries", "multipart/mixed; boundary=bB", "--bB\r\n\r\n--bb\r\n--BB--\r\n--bB--\r\n",
	  "[1 (text/plain) @2]--bb\\r\\n--BB--[end] complete" },
	{ "a delimiter within a line is text", MIXED, "--b\r\n\r\nx--b--\r\n--b--\r\n",
	  "[1 (text/plain) @2]x--b--[end] complete" },
	{ "a delimiter that only begins the message's last line is text", MIXED, "--b\r\n\r\none\r\n--b x",
	  "[1 (text/plain) @2]one\\r\\n--b x[cut] !unclosed" },
	{ "after the close delimiter nothing is a delimiter", MIXED,
	  "--b\r\n\r\n1\r\n--b--\r\n--b\r\n\r\n2\r\n--b--\r\n", "[1 (text/plain) @2]1[end] complete" },
	{ "a close delimiter alone closes a multipart without parts", MIXED, "x\r\n--b--\r\n", " complete" },
};

static const struct mime_case boundary_rows[] = {
	{ "a boundary may end in hyphens", "multipart/mixed; boundary=\"b--\"",
	  "--b--\r\n\r\none\r\n--b\r\n--b----\r\n", "[1 (text/plain) @2]one\\r\\n--b[end] complete" },
	{ "a boundary may begin with hyphens", "multipart/mixed; boundary=\"--b\"",
	  "----b\r\n\r\none\r\n--b\r\n----b--\r\n", "[1 (text/plain) @2]one\\r\\n--b[end] complete" },
	{ "a boundary may be hyphens", "multipart/mixed; boundary=\"--\"", "----\r\n\r\none\r\n--\r\n------\r\n",
	  "[1 (text/plain) @2]one\\r\\n--[end] complete" },
	{ "a boundary may be one hyphen", "multipart/mixed; boundary=\"-\"", "---\r\n\r\none\r\n----\r\n-----\r\n",
	  "[1 (text/plain) @2]one\\r\\n----[end] complete" },
	{ "a boundary may hold blanks, colons and all of RFC 2046's characters",
	  "multipart/mixed; boundary=\"=_a:b '()+_,-./:=? c\"",
	  "--=_a:b '()+_,-./:=? c\r\n\r\none\r\n--=_a:b '()+_,-./:=? c--\r\n", "[1 (text/plain) @2]one[end] complete" },
	{ "a boundary with a colon ends a part's header", "multipart/mixed; boundary=\"=_a:b\"",
	  "--=_a:b\r\nContent-Type: x/y\r\n--=_a:b\r\nContent-Type: x/z\r\n--=_a:b--\r\n",
	  "[1 x/y @2][end][2 x/z @4][end] complete" },
	{ "blanks at the end of the boundary parameter do not matter", "multipart/mixed; boundary=\"b \t \"",
	  "--b\r\n\r\none\r\n--b--\r\n", "[1 (text/plain) @2]one[end] complete" },
	{ "a boundary is found without quotes and with case in its name", "Multipart/Mixed; charset=x; BOUNDARY=b",
	  "--b\r\n\r\none\r\n--b--\r\n", "[1 (text/plain) @2]one[end] complete" },
};

START_TEST(data_is_what_lies_between_header_and_delimiter)
{
	CHECK_MIME_CASES(data_rows);
}
END_TEST

START_TEST(a_delimiter_is_a_whole_line)
{
	CHECK_MIME_CASES(delimiter_rows);
}
END_TEST

START_TEST(a_boundary_is_taken_as_it_stands)
{
	CHECK_MIME_CASES(boundary_rows);
}
END_TEST

START_TEST(a_message_may_end_anywhere)
{
	CHECK_MIME_CASES(end_rows);
}
END_TEST

START_TEST(nul_is_an_octet_as_any_other)
{
	static const char body[] = "\0\r\n--b\r\n\r\n\0one\0\r\n--b\0\r\n--\0\r\n--b--\r\n\0";
	const struct cut_case row = { "NUL in preamble, data, candidates and epilogue", body, sizeof body - 1,
				      "[1 (text/plain) @3]\\x00one\\x00\\r\\n--b\\x00\\r\\n--\\x00[end] complete" };

	check_mime(MIXED, &row);
}
END_TEST

/* After some lines, `--b` with blanks up to length octets with the line feed; what follows is a part if that was a
 * delimiter. */
static void
check_padded(const char *sentence, const char *before, size_t length, const char *expected)
{
	char body[MIME_DELIMITER_MAX * 2];
	struct cut_case row = { sentence, body, 0, expected };

	snprintf(body, sizeof body, "%s%-*s\n\none\n--b--\n", before, (int)length - 1, "--b");
	check_mime(MIXED, &row);
}

START_TEST(blanks_after_a_delimiter_have_a_limit)
{
	check_padded("as many blanks as are allowed", "", MIME_DELIMITER_MAX, "[1 (text/plain) @2]one[end] complete");
	check_padded("one blank more than is allowed", "", MIME_DELIMITER_MAX + 1, " complete");
	check_padded("as many right after a multipart's header", "--b\nContent-Type: multipart/mixed; boundary=b\n",
		     MIME_DELIMITER_MAX + 1, " !unclosed !header_unreadable");
}
END_TEST

/* A line of hyphens between other text: all of it comes back. */
static void
check_hyphens(const char *sentence, size_t length)
{
	static const char before[] = "--b\r\n\r\n", after[] = "\r\n--b--\r\n", head[] = "[1 (text/plain) @2]",
			  tail[] = "[end] complete";
	char hyphens[MIME_DELIMITER_MAX * 2 + 1];
	char body[sizeof before + sizeof hyphens + sizeof after], expected[sizeof head + sizeof hyphens + sizeof tail];

	memset(hyphens, '-', length);
	hyphens[length] = '\0';
	snprintf(body, sizeof body, "%s%s%s", before, hyphens, after);
	snprintf(expected, sizeof expected, "%s%s%s", head, hyphens, tail);
	const struct cut_case row = { sentence, body, 0, expected };
	check_mime(MIXED, &row);
}

START_TEST(a_line_too_long_for_a_delimiter_is_text)
{
	check_hyphens("longer than a boundary can be", PARAMS_BOUNDARY_MAX + 100);
	check_hyphens("longer than what is held back", MIME_DELIMITER_MAX * 2);
}
END_TEST

static size_t
count_data_runs(struct mime *mime)
{
	struct mime_event event;
	size_t count = 0;

	while (mime_next(mime, &event))
		count += event.type == MIME_DATA;
	return count;
}

/* What a chunk holds of one part comes as one run: the cost of an event does not grow with the number of lines. */
START_TEST(data_comes_in_long_runs)
{
	struct mime mime;

	mime_init(&mime);
	mime_field(&mime, bytes_of("content-type"), bytes_of(MIXED));
	mime_end_of_headers(&mime, 1);
	mime_feed(&mime, bytes_of("--b\r\n\r\none\r\n-two\r\n--three\r\n--\r\nfour"));
	ck_assert_uint_eq(count_data_runs(&mime), 1);
	mime_feed(&mime, bytes_of("five\r\n\r\n-- \r\nsix"));
	ck_assert_uint_eq(count_data_runs(&mime), 1);
	mime_feed(&mime, bytes_of("\r\n--b--\r\nseven\r\n"));
	ck_assert_uint_eq(count_data_runs(&mime), 0);
	ck_assert(mime_complete(&mime));
	mime_feed(&mime, bytes_of("eight"));
	ck_assert_uint_eq(count_data_runs(&mime), 0);
	mime_finish(&mime);
	ck_assert_uint_eq(count_data_runs(&mime), 0);
	ck_assert_uint_eq(mime.flaws, 0);
}
END_TEST

SUITE_MAIN(mime, data_is_what_lies_between_header_and_delimiter, a_delimiter_is_a_whole_line,
	   a_boundary_is_taken_as_it_stands, a_message_may_end_anywhere, nul_is_an_octet_as_any_other,
	   blanks_after_a_delimiter_have_a_limit, a_line_too_long_for_a_delimiter_is_text, data_comes_in_long_runs)
