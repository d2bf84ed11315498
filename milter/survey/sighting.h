/* SPDX-License-Identifier: BSD-2-Clause */
/* sighting.h - what there is to count of one message: from a file that was judged, or from the daemon's log. Threads pack what they
 * saw, and one unpacks and counts it in order, so that sums and examples do not depend on the threads. */
#ifndef POSTERN_MILTER_SURVEY_SIGHTING_H
#define POSTERN_MILTER_SURVEY_SIGHTING_H

#include "milter/output.h"
#include "policy/message.h"

/* Strings are borrowed, and none is NULL unless said. */
struct sighted_answer {
	enum verdict_kind kind;
	const char *check; /* that decided; empty: none did */
	const char *reply; /* on one line; empty: none */
};

struct sighted_finding {
	const char *check;
	enum mode mode;
	const char *where;  /* an example is found there: file and line, time and queue id */
	const char *detail; /* what is known of it, as in `postern check`; may be empty */
};

struct sighting {
	struct sighted_answer answer;
	bool failed;                 /* it, or the other one, is the answer to a failure of our own */
	bool has_other;              /* it was judged by a second policy, too: */
	struct sighted_answer other; /* empty strings without one */
	const char *profile;
	const char *where;
	int day;            /* DAY_UNKNOWN: not known */
	bool sender_known;  /* of the envelope */
	const char *domain; /* of the sender; "<>" for the null sender; empty: it cannot be read */
	bool incomplete;    /* more was found than is listed */
	size_t finding_count;
	struct sighted_finding findings[CHECKS_MAX];
};

/* What is known of a finding beyond its check's own sentence, its line aside. */
void sighting_detail(const struct finding *finding, struct output *output);

/* Appends it. output->refused tells whether memory was refused. */
void sighting_pack(const struct sighting *sighting, struct output *output);
/* Takes the next one off; its strings lie in the packed text. False at the end. */
bool sighting_unpack(struct bytes *packed, struct sighting *sighting_out);

#endif
