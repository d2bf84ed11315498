/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "milter/walk.h"

#include "milter/interrupt.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PLAIN_DIRECTORY, MAILDIR }; /* FTSENT.fts_number */
enum { OPEN_OCTETS = 64 * 1024 };  /* more than fts_open asks for: a path and two entries */

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

void
walk_init(struct walk *walk, char *const *paths)
{
	*walk = (struct walk){ .paths = paths };
}

static bool
has_directory(const char *path, const char *name)
{
	char joined[PATH_MAX];
	struct stat status;
	int length = snprintf(joined, sizeof joined, "%s/%s", path, name);

	return length > 0 && (size_t)length < sizeof joined && stat(joined, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool
is_maildir(const FTSENT *directory)
{
	return has_directory(directory->fts_path, "cur") && has_directory(directory->fts_path, "new");
}

static bool
is_passed_over(const FTSENT *entry)
{
	bool is_hidden = entry->fts_name[0] == '.';

	if (entry->fts_level == FTS_ROOTLEVEL)
		return false;
	if (entry->fts_parent->fts_number != MAILDIR)
		return is_hidden;
	if (entry->fts_info != FTS_D)
		return true;
	return is_hidden ? !is_maildir(entry)
			 : strcmp(entry->fts_name, "cur") != 0 && strcmp(entry->fts_name, "new") != 0;
}

/* Whether the entry is one for the caller. */
static bool
read_entry(const FTSENT *entry, struct walk_file *file_out)
{
	*file_out = (struct walk_file){ .path = entry->fts_path };
	switch (entry->fts_info) {
	case FTS_D:
	case FTS_DP:
	case FTS_DOT:
		return false;
	case FTS_F:
		file_out->octets = (size_t)entry->fts_statp->st_size;
		break;
	case FTS_DC:
		file_out->problem = "a directory that contains itself";
		break;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		file_out->problem = strerror(entry->fts_errno);
		break;
	case FTS_SLNONE:
		file_out->problem = strerror(ENOENT);
		break;
	default:
		file_out->problem = "is no regular file";
	}
	return true;
}

/* The next file of the tree that is open; false at its end. */
static bool
next_of_tree(struct walk *walk, struct walk_file *file_out)
{
	errno = 0;
	for (FTSENT *entry; (entry = fts_read(walk->tree)) != NULL; errno = 0) {
		if (is_passed_over(entry))
			fts_set(walk->tree, entry, FTS_SKIP);
		else if (read_entry(entry, file_out))
			return true;
		else if (entry->fts_info == FTS_D)
			entry->fts_number = is_maildir(entry) ? MAILDIR : PLAIN_DIRECTORY;
	}
	walk->refused = walk->refused || errno == ENOMEM;
	walk_close(walk);
	return false;
}

/* glibc's fts_open looks at no refusal for its first entries. */
static FTS *
open_tree(char *const *roots)
{
	/* volatile: or else the compiler takes the request for granted and leaves it out. */
	void *volatile probe = malloc(OPEN_OCTETS);

	if (probe == NULL)
		return NULL;
	free(probe);
	return fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
}

bool
walk_next(struct walk *walk, struct walk_file *file_out)
{
	while (walk->tree == NULL || !next_of_tree(walk, file_out)) {
		char *const roots[] = { *walk->paths, NULL };

		if (roots[0] == NULL)
			return false;
		walk->paths++;
		if (strcmp(roots[0], "-") == 0) {
			*file_out = (struct walk_file){ .path = roots[0], .standard_input = true };
			return true;
		}
		walk->tree = open_tree(roots);
		if (walk->tree == NULL) {
			walk->refused = walk->refused || errno == ENOMEM;
			*file_out = (struct walk_file){ .path = roots[0], .problem = strerror(errno) };
			return !walk->refused;
		}
	}
	return true;
}

void
walk_close(struct walk *walk)
{
	if (walk->tree != NULL)
		fts_close(walk->tree);
	walk->tree = NULL;
}

size_t
walk_octets(char *const *paths)
{
	struct walk walk;
	struct walk_file file;
	size_t octets = 0;
	bool known = true;

	walk_init(&walk, paths);
	while (known && !interrupted() && walk_next(&walk, &file)) {
		known = !file.standard_input;
		octets += file.octets;
	}
	walk_close(&walk);
	return known ? octets : 0;
}
