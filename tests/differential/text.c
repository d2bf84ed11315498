/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/differential/text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct bytes
text_bytes(const struct text *text)
{
	return (struct bytes){ text->data, text->length };
}

void
text_add(struct text *text, struct bytes more)
{
	if (more.length == 0)
		return;
	if (text->length + more.length > text->size) {
		text->size = (text->length + more.length) * 2;
		text->data = realloc(text->data, text->size);
		ck_assert_ptr_nonnull(text->data);
	}
	memcpy(text->data + text->length, more.data, more.length);
	text->length += more.length;
}

void
text_add_string(struct text *text, const char *string)
{
	text_add(text, bytes_of(string));
}

void
text_clear(struct text *text)
{
	text->length = 0;
}

void
text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}

struct bytes
line_of(struct bytes text)
{
	ptrdiff_t feed = bytes_find(text, '\n');

	return (struct bytes){ text.data, feed >= 0 ? (size_t)feed + 1 : text.length };
}

struct bytes
line_text(struct bytes line)
{
	if (line.length > 0 && line.data[line.length - 1] == '\n')
		line.length--;
	while (line.length > 0 && line.data[line.length - 1] == '\r')
		line.length--;
	return line;
}

bool
contains(struct bytes text, const char *word)
{
	for (size_t i = 0; i < text.length; i++)
		if (bytes_starts_nocase(bytes_from(text, i), word))
			return true;
	return false;
}
