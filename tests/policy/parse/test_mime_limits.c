/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages built to exhaust whoever reads them. No seconds are asserted: a parser whose work is not linear in their
 * length does not come to its end within the suite's time. */
#include "tests/support/mime_trace.h"
#include "tests/support/suite.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MANY = 200000,
	CHUNK_SIZE = 65535 /* as an MTA sends them */
};

/* A message in the making, fed in chunks as they fill; and what came of it. */
struct feeder {
	struct mime mime;
	size_t parts, ends, data_octets, runs;
	char last_number[MIME_NUMBER_MAX];
	char last_type[PARAMS_VALUE_MAX];
	size_t used;
	char chunk[CHUNK_SIZE];
};

static void
drain(struct feeder *feeder)
{
	struct mime_event event;

	while (mime_next(&feeder->mime, &event)) {
		feeder->parts += event.type == MIME_PART;
		feeder->ends += event.type == MIME_PART_END;
		feeder->runs += event.type == MIME_DATA;
		feeder->data_octets += event.data.length;
		strcpy(feeder->last_number, event.part->number);
		strcpy(feeder->last_type, event.part->type);
	}
}

static void
feeder_flush(struct feeder *feeder)
{
	mime_feed(&feeder->mime, (struct bytes){ feeder->chunk, feeder->used });
	drain(feeder);
	feeder->used = 0;
}

static struct feeder *
feeder_new(const char *boundary)
{
	struct feeder *feeder = calloc(1, sizeof *feeder);
	char type[PARAMS_BOUNDARY_MAX * 2];

	ck_assert_ptr_nonnull(feeder);
	snprintf(type, sizeof type, "multipart/mixed; boundary=\"%s\"", boundary);
	mime_init(&feeder->mime);
	mime_field(&feeder->mime, bytes_of("Content-Type"), bytes_of(type));
	mime_end_of_headers(&feeder->mime, 1);
	drain(feeder);
	return feeder;
}

__attribute__((format(printf, 2, 3))) static void
feed(struct feeder *feeder, const char *format, ...)
{
	char text[PARAMS_BOUNDARY_MAX * 4];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	ck_assert(length >= 0 && (size_t)length < sizeof text);
	for (size_t done = 0; done < (size_t)length;) {
		size_t room = sizeof feeder->chunk - feeder->used;
		size_t take = (size_t)length - done < room ? (size_t)length - done : room;

		memcpy(feeder->chunk + feeder->used, text + done, take);
		feeder->used += take;
		done += take;
		if (feeder->used == sizeof feeder->chunk)
			feeder_flush(feeder);
	}
}

static unsigned
feeder_finish(struct feeder *feeder)
{
	feeder_flush(feeder);
	mime_finish(&feeder->mime);
	drain(feeder);
	ck_assert_uint_eq(feeder->parts, feeder->ends);
	return feeder->mime.flaws;
}

START_TEST(a_nest_is_entered_as_deep_as_the_limit)
{
	struct feeder *feeder = feeder_new("b0");

	feeder->mime.depth_limit = 3;
	for (int i = 0; i < 3; i++)
		feed(feeder, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i + 1);
	feed(feeder, "--b3\r\n\r\nx\r\n--b3--\r\n--b2--\r\n--b1--\r\n--b0\r\n\r\ny\r\n--b0--\r\n");
	ck_assert_uint_eq(feeder_finish(feeder), MIME_NESTED_TOO_DEEP);
	ck_assert_uint_eq(feeder->parts, 2);
	ck_assert_uint_eq(feeder->data_octets, strlen("--b3\r\n\r\nx\r\n--b3--") + 1);
	ck_assert_str_eq(feeder->last_number, "2");
	free(feeder);
}
END_TEST

START_TEST(a_nest_without_end_is_a_leaf_from_the_limit_on)
{
	struct feeder *feeder = feeder_new("b0");

	for (int i = 0; i < MANY; i++)
		feed(feeder, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i + 1);
	ck_assert_uint_eq(feeder_finish(feeder), MIME_NESTED_TOO_DEEP | MIME_UNCLOSED);
	ck_assert_uint_eq(feeder->parts, 1);
	ck_assert_str_eq(feeder->last_type, "multipart/mixed");
	ck_assert_uint_eq(strlen(feeder->last_number), MIME_NUMBER_MAX - 1);
	ck_assert_uint_lt(feeder->runs, 3 * MANY * 80 / CHUNK_SIZE);
	free(feeder);
}
END_TEST

