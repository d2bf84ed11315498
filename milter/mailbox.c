/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L
#include "milter/mailbox.h"

#include <stdlib.h>
#include <string.h>

/* A large mbox, in several lots at a time. Lots come to it and leave it in mailbox_take and lot_free alone: nobody else counts. */
struct shared_source {
	struct source source;
	size_t users;
	char *path;
};

static void
shared_leave(struct shared_source *shared)
{
	if (shared == NULL || --shared->users > 0)
		return;
	source_close(&shared->source);
	free(shared->path);
	free(shared);
}

static struct shared_source *
shared_new(const struct source *source, const char *path)
{
	struct shared_source *shared = calloc(1, sizeof *shared);

	if (shared == NULL)
		return NULL;
	*shared = (struct shared_source){ .source = *source, .users = 1, .path = strdup(path) };
	if (shared->path == NULL) {
		free(shared);
		return NULL;
	}
	return shared;
}

void
mailbox_init(struct mailbox *mailbox, char *const *paths)
{
	*mailbox = (struct mailbox){ .has_next = false };
	walk_init(&mailbox->walk, paths);
}

static void
complain(struct lot *lot, const char *path, const char *why)
{
	output_format(&lot->complaints, "postern: ");
	output_text(&lot->complaints, bytes_of(path));
	output_format(&lot->complaints, ": %s\n", why);
	lot->failures++;
}

static void
lot_reset(struct lot *lot)
{
	shared_leave(lot->shared);
	lot->shared = NULL;
	lot->mail_count = lot->mail_at = 0;
	output_clear(&lot->names);
	lot->names_at = 0;
	lot->octets = 0;
	output_clear(&lot->complaints);
	lot->failures = 0;
	lot->refused = false;
}

static bool
next_file(struct mailbox *mailbox, struct walk_file *file_out)
{
	if (!mailbox->has_next && !walk_next(&mailbox->walk, &mailbox->next))
		return false;
	mailbox->has_next = false;
	*file_out = mailbox->next;
	return true;
}

static void
add_name(struct lot *lot, const struct walk_file *file)
{
	output_add(&lot->names, (struct bytes){ file->path, strlen(file->path) + 1 });
	lot->octets += file->octets;
}

/* Opens a file that may be cut into lots; one that is no mbox goes into this lot as it is. */
static void
take_large(struct mailbox *mailbox, struct lot *lot, const struct walk_file *file)
{
	struct source source;
	const char *problem =
		file->standard_input ? source_open_standard_input(&source) : source_open(&source, file->path, NULL, 0);

	if (problem != NULL) {
		complain(lot, file->standard_input ? "standard input" : file->path, problem);
		return;
	}
	mbox_init(&mailbox->mbox, source.text);
	if (file->standard_input || mailbox->mbox.is_separated)
		mailbox->shared = shared_new(&source, file->path);
	else
		add_name(lot, file);
	if (mailbox->shared != NULL)
		return;
	source_close(&source);
	lot->refused = lot->names.length == 0;
}

/* Small files until the lot is full; or one that may be cut into lots. */
static void
take_files(struct mailbox *mailbox, struct lot *lot)
{
	struct walk_file file;

	for (size_t count = 0; count < LOT_MAILS_MAX && lot->octets < LOT_OCTETS && next_file(mailbox, &file);
	     count++) {
		bool is_large = file.standard_input || file.octets > LOT_OCTETS;

		if (file.problem != NULL) {
			complain(lot, file.path, file.problem);
		} else if (!is_large) {
			add_name(lot, &file);
		} else if (count > 0) {
			mailbox->has_next = true;
			return;
		} else {
			take_large(mailbox, lot, &file);
			return;
		}
	}
}

static void
take_mails(struct mailbox *mailbox, struct lot *lot)
{
	struct mail *mail = lot->mails;
	size_t left = mailbox->mbox.rest.length;
	size_t end = left > LOT_OCTETS ? left - LOT_OCTETS : 0;

	while (mail < lot->mails + LOT_MAILS_MAX && mailbox->mbox.rest.length >= end &&
	       mbox_next(&mailbox->mbox, mail)) {
		mail->file = mailbox->shared->path;
		mail++;
	}
	lot->mail_count = (size_t)(mail - lot->mails);
	lot->octets = left - mailbox->mbox.rest.length;
	lot->shared = mailbox->shared;
	if (mailbox->mbox.is_at_end)
		mailbox->shared = NULL;
	else
		lot->shared->users++;
}

bool
mailbox_take(struct mailbox *mailbox, struct lot *lot)
{
	lot_reset(lot);
	if (mailbox->shared == NULL)
		take_files(mailbox, lot);
	if (mailbox->shared != NULL)
		take_mails(mailbox, lot);
	lot->refused = lot->refused || mailbox->walk.refused || lot->names.refused || lot->complaints.refused;
	return lot->names.length > 0 || lot->mail_count > 0 || lot->failures > 0 || lot->refused;
}

void
mailbox_close(struct mailbox *mailbox)
{
	shared_leave(mailbox->shared);
	mailbox->shared = NULL;
	walk_close(&mailbox->walk);
}

/* False when there is none, or memory is refused. */
static bool
open_next(struct lot *lot)
{
	if (lot->room == NULL)
		lot->room = malloc(LOT_OCTETS);
	lot->refused = lot->refused || lot->room == NULL;
	while (!lot->refused && lot->names_at < lot->names.length) {
		const char *path = lot->names.data + lot->names_at;
		const char *problem = source_open(&lot->source, path, lot->room, LOT_OCTETS);

		lot->names_at += strlen(path) + 1;
		if (problem == NULL) {
			mbox_init(&lot->mbox, lot->source.text);
			lot->file = path;
			return true;
		}
		complain(lot, path, problem);
		lot->refused = lot->complaints.refused;
	}
	return false;
}

bool
lot_next(struct lot *lot, struct mail *mail_out)
{
	if (lot->mail_at < lot->mail_count) {
		*mail_out = lot->mails[lot->mail_at++];
		return true;
	}
	while (lot->file != NULL || open_next(lot)) {
		if (mbox_next(&lot->mbox, mail_out)) {
			mail_out->file = lot->file;
			return true;
		}
		source_close(&lot->source);
		lot->file = NULL;
	}
	return false;
}

void
lot_free(struct lot *lot)
{
	lot_reset(lot);
	source_close(&lot->source);
	output_free(&lot->names);
	output_free(&lot->complaints);
	free(lot->room);
	lot->room = NULL;
	lot->file = NULL;
}
