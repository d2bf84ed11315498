/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/mbox.h"

static struct bytes
first_line(struct bytes text)
{
	ptrdiff_t end = bytes_find(text, '\n');

	return (struct bytes){ text.data, end < 0 ? text.length : (size_t)end + 1 };
}

static bool
begins_with_from(struct bytes text)
{
	return text.length > 5 && bytes_equal((struct bytes){ text.data, 5 }, bytes_of("From "));
}

/* "From address date", with a time of day in it: a line of text that begins with "From " has none. */
static bool
is_separator(struct bytes line)
{
	if (!begins_with_from(line))
		return false;
	for (size_t i = 5; i + 5 < line.length; i++)
		if (line.data[i] == ' ' && ascii_is_digit(line.data[i + 1]) && ascii_is_digit(line.data[i + 2]) &&
		    line.data[i + 3] == ':' && ascii_is_digit(line.data[i + 4]) && ascii_is_digit(line.data[i + 5]))
			return true;
	return false;
}

/* "From " and the like before the first field are a mail store's, not the message's: Postfix takes them for no field, too. */
static bool
is_envelope_line(struct bytes line)
{
	while (line.length > 0 && line.data[0] == '>')
		line = bytes_from(line, 1);
	return begins_with_from(line);
}

/* Octets of the line end that makes an empty line of what comes before `at`; 0 when the line there is not empty. */
static size_t
empty_line_before(struct bytes text, size_t at)
{
	size_t end = at;

	if (end > 0 && text.data[end - 1] == '\n')
		end--;
	if (end < at && end > 0 && text.data[end - 1] == '\r')
		end--;
	return end < at && (end == 0 || text.data[end - 1] == '\n') ? at - end : 0;
}

/* Where in text, which begins behind a separator, the next one begins, or its end. */
static size_t
find_separator(struct bytes text, size_t *lines_out)
{
	size_t at = 0;
	size_t lines = 0;

	while (at < text.length) {
		if (text.data[at] == 'F' && empty_line_before(text, at) > 0 &&
		    is_separator(first_line(bytes_from(text, at))))
			break;
		at += first_line((struct bytes){ text.data + at, text.length - at }).length;
		lines++;
	}
	*lines_out = lines;
	return at;
}

void
mbox_init(struct mbox *mbox, struct bytes text)
{
	*mbox = (struct mbox){ .rest = text, .line = 1, .is_separated = is_separator(first_line(text)) };
}

static void
take_whole(struct mbox *mbox, struct mail *mail_out)
{
	struct bytes line = first_line(mbox->rest);
	bool skipped = is_envelope_line(line);

	*mail_out = (struct mail){
		.line = skipped ? 2 : 1,
		.text = skipped ? bytes_from(mbox->rest, line.length) : mbox->rest,
	};
	mbox->is_at_end = true;
}

bool
mbox_next(struct mbox *mbox, struct mail *mail_out)
{
	size_t lines;

	if (mbox->is_at_end)
		return false;
	if (!mbox->is_separated) {
		take_whole(mbox, mail_out);
		return true;
	}
	struct bytes text = bytes_from(mbox->rest, first_line(mbox->rest).length);
	size_t length = find_separator(text, &lines);
	mbox->rest = bytes_from(text, length);
	mbox->is_at_end = mbox->rest.length == 0;
	*mail_out = (struct mail){
		.number = mbox->is_at_end && mbox->number == 0 ? 0 : mbox->number + 1,
		.line = mbox->line + 1,
		.text = { text.data, length - empty_line_before(text, length) },
	};
	mbox->number++;
	mbox->line += lines + 1;
	return true;
}
