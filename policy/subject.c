/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/subject.h"

#include "policy/parse/words.h"

#include <string.h>

/* A Subject while it is read. */
struct subject {
	struct facts *facts;
	bool kept;         /* as facts->subject.value */
	size_t used;       /* of it */
	size_t length;     /* characters since the first one that is no blank */
	size_t characters; /* up to the last such */
};

static void
take_subject_point(struct subject *subject, uint32_t point)
{
	struct field_facts *fact = &subject->facts->subject;
	bool blank = point == ' ' || point == '\t';

	if (!subject->facts->subject_visible && visible_point(point))
		subject->facts->subject_visible = true;
	if (subject->kept) {
		subject->kept =
			charset_append_utf8(fact->value + subject->used, sizeof fact->value - subject->used, point);
		subject->used += strlen(fact->value + subject->used);
	}
	if (subject->length == 0 && blank)
		return;
	subject->length++;
	if (!blank)
		subject->characters = subject->length;
}

/* The same for many at once. */
static void
take_subject_ascii(struct subject *subject, struct bytes run)
{
	struct field_facts *fact = &subject->facts->subject;
	struct bytes counted = run;

	if (subject->kept) {
		size_t room = sizeof fact->value - 1 - subject->used;
		size_t take = run.length < room ? run.length : room;

		memcpy(fact->value + subject->used, run.data, take);
		subject->used += take;
		fact->value[subject->used] = '\0';
		subject->kept = take == run.length;
	}
	while (subject->length == 0 && counted.length > 0 && counted.data[0] == ' ')
		counted = bytes_from(counted, 1);
	subject->length += counted.length;
	size_t blanks = 0;
	while (blanks < counted.length && counted.data[counted.length - 1 - blanks] == ' ')
		blanks++;
	if (blanks == counted.length)
		return;
	subject->characters = subject->length - blanks;
	subject->facts->subject_visible = true;
}

void
subject_read(struct message *message, struct bytes value)
{
	struct facts *facts = &message->facts;
	struct subject subject = { .facts = facts, .kept = facts->subject.count++ == 0 };
	struct words words;
	struct bytes run;
	uint32_t point;

	if (subject.kept)
		facts->subject.line = facts->line;
	words_init(&words, value);
	for (;;) {
		if ((run = words_next_ascii(&words)).length > 0)
			take_subject_ascii(&subject, run);
		else if (words_next(&words, &point))
			take_subject_point(&subject, point);
		else
			break;
	}
	if (subject.characters > facts->subject_characters)
		facts->subject_characters = subject.characters;
	if (words.refused) {
		message_fail(message, FAILURE_MEMORY);
		facts->subject_visible = true; /* unknown; a failure that is configured to accept must not refuse */
	}
	words_close(&words);
}
