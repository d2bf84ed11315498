/* SPDX-License-Identifier: BSD-2-Clause */
/* survey.h - what was found in many messages, summed up in bounded memory.
 *
 *      if (!survey_init(&survey)) ...
 *      for each message: survey_add(&survey, &sighting);
 *      survey_finish(&survey);                  before it is told
 *      if (survey_refused(&survey)) ...         memory was: it is not complete
 *      survey_free(&survey);
 *
 * All of it is exact but the senders' domains, of which there are more than fit: see top.h. */
#ifndef POSTERN_MILTER_SURVEY_SURVEY_H
#define POSTERN_MILTER_SURVEY_SURVEY_H

#include "milter/survey/days.h"
#include "milter/survey/ledger.h"
#include "milter/survey/sighting.h"
#include "milter/survey/top.h"

/* What an entry of findings, and of checks, counts. */
enum survey_count {
	SURVEY_FOUND,   /* messages in which the check found something */
	SURVEY_REFUSED, /* of those, messages whose refusal or deferral has its reply */
	SURVEY_ALONE    /* of those found, messages in which no other check found anything */
};

/* How the answer of the second policy differs. */
enum survey_change {
	CHANGE_REFUSED,  /* refused or deferred now, and was not */
	CHANGE_ACCEPTED, /* not refused or deferred any more */
	CHANGE_REPLY,    /* refused or deferred by both, with another reply */
	CHANGE_HELD,     /* held now, and was accepted */
	CHANGE_RELEASED, /* accepted now, and was held */
	CHANGE_COUNT,
	CHANGE_NONE = CHANGE_COUNT
};
extern const char *const survey_change_names[CHANGE_COUNT]; /* newly_refused, ... */

struct survey {
	size_t messages;
	size_t verdicts[VERDICT_COUNT];
	size_t failed;          /* answers to failures of our own */
	struct ledger findings; /* check, profile, mode: enum survey_count */
	struct ledger checks;   /* the same by check alone; of survey_finish */
	struct days days;
	struct top domains;
	size_t senders_unknown;

	bool compared; /* some message was judged by a second policy: */
	size_t other_verdicts[VERDICT_COUNT];
	size_t changes[CHANGE_COUNT];
	struct ledger changed; /* name of the change, check before, check after (or empty): messages */
};

/* False when memory is refused. */
bool survey_init(struct survey *survey);
void survey_add(struct survey *survey, const struct sighting *sighting);
/* Sorts, most first. Nothing may be added after it. */
void survey_finish(struct survey *survey);
bool survey_refused(const struct survey *survey);
void survey_free(struct survey *survey);

#endif
