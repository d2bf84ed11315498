/* SPDX-License-Identifier: BSD-2-Clause */
/* sqlite_open.h - what sqlite_file.c and sqlite_open.c share, and nobody else needs. */
#ifndef POSTERN_MILTER_STORES_SQLITE_OPEN_H
#define POSTERN_MILTER_STORES_SQLITE_OPEN_H

#include "milter/stores/sqlite_file.h"

/* For sqlite3_busy_handler: naps, unless the file's deadline is over. */
int sqlite_file_wait(void *file, int times);
/* Prepares the statements. */
bool sqlite_file_prepare(struct sqlite_file *file);
/* Says what the file's result means. */
void sqlite_file_explain(struct sqlite_file *file, struct reason *reason);

#endif
