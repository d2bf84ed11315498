/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/tables/text.h"

#include "milter/tables/trouble.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As much as there is, up to size. Negative: errno. */
static ssize_t
read_all(int fd, char *buffer, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t got = read(fd, buffer + used, size - used);

		if (got == 0)
			break;
		if (got > 0)
			used += (size_t)got;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)used;
}

char *
text_read(int fd, const struct stat *status, size_t *length_out, char *why_out)
{
	char *text;
	ssize_t length;

	if (status->st_size > TEXT_MAX) {
		trouble_format(why_out, "the file has more than %d MiB: make a cdb of it", TEXT_MAX / 1024 / 1024);
		return NULL;
	}
	text = malloc((size_t)status->st_size + 1);
	if (text == NULL) {
		trouble_format(why_out, "the system refuses memory for the file");
		return NULL;
	}
	length = read_all(fd, text, (size_t)status->st_size);
	if (length >= 0 && memchr(text, '\0', (size_t)length) == NULL) {
		text[length] = '\0';
		*length_out = (size_t)length;
		return text;
	}
	if (length < 0)
		trouble_format(why_out, "the file cannot be read: %s", strerror(errno));
	else
		trouble_format(why_out, "the file holds a NUL: it is no text, or not written to its end");
	free(text);
	return NULL;
}

static const char byte_order_mark[] = "\xef\xbb\xbf";

bool
lines_next(struct lines *lines, struct bytes *line_out)
{
	if (lines->number == 0 && bytes_starts_nocase(lines->rest, byte_order_mark))
		lines->rest = bytes_from(lines->rest, sizeof byte_order_mark - 1);
	while (lines->rest.length > 0) {
		ptrdiff_t end = bytes_find(lines->rest, '\n');
		struct bytes line = { lines->rest.data, end >= 0 ? (size_t)end : lines->rest.length };

		lines->number++;
		lines->rest = bytes_from(lines->rest, line.length + (end >= 0));
		line = bytes_trim(line);
		if (line.length == 0 || line.data[0] == '#')
			continue;
		if (line.length > TEXT_LINE_MAX) {
			lines->too_long = true;
			return false;
		}
		*line_out = line;
		return true;
	}
	return false;
}
