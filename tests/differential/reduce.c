/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/differential/reduce.h"

static size_t
lines_length(struct bytes text, size_t count)
{
	size_t length = 0;

	for (; count > 0 && length < text.length; count--)
		length += line_of(bytes_from(text, length)).length;
	return length;
}

/* Tries to do without each run of so many lines. Returns whether one was taken out. */
static bool
take_out(struct text *message, size_t count, reduce_wanted *wanted)
{
	bool taken = false;

	for (size_t at = 0; at < message->length;) {
		size_t length = lines_length(bytes_from(text_bytes(message), at), count);
		struct text rest = { 0 };

		text_add(&rest, (struct bytes){ message->data, at });
		text_add(&rest, bytes_from(text_bytes(message), at + length));
		if (wanted(text_bytes(&rest))) {
			text_free(message);
			*message = rest;
			taken = true;
		} else {
			text_free(&rest);
			at += lines_length(bytes_from(text_bytes(message), at), 1);
		}
	}
	return taken;
}

void
reduce(struct text *message, reduce_wanted *wanted)
{
	size_t lines = 1;

	for (size_t i = 0; i < message->length; i++)
		lines += message->data[i] == '\n';
	for (size_t count = lines / 2 + 1; count > 0; count /= 2)
		while (take_out(message, count, wanted))
			;
}
