/* SPDX-License-Identifier: BSD-2-Clause */
/* source.h - a configuration file's octets in memory.
 *
 * Whatever the path names, reading it neither blocks nor ends the process: a directory, a FIFO, a device or a file that
 * is too large is refused with a reason. */
#ifndef POSTERN_CONF_SOURCE_H
#define POSTERN_CONF_SOURCE_H

#include <stddef.h>
#include <sys/types.h>

enum { SOURCE_MAX = 1024 * 1024 }; /* octets; the shipped file has 6,000: a larger one is some other file */

struct source {
	char *data; /* heap */
	size_t length;
	dev_t device; /* these two tell whether two paths are one file */
	ino_t inode;
};

/* Returns NULL, or why not, in words that follow "cannot read: ". */
const char *source_read(const char *path, struct source *source_out);
void source_reset(struct source *source);

#endif
