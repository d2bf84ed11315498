/* SPDX-License-Identifier: BSD-2-Clause */
/* mailbox.h - messages in files: one a file, an mbox, a directory (with Maildirs in it), standard input; in lots that threads can work
 * on side by side.
 *
 *      mailbox_init(&mailbox, paths);
 *      while (mailbox_take(&mailbox, &lot))             one thread at a time
 *              while (lot_next(&lot, &mail)) ...        a thread for each lot
 *      lot_free(&lot);
 *      mailbox_close(&mailbox);
 *
 * walk.h says which files, mbox.h which messages. A lot is a few small files, a large one, or a few messages of a large mbox:
 * always the same ones, in the same order. What cannot be read is passed over, and noted in the lot. */
#ifndef POSTERN_MILTER_MAILBOX_H
#define POSTERN_MILTER_MAILBOX_H

#include "milter/mbox.h"
#include "milter/output.h"
#include "milter/source.h"
#include "milter/walk.h"

enum {
	LOT_OCTETS =
		65536, /* about a millisecond's work, so that handing out lots is no cost; what is larger is mapped */
	LOT_MAILS_MAX = 32 /* likewise, for the smallest messages */
};

struct lot {
	/* Files to be read: their names, each with its NUL, and how far they are. */
	struct output names;
	size_t names_at;
	char *room; /* of LOT_OCTETS, for those that are small */
	struct source source;
	struct mbox mbox;
	const char *file; /* that is being read, or NULL */

	/* Or messages of one that is open, and how many were given. */
	struct mail mails[LOT_MAILS_MAX];
	size_t mail_count, mail_at;
	struct shared_source *shared;

	size_t octets;            /* of what was taken, for the progress */
	struct output complaints; /* lines for standard error */
	size_t failures;          /* files that could not be read */
	bool refused;             /* memory was: not all is in the lot */
};

struct mailbox {
	struct walk walk;
	struct walk_file next; /* file that did not go into the last lot, when has_next */
	bool has_next;
	struct shared_source *shared; /* mbox that is being cut into lots, or NULL */
	struct mbox mbox;
};

/* paths, of which NULL ends the list, stay borrowed. "-" is standard input. */
void mailbox_init(struct mailbox *mailbox, char *const *paths);
/* Fills a lot, zeroed or used. False at the end. */
bool mailbox_take(struct mailbox *mailbox, struct lot *lot);
void mailbox_close(struct mailbox *mailbox);

/* What mail_out points at is valid until the next call. */
bool lot_next(struct lot *lot, struct mail *mail_out);
/* After the mailbox's last mailbox_take. */
void lot_free(struct lot *lot);

#endif
