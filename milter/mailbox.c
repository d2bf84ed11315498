/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool
mailbox_init(struct mailbox *mailbox, const char *path)
{
	char *const paths[] = { (char *)path, NULL };

	*mailbox = (struct mailbox){ .standard_input = strcmp(path, "-") == 0 };
	if (mailbox->standard_input)
		return true;
	mailbox->walk = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	return mailbox->walk != NULL;
}

static void
release(struct mailbox *mailbox)
{
	if (mailbox->is_mapped && mailbox->map.length > 0)
		munmap((void *)(uintptr_t)mailbox->map.data, mailbox->map.length);
	else if (!mailbox->is_mapped)
		free((void *)(uintptr_t)mailbox->map.data);
	mailbox->map = mailbox->rest = (struct bytes){ NULL, 0 };
	mailbox->is_mapped = false;
}

static void
complain(struct mailbox *mailbox, const char *file, const char *why)
{
	fprintf(stderr, "postern: %s: %s\n", file, why);
	mailbox->failures++;
}

static bool
map_descriptor(int descriptor, struct bytes *map_out)
{
	struct stat status;

	if (fstat(descriptor, &status) != 0)
		return false;
	if (!S_ISREG(status.st_mode)) {
		errno = EINVAL;
		return false;
	}
	*map_out = (struct bytes){ "", (size_t)status.st_size };
	if (status.st_size == 0)
		return true;
	void *map = mmap(NULL, map_out->length, PROT_READ, MAP_PRIVATE, descriptor, 0);
	if (map == MAP_FAILED)
		return false;
	madvise(map, map_out->length, MADV_SEQUENTIAL);
	map_out->data = map;
	return true;
}

static bool
map_file(struct mailbox *mailbox, const char *path)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool mapped = descriptor >= 0 && map_descriptor(descriptor, &mailbox->map);

	if (!mapped)
		complain(mailbox, path, errno == EINVAL ? "is no regular file" : strerror(errno));
	if (descriptor >= 0)
		close(descriptor);
	mailbox->is_mapped = mapped;
	return mapped;
}

static bool
read_standard_input(struct mailbox *mailbox)
{
	size_t size = 0;
	size_t length = 0;
	char *data = NULL;

	while (!feof(stdin) && !ferror(stdin)) {
		if (size - length < 65536) {
			char *larger = realloc(data, size = (size + 65536) * 2);

			if (larger == NULL)
				break;
			data = larger;
		}
		length += fread(data + length, 1, size - length, stdin);
	}
	if (!feof(stdin)) {
		complain(mailbox, "standard input",
			 ferror(stdin) ? strerror(errno) : "too large for the memory there is");
		free(data);
		return false;
	}
	mailbox->map = (struct bytes){ data, length };
	return true;
}

/* "From address date", with a time of day in it: a line of text that begins with "From " has none. */
static bool
is_separator(struct bytes line)
{
	if (line.data == NULL || line.length < 5 || !bytes_equal((struct bytes){ line.data, 5 }, bytes_of("From ")))
		return false;
	for (size_t i = 5; i + 5 < line.length; i++)
		if (line.data[i] == ' ' && ascii_is_digit(line.data[i + 1]) && ascii_is_digit(line.data[i + 2]) &&
		    line.data[i + 3] == ':' && ascii_is_digit(line.data[i + 4]) && ascii_is_digit(line.data[i + 5]))
			return true;
	return false;
}

static struct bytes
first_line(struct bytes text)
{
	ptrdiff_t end = bytes_find(text, '\n');

	return (struct bytes){ text.data, end < 0 ? text.length : (size_t)end + 1 };
}

static bool
is_empty_line(struct bytes line)
{
	return (line.length == 1 && line.data[0] == '\n') ||
	       (line.length == 2 && line.data[0] == '\r' && line.data[1] == '\n');
}

/* Takes the next message off the rest of an mbox: from behind its separator to before the empty line that precedes the
 * next one. */
