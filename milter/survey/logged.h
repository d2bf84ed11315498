/* SPDX-License-Identifier: BSD-2-Clause */
/* logged.h - a line of the daemon's log (milter/decision.h), read back.
 *
 * It may stand behind what syslog, journalctl or the foreground put before it: [TIME [HOST]] postern[PID]: ; or behind nothing. What
 * comes from a sender is escaped in it, and so cannot end a field, but for `>` and blanks in an address: an address ends where all behind
 * it reads as the rest of a line. Lines may hold anything all the same, as when somebody else writes to the log. */
#ifndef POSTERN_MILTER_SURVEY_LOGGED_H
#define POSTERN_MILTER_SURVEY_LOGGED_H

#include "milter/survey/sighting.h"
#include "milter/survey/stamp.h"

enum {
	LOGGED_LINE_MAX =
		4096,       /* octets: LOG_LINE_MAX and what stands before it, with room; a longer line is not read */
	LOGGED_ROOM = 32768 /* octets of its strings, in which one escaped octet may become `\u200b` */
};

enum logged_kind {
	LOGGED_ANSWER,    /* to a message */
	LOGGED_RECIPIENT, /* to one of its recipients: the message went on without it */
	LOGGED_OTHER,     /* another line of Postern's */
	LOGGED_FOREIGN,   /* of another program */
	LOGGED_UNREADABLE /* begins as an answer, and does not go on like one */
};

struct logged {
	bool has_stamp;
	struct stamp stamp;
	bool cut;                 /* by the log: of what was found only what decided is known */
	bool refused;             /* memory was: it is not read well */
	struct sighting sighting; /* of an answer; its strings lie in room */

	struct bytes stamp_text; /* the rest is its own */
	char room[LOGGED_ROOM];
	size_t used;
	bool overflowed;
};

/* A line without its end. now is for times without a year. */
enum logged_kind logged_read(struct bytes line, const struct tm *now, struct logged *logged_out);

#endif
