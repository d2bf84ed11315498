/* SPDX-License-Identifier: BSD-2-Clause */
/* check_run.h - `postern check`: every message below some paths judged, on all cores, and what was found printed in their order. */
#ifndef POSTERN_MILTER_CHECK_RUN_H
#define POSTERN_MILTER_CHECK_RUN_H

#include "milter/output.h"
#include "policy/message.h"

enum check_run_format { CHECK_RUN_TEXT, CHECK_RUN_JSON, CHECK_RUN_QUIET };

struct check_run {
	char *const *paths; /* NULL ends them */
	const struct policy *policy;
	const struct services *services; /* tables; or NULL */
	struct envelope envelope;        /* of all */
	enum check_run_format format;
	bool colored;
	unsigned jobs; /* threads */
};

/* Returns the exit status. Interrupted, it prints what is done and ends the process by the signal. */
int check_run(const struct check_run *run);

#endif
