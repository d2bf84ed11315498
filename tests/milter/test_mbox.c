/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/mbox.h"
#include "tests/support/cuts.h"
#include "tests/support/suite.h"

#include <stdlib.h>
#include <string.h>

#define SEPARATOR "From a@example.com Mon Jan  1 10:00:00 2024"

/* Messages appear as [number @line text]. */
struct row {
	const char *sentence;
	const char *text;
	const char *expected;
};

static const struct row rows[] = {
	{ "an empty file is an empty message", "", "[0 @1 ]" },
	{ "a file without a separator is a message", "Subject: x\n\nFrom a\n", "[0 @1 Subject: x\\n\\nFrom a\\n]" },
	{ "a mail store's line is no part of it", "From a@example.com\nSubject: x\n", "[0 @2 Subject: x\\n]" },
	{ "nor is a quoted one", ">>From a@example.com\nSubject: x\n", "[0 @2 Subject: x\\n]" },
	{ "a message of nothing but such a line is empty", "From a", "[0 @2 ]" },
	{ "an mbox of one message has no numbers", SEPARATOR "\nA: b\n\nc\n", "[0 @2 A: b\\n\\nc\\n]" },
	{ "the empty line before a separator is none of the message", SEPARATOR "\nA\n\n" SEPARATOR "\nB\n\n",
	  "[1 @2 A\\n][2 @5 B\\n]" },
	{ "of several empty lines one is", SEPARATOR "\nA\n\n\n" SEPARATOR "\nB\n", "[1 @2 A\\n\\n][2 @6 B\\n]" },
	{ "lines may end in CRLF", SEPARATOR "\r\nA\r\n\r\n" SEPARATOR "\r\nB\r\n\r\n",
	  "[1 @2 A\\r\\n][2 @5 B\\r\\n]" },
	{ "a separator without an empty line before it is text", SEPARATOR "\nA\n" SEPARATOR "\n",
	  "[0 @2 A\\n" SEPARATOR "\\n]" },
	{ "From without a time is text", SEPARATOR "\nA\n\nFrom here on\n", "[0 @2 A\\n\\nFrom here on\\n]" },
	{ "a separator at the end begins an empty message", SEPARATOR "\nA\n\n" SEPARATOR, "[1 @2 A\\n][2 @5 ]" },
	{ "messages may be empty", SEPARATOR "\n\n" SEPARATOR "\n\n", "[1 @2 ][2 @4 ]" },
	{ "the last line may lack its end", SEPARATOR "\nA", "[0 @2 A]" },
	{ "a line end alone at the end is no empty line", SEPARATOR "\nA\n", "[0 @2 A\\n]" },
	{ "a separator alone is an empty message", SEPARATOR "\n", "[0 @2 ]" },
};

static void
trace_messages(struct trace *trace, struct bytes text)
{
	struct mbox mbox;
	struct mail mail;

	mbox_init(&mbox, text);
	while (mbox_next(&mbox, &mail)) {
		trace_add(trace, "[%zu @%zu ", mail.number, mail.line);
		trace_add_bytes(trace, mail.text);
		trace_add(trace, "]");
	}
}

START_TEST(messages_are_told_apart)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes copy = guarded_copy(bytes_of(rows[i].text));
		struct trace trace = { .text = NULL };

		trace_messages(&trace, copy);
		ck_assert_msg(trace.text != NULL && strcmp(trace.text, rows[i].expected) == 0, "%s:\n%s\n%s",
			      rows[i].sentence, trace.text, rows[i].expected);
		free(trace.text);
		guarded_free(copy);
	}
}
END_TEST

/* Wherever a file was cut, it is read to its end and not beyond. */
START_TEST(files_may_end_anywhere)
{
	static const char text[] = SEPARATOR "\r\nA: b\r\n\r\nc\r\n\r\n" SEPARATOR "\nD\n\nFrom \n\n" SEPARATOR "\n\n";

	for (size_t length = 0; length < sizeof text; length++) {
		struct bytes copy = guarded_copy((struct bytes){ text, length });
		struct mbox mbox;
		struct mail mail;
		size_t count = 0;

		mbox_init(&mbox, copy);
		while (mbox_next(&mbox, &mail)) {
			count++;
			ck_assert(mail.text.length == 0 ||
				  (mail.text.data >= copy.data &&
				   mail.text.data + mail.text.length <= copy.data + copy.length));
		}
		ck_assert_uint_ge(count, 1);
		ck_assert_uint_le(count, 3);
		guarded_free(copy);
	}
}
END_TEST

SUITE_MAIN(mbox, messages_are_told_apart, files_may_end_anywhere)
