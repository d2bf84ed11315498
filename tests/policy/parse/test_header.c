/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/parse/header.h"
#include "tests/support/cuts.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

/* Each field as `name@line=value;`, then the end as `END@line` with a `!` when it is unreadable, then the body. */
static void
drain(struct header *header, struct trace *trace, bool *ended)
{
	struct header_event ev;

	while (header_next(header, &ev)) {
		switch (ev.type) {
		case HEADER_NAME:
			trace_add_bytes(trace, ev.text);
			trace_add(trace, "@%zu=", ev.line);
			break;
		case HEADER_VALUE:
			ck_assert_uint_gt(ev.text.length, 0);
			trace_add_bytes(trace, ev.text);
			break;
		case HEADER_FIELD_END:
			trace_add(trace, ";");
			break;
		case HEADER_END:
			ck_assert(!*ended);
			trace_add(trace, "END@%zu%s ", ev.line, header->unreadable ? "!" : "");
			*ended = true;
			break;
		case HEADER_BODY:
			ck_assert(*ended);
			trace_add_bytes(trace, ev.text);
			break;
		}
	}
}

static void
trace_header(struct trace *trace, const struct bytes *chunks, size_t count)
{
	struct header header;
	bool ended = false;

	header_init(&header);
	for (size_t i = 0; i < count; i++) {
		if (ended) {
			trace_add_bytes(trace, chunks[i]);
			continue;
		}
		header_feed(&header, chunks[i]);
		drain(&header, trace, &ended);
		if (ended)
			trace_add_bytes(trace, header_rest(&header));
	}
	header_finish(&header);
	drain(&header, trace, &ended);
	ck_assert(ended);
}

#define TEXT(literal) literal, sizeof(literal) - 1

/* clang-format off */
static const struct cut_case fields[] = {
	{ "a field and the empty line", TEXT("A: b\r\n\r\n"), "A@1=b;END@3 " },
	{ "lines may end in LF", TEXT("A: b\n\nbody\n"), "A@1=b;END@3 body\\n" },
	{ "line endings may be mixed", TEXT("A: b\nC: d\r\n\nx"), "A@1=b;C@2=d;END@4 x" },
	{ "the body follows as it is", TEXT("A: b\r\n\r\nx: y\r\n z"), "A@1=b;END@3 x: y\\r\\n z" },
	{ "one SP after the colon is stripped, not two", TEXT("A:  b\r\n\r\n"), "A@1= b;END@3 " },
	{ "no SP after the colon is needed", TEXT("A:b\r\n\r\n"), "A@1=b;END@3 " },
	{ "HTAB after the colon stays", TEXT("A:\tb\r\n\r\n"), "A@1=\\tb;END@3 " },
	{ "blanks at the end of a value stay", TEXT("A: b \t\r\n\r\n"), "A@1=b \\t;END@3 " },
	{ "blanks before the colon belong to nothing", TEXT("A \t : b\r\n\r\n"), "A@1=b;END@3 " },
	{ "an empty value has no run", TEXT("A:\r\n\r\n"), "A@1=;END@3 " },
	{ "a value that is one SP has no run", TEXT("A: \r\n\r\n"), "A@1=;END@3 " },
	{ "a value may contain colons", TEXT("A: b: c\r\n\r\n"), "A@1=b: c;END@3 " },
	{ "a second colon begins the value", TEXT("A::b\r\n\r\n"), "A@1=:b;END@3 " },
	{ "a fold keeps its line break and blank", TEXT("A: b\r\n c\r\n\r\n"), "A@1=b\\r\\n c;END@4 " },
	{ "a fold with HTAB and LF", TEXT("A: b\n\tc\n\n"), "A@1=b\\n\\tc;END@4 " },
	{ "a value that begins with a fold", TEXT("A:\r\n b\r\n\r\n"), "A@1=\\r\\n b;END@4 " },
	{ "a value that begins with SP and a fold", TEXT("A: \r\n b\r\n\r\n"), "A@1=\\r\\n b;END@4 " },
	{ "a line of blanks alone is a fold", TEXT("A: b\r\n \r\nC: d\r\n\r\n"), "A@1=b\\r\\n ;C@3=d;END@5 " },
	{ "many folds count as lines", TEXT("A: 1\n 2\n 3\n 4\nB: 5\n\nz"), "A@1=1\\n 2\\n 3\\n 4;B@5=5;END@7 z" },
	{ "a lone CR is an octet of the value", TEXT("A: b\rc\r\n\r\n"), "A@1=b\\rc;END@3 " },
	{ "a CR before the line's CRLF is an octet of the value", TEXT("A: b\r\r\n\r\n"), "A@1=b\\r;END@3 " },
	{ "a lone CR and a blank are no fold", TEXT("A: b\r c\r\n\r\n"), "A@1=b\\r c;END@3 " },
	{ "a CR before a fold's CRLF stays", TEXT("A: b\r\r\n c\n\n"), "A@1=b\\r\\r\\n c;END@4 " },
	{ "a value of one CR", TEXT("A:\r\r\n\r\n"), "A@1=\\r;END@3 " },
	{ "any octet may stand in a value", TEXT("A: \0\x01\x7f\xff\r\n\r\n"), "A@1=\\x00\\x01\\x7f\\xff;END@3 " },
	{ "a NUL at a line's beginning ends the field", TEXT("A: b\n\0c\n"), "A@1=b;END@2! \\x00c\\n" },
	{ "a name may have any printable octet", TEXT("!#$%&'*+-/0;<=>?@[\\]^_`{|}~: b\n\n"),
	  "!#$%&'*+-/0;<=>?@[\\\\]^_`{|}~@1=b;END@3 " },
	{ "names keep their case", TEXT("sUBJect: b\n\n"), "sUBJect@1=b;END@3 " },
	{ "the same name twice is two fields", TEXT("A: b\nA: c\n\n"), "A@1=b;A@2=c;END@4 " },
};