/* In the innermost of so many multiparts, the twelfth part. */
START_TEST(a_number_that_does_not_fit_is_cut)
{
	for (int depth = 1; depth <= MIME_NUMBER_MAX; depth++) {
		struct feeder *feeder = feeder_new("b0");
		char number[MIME_NUMBER_MAX] = "";

		for (int i = 0; i < depth - 1; i++) {
			feed(feeder, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i + 1);
			buffer_append(number, sizeof number, bytes_of("1."));
		}
		for (int i = 0; i < 12; i++)
			feed(feeder, "--b%d\r\n\r\n", depth - 1);
		buffer_append(number, sizeof number, bytes_of("12"));
		ck_assert_uint_eq(feeder_finish(feeder), MIME_UNCLOSED);
		ck_assert_str_eq(feeder->last_number, number);
		free(feeder);
	}
}
END_TEST

START_TEST(a_nest_may_be_left_as_it_was_entered)
{
	struct feeder *feeder = feeder_new("b0");

	for (int i = 0; i + 1 < MIME_DEPTH_MAX; i++)
		feed(feeder, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i + 1);
	for (int i = MIME_DEPTH_MAX; i-- > 0;)
		feed(feeder, "--b%d\r\n\r\nx\r\n--b%d--\r\n", i, i);
	ck_assert_uint_eq(feeder_finish(feeder), 0);
	ck_assert_uint_eq(feeder->parts, MIME_DEPTH_MAX);
	ck_assert_str_eq(feeder->last_number, "2");
	free(feeder);
}
END_TEST

START_TEST(no_policy_can_allow_more_depth_than_there_is_room_for)
{
	struct feeder *feeder = feeder_new("b0");

	feeder->mime.depth_limit = MIME_DEPTH_MAX + 1;
	for (int i = 0; i < MIME_DEPTH_MAX; i++)
		feed(feeder, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i + 1);
	ck_assert_uint_eq(feeder_finish(feeder), MIME_NESTED_TOO_DEEP | MIME_UNCLOSED);
	ck_assert_uint_eq(feeder->parts, 1);
	free(feeder);
}
END_TEST

START_TEST(parts_past_the_limit_are_passed_over)
{
	struct feeder *feeder = feeder_new("b");

	for (int i = 0; i < MANY; i++)
		feed(feeder, "--b\r\n\r\n");
	ck_assert_uint_eq(feeder_finish(feeder), MIME_TOO_MANY_PARTS);
	ck_assert(mime_complete(&feeder->mime));
	ck_assert_uint_eq(feeder->parts, MIME_PARTS_MAX);
	ck_assert_str_eq(feeder->last_number, "10000");
	free(feeder);
}
END_TEST

START_TEST(as_many_parts_as_the_limit_are_no_flaw)
{
	struct feeder *feeder = feeder_new("b");

	feeder->mime.parts_limit = 3;
	feed(feeder,
	     "--b\r\n\r\nx\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--");
	ck_assert_uint_eq(feeder_finish(feeder), 0);
	ck_assert_uint_eq(feeder->parts, 2);
	free(feeder);
}
END_TEST

START_TEST(a_policy_may_allow_any_number_of_parts)
{
	struct feeder *feeder = feeder_new("b");

	feeder->mime.parts_limit = MANY;
	for (int i = 0; i < MANY; i++)
		feed(feeder, "--b\r\n");
	feed(feeder, "--b--\r\n");
	ck_assert_uint_eq(feeder_finish(feeder), 0);
	ck_assert_uint_eq(feeder->parts, MANY);
	ck_assert_uint_eq(feeder->data_octets, 0);
	ck_assert_str_eq(feeder->last_number, "200000");
	free(feeder);
}
END_TEST

START_TEST(multiparts_one_after_the_other_leave_nothing_behind)
{
	struct feeder *feeder = feeder_new("b");

	feeder->mime.parts_limit = MANY;
	for (int i = 0; i < MANY; i++)
		feed(feeder, "--b\nContent-Type: multipart/mixed; boundary=c\n\n");
	feed(feeder, "--b--\r\n");
	ck_assert_uint_eq(feeder_finish(feeder), MIME_BOUNDARY_UNSEEN);
	ck_assert_uint_eq(feeder->parts, 0);
	ck_assert_uint_eq(feeder->mime.open.count, 0);
	free(feeder);
}
END_TEST

/* As many as can be open, with boundaries that differ at their ends only, and then nothing but lines like them. */
START_TEST(lines_like_delimiters_cost_little_even_with_all_levels_open)
{
	char stem[MIME_BOUNDARIES_MAX / MIME_DEPTH_MAX - 1];
	char first[sizeof stem + 8];

	memset(stem, 'x', sizeof stem - 1);
	stem[sizeof stem - 1] = '\0';
	snprintf(first, sizeof first, "%s00", stem);
	struct feeder *feeder = feeder_new(first);
	for (int i = 0; i + 1 < MIME_DEPTH_MAX; i++)
		feed(feeder, "--%s%02d\nContent-Type: multipart/mixed; boundary=\"%s%02d\"\n\n", stem, i, stem, i + 1);
	feed(feeder, "--%s99\n\n", stem);
	for (int i = 0; i < MANY; i++)
		feed(feeder, "--%sxx\n--\n", stem);
	ck_assert_uint_eq(feeder_finish(feeder), MIME_UNCLOSED);
	ck_assert_uint_eq(feeder->parts, 1);
	ck_assert_uint_eq(feeder->data_octets, MANY * (strlen(stem) + 8));
	ck_assert_uint_lt(feeder->runs, 4 * MANY * 80 / CHUNK_SIZE);
	free(feeder);
}
END_TEST

