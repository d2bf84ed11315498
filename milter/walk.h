/* SPDX-License-Identifier: BSD-2-Clause */
/* walk.h - the files that paths name: the paths themselves, and for directories what is in them, to the bottom.
 *
 *      walk_init(&w, paths);
 *      while (walk_next(&w, &file)) ...
 *      walk_close(&w);
 *
 * Names come in byte order; those that begin with a dot are passed over. Of a Maildir - a directory with `cur` and `new` in it - only
 * these two are entered, and directories in it whose names begin with a dot and that are Maildirs themselves (Maildir++). Symbolic links are
 * followed. */
#ifndef POSTERN_MILTER_WALK_H
#define POSTERN_MILTER_WALK_H

#include <fts.h>
#include <stdbool.h>
#include <stddef.h>

struct walk {
	char *const *paths; /* those still to come; NULL ends them */
	FTS *tree;          /* of the path before them, or NULL */
	bool refused;       /* memory was, and there is more */
};

struct walk_file {
	const char *path; /* valid until the next call */
	bool standard_input;
	size_t octets;       /* of a regular file */
	const char *problem; /* why it cannot be read; NULL when it seems it can. Valid until the next call */
};

/* paths stays borrowed. "-" is standard input. */
void walk_init(struct walk *walk, char *const *paths);
bool walk_next(struct walk *walk, struct walk_file *file_out);
void walk_close(struct walk *walk);

/* Of all the files that paths name, to know how far long work is; 0 when some are not known before they are read, or when the command is
 * interrupted. */
size_t walk_octets(char *const *paths);

#endif