static const struct cut_case ends[] = {
	{ "nothing at all is an empty header", "", 0, "END@1 " },
	{ "an empty line is an empty header", TEXT("\r\nbody"), "END@2 body" },
	{ "a lone LF is an empty header", TEXT("\nbody"), "END@2 body" },
	{ "a field may end with the octets", TEXT("A: b"), "A@1=b;END@1 " },
	{ "a field may end with the octets after CR, which is then its own", TEXT("A: b\r"), "A@1=b\\r;END@1 " },
	{ "a field may end with the octets after its line break", TEXT("A: b\r\n"), "A@1=b;END@2 " },
	{ "a field may end with the octets after a fold", TEXT("A: b\r\n "), "A@1=b\\r\\n ;END@2 " },
	{ "a field may end with the octets after its colon", TEXT("A:"), "A@1=;END@1 " },
	{ "a name without a colon is no field at the end", TEXT("A: b\nC"), "A@1=b;END@2! C" },
	{ "a name and blanks without a colon are no field at the end", TEXT("A: b\nC \t"), "A@1=b;END@2! C \\t" },
	{ "a CR without LF is no empty line", TEXT("A: b\n\rbody"), "A@1=b;END@2! \\rbody" },
	{ "a CR alone at the end is no empty line", TEXT("A: b\n\r"), "A@1=b;END@2! \\r" },
	{ "two CR before LF are no empty line", TEXT("A: b\n\r\r\nx"), "A@1=b;END@2! \\r\\r\\nx" },
	{ "a line without a colon ends the header", TEXT("A: b\r\nno field\r\nC: d\r\n"), "A@1=b;END@2! no field\\r\\nC: d\\r\\n" },
	{ "a name alone on its line ends the header", TEXT("A: b\r\nword\r\nC: d\r\n"), "A@1=b;END@2! word\\r\\nC: d\\r\\n" },
	{ "a name that ends in CR ends the header", TEXT("A: b\r\nword\r: c\r\n"), "A@1=b;END@2! word\\r: c\\r\\n" },
	{ "a fold across a name ends the header", TEXT("A: b\r\nword\r\n : c\r\n"), "A@1=b;END@2! word\\r\\n : c\\r\\n" },
	{ "a leading fold ends the header", TEXT(" A: b\r\n\r\nx"), "END@1!  A: b\\r\\n\\r\\nx" },
	{ "a line that begins with HTAB ends the header", TEXT("\tA: b\r\n"), "END@1! \\tA: b\\r\\n" },
	{ "a colon alone ends the header", TEXT("A: b\r\n: c\r\nD: e\r\n"), "A@1=b;END@2! : c\\r\\nD: e\\r\\n" },
	{ "an 8-bit name ends the header", TEXT("A: b\nB\xe9: c\n"), "A@1=b;END@2! B\\xe9: c\\n" },
	{ "an 8-bit octet at the beginning ends the header", TEXT("\xef\xbb\xbf" "A: b\n"), "END@1! \\xef\\xbb\\xbfA: b\\n" },
	{ "a NUL in a name ends the header", TEXT("A: b\nB\0: c\n"), "A@1=b;END@2! B\\x00: c\\n" },
	{ "DEL in a name ends the header", TEXT("B\x7f: c\n"), "END@1! B\\x7f: c\\n" },
	{ "a name of two words ends the header", TEXT("A b: c\n"), "END@1! A b: c\\n" },
	{ "an mbox separator ends the header", TEXT("From a@example.org Mon Jan 1\nA: b\n"),
	  "END@1! From a@example.org Mon Jan 1\\nA: b\\n" },
	{ "a MIME delimiter ends the header", TEXT("A: b\r\n--x\r\n\r\n"), "A@1=b;END@2! --x\\r\\n\\r\\n" },
	{ "a delimiter with a colon is a field, as for Postfix", TEXT("--x:y\n\n"), "--x@1=y;END@3 " },
	{ "the empty line ends a field whose value is empty", TEXT("A:\n\nB: c"), "A@1=;END@3 B: c" },
};
/* clang-format on */

