/* SPDX-License-Identifier: BSD-2-Clause */
/* mbox.h - the messages in the text of a file.
 *
 *      mbox_init(&m, text);
 *      while (mbox_next(&m, &mail)) ...
 *
 * A text that begins with a separator ("From ", an address and a date) is an mbox, and each separator after an empty line begins a
 * message; separators are no part of messages. Every other text is one message, an empty one too, without a first line that begins with "From " or ">From ". Lines
 * end in LF or CRLF. The time it takes is linear, and nothing is allocated. */
#ifndef POSTERN_MILTER_MBOX_H
#define POSTERN_MILTER_MBOX_H

#include "policy/parse/bytes.h"

struct mail {
	const char *file;  /* its name, for people; not of mbox_next */
	size_t number;     /* in an mbox of several messages, from 1; else 0 */
	size_t line;       /* of the file, at which the message begins, from 1 */
	struct bytes text; /* borrowed from the file's */
};

struct mbox {
	bool is_separated;
	bool is_at_end;
	struct bytes rest;   /* of an mbox: from the next separator on */
	size_t number, line; /* messages given; line at which rest begins */
};

/* text stays borrowed. */
void mbox_init(struct mbox *mbox, struct bytes text);
bool mbox_next(struct mbox *mbox, struct mail *mail_out);

#endif
