/* SPDX-License-Identifier: BSD-2-Clause */
/* identity.h - which file it is, and how it was left: what stat(2) tells without reading it. */
#ifndef POSTERN_MILTER_TABLES_IDENTITY_H
#define POSTERN_MILTER_TABLES_IDENTITY_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

struct identity {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

struct identity identity_of(const struct stat *status);
bool identity_same(const struct identity *a, const struct identity *b);

#endif
