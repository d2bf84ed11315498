/* SPDX-License-Identifier: BSD-2-Clause */
/* trial.h - a message judged in one way or another, and what must come of it.
 *
 *      struct policy *policy = trial_policy(NULL);
 *      struct trial trial = { .name = "...", .findings = "...", .policy = policy, .sender = "<a@example.com>", .text = text };
 *      trial_run_whole(&trial);
 *      trial_run_in_chunks(&trial, (struct trial_chunks){ 1, 4096 });
 *      policy_free(policy);
 *
 * Findings are written as in tests/data/README.md. Each run fails the running Check test unless the message has exactly these. */
#ifndef POSTERN_TESTS_SUPPORT_TRIAL_H
#define POSTERN_TESTS_SUPPORT_TRIAL_H

#include "policy/message.h"

struct trial {
	const char *name;
	const char *findings; /* one a line */
	const char *sender;   /* the path of MAIL FROM */
	const struct policy *policy;
	struct bytes text;
};

/* How a body is handed over: octets of the first chunk, which may be 0, and of each that follows. */
struct trial_chunks {
	size_t first, rest;
};

/* All checks observe, at their presets but that null_sender allows reports; tls_required and auth_required, which judge a session, are off, and
 * one may be left out. control_characters wants nearly
 * every body to its end: without it, a message is settled as soon as it is in the daemon. */
struct policy *trial_policy(const char *left_out);

/* As a file (policy/offline.h). */
void trial_run_whole(const struct trial *trial);

/* As the daemon would: no more of the body than it asks for. */
void trial_run_in_chunks(const struct trial *trial, struct trial_chunks chunks);

/* Every field of the text's header, and its end. */
void trial_feed_header(struct message *message, struct bytes text);

/* Where the body begins: the length of a text that is all header. */
size_t trial_body(const struct trial *trial);

#endif
