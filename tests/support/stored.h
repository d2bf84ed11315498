/* SPDX-License-Identifier: BSD-2-Clause */
/* stored.h - the messages of tests/data, each with what must be found in it. tests/data/README.md says how that is written.
 *
 *      struct stored stored;
 *      stored_load(&stored, "tests/data");
 *      for (size_t i = 0; i < stored.count; i++) ... stored.messages[i] ...
 *      stored_free(&stored);
 *
 * Fails the running Check test when a message has no expectation, an expectation has no message, or there is neither. */
#ifndef POSTERN_TESTS_SUPPORT_STORED_H
#define POSTERN_TESTS_SUPPORT_STORED_H

#include "policy/message.h"
#include "tests/support/trace.h"

enum { STORED_NAME_MAX = 128, STORED_SENDER_MAX = 128 };

struct stored_message {
	char name[STORED_NAME_MAX];     /* of both files, without their suffixes */
	char sender[STORED_SENDER_MAX]; /* the path of MAIL FROM */
	struct bytes text;              /* as stored */
	char *findings;                 /* one a line */
};

struct stored {
	struct stored_message *messages; /* by name */
	size_t count;
};

void stored_load(struct stored *stored_out, const char *folder);
void stored_free(struct stored *stored);

/* A finding as a line of an expectation, without line break. */
void stored_write_finding(struct trace *trace, const struct finding *finding);

/* Fails the running test unless the message has exactly these findings, in any order. Those of checks that are off are not
 * asked for. */
void stored_assert_findings(const struct message *message, const char *findings, const char *name, const char *how);

#endif
