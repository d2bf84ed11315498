/* SPDX-License-Identifier: BSD-2-Clause */
/* Multiparts in multiparts: whose delimiter it is, and what the parts are called (RFC 2046 5.1.2, RFC 3501 6.4.5). */
#include "tests/support/mime_trace.h"
#include "tests/support/suite.h"

#include <string.h>

#define MIXED "multipart/mixed; boundary=b"
#define MULTIPART(type, boundary) "Content-Type: multipart/" type "; boundary=\"" boundary "\"\r\n\r\n"
#define TEXT(text) "\r\n" text "\r\n"

static const struct mime_case number_rows[] = {
	{ "the parts of the outermost multipart are 1, 2, 3", MIXED,
	  "--b\r\n" TEXT("x") "--b\r\n" TEXT("y") "--b\r\n" TEXT("z") "--b--\r\n",
	  "[1 (text/plain) @2]x[end][2 (text/plain) @5]y[end][3 (text/plain) @8]z[end] complete" },
	{ "those of its second part 2.1, 2.2; then comes 3", MIXED,
	  "--b\r\n" TEXT("x") "--b\r\n" MULTIPART("mixed", "c") "--c\r\n" TEXT("y") "--c\r\n" TEXT(
		  "z") "--c--\r\n\r\n--b\r\n" TEXT("w") "--b--\r\n",
	  "[1 (text/plain) @2]x[end][2.1 (text/plain) @8]y[end][2.2 (text/plain) @11]z[end][3 (text/plain) @16]w[end] "
	  "complete" },
	{ "a part of four multiparts", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "--c\r\n" MULTIPART("mixed", "d") "--d\r\n\r\n--d\r\n" MULTIPART(
		  "mixed", "e") "--e\r\n" TEXT("x") "--e--\r\n--d--\r\n--c--\r\n--b--\r\n",
	  "[1.1.1 (text/plain) @8][end][1.1.2.1 (text/plain) @13]x[end] complete" },
	{ "in alternative, in related, in mixed", MIXED,
	  "--b\r\n" MULTIPART("related", "c") "--c\r\n" MULTIPART("alternative", "d") "--d\r\n" TEXT(
		  "x") "--d--\r\n"
		       "--c\r\n" TEXT("y") "--c--\r\n--b\r\n" TEXT("z") "--b--\r\n",
	  "[1.1.1 (text/plain) @8 of alternative related]x[end][1.2 (text/plain) @12 of related related]y[end]"
	  "[2 (text/plain) @16]z[end] complete" },
};