START_TEST(boundaries_share_a_bounded_space)
{
	enum { LENGTH = 900, FIT = MIME_BOUNDARIES_MAX / LENGTH };
	char stem[LENGTH - 1];

	memset(stem, 'x', sizeof stem);
	stem[sizeof stem - 1] = '\0';
	char first[LENGTH + 1];
	snprintf(first, sizeof first, "%s00", stem);
	struct feeder *feeder = feeder_new(first);
	for (int i = 0; i < FIT; i++)
		feed(feeder, "--%s%02d\nContent-Type: multipart/mixed; boundary=\"%s%02d\"\n\n", stem, i, stem, i + 1);
	feed(feeder, "--%s%02d--\n--%s00--\n", stem, FIT, stem);
	ck_assert_uint_eq(feeder_finish(feeder), MIME_NESTED_TOO_DEEP | MIME_UNCLOSED);
	ck_assert_uint_eq(feeder->parts, 1);
	ck_assert_uint_eq(feeder->data_octets, LENGTH + 4);
	free(feeder);
}
END_TEST

START_TEST(a_boundary_too_long_to_keep_makes_a_leaf)
{
	char boundary[PARAMS_BOUNDARY_MAX + 2];

	memset(boundary, 'x', sizeof boundary - 1);
	boundary[sizeof boundary - 1] = '\0';
	struct feeder *feeder = feeder_new(boundary);
	feed(feeder, "x");
	ck_assert_uint_eq(feeder_finish(feeder), MIME_NESTED_TOO_DEEP | MIME_HEADER_UNREADABLE);
	ck_assert_uint_eq(feeder->parts, 1);
	free(feeder);

	boundary[PARAMS_BOUNDARY_MAX - 1] = '\0';
	feeder = feeder_new(boundary);
	feed(feeder, "--%s\n\nx\n--%s--\n", boundary, boundary);
	ck_assert_uint_eq(feeder_finish(feeder), 0);
	ck_assert_uint_eq(feeder->parts, 1);
	ck_assert_uint_eq(feeder->data_octets, 1);
	free(feeder);
}
END_TEST

START_TEST(a_header_of_any_length_is_read_in_the_same_memory)
{
	struct feeder *feeder = feeder_new("b");

	feed(feeder, "--b\n");
	for (int i = 0; i < MANY; i++)
		feed(feeder, "Content-Type: text/html; name=a; charset=b\nX: --b\n --b\n");
	feed(feeder, "\nx\n--b--\n");
	ck_assert_uint_eq(feeder_finish(feeder), 0);
	ck_assert_uint_eq(feeder->parts, 1);
	ck_assert_uint_eq(feeder->data_octets, 1);
	ck_assert_str_eq(feeder->last_type, "text/html");
	free(feeder);
}
END_TEST

START_TEST(the_type_of_the_message_is_kept)
{
	struct mime mime;
	struct mime_event event;

	mime_init(&mime);
	ck_assert(!mime_next(&mime, &event));
	ck_assert_str_eq(mime_root_type(&mime), "text/plain");
	mime_field(&mime, bytes_of("Content-Type"),
		   bytes_of("Multipart/Report; report-type=delivery-status; boundary=b"));
	mime_field(&mime, bytes_of("Subject"), bytes_of("text/html"));
	ck_assert(!mime_complete(&mime));
	mime_end_of_headers(&mime, 7);
	ck_assert_str_eq(mime_root_type(&mime), "multipart/report");
	ck_assert(!mime_complete(&mime));
}
END_TEST

SUITE_MAIN(mime_limits, a_nest_is_entered_as_deep_as_the_limit, a_nest_without_end_is_a_leaf_from_the_limit_on,
	   a_number_that_does_not_fit_is_cut, a_nest_may_be_left_as_it_was_entered,
	   no_policy_can_allow_more_depth_than_there_is_room_for, parts_past_the_limit_are_passed_over,
	   as_many_parts_as_the_limit_are_no_flaw, a_policy_may_allow_any_number_of_parts,
	   multiparts_one_after_the_other_leave_nothing_behind,
	   lines_like_delimiters_cost_little_even_with_all_levels_open, boundaries_share_a_bounded_space,
	   a_boundary_too_long_to_keep_makes_a_leaf, a_header_of_any_length_is_read_in_the_same_memory,
	   the_type_of_the_message_is_kept)
