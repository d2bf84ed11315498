/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tests/e2e/support/tempdir.h"

#include "tests/e2e/support/guard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PARENT_MAX = 48 }; /* octets: leaves 60 of sun_path for our own name and what lies below */

static bool
others_may_enter(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && (status.st_mode & S_IXOTH) != 0;
}

void
tempdir_make(struct tempdir *dir)
{
	const char *parent = getenv("TMPDIR");

	if (parent == NULL || parent[0] != '/' || strlen(parent) > PARENT_MAX || !others_may_enter(parent))
		parent = "/tmp";
	dir->path = path_join(parent, "postern-XXXXXX");
	if (mkdtemp(dir->path.text) == NULL || chmod(dir->path.text, 0755) != 0)
		fail("cannot make %s: %s", dir->path.text, strerror(errno));
	dir->guard = guard_start(dir->path.text, &dir->leash);
}

void
tempdir_keep(struct tempdir *dir)
{
	guard_dismiss(dir->guard, dir->leash);
}

void
tempdir_remove(struct tempdir *dir)
{
	guard_finish(dir->guard, dir->leash);
}
