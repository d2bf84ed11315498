/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/e2e/support/rig.h"

#include <stdio.h>

bool
rig_prepare(struct rig *rig)
{
	const char *missing = postfix_missing();

	if (missing != NULL) {
		fprintf(stderr, "skipped: %s\n", missing);
		return false;
	}
	*rig = (struct rig){ 0 };
	tempdir_make(&rig->dir);
	postern_prepare(&rig->postern, &rig->dir, "postern");
	return true;
}

bool
rig_open(struct rig *rig, const char *config)
{
	if (!rig_prepare(rig))
		return false;
	if (config != NULL) {
		postern_configure(&rig->postern, config);
		postern_start(&rig->postern);
	}
	postfix_start(&rig->postfix, &rig->dir, rig->postern.socket.text);
	return true;
}

void
rig_close(struct rig *rig)
{
	postfix_stop(&rig->postfix);
	postern_kill(&rig->postern);
	tempdir_remove(&rig->dir);
}
