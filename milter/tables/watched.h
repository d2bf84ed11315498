/* SPDX-License-Identifier: BSD-2-Clause */
/* watched.h - what was made of a file, made anew when the file changes, while threads use it. Each use sees one version as a whole.
 *
 *      struct watched *watched = watched_new(path, &class, timeout_ms, trouble);
 *      struct version *version = watched_acquire(watched, why);
 *      ... version->contents ...
 *      watched_release(watched, version);
 *
 * The file is looked at (device, inode, size, times of change to the nanosecond) by a user, at most once in WATCHED_LOOK_MS. A changed one is
 * loaded when it has been left alone for WATCHED_LOOK_MS, so that one that is being written is not taken for a whole one;
 * and it is not used if it changed while it was loaded. The first version cannot wait so long: it is loaded at once, and again if it changes.
 * A file that is written slowly in place, with pauses of a second, can still be seen half written: whoever writes it should write beside
 * it and rename.
 *
 * The thread that finds the change loads the new version; the others go on with the old one. While there is none they wait for it, for
 * timeout_ms at most. A version that cannot be loaded, or is gone, leaves the old one in use (TROUBLE_OLD); it is tried again when it changes,
 * and every WATCHED_RETRY_MS. */
#ifndef POSTERN_MILTER_TABLES_WATCHED_H
#define POSTERN_MILTER_TABLES_WATCHED_H

#include "milter/tables/trouble.h"

#include <sys/stat.h>

enum {
	WATCHED_LOOK_MS = 1000,  /* a stat costs microseconds; nobody waits longer for a change than twice this */
	WATCHED_RETRY_MS = 10000 /* memory may be there again by then; a large file is not read over and over */
};

struct watched_class {
	/* Makes the contents. The descriptor is borrowed, and at the beginning of a regular file. NULL, and why in why_out. */
	void *(*load)(int fd, const struct stat *status, void *data, char *why_out);
	void (*free)(void *contents);
};

struct version {
	void *contents;
	unsigned references;
};

struct watched;

/* path, class, trouble and data, which load is given, are borrowed. NULL when memory is refused. */
struct watched *watched_new(const char *path, const struct watched_class *class, unsigned timeout_ms,
			    struct trouble *trouble, void *data);
void watched_free(struct watched *watched);

/* Loads the first version. As watched_acquire and watched_release. */
bool watched_open(struct watched *watched, char *why_out);
/* NULL, and why in why_out, when there is no version to use. */
struct version *watched_acquire(struct watched *watched, char *why_out);
void watched_release(struct watched *watched, struct version *version);

#endif
