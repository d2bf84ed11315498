/* SPDX-License-Identifier: BSD-2-Clause */
/* script.h - what an MTA sends to a filter for one message, prepared beforehand as the octets of the milter protocol, so that
 * the load costs little beside what is measured. It keeps to what the filter negotiated: declined events are left out,
 * and what gets no reply is sent together with what comes next, as Postfix's buffered stream does.
 *
 *      script_message(&script, protocol, &mail);       or script_letter
 *      ... send octets from start up to the first step's end; wait for a reply when it awaits one; and so on ...
 *      script_free(&script);
 *
 * Ends the program when memory is refused. */
#ifndef POSTERN_TESTS_BENCH_SCRIPT_H
#define POSTERN_TESTS_BENCH_SCRIPT_H

#include "tests/bench/letter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The protocol's bits by which a filter leaves events unanswered. */
enum { SCRIPT_QUIET = 0xfd080 };

struct mail {
	const char *name;
	size_t size; /* octets of the body, about */
	unsigned attachments;
};

struct step {
	size_t end; /* in octets */
	bool awaits;
	unsigned chunk; /* of the body, from 1; 0: another event */
};

struct script {
	char *octets;
	size_t start; /* before it lies an abort, for when the message before was not sent to its end */
	size_t length, room;
	struct step *steps;
	size_t count, steps_room;
	unsigned chunks;
};

void script_opening(struct script *script, uint32_t protocol); /* negotiation, connection, HELO */
void script_message(struct script *script, uint32_t protocol, const struct mail *mail);
void script_letter(struct script *script, uint32_t protocol, const struct letter *letter);
void script_closing(struct script *script);
void script_free(struct script *script);

#endif