static const struct mime_case whose_rows[] = {
	{ "an outer boundary may begin an inner one", MIXED,
	  "--b\r\n" MULTIPART("mixed",
			      "bb") "--bb\r\n" TEXT("x") "--bb\r\n" TEXT("y") "--bb--\r\n--b\r\n" TEXT("z") "--b--\r\n",
	  "[1.1 (text/plain) @5]x[end][1.2 (text/plain) @8]y[end][2 (text/plain) @12]z[end] complete" },
	{ "an inner boundary may begin an outer one", "multipart/mixed; boundary=bb",
	  "--bb\r\n" MULTIPART("mixed",
			       "b") "--b\r\n" TEXT("x") "--b\r\n" TEXT("y") "--b--\r\n--bb\r\n" TEXT("z") "--bb--\r\n",
	  "[1.1 (text/plain) @5]x[end][1.2 (text/plain) @8]y[end][2 (text/plain) @12]z[end] complete" },
	{ "b and b--: --b-- closes the inner b, then is a delimiter of the outer b--",
	  "multipart/mixed; boundary=\"b--\"",
	  "--b--\r\n" MULTIPART("mixed",
				"b") "--b\r\n" TEXT("x") "--b--\r\nepilogue\r\n--b--\r\n" TEXT("y") "--b----\r\n",
	  "[1.1 (text/plain) @5]x[end][2 (text/plain) @10]y[end] complete" },
	{ "b-- within b: --b-- is a delimiter of the inner one until that is closed", MIXED,
	  "--b\r\n" MULTIPART("mixed", "b--") "--b--\r\n" TEXT("x") "--b--\r\n" TEXT("y") "--b----\r\n--b--\r\n",
	  "[1.1 (text/plain) @5]x[end][1.2 (text/plain) @8]y[end] complete" },
	{ "of two with the same boundary the inner one is asked first, the outer one after it is closed", MIXED,
	  "--b\r\n" MULTIPART("mixed", "b") "--b\r\n" TEXT("x") "--b--\r\n--b\r\n" TEXT("y") "--b--\r\n",
	  "[1.1 (text/plain) @5]x[end][2 (text/plain) @9]y[end] complete" },
	{ "an epilogue is passed over up to the outer delimiter", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "--c\r\n" TEXT("x") "--c--\r\nepilogue\r\n--b\r\n" TEXT("y") "--b--\r\n",
	  "[1.1 (text/plain) @5]x[end][2 (text/plain) @10]y[end] complete" },
	{ "a delimiter of a multipart that was closed is epilogue", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "--c\r\n" TEXT("x") "--c--\r\n--c\r\n" TEXT("y") "--c--\r\n--b--\r\n",
	  "[1.1 (text/plain) @5]x[end] complete" },
	{ "and in a later part it is data", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "--c--\r\n--b\r\n\r\n--c\r\nx\r\n--b--\r\n",
	  "[2 (text/plain) @6]--c\\r\\nx[end] complete" },
	{ "an outer delimiter ends all within", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "--c\r\n" MULTIPART("mixed", "d") "--d\r\n" TEXT("x") "--b\r\n" TEXT(
		  "y") "--b--\r\n",
	  "[1.1.1 (text/plain) @8]x[end][2 (text/plain) @11]y[end] complete !unclosed" },
	{ "an outer close delimiter too", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "--c\r\n" MULTIPART("mixed", "d") "--d\r\n" TEXT("x") "--c--\r\n--b--\r\n",
	  "[1.1.1 (text/plain) @8]x[end] complete !unclosed" },
	{ "an outer delimiter in the preamble within", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "pre\r\n--b\r\n" TEXT("y") "--b--\r\n",
	  "[2 (text/plain) @6]y[end] complete !boundary_unseen" },
	{ "an outer delimiter right after the header of a multipart", MIXED,
	  "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n--b\r\n" TEXT("y") "--b--\r\n",
	  "[2 (text/plain) @4]y[end] complete !boundary_unseen" },
	{ "the same where it has the same boundary", MIXED,
	  "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n--b\r\n" TEXT("y") "--b--\r\n",
	  "[2 (text/plain) @4]y[end] complete !boundary_unseen" },
	{ "an enclosed message is not looked into", MIXED,
	  "--b\r\nContent-Type: message/rfc822\r\n\r\n" MULTIPART("mixed", "c") "--c\r\n" TEXT(
		  "x") "--c--\r\n--b\r\n" TEXT("y") "--b--\r\n",
	  "[1 message/rfc822 @2 enclosed]Content-Type: multipart/mixed; "
	  "boundary=\"c\"\\r\\n\\r\\n--c\\r\\n\\r\\nx\\r\\n"
	  "--c--[end][2 (text/plain) @11]y[end] complete" },
};

static const struct mime_case flaw_rows[] = {
	{ "a multipart without boundary is a leaf", "multipart/mixed", "--b\r\n\r\nx\r\n",
	  "[1 multipart/mixed @1]--b\\r\\n\\r\\nx\\r\\n[end] complete !boundary_missing" },
	{ "so is one with an empty boundary", "multipart/mixed; boundary=\" \"", "--\r\n\r\nx\r\n",
	  "[1 multipart/mixed @1]--\\r\\n\\r\\nx\\r\\n[end] complete !boundary_missing" },
	{ "so is one within another", MIXED, "--b\r\nContent-Type: multipart/mixed\r\n\r\n--c\r\n\r\nx\r\n--b--\r\n",
	  "[1 multipart/mixed @2]--c\\r\\n\\r\\nx[end] complete !boundary_missing" },
	{ "a multipart of which no delimiter comes has no leaves", MIXED, "--c\r\n\r\nx\r\n", " !boundary_unseen" },
	{ "nor has one within another", MIXED, "--b\r\n" MULTIPART("mixed", "c") "x\r\n--b--\r\n",
	  " complete !boundary_unseen" },
	{ "a message that ends in multiparts of all kinds has both flaws", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "--c\r\n" MULTIPART("mixed", "d") "x", " !boundary_unseen !unclosed" },
	{ "a message may end in the epilogue of an inner multipart", MIXED,
	  "--b\r\n" MULTIPART("mixed", "c") "--c\r\n" TEXT("x") "--c--\r\nepi",
	  "[1.1 (text/plain) @5]x[end] !unclosed" },
	{ "a message may end in a multipart's header", MIXED, "--b\r\nContent-Type: multipart/mixed; boundary=c",
	  " !boundary_unseen !unclosed" },
	{ "a multipart with a transfer encoding is read without it", MIXED,
	  "--b\r\nContent-Transfer-Encoding: base64\r\n" MULTIPART("mixed",
								   "c") "--c\r\n" TEXT("x") "--c--\r\n--b--\r\n",
	  "[1.1 (text/plain) @6]x[end] complete !encoded_multipart" },
	{ "8bit is no flaw of a multipart", MIXED,
	  "--b\r\nContent-Transfer-Encoding: 8bit\r\n" MULTIPART("mixed", "c") "--c\r\n" TEXT("x") "--c--\r\n--b--\r\n",
	  "[1.1 (text/plain) @6]x[end] complete" },
};

