/* SPDX-License-Identifier: BSD-2-Clause */
/* source.h - the octets of a file, in memory: read where they are few, else mapped.
 *
 *      const char *problem = source_open(&source, path, room, sizeof room);
 *      if (problem == NULL) ... source.text ...
 *      source_close(&source);
 *
 * A mapped file that another process cuts short while it is read ends this one, with a line on standard error and status 75. */
#ifndef POSTERN_MILTER_SOURCE_H
#define POSTERN_MILTER_SOURCE_H

#include "policy/parse/bytes.h"

struct source {
	struct bytes text;
	void *map; /* of map_length octets; NULL when there is none */
	size_t map_length;
};

/* Each returns NULL, or why there is nothing to read; then nothing is open. The text of a file that fits into room (which may
 * be NULL, of size 0) lies there. */
const char *source_open(struct source *source, const char *path, char *room, size_t size);
/* From where it stands. What is no file is copied to an unnamed one first, so that memory does not grow with it. */
const char *source_open_standard_input(struct source *source);
void source_close(struct source *source); /* also of one zeroed; twice is no harm */

/* Once, before the first file is mapped by any thread. */
void source_watch(void);

#endif
