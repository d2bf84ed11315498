/* SPDX-License-Identifier: BSD-2-Clause */
/* fate.h - what becomes of a message, and whether it may become of it when memory was refused.
 *
 *      struct fate_trial trial = { .name = "...", .policy = policy, .sender = "<a@example.com>", .text = text };
 *      size_t requests = fate_try_each(&trial);
 *
 * Fails the running Check test unless, with each request for memory refused in turn, the message is judged as it is without a
 * refusal, or has the answer configured for `memory`. Where that is to accept, a check that finds nothing
 * otherwise must find nothing either. With memory there again, it must be judged as ever. */
#ifndef POSTERN_TESTS_FAULTS_FATE_H
#define POSTERN_TESTS_FAULTS_FATE_H

#include "policy/message.h"

/* How it comes: as `postern check` reads it, or as a session of the daemon, with the body in chunks. */
enum fate_way { FATE_AS_FILE, FATE_IN_SESSION };

struct fate_trial {
	const char *name;
	struct policy *policy;
	const char *sender; /* path of MAIL FROM */
	struct bytes text;
	enum fate_way way;
	bool apart; /* see faults.h */
};

/* Returns how many requests for memory the message takes. */
size_t fate_try_each(const struct fate_trial *trial);

#endif
