/* SPDX-License-Identifier: BSD-2-Clause */
/* stamp.h - the time at the beginning of a log line, and the one that a command is told. */
#ifndef POSTERN_MILTER_SURVEY_STAMP_H
#define POSTERN_MILTER_SURVEY_STAMP_H

#include "milter/survey/day.h"

#include <stdint.h>
#include <time.h>

struct stamp {
	struct date date; /* as written */
	int hour, minute, second;
	bool has_zone;
	int zone_s; /* east of Greenwich; without one it is local time */
};

/* Takes a time off the beginning of a line, with the blanks behind it: "2026-11-23T10:00:00.5+01:00", as RFC 3339 has it, of
 * rsyslog and of journalctl -o short-iso (a blank for the T, and nothing behind the seconds, are no harm); or "Nov 23 10:00:00", of RFC 3164. That
 * one is of the last year in which it is not after tomorrow by `now`. False when there is none; then the line is as it was. */
bool stamp_take(struct bytes *line, const struct tm *now, struct stamp *stamp_out);

/* Seconds since 1970. */
int64_t stamp_time(const struct stamp *stamp);

/* What --since takes: "2026-11-23", "2026-11-23 10:00[:00]", "today", "yesterday", or a time back from now, as in "24h", "7d". False
 * when it is none of them. */
bool stamp_since(const char *text, time_t now, int64_t *since_out);

#endif
