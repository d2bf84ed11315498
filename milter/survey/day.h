/* SPDX-License-Identifier: BSD-2-Clause */
/* day.h - days of the calendar, counted from 1970-01-01, as dates in mail and in logs name them: by the writer's own clock, whatever
 * its zone. */
#ifndef POSTERN_MILTER_SURVEY_DAY_H
#define POSTERN_MILTER_SURVEY_DAY_H

#include "policy/parse/bytes.h"

enum {
	DAY_UNKNOWN = -1,
	DAYS_COUNT = 84006, /* up to 2199-12-31: later ones, and those before 1970, are no dates of mail */
	DAY_TEXT_MAX = 16
};

struct date {
	int year, month, day; /* month and day from 1 */
};

/* DAY_UNKNOWN when there is no such date, or it is not counted. */
int day_of_date(struct date date);
struct date day_date(int day);
/* 1 to 12 for "Jan" to "Dec", without regard to case; 0 for anything else. */
int day_month(struct bytes name);
/* "2026-11-23" */
void day_text(int day, char text_out[DAY_TEXT_MAX]);

/* Of the value of a Date field (RFC 5322 3.3, and 4.3 but for comments); that of a Received field stands behind its last `;`. */
int day_of_field(struct bytes value);

#endif