START_TEST(fields_are_the_same_however_they_are_cut)
{
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		check_cuts(&fields[i], trace_header);
}
END_TEST

START_TEST(the_header_ends_at_the_same_octet_however_it_is_cut)
{
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		check_cuts(&ends[i], trace_header);
}
END_TEST

static void
check_trace(const struct bytes *chunks, size_t count, const char *expected)
{
	struct trace trace = { calloc(1, 1), 0, 1 };

	ck_assert_ptr_nonnull(trace.text);
	trace_header(&trace, chunks, count);
	ck_assert_str_eq(trace.text, expected);
	free(trace.text);
}

/* A line of name_length octets of a name, blanks, and a colon; expected to be a field or the body. Cut where it matters:
 * a cut at every octet would take its time. */
static void
check_long_name(size_t name_length, size_t blanks, bool field)
{
	static char input[2 * HEADER_NAME_MAX], expected[2 * HEADER_NAME_MAX];
	static struct bytes octets[2 * HEADER_NAME_MAX];
	const size_t cuts[] = { 0, 1, name_length - 1, name_length, name_length + blanks, name_length + blanks + 1 };

	memset(input, ' ', name_length + blanks);
	memset(input, 'n', name_length);
	strcpy(input + name_length + blanks, ": v");
	memset(expected, 'n', name_length);
	strcpy(expected + name_length, "@1=v;END@1 ");
	if (!field) {
		strcpy(expected, "END@1! ");
		strcat(expected, input);
	}
	for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
		struct bytes head = guarded_copy((struct bytes){ input, cuts[i] });
		struct bytes tail = guarded_copy(bytes_of(input + cuts[i]));

		check_trace((struct bytes[]){ head, tail }, 2, expected);
		guarded_free(head);
		guarded_free(tail);
	}
	for (size_t i = 0; i < strlen(input); i++)
		octets[i] = (struct bytes){ input + i, 1 };
	check_trace(octets, strlen(input), expected);
}

START_TEST(a_name_is_as_long_as_the_limit_or_the_line_is_no_field)
{
	check_long_name(HEADER_NAME_MAX, 0, true);
	check_long_name(HEADER_NAME_MAX - 1, 1, true);
	check_long_name(1, HEADER_NAME_MAX - 1, true);
	check_long_name(HEADER_NAME_MAX + 1, 0, false);
	check_long_name(HEADER_NAME_MAX, 1, false);
	check_long_name(1, HEADER_NAME_MAX, false);
	check_long_name(HEADER_NAME_MAX + HEADER_NAME_MAX / 2, 0, false);
}
END_TEST

START_TEST(a_value_in_one_chunk_is_one_run)
{
	struct header header;
	struct header_event ev;

	header_init(&header);
	header_feed(&header, bytes_of("Subject: one\r\n two\r\n\tthree\r\nTo: x\r\n\r\nbody"));
	ck_assert(header_next(&header, &ev));
	ck_assert_int_eq(ev.type, HEADER_NAME);
	ck_assert(bytes_is(ev.text, "Subject"));
	ck_assert(header_next(&header, &ev));
	ck_assert_int_eq(ev.type, HEADER_VALUE);
	ck_assert(bytes_equal(ev.text, bytes_of("one\r\n two\r\n\tthree")));
	ck_assert(header_next(&header, &ev));
	ck_assert_int_eq(ev.type, HEADER_FIELD_END);
	ck_assert(header_next(&header, &ev));
	ck_assert_uint_eq(ev.line, 4);
}
END_TEST

START_TEST(after_the_end_a_chunk_is_all_rest)
{
	struct header header;
	struct header_event ev;

	header_init(&header);
	header_feed(&header, bytes_of("\nbody"));
	ck_assert(header_next(&header, &ev));
	ck_assert_int_eq(ev.type, HEADER_END);
	ck_assert(!header_next(&header, &ev));
	ck_assert(bytes_is(header_rest(&header), "body"));
	header_feed(&header, bytes_of("A: b\n"));
	ck_assert(!header_next(&header, &ev));
	ck_assert(bytes_is(header_rest(&header), "A: b\n"));
	header_finish(&header);
	ck_assert(!header_next(&header, &ev));
}
END_TEST

START_TEST(finish_may_come_before_the_last_chunk_is_drained)
{
	struct header header;
	struct trace trace = { calloc(1, 1), 0, 1 };
	bool ended = false;

	ck_assert_ptr_nonnull(trace.text);
	header_init(&header);
	header_feed(&header, bytes_of("A: b\nC"));
	header_finish(&header);
	drain(&header, &trace, &ended);
	ck_assert_str_eq(trace.text, "A@1=b;END@2! C");
	free(trace.text);
}
END_TEST

SUITE_MAIN(header, fields_are_the_same_however_they_are_cut, the_header_ends_at_the_same_octet_however_it_is_cut,
	   a_name_is_as_long_as_the_limit_or_the_line_is_no_field, a_value_in_one_chunk_is_one_run,
	   after_the_end_a_chunk_is_all_rest, finish_may_come_before_the_last_chunk_is_drained)
