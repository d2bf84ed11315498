/* SPDX-License-Identifier: BSD-2-Clause */
/* replay_run.h - `postern replay`: messages that were delivered, judged on all cores as if they came in now, by one policy or by two, and
 * summed up. */
#ifndef POSTERN_MILTER_REPLAY_RUN_H
#define POSTERN_MILTER_REPLAY_RUN_H

#include "milter/survey/survey.h"

struct replay_judge {
	const struct policy *policy;
	const struct services *services; /* tables; or NULL */
	const struct client *client;     /* of all messages */
};

struct replay {
	char *const *paths;        /* NULL ends them */
	struct replay_judge judge; /* by what is in force */
	struct replay_judge other; /* and by this; policy NULL: by none */
	/* Of messages that do not tell themselves; or NULL. */
	const char *sender;
	const char *const *recipients; /* NULL ends them */
	unsigned jobs;                 /* threads */
};

struct replay_counts {
	size_t messages;
	size_t senders_rebuilt, senders_unknown; /* the others' was given */
	size_t recipients_rebuilt, recipients_unknown;
	size_t failures; /* files that could not be read */
};

struct replay_result {
	struct survey survey;
	struct replay_counts counts;
	bool partial;        /* interrupted: some messages were not judged */
	size_t octets_total; /* 0: not known */
	size_t octets_done;
};

/* False when memory is refused; then there is nothing to free. Otherwise the survey is finished, and the caller's to free. While it works it shows
 * on standard error how far it is; what cannot be read is said there. */
bool replay_run(const struct replay *replay, struct replay_result *result_out);

#endif
