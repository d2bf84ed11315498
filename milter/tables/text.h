/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - a table's file as a whole, and its lines. */
#ifndef POSTERN_MILTER_TABLES_TEXT_H
#define POSTERN_MILTER_TABLES_TEXT_H

#include "policy/parse/bytes.h"

#include <sys/stat.h>

enum {
	TEXT_MAX =
		16 * 1024 *
		1024, /* octets of a file: it is read while a look-up waits, a tenth of a second for this; a cdb has no such limit */
	TEXT_LINE_MAX = 8192 /* octets of a line: more than a key and a value may have */
};

/* Reads all of it; NUL-terminated, freed by the caller. NULL, and why in why_out (TROUBLE_WHY_MAX octets): too long, with a NUL in it, or the
 * system. */
char *text_read(int fd, const struct stat *status, size_t *length_out, char *why_out);

/* Goes through its lines. Comments (`#` first but for blanks) and empty lines are left out, blanks at both ends cut off; so is a byte order mark at
 * the beginning of a file.
 *
 *      struct lines lines = { .rest = text };
 *      while (lines_next(&lines, &line)) ... lines.number ...
 *      if (lines.too_long) ... the line of that number ... */
struct lines {
	struct bytes rest;
	unsigned number; /* of the line given last, from 1 */
	bool too_long;
};

bool lines_next(struct lines *lines, struct bytes *line_out);

#endif
