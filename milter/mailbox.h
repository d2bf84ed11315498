/* SPDX-License-Identifier: BSD-2-Clause */
/* mailbox.h - messages in files: one a file, an mbox, a directory (with Maildirs in it), standard input.
 *
 *      mailbox_init(&m, "Mail/");
 *      while (mailbox_next(&m, &mail)) ...
 *      failed = m.failures > 0;
 *      mailbox_close(&m);
 *
 * A file that begins with an mbox separator ("From ", an address and a date) is an mbox, and each separator after an empty line begins a
 * message; separators are no part of messages. Everything else is one message, without a first line that begins with "From " or ">From ". Directories are walked to the bottom, names
 * in byte order; files and directories whose names begin with a dot are passed over, and so is a Maildir's tmp. What cannot be read is said on standard
 * error, counted in `failures`, and passed over. */
#ifndef POSTERN_MILTER_MAILBOX_H
#define POSTERN_MILTER_MAILBOX_H

#include "policy/parse/bytes.h"

#include <fts.h>

struct mail {
	const char *file;  /* the path as given or found; valid until the next call */
	size_t number;     /* in an mbox of several messages, from 1; else 0 */
	size_t line;       /* of the file, at which the message begins, from 1 */
	struct bytes text; /* valid until the next call */
};

struct mailbox {
	FTS *walk; /* NULL when standard input is read */
	bool standard_input;
	const char *file;
	struct bytes map; /* of the open file, or what standard input gave */
	bool is_mapped;
	struct bytes rest; /* of an mbox: what was not yet given */
	size_t number, line;
	size_t failures;
};

/* path stays borrowed until mailbox_close; "-" is standard input. False when memory is refused. */
bool mailbox_init(struct mailbox *mailbox, const char *path);
bool mailbox_next(struct mailbox *mailbox, struct mail *mail_out);
void mailbox_close(struct mailbox *mailbox);

#endif