static void
cut_message(struct mailbox *mailbox, struct mail *mail_out)
{
	struct bytes line = first_line(mailbox->rest);
	struct bytes at = bytes_from(mailbox->rest, line.length);
	const char *start = at.data;
	size_t length = 0;
	size_t empty = 0; /* octets of the empty line just passed */
	size_t lines = 1;

	mail_out->line = mailbox->line + 1;
	while (at.length > 0) {
		line = first_line(at);
		if (empty > 0 && is_separator(line))
			break;
		empty = is_empty_line(line) ? line.length : 0;
		length += line.length;
		lines++;
		at = bytes_from(at, line.length);
	}
	mail_out->text = (struct bytes){ start, length - empty };
	mailbox->rest = at;
	mailbox->line += lines;
	mail_out->number = ++mailbox->number;
}

/* "From " and the like before the first field are a mail store's, not the message's: Postfix takes them for no field, too. */
static bool
is_envelope_line(struct bytes line)
{
	while (line.length > 0 && line.data[0] == '>')
		line = bytes_from(line, 1);
	return line.length > 5 && bytes_equal((struct bytes){ line.data, 5 }, bytes_of("From "));
}

/* The whole file is one message, or the first of an mbox. */
static void
begin_file(struct mailbox *mailbox, struct mail *mail_out)
{
	mailbox->number = 0;
	mailbox->line = 1;
	if (is_separator(first_line(mailbox->map))) {
		mailbox->rest = mailbox->map;
		cut_message(mailbox, mail_out);
		if (mailbox->rest.length == 0)
			mail_out->number = 0;
		return;
	}
	struct bytes line = first_line(mailbox->map);
	bool skipped = is_envelope_line(line);
	mail_out->text = skipped ? bytes_from(mailbox->map, line.length) : mailbox->map;
	mail_out->line = skipped ? 2 : 1;
	mail_out->number = 0;
}

static bool
is_passed_over(const FTSENT *entry)
{
	if (entry->fts_level == FTS_ROOTLEVEL)
		return false;
	return entry->fts_name[0] == '.' || (entry->fts_info == FTS_D && strcmp(entry->fts_name, "tmp") == 0);
}

/* The next file of the walk that can be read, mapped; its path, or NULL at the end. */
static const char *
next_file(struct mailbox *mailbox)
{
	for (FTSENT *entry; (entry = fts_read(mailbox->walk)) != NULL;) {
		if (is_passed_over(entry)) {
			fts_set(mailbox->walk, entry, FTS_SKIP);
			continue;
		}
		switch (entry->fts_info) {
		case FTS_D:
		case FTS_DP:
		case FTS_DOT:
			break;
		case FTS_DC:
			complain(mailbox, entry->fts_path, "a directory that contains itself");
			break;
		case FTS_DNR:
		case FTS_ERR:
		case FTS_NS:
			complain(mailbox, entry->fts_path, strerror(entry->fts_errno));
			break;
		case FTS_SLNONE:
			complain(mailbox, entry->fts_path, strerror(ENOENT));
			break;
		default:
			if (map_file(mailbox, entry->fts_path))
				return entry->fts_path;
		}
	}
	return NULL;
}

bool
mailbox_next(struct mailbox *mailbox, struct mail *mail_out)
{
	if (mailbox->rest.length > 0) {
		mail_out->file = mailbox->file;
		cut_message(mailbox, mail_out);
		return true;
	}
	release(mailbox);
	if (mailbox->standard_input) {
		bool first = mailbox->file == NULL;

		mailbox->file = "-";
		if (!first || !read_standard_input(mailbox))
			return false;
	} else if ((mailbox->file = next_file(mailbox)) == NULL) {
		return false;
	}
	mail_out->file = mailbox->file;
	begin_file(mailbox, mail_out);
	return true;
}

void
mailbox_close(struct mailbox *mailbox)
{
	release(mailbox);
	if (mailbox->walk != NULL)
		fts_close(mailbox->walk);
}