START_TEST(parts_are_numbered_as_imap_numbers_them)
{
	CHECK_MIME_CASES(number_rows);
}
END_TEST

START_TEST(the_innermost_open_multipart_is_asked_first)
{
	CHECK_MIME_CASES(whose_rows);
}
END_TEST

START_TEST(broken_multiparts_are_flaws)
{
	CHECK_MIME_CASES(flaw_rows);
}
END_TEST

static unsigned
find(const struct mime_boundaries *open, const char *line)
{
	struct mime_delimiter delimiter;

	if (!mime_boundaries_find(open, bytes_of(line), &delimiter))
		return 0;
	return (unsigned)delimiter.level * 2 + delimiter.close + 1;
}

START_TEST(a_delimiter_names_the_level_and_whether_it_closes)
{
	struct mime_boundaries open = { .count = 0 };

	ck_assert_uint_eq(find(&open, "--\n"), 0);
	ck_assert(mime_boundaries_push(&open, bytes_of("a"), MULTIPART_MIXED));
	ck_assert(mime_boundaries_push(&open, bytes_of("b"), MULTIPART_RELATED));
	ck_assert(mime_boundaries_push(&open, bytes_of("a"), MULTIPART_MIXED));
	ck_assert_uint_eq(find(&open, "--a\r\n"), 5);
	ck_assert_uint_eq(find(&open, "--a--\n"), 6);
	ck_assert_uint_eq(find(&open, "--b \t"), 3);
	ck_assert_uint_eq(find(&open, "--b--"), 4);
	ck_assert_uint_eq(find(&open, "--c"), 0);
	ck_assert(!open.levels[0].in_related && open.levels[1].in_related && open.levels[2].in_related);
	open.levels[1].seen = true;
	mime_boundaries_close(&open);
	ck_assert_uint_eq(find(&open, "--a"), 1);
	ck_assert_uint_eq(mime_boundaries_give_up(&open, 1), MIME_UNCLOSED);
	ck_assert_uint_eq(find(&open, "--b"), 0);
	ck_assert_uint_eq(mime_boundaries_give_up(&open, 0), MIME_BOUNDARY_UNSEEN);
	ck_assert_uint_eq(find(&open, "--a"), 0);
}
END_TEST

/* Two words with the same 32 bits of FNV-1a. */
START_TEST(boundaries_with_the_same_hash_are_told_apart)
{
	struct mime_boundaries open = { .count = 0 };

	ck_assert(mime_boundaries_push(&open, bytes_of("liquid"), MULTIPART_MIXED));
	ck_assert_uint_eq(find(&open, "--costarring"), 0);
	ck_assert(mime_boundaries_push(&open, bytes_of("costarring"), MULTIPART_MIXED));
	ck_assert_uint_eq(open.levels[0].hash, open.levels[1].hash);
	ck_assert_uint_eq(find(&open, "--costarring"), 3);
	ck_assert_uint_eq(find(&open, "--liquid--"), 2);
	mime_boundaries_close(&open);
	ck_assert_uint_eq(find(&open, "--costarring"), 0);
	ck_assert_uint_eq(find(&open, "--liquid"), 1);
}
END_TEST

SUITE_MAIN(mime_nesting, parts_are_numbered_as_imap_numbers_them, the_innermost_open_multipart_is_asked_first,
	   broken_multiparts_are_flaws, a_delimiter_names_the_level_and_whether_it_closes,
	   boundaries_with_the_same_hash_are_told_apart)
