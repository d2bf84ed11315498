/* SPDX-License-Identifier: BSD-2-Clause */
/* tempdir.h - a directory that vanishes with the program that made it, however that program ends; and with it the
 * processes that were started on its leash. See guard.h. */
#ifndef POSTERN_TESTS_E2E_SUPPORT_TEMPDIR_H
#define POSTERN_TESTS_E2E_SUPPORT_TEMPDIR_H

#include "tests/e2e/support/files.h"

struct tempdir {
	struct path path; /* absolute, short enough for a socket below it (sun_path has 108 octets), mode 0755 */
	pid_t guard;
	int leash;
};

/* Below $TMPDIR when that is short and open to other users (Postfix gives up root), else below /tmp. */
void tempdir_make(struct tempdir *dir);
void tempdir_remove(struct tempdir *dir);
/* Leaves the directory and the processes to the user. */
void tempdir_keep(struct tempdir *dir);

#endif
